"""Sentences as points whose nearness can be computed.

A word stands for itself, for the words that look like it, and for what it means; neighbouring words stand for each
other's order. Two sentences are near by the weighted sum over all pairs of their words: a kernel between bags of words
(Shawe-Taylor and Cristianini 2004, ch. 10) that keeps tables as small as the vocabulary, not as all sentences' n-grams.
Measured against flat word and character tf-idf vectors it is as exact and about twenty times cheaper to train on.

Lives here: placing phrasings when an index is built, placing a message, and their nearness. Which article a message
belongs to is judged in `kb.candidates`.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from kb.meanings import Meanings, concepts_of, find_terms
from kb.normalise import Word
from kb.repair import Token
from kb.vocabulary import MEANING, Floats, Ints, Vocabulary, build_vocabulary, near_words

SAME, ALIKE, ORDER = 0.35, 0.35, 0.3
"""Shares of identical words, look-alike words and neighbouring words in the nearness of two sentences."""
CONCEPT = 1.0
"""What an everyday concept weighs, measured in words."""
_MANY = 3_000
_EDGE = "\N{MIDDLE DOT}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The phrasings of an index as rows of sparse tables."""

    vocabulary: Vocabulary
    """Words and their likenesses."""
    meanings: Meanings
    """Glossary and thesaurus."""
    rows: csr_array
    """Per phrasing the weights of its words, of length 1."""
    order: csr_array
    """Per phrasing the weights of its neighbouring words, of length 1."""
    pairs: tuple[str, ...]
    """Neighbouring words, sorted."""
    pair_idf: Floats
    """How telling each pair is."""
    pair_number: dict[str, int] = field(repr=False)
    """The place of each pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A message placed in a space."""

    words: Ints
    """Numbers of the vocabulary's words that it touches, rising."""
    pull: Floats
    """How strongly it touches each."""
    pairs: Ints
    """Numbers of its neighbouring words that are known, rising."""
    pair_pull: Floats
    """Their weights."""
    own: Ints
    """Numbers of the words that stand in it, after repair, rising."""
    mass: float
    """Summed weight of its words."""
    unknown: float
    """Share of that weight that the vocabulary does not know, 0 to 1."""


def tokens_with_meanings(
    meanings: Meanings, words: Sequence[str], concepts: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    """Returns the words and the meanings of a sentence with what each counts for, measured in words.

    Args:
        meanings: Glossary and thesaurus.
        words: The sentence.
        concepts: The everyday concepts of each of its words.
    """
    bag = dict.fromkeys(words, 1.0)
    for word in words:
        for concept in concepts[word]:
            bag.setdefault(concept, CONCEPT)
    for _, _, term in find_terms(meanings, [Word(word, word) for word in words]):
        bag[term] = 1.0
    return bag


def pairs_of(words: Sequence[str]) -> set[str]:
    """Returns the neighbouring words of a sentence, its edges included, and the words that one word keeps apart."""
    edged = [_EDGE, *words, _EDGE] if words else []
    return {f"{a} {b}" for a, b in pairwise(edged)} | {f"{a} _ {b}" for a, b in zip(edged, edged[2:], strict=False)}


def build_space(
    sentences: Sequence[Sequence[str]], languages: Sequence[str], meanings: Meanings, *, most_pairs: int
) -> Space:
    """Places the tokenised phrasings of an index; of its neighbouring words at most so many, the commonest, count."""
    concepts = {word: concepts_of(meanings, word) for word in {word for words in sentences for word in words}}
    bags = [tokens_with_meanings(meanings, words, concepts) for words in sentences]
    vocabulary = build_vocabulary([list(bag) for bag in bags], languages)
    weighed = [
        {vocabulary.number[word]: part * float(vocabulary.idf[vocabulary.number[word]]) for word, part in bag.items()}
        for bag in bags
    ]
    paired = [pairs_of(words) for words in sentences]
    seen = Counter(pair for pairs in paired for pair in pairs)
    common = [pair for pair, count in seen.items() if count > 1 or len(sentences) <= _MANY]
    kept = tuple(sorted(sorted(common, key=lambda pair: (-seen[pair], pair))[:most_pairs]))
    number = {pair: i for i, pair in enumerate(kept)}
    count = len(sentences)
    idf = {pair: 1.0 + math.log((1 + count) / (1 + n)) for pair, n in seen.items()}
    lengths = [math.sqrt(sum(idf[p] ** 2 for p in sorted(pairs))) for pairs in paired]
    return Space(
        vocabulary=vocabulary,
        meanings=meanings,
        rows=_table(weighed, [math.sqrt(sum(v * v for v in row.values())) for row in weighed], len(vocabulary.words)),
        order=_table(
            [{number[p]: idf[p] for p in sorted(pairs) if p in number} for pairs in paired], lengths, len(kept)
        ),
        pairs=kept,
        pair_idf=np.array([idf[pair] for pair in kept], dtype=np.float32),
        pair_number=number,
    )


def _table(rows: Sequence[dict[int, float]], lengths: Iterable[float], width: int) -> csr_array:
    """Returns sparse rows, each divided by its length."""
    starts = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int32)
    columns = np.array([column for row in rows for column in sorted(row)], dtype=np.int32)
    values = [row[c] / max(length, 1e-9) for row, length in zip(rows, lengths, strict=True) for c in sorted(row)]
    return csr_array((np.array(values, dtype=np.float32), columns, starts), shape=(len(rows), width))


