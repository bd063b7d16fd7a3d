"""From what a customer typed to words that can be compared.

Lives here: the cap, Unicode folding and the cutting into words. What a damaged word meant is found in `kb.repair`.
Called on both sides of a match: a phrasing and a message always meet in the same form.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

MAX_CHARACTERS = 1_000
"""Longer messages are cut before anything else looks at them."""
MAX_LETTERS = 40
"""A longer word is a token, a link or noise: only its beginning is compared."""

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f]|['’ʼ`´](?=[^\W_]))*")
_UNHEARD = re.compile(r"[\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff'’ʼ`´]")
_SPECIAL = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ё": "е", "ў": "у"}
)
_BREVE = "\u0306"
_LOOKS_CYRILLIC = str.maketrans("aceopxykmtbhnr", "асеорхукмтвнпг")
_LOOKS_LATIN = str.maketrans("асеорхукмтвнпгі", "aceopxykmtbhnri")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a sentence."""

    source: str
    """As it was typed."""
    folded: str
    """As it is compared: small letters without diacritics."""


def cap(text: str) -> str:
    """Cuts to MAX_CHARACTERS, drops lone surrogates and invisible marks, and unifies compatible characters (NFKC).

    Cutting stands on both sides of NFKC, because one character may unfold into eighteen (Unicode TR 15).
    """
    if text.isascii() and text.isprintable():
        return text[:MAX_CHARACTERS]
    short = text[:MAX_CHARACTERS].encode("utf-8", "ignore").decode("utf-8")
    plain = unicodedata.normalize("NFKC", short)[:MAX_CHARACTERS]
    return "".join(c for c in plain if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cn"})


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Casefolds and takes diacritics off, so that "Kõrge" meets "korge"; Cyrillic й stays a letter of its own."""
    low = text.casefold()
    if low.isascii():
        return low.replace("'", "").replace("`", "")
    bare: list[str] = []
    for letter in unicodedata.normalize("NFD", low.translate(_SPECIAL)):
        if letter == _BREVE and bare and bare[-1] == "и":
            bare[-1] = "й"
        elif not _UNHEARD.match(letter):
            bare.append(letter)
    return _mend_script("".join(bare))


def _mend_script(word: str) -> str:
    """Writes a word that mixes Latin and Cyrillic look-alikes in the script most of its letters have."""
    cyrillic = sum("а" <= letter <= "я" for letter in word)
    latin = sum("a" <= letter <= "z" for letter in word)
    if not cyrillic or not latin:
        return word
    mended = word.translate(_LOOKS_CYRILLIC if cyrillic >= latin else _LOOKS_LATIN)
    left = sum("a" <= letter <= "z" for letter in mended) if cyrillic >= latin else sum("а" <= x <= "я" for x in mended)
    return word if left else mended


def read_words(text: str) -> tuple[Word, ...]:
    """Cuts a capped text into words; punctuation, emoji and symbols fall away."""
    words = ((found, fold(found)[:MAX_LETTERS]) for found in _WORD.findall(text))
    return tuple(Word(source, folded) for source, folded in words if folded)


def count_words(texts: Iterable[str]) -> Iterator[tuple[Word, int]]:
    """Yields the different words of capped texts, as they were typed, with how often each stands in them."""
    counted = Counter(chain.from_iterable(map(_WORD.findall, texts)))
    yield from ((Word(source, folded), n) for source, n in counted.items() if (folded := fold(source)[:MAX_LETTERS]))


def words_of(text: str) -> list[str]:
    """Returns the folded words of a capped text."""
    return [folded for found in _WORD.findall(text) if (folded := fold(found)[:MAX_LETTERS])]


def is_number(word: str) -> bool:
    """Tells whether a folded word is a number, a size, a version or a code: anything with a digit."""
    return any(letter.isdigit() for letter in word)
