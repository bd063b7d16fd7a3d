"""What must not be readable in logs, cards and transcripts: card numbers, bank accounts and passwords.

Only finds and hides; when to hide is the caller's. The patterns are linear in the length of the text.
"""

import re

HIDDEN = "•••"

_CARD = re.compile(r"(?<![\d])\d(?:[ -]?\d){12,18}(?![\d])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_PASSWORD = re.compile(
    r"(?i)\b(password|passwort|parool|salasõna|пароль|adgangskode|kodeord|slaptažodis)"
    r"(\s*(?:is|on|er|yra|è|:|=|-|—|–)\s*)((?=\S*\d)(?=\S*[^\W\d])\S{6,64})"
)


def hide_secrets(text: str) -> str:
    """The text with card numbers, IBANs and stated passwords hidden."""
    text = _CARD.sub(lambda m: HIDDEN if _is_card(m.group()) else m.group(), text)
    text = _IBAN.sub(lambda m: HIDDEN if _is_iban(m.group()) else m.group(), text)
    return _PASSWORD.sub(lambda m: f"{m[1]}{m[2]}{HIDDEN}", text)


def has_secret(text: str) -> bool:
    """Whether a customer pasted something he should never send."""
    return hide_secrets(text) != text


def _is_card(text: str) -> bool:
    """The Luhn check of ISO/IEC 7812-1 over 13 to 19 digits."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def _is_iban(text: str) -> bool:
    """The MOD 97-10 check of ISO 13616."""
    compact = text.replace(" ", "")
    if not 15 <= len(compact) <= 34:
        return False
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1