def place_tokens(space: Space, tokens: Sequence[Token]) -> Point:
    """Places a message; words that no phrasing has pull towards look-alikes and make everything else less near."""
    vocabulary = space.vocabulary
    words = [token.word for token in tokens]
    strength = {token.word: token.strength for token in tokens}
    pull = np.zeros(len(vocabulary.words), dtype=np.float32)
    square = mass = unknown = 0.0
    own: list[int] = []
    concepts = {word: concepts_of(space.meanings, word) for word in words}
    for word, part in tokens_with_meanings(space.meanings, words, concepts).items():
        weight = part * vocabulary.weight(word)
        known = vocabulary.number.get(word)
        sure = strength.get(word, 1.0)
        square += weight * weight
        if not word.startswith(MEANING):
            mass += weight
            unknown += weight * (1.0 - sure if known is not None else 1.0)
        if known is not None:
            own.append(known)
            _pull_known(vocabulary, pull, known, weight * sure)
        elif not word.startswith(MEANING):
            numbers, likeness = near_words(vocabulary, word)
            pull[numbers] += np.float32(ALIKE * weight) * likeness
    touched = np.flatnonzero(pull).astype(np.int32)
    pair_numbers, pair_pull = _place_pairs(space, words)
    return Point(
        words=touched,
        pull=pull[touched] / np.float32(max(math.sqrt(square), 1e-9)),
        pairs=pair_numbers,
        pair_pull=pair_pull,
        own=np.array(sorted(own), dtype=np.int32),
        mass=mass,
        unknown=unknown / mass if mass else 1.0,
    )


def _pull_known(vocabulary: Vocabulary, pull: Floats, known: int, weight: float) -> None:
    """Adds what a known word pulls: itself, and the words that look like it."""
    alike = vocabulary.alike
    start, end = alike.indptr[known], alike.indptr[known + 1]
    pull[alike.indices[start:end]] += np.float32(ALIKE * weight) * alike.data[start:end]
    pull[known] += SAME * weight


def _place_pairs(space: Space, words: Sequence[str]) -> tuple[Ints, Floats]:
    """Returns the known neighbouring words of a message with their weights."""
    unseen = 1.0 + math.log(1 + space.rows.shape[0])
    found = sorted(pairs_of(words))
    numbers = [space.pair_number[pair] for pair in found if pair in space.pair_number]
    values = space.pair_idf[numbers] if numbers else np.empty(0, dtype=np.float32)
    square = float(values @ values) + unseen**2 * (len(found) - len(numbers))
    return np.array(numbers, dtype=np.int32), values * np.float32(ORDER / max(math.sqrt(square), 1e-9))


def nearness(space: Space, point: Point, rows: Ints | None = None) -> Floats:
    """Returns how near each phrasing is to a message: 1 for the same words in the same order, 0 for nothing shared.

    Args:
        space: Where the phrasings stand.
        point: Where the message stands.
        rows: Only these phrasings; None: all.
    """
    pull = np.zeros(space.rows.shape[1], dtype=np.float32)
    pull[point.words] = point.pull
    order = np.zeros(space.order.shape[1], dtype=np.float32)
    order[point.pairs] = point.pair_pull
    near: Floats
    if rows is None:
        near = space.rows @ pull + space.order @ order
    else:
        near = space.rows[rows] @ pull + space.order[rows] @ order
    return near
