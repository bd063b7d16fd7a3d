"""Other ways to read a message that makes no sense as it stands.

Lives here: Russian typed in Latin letters, and words typed on the wrong keyboard layout. Whether another reading fits
better is judged in `kb.search`, by the desk's own words.
"""

from collections.abc import Container, Iterator

from kb.normalise import fold

_QWERTY = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_JCUKEN = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_JCUKEN = str.maketrans(_QWERTY + _QWERTY.upper() + '{}:"<>~', _JCUKEN + _JCUKEN.upper()[:-1] + "Ё" + "ХЪЖЭБЮЁ")
_TO_QWERTY = str.maketrans(_JCUKEN + _JCUKEN.upper(), _QWERTY + _QWERTY.upper())
_MARKS = '.,;:!?"()'
_LATIN_SOUNDS = (
    ("shch", "щ"),
    ("sch", "щ"),
    ("yo", "е"),
    ("jo", "е"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("yu", "ю"),
    ("ju", "ю"),
    ("ya", "я"),
    ("ja", "я"),
    ("iy", "ий"),
    ("yy", "ый"),
    ("ey", "ей"),
    ("oy", "ой"),
    ("ay", "ай"),
    ("aj", "ай"),
    ("ej", "ей"),
    ("oj", "ой"),
    ("ij", "ий"),
    ("'", "ь"),
)
_LATIN_LETTERS = str.maketrans("abvgdezijklmnoprstufhcyxwq", "абвгдезийклмнопрстуфхцыхвк")


def other_readings(text: str, *, cyrillic: bool, knows: Container[str]) -> Iterator[tuple[str, str]]:
    """Yields (what else the text may say, why).

    Args:
        text: The capped message.
        cyrillic: Whether the desk has words in Cyrillic letters.
        knows: The desk's words, folded: those stay as they are when Russian is typed in Latin letters.
    """
    low = text.casefold()
    has_latin = any("a" <= letter <= "z" for letter in low)
    has_cyrillic = any("а" <= letter <= "я" for letter in low)
    if cyrillic and has_latin and not has_cyrillic:
        yield low.translate(_TO_JCUKEN), "keyboard"
        words = (word if fold(word.strip(_MARKS)) in knows else transliterate(word) for word in low.split())
        yield " ".join(words), "transliteration"
    if has_cyrillic and not has_latin:
        yield low.translate(_TO_QWERTY), "keyboard"


def transliterate(text: str) -> str:
    """Writes small Latin letters in Cyrillic, the way people type Russian without a Russian keyboard."""
    for sound, letter in _LATIN_SOUNDS:
        text = text.replace(sound, letter)
    return text.translate(_LATIN_LETTERS)
