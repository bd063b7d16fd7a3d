"""What a damaged word most likely was, judged by the desk's own words.

Lives here: misspellings from the glossary, words typed together or apart, typing mistakes. Each repair is told, so that
an explanation can name it. Called by `kb.search` for messages, never for phrasings, which their authors have checked.
"""

from bisect import bisect_left
from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from kb.function_words import ANY_LANGUAGE
from kb.meanings import Meanings, concepts_of, find_terms
from kb.normalise import Word, is_number
from kb.vocabulary import Vocabulary, near_words

SHORTEST_REPAIRED = 4
"""Shorter words have too many neighbours to guess among; those of three letters are told by the words beside them."""
REPAIR_FROM = 0.70
"""Similarity (1 - optimal string alignment distance / length) from which a word counts as a misspelling."""
KNOWN_REPAIR_FROM = 0.86
"""The same for a word that the everyday thesaurus knows: it is probably meant as it stands."""
_LOOKED_AT = 12
_SHORT = 5
_FITS = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A word that was read as another one."""

    source: str
    """The word as it was typed."""
    target: str
    """The word it was taken for."""
    why: str
    """"spelling", "joined", "split", "glossary", "keyboard" or "transliteration"."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a message as it is searched."""

    word: str
    """Folded, after repair."""
    strength: float
    """1 for a word that stands there; less for a guess."""
    source: str
    """As it was typed."""


def repair_words(
    vocabulary: Vocabulary,
    meanings: Meanings,
    words: Sequence[Word],
    *,
    pairs: Container[str] = (),
    language: str = "",
) -> tuple[tuple[Token, ...], tuple[Reading, ...]]:
    """Reads a message in the desk's own words and tells which words were changed.

    Args:
        vocabulary: The desk's words.
        meanings: Its glossary; a word of a term stands as it is.
        words: The message.
        pairs: Words that stand next to each other in some phrasing: only such are read out of one.
        language: What the message is likely written in; words are repaired to words of it.
    """
    bench = _Bench(vocabulary, meanings, pairs, vocabulary.spoken.get(language))
    in_terms = {i for start, end, _ in find_terms(meanings, words) for i in range(start, end)}
    tokens: list[Token] = []
    readings: list[Reading] = []
    place = 0
    while place < len(words):
        found, used, why = ([(words[place].folded, 1.0)], 1, "") if place in in_terms else bench.read(words, place)
        tokens += [Token(target, strength, words[place].source) for target, strength in found]
        if why:
            source = " ".join(taken.source for taken in words[place : place + used])
            readings.append(Reading(source=source, target=" ".join(target for target, _ in found), why=why))
        place += used
    return tuple(tokens), tuple(readings)


@dataclass(frozen=True, slots=True)
class _Bench:
    """Everything a word is repaired with."""

    vocabulary: Vocabulary
    meanings: Meanings
    pairs: Container[str]
    spoken: NDArray[np.bool_] | None

    def read(self, words: Sequence[Word], place: int) -> tuple[list[tuple[str, float]], int, str]:
        """Returns what the word at a place is read as with its strength, how many words that took, and why."""
        word = words[place].folded
        corrected = self.meanings.spellings.get(word)
        if corrected:
            return [(part, 1.0) for part in corrected], 1, "glossary"
        if word in self.vocabulary.number or word in self.meanings.names or is_number(word):
            return [(word, 1.0)], 1, ""
        if place + 1 < len(words):
            joined = word + words[place + 1].folded
            if joined in self.vocabulary.number and len(joined) >= SHORTEST_REPAIRED:
                return [(joined, 1.0)], 2, "joined"
        if len(word) < SHORTEST_REPAIRED - 1 or word in ANY_LANGUAGE:
            return [(word, 1.0)], 1, ""
        halves = self._split(word) if len(word) >= SHORTEST_REPAIRED else None
        if halves:
            return [(half, 1.0) for half in halves], 1, "split"
        before, after = (words[i].folded if 0 <= i < len(words) else "" for i in (place - 1, place + 1))
        guess, likeness = self._nearest(word, before, after)
        if guess and likeness >= (KNOWN_REPAIR_FROM if concepts_of(self.meanings, word) else REPAIR_FROM):
            return [(guess, likeness)], 1, "spelling"
        return [(word, 1.0)], 1, ""

    def _fits(self, before: str, known: str, after: str) -> int:
        """Returns how many of two words some phrasing has beside a known one."""
        return (f"{before} {known}" in self.pairs) + (f"{known} {after}" in self.pairs)

    def _nearest(self, word: str, before: str, after: str) -> tuple[str, float]:
        """Returns the known word nearest in spelling and its similarity.

        People rarely miss the first letter, and a short word has many neighbours: there it must be right. Of equally
        near words the one that some phrasing has beside the words around it wins, then the commoner one. Words of three
        letters, many of which are names, are repaired only to one that is found in such company.
        """
        vocabulary = self.vocabulary
        start, end = (bisect_left(vocabulary.words, edge) for edge in (word[0], chr(ord(word[0]) + 1)))
        numbers = np.arange(start, end)
        if len(word) > _SHORT:
            near, likeness = near_words(vocabulary, word)
            numbers = np.union1d(numbers, near[np.argsort(-likeness, kind="stable")[:_LOOKED_AT]])
        if self.spoken is not None:
            numbers = numbers[self.spoken[numbers]]
        close = process.extract(
            word,
            [vocabulary.words[number] for number in numbers.tolist()],
            scorer=OSA.normalized_similarity,
            score_cutoff=REPAIR_FROM,
            limit=_LOOKED_AT,
        )
        ranked = [
            (
                similarity + _FITS * self._fits(before, known, after),
                -float(vocabulary.idf[numbers[place]]),
                known,
                similarity,
            )
            for known, similarity, place in close
            if not is_number(known)
            and len(known) >= SHORTEST_REPAIRED - 1
            and (len(word) >= SHORTEST_REPAIRED or self._fits(before, known, after))
        ]
        return max(ranked)[2:] if ranked else ("", 0.0)

    def _split(self, word: str) -> tuple[str, str] | None:
        """Returns the two words that were typed as one, if some phrasing has them side by side."""
        for cut in range(1, len(word)):
            if f"{word[:cut]} {word[cut:]}" in self.pairs:
                return word[:cut], word[cut:]
        return None
