"""Whether a message has the words of a list: the triggers' entries and the bot's own reserved words.

Not here: finding articles (`kb.search`) and reading values out of an answer (`kb.reading`).
Called by `escalation.triggers` and `bot.decide`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from kb.normalise import cap, words_of

_TYPO_FROM = 5
"""Words shorter than this must be typed right: one letter makes another word of them."""

_LONGEST_REPLY = 8
"""Words: a longer message is no plain yes or no."""
_ALIKE = 85.0
"""In percent, by rapidfuzz `ratio`: how alike a message and a label must be."""


def words_in(text: str) -> tuple[str, ...]:
    """The folded words of a message, in order, from its first 1,000 characters."""
    return tuple(words_of(cap(text)))


@lru_cache(maxsize=16_384)
def words_of_entry(entry: str) -> tuple[str, ...]:
    """The folded words of an editor's entry, remembered: the same few lists are read with every message."""
    return words_in(entry)


@lru_cache(maxsize=16_384)
def _parts_of_entry(entry: str) -> tuple[tuple[str, bool], ...]:
    """The folded words of an entry, each with whether every ending of it fits."""
    return tuple((word, part.rstrip(",.!?").endswith("*")) for part in entry.split() for word in words_of(part))


def fits(entry: str, words: Sequence[str], *, typos: bool = False) -> bool:
    """Whether all words of an entry occur among the message's, in any order.

    A word of the entry that ends in `*` fits every ending. Case and accents do not matter.

    Args:
        entry: One or more words, as an editor wrote them.
        words: The message, as `words_in` gives it.
        typos: Whether one slip in a word of five letters or more is forgiven.
    """
    wanted = _parts_of_entry(entry)
    return bool(wanted) and all(_occurs(word, words, stem=stem, typos=typos) for word, stem in wanted)


def find_fitting(entries: Iterable[str], words: Sequence[str], *, typos: bool = False) -> str | None:
    """The first entry whose words all occur; None if there is none."""
    return next((entry for entry in entries if fits(entry, words, typos=typos)), None)


def is_whole(entries: Iterable[str], words: Sequence[str]) -> bool:
    """Whether the message is one of the entries and nothing else."""
    said = tuple(words)
    return bool(said) and any(words_of_entry(entry) == said for entry in entries)


def is_alike(text: str, label: str) -> bool:
    """Whether a short message means a label: the same words but for a slip or two."""
    said, shown = " ".join(words_in(text)), " ".join(words_in(label))
    return bool(said and shown) and ratio(said, shown) >= _ALIKE


def find_beginning(entries: Iterable[str], words: Sequence[str]) -> int:
    """How many words the longest entry takes that the message begins with; 0 if it begins with none."""
    said = tuple(words)
    lengths = [len(start) for entry in entries if (start := words_of_entry(entry)) and said[: len(start)] == start]
    return max(lengths, default=0)


def is_made_of(entries: Iterable[str], more: Iterable[str], words: Sequence[str]) -> bool:
    """Whether a message is one of the entries, alone or with such entries or more after it, and nothing else."""
    first = {words_of_entry(entry) for entry in entries} - {()}
    rest = first | ({words_of_entry(entry) for entry in more} - {()})

    def can_end(left: tuple[str, ...], known: set[tuple[str, ...]]) -> bool:
        return any(left[:n] in known and (n == len(left) or can_end(left[n:], rest)) for n in range(1, len(left) + 1))

    said = tuple(words)
    return 0 < len(said) <= _LONGEST_REPLY and can_end(said, first)


def _occurs(wanted: str, words: Sequence[str], *, stem: bool, typos: bool) -> bool:
    if stem:
        return any(word.startswith(wanted) for word in words)
    if wanted in words:
        return True
    if not typos or len(wanted) < _TYPO_FROM:
        return False
    return any(word[:1] == wanted[:1] and OSA.distance(word, wanted, score_cutoff=1) <= 1 for word in words)
