"""From what a customer typed to words that can be compared.

Lives here: the cap, Unicode folding, cutting into words. Guessing what a damaged word meant lives in `kb.repair`.
Called on both sides of a match: a phrasing and a message always meet in the same form.
"""

import re
import unicodedata

MAX_CHARACTERS = 1_000
"""Longer messages are cut before anything else looks at them."""

_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_SPECIAL = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ё": "е"})
_KEPT_MARK = "\u0306"


def cap(text: str) -> str:
    """Cuts to the first MAX_CHARACTERS and drops what no keyboard sends: lone surrogates, controls, stacked marks."""
    short = text[:MAX_CHARACTERS].encode("utf-8", "ignore").decode("utf-8")
    return unicodedata.normalize("NFKC", short)[: 2 * MAX_CHARACTERS]


def fold(text: str) -> str:
    """Casefolds and takes diacritics off, so that "Kõrge" meets "korge"; Cyrillic й stays a letter of its own."""
    low = text.casefold().translate(_SPECIAL)
    if low.isascii():
        return low
    bare: list[str] = []
    for letter in unicodedata.normalize("NFD", low):
        if not unicodedata.combining(letter):
            bare.append(letter)
        elif letter == _KEPT_MARK and bare and bare[-1] == "и":
            bare[-1] = "й"
    return "".join(bare).translate(_SPECIAL)


def words_of(text: str) -> list[str]:
    """Cuts a capped text into folded words; apostrophes are taken out of a word ("can't" is "cant")."""
    return [re.sub(r"['’ʼ]", "", word) for word in _WORD.findall(fold(text))]
