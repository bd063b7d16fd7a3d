"""Whether a message has the words of a list: the triggers' entries and the bot's own reserved words.

Not here: finding articles (`kb.search`) and reading values out of an answer (`kb.reading`).
Called by `escalation.triggers` and `bot.decide`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


@lru_cache(maxsize=8)
def words_in(text: str) -> tuple[str, ...]:
    """The folded words of a message, in order, from its first 1,000 characters.

    The last few are remembered: one message is held against many lists.
    """
    return tuple(words_of(cap(text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """Entries as they are compared: folded once, because the same few lists are read with every message."""

    entries: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...]
    """Each entry with its whole words and with its beginnings of words, a space before each."""
    sentences: frozenset[tuple[str, ...]]
    """The entries as whole messages."""
    long_words: Mapping[str, tuple[str, ...]]
    """Words in which a slip may be forgiven, by their first letter."""


@lru_cache(maxsize=512)
def read_list(entries: tuple[str, ...]) -> WordList:
    """Prepares a list of entries for comparing."""
    prepared = []
    long_words: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        parts = [(word, part.rstrip(",.!?").endswith("*")) for part in entry.split() for word in words_of(part)]
        if parts:
            whole = frozenset(word for word, is_stem in parts if not is_stem)
            prepared.append((entry, whole, tuple(f" {word}" for word, is_stem in parts if is_stem)))
            for word in whole:
                if len(word) >= _TYPO_FROM:
                    long_words[word[0]].add(word)
    return WordList(
        entries=tuple(prepared),
        sentences=frozenset(words_in(entry) for entry in entries) - {()},
        long_words={letter: tuple(sorted(words)) for letter, words in long_words.items()},
    )


def fits(entry: str, words: Sequence[str], *, typos: bool = False) -> bool:
    """Whether all words of an entry occur among the message's, in any order.

    A word of the entry that ends in `*` fits every ending. Case and accents do not matter.

    Args:
        entry: One or more words, as an editor wrote them.
        words: The message, as `words_in` gives it.
        typos: Whether one slip in a word of five letters or more is forgiven.
    """
    return find_fitting((entry,), words, typos=typos) is not None


def find_fitting(entries: Iterable[str], words: Sequence[str], *, typos: bool = False) -> str | None:
    """The first entry whose words all occur, as in `fits`; None if there is none."""
    listed = read_list(tuple(entries))
    known, text = frozenset(words), "".join(f" {word}" for word in words)
    if typos:
        known |= _forgive(listed, words)
    for entry, whole, stems in listed.entries:
        if whole <= known and all(stem in text for stem in stems):
            return entry
    return None


def is_whole(entries: Iterable[str], words: Sequence[str]) -> bool:
    """Whether the message is one of the entries and nothing else."""
    return tuple(words) in read_list(tuple(entries)).sentences


def _forgive(listed: WordList, words: Sequence[str]) -> set[str]:
    """The list's long words that a word of the message is but for one slip, never in the first letter."""
    return {
        wanted
        for word in words
        if len(word) >= _TYPO_FROM - 1
        for wanted in listed.long_words.get(word[0], ())
        if OSA.distance(word, wanted, score_cutoff=1) <= 1
    }


def is_alike(text: str, label: str) -> bool:
    """Whether a short message means a label: the same words but for a slip or two."""
    said, shown = " ".join(words_in(text)), " ".join(words_in(label))
    return bool(said and shown) and ratio(said, shown) >= _ALIKE


def is_made_of(entries: Iterable[str], more: Iterable[str], words: Sequence[str]) -> bool:
    """Whether a message is one of the entries, alone or with such entries or more after it, and nothing else."""
    first = read_list(tuple(entries)).sentences
    rest = first | read_list(tuple(more)).sentences

    def can_end(left: tuple[str, ...], known: frozenset[tuple[str, ...]]) -> bool:
        return any(left[:n] in known and (n == len(left) or can_end(left[n:], rest)) for n in range(1, len(left) + 1))

    said = tuple(words)
    return 0 < len(said) <= _LONGEST_REPLY and can_end(said, first)


def find_beginning(entries: Iterable[str], words: Sequence[str]) -> int:
    """How many words the longest entry takes that the message begins with; 0 if it begins with none."""
    said = tuple(words)
    sentences = read_list(tuple(entries)).sentences
    return next((n for n in range(len(said), 0, -1) if said[:n] in sentences), 0)
