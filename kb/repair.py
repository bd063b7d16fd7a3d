"""What a damaged word most likely was, judged by the desk's own words.

Lives here: misspellings from the glossary, words typed together or apart, typing mistakes. Each repair is told, so that
an explanation can name it. Called by `kb.search` for messages, never for phrasings, which their authors have checked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import OSA

from kb.function_words import ANY_LANGUAGE
from kb.meanings import Meanings, concepts_of
from kb.normalise import Word, is_number
from kb.vocabulary import Vocabulary, near_words

SHORTEST_REPAIRED = 4
"""Shorter words have too many neighbours to guess among."""
REPAIR_FROM = 0.70
"""Similarity (1 - optimal string alignment distance / length) from which a word counts as a misspelling."""
_LOOKED_AT = 12


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
    vocabulary: Vocabulary, meanings: Meanings, words: Sequence[Word]
) -> tuple[tuple[Token, ...], tuple[Reading, ...]]:
    """Reads a message in the desk's own words and tells which words were changed."""
    tokens: list[Token] = []
    readings: list[Reading] = []
    place = 0
    while place < len(words):
        word = words[place]
        found, used, why = _read_at(vocabulary, meanings, words, place)
        tokens += [Token(target, strength, word.source) for target, strength in found]
        if why:
            source = " ".join(taken.source for taken in words[place : place + used])
            readings.append(Reading(source=source, target=" ".join(target for target, _ in found), why=why))
        place += used
    return tuple(tokens), tuple(readings)


def _read_at(
    vocabulary: Vocabulary, meanings: Meanings, words: Sequence[Word], place: int
) -> tuple[list[tuple[str, float]], int, str]:
    """Returns what the word at a place is read as with its strength, how many words that took, and why ("" as is)."""
    word = words[place].folded
    corrected = meanings.spellings.get(word)
    if corrected:
        return [(part, 1.0) for part in corrected], 1, "glossary"
    if word in vocabulary.number or word in meanings.names or is_number(word):
        return [(word, 1.0)], 1, ""
    if place + 1 < len(words):
        joined = word + words[place + 1].folded
        if joined in vocabulary.number and len(joined) >= SHORTEST_REPAIRED:
            return [(joined, 1.0)], 2, "joined"
    if len(word) < SHORTEST_REPAIRED or word in ANY_LANGUAGE:
        return [(word, 1.0)], 1, ""
    guess, likeness = _nearest(vocabulary, word)
    halves = _split(vocabulary, word)
    if halves and likeness < 1 - 1 / len(word):
        return [(half, 1.0) for half in halves], 1, "split"
    known_elsewhere = bool(concepts_of(meanings, word))
    if guess and likeness >= (REPAIR_FROM + 0.1 if known_elsewhere else REPAIR_FROM):
        return [(guess, likeness)], 1, "spelling"
    return [(word, 1.0)], 1, ""


def _nearest(vocabulary: Vocabulary, word: str) -> tuple[str, float]:
    """Returns the known word nearest in spelling and its similarity; ties go to the commoner word."""
    numbers, likeness = near_words(vocabulary, word)
    best = ("", 0.0)
    best_rank = (0.0, 0.0)
    for place in np.argsort(-likeness, kind="stable")[:_LOOKED_AT]:
        known = vocabulary.words[numbers[place]]
        if is_number(known) or len(known) < SHORTEST_REPAIRED - 1:
            continue
        similarity = OSA.normalized_similarity(word, known)
        rank = (similarity, -float(vocabulary.idf[numbers[place]]))
        if rank > best_rank:
            best, best_rank = (known, similarity), rank
    return best


def _split(vocabulary: Vocabulary, word: str) -> tuple[str, str] | None:
    """Returns the two known words that were typed as one, cut nearest the middle; None if there are none."""
    found = [
        (word[:cut], word[cut:])
        for cut in range(2, len(word) - 1)
        if word[:cut] in vocabulary.number and word[cut:] in vocabulary.number
    ]
    return max(found, key=lambda halves: min(len(half) for half in halves)) if found else None
