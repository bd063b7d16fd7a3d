"""The words a desk uses, how telling each is, and which of them look alike.

Lives here: word weights and spelling likeness by character n-grams. Sentences are compared in `kb.space`, damaged words
are repaired in `kb.repair`. Built once per index.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kb.function_words import ANY_LANGUAGE

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

MEANING = "\N{SECTION SIGN}"
"""Begins a token that no customer can type: a meaning shared by several words."""
ALIKE_FROM = 0.2
"""Words less alike than this count as different; keeps the table of likenesses small at no cost in accuracy."""
_GRAM_LENGTHS = (2, 3, 4)
_PRIOR_SENTENCES = 20.0
_PRIOR_SHARE = 0.15
_CROWD = 0.02
_ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All words of an index with weights and likenesses."""

    words: tuple[str, ...]
    """Sorted; a word's place here is its number."""
    idf: Floats
    """Per word how telling it is."""
    unseen: float
    """The weight of a word that no phrasing has."""
    grams: tuple[str, ...]
    """Character n-grams of the words, sorted."""
    gram_idf: Floats
    """Per n-gram how telling it is."""
    spelled: csr_array
    """Per n-gram (row) the words that have it (column), weighted so that a word's n-grams have length 1."""
    alike: csr_array
    """Per word (row) the words that look like it (column), itself included, 0 to 1."""
    spoken: Mapping[str, NDArray[np.bool_]]
    """Per language which words its phrasings have."""
    number: dict[str, int] = field(repr=False)
    """The place of each word."""
    gram_number: dict[str, int] = field(repr=False)
    """The place of each n-gram."""

    def weight(self, word: str) -> float:
        """Returns how telling a word is, known or not; an unknown courtesy says next to nothing."""
        known = self.number.get(word)
        if known is not None:
            return float(self.idf[known])
        return 0.3 * self.unseen if word in ANY_LANGUAGE else self.unseen


def grams_of(word: str) -> list[str]:
    """Returns the character n-grams of a word, its edges marked; a meaning has only itself."""
    if word.startswith(MEANING):
        return [word]
    edged = f"<{word}>"
    return [edged[i : i + n] for n in _GRAM_LENGTHS for i in range(len(edged) - n + 1)]


def build_vocabulary(bags: Sequence[Sequence[str]], languages: Sequence[str]) -> tuple[Vocabulary, Ints]:
    """Weighs the different words of each sentence; returns them as numbers too, one sentence after the other.

    A word is as common as in the language that uses it most, so that "ja" tells nothing on a desk that is one sixth
    Estonian. The weight is the smoothed inverse document frequency (Sparck Jones 1972; the form of scikit-learn);
    function words start with some occurrences, which matter only while there are few sentences.
    """
    words = tuple(sorted(set(chain.from_iterable(bags))))
    number = {word: i for i, word in enumerate(words)}
    flat = np.array([number[word] for bag in bags for word in bag], dtype=np.int32)
    sizes = [len(bag) for bag in bags]
    spoken: dict[str, NDArray[np.bool_]] = {}
    share = np.zeros(len(words))
    is_function = np.array([word in ANY_LANGUAGE for word in words], dtype=bool)
    totals = Counter(languages)
    for language in sorted(totals):
        own = np.repeat(np.array([language == one for one in languages], dtype=bool), sizes)
        seen = np.bincount(flat[own], minlength=len(words))
        spoken[language] = seen > 0
        prior = np.where(is_function, _PRIOR_SENTENCES, 0.0)
        now = (seen + _PRIOR_SHARE * prior + 1) / (totals[language] + prior + 1)
        share = np.where(spoken[language], np.maximum(share, now), share)
    idf = np.array([1.0 - math.log(min(1.0, one)) for one in share], dtype=np.float32)
    grams, gram_idf, spelled = _spell(words)
    vocabulary = Vocabulary(
        words=words,
        idf=idf,
        unseen=1.0 + math.log(1.0 + max(totals.values(), default=0)),
        grams=grams,
        gram_idf=gram_idf,
        spelled=spelled,
        alike=_find_alike(spelled),
        spoken=spoken,
        number=number,
        gram_number={gram: i for i, gram in enumerate(grams)},
    )
    return vocabulary, flat


def _spell(words: Sequence[str]) -> tuple[tuple[str, ...], Floats, csr_array]:
    """Returns all n-grams, their weights and the table from n-gram to words."""
    spelled = [grams_of(word) for word in words]
    names = tuple(sorted(set(chain.from_iterable(spelled))))
    place = {gram: i for i, gram in enumerate(names)}
    rows = np.array([place[gram] for grams in spelled for gram in grams], dtype=np.int32)
    columns = np.repeat(np.arange(len(words), dtype=np.int32), [len(grams) for grams in spelled])
    table = csr_array((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(len(names), len(words)))
    holders = np.diff(table.indptr)
    idf = np.array([1.0 + math.log((1 + len(words)) / (1 + n)) for n in holders.tolist()], dtype=np.float32)
    table.data *= np.repeat(idf, holders)
    lengths = np.sqrt(np.bincount(table.indices, weights=table.data**2, minlength=len(words)))
    table.data /= np.maximum(lengths, 1e-9).astype(np.float32)[table.indices]
    return names, idf, table


def _find_alike(spelled: csr_array) -> csr_array:
    """Returns the cosine of every two words over their n-grams, where it reaches ALIKE_FROM.

    n-grams that a crowd of words share (beginnings of two letters) are left out of the products: they cost most and
    tell least. The diagonal is 1 all the same.
    """
    count = spelled.shape[1]
    holders = np.diff(spelled.indptr)
    rare = spelled[np.flatnonzero(holders <= max(30, _CROWD * count))]
    by_word = rare.T.tocsr()
    rows: list[Ints] = []
    columns: list[Ints] = []
    values: list[Floats] = []
    for start in range(0, count, _ROWS_AT_ONCE):
        block = (by_word[start : start + _ROWS_AT_ONCE] @ rare).tocoo()
        near = (block.data >= ALIKE_FROM) & (block.row + start != block.col)
        rows.append((block.row[near] + start).astype(np.int32))
        columns.append(block.col[near].astype(np.int32))
        values.append(block.data[near].astype(np.float32))
    own = np.arange(count, dtype=np.int32)
    table = csr_array(
        (
            np.concatenate([*values, np.ones(count, dtype=np.float32)]),
            (np.concatenate([*rows, own]), np.concatenate([*columns, own])),
        ),
        shape=(count, count),
    )
    table.sort_indices()
    return table


def count_up(starts: Ints, counts: Ints) -> Ints:
    """Returns so many numbers from each start on, one range after the other."""
    ends = np.cumsum(counts)
    numbers: Ints = np.arange(ends[-1], dtype=np.int32) + np.repeat(starts - ends + counts, counts)
    return numbers


def near_words(vocabulary: Vocabulary, word: str) -> tuple[Ints, Floats]:
    """Returns the numbers of the words that look like an unknown one, with their likeness from ALIKE_FROM to 1."""
    counted = Counter(grams_of(word))
    seen = [(vocabulary.gram_number[g], n) for g, n in counted.items() if g in vocabulary.gram_number]
    if not seen:
        return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
    places = np.array([place for place, _ in seen], dtype=np.int32)
    weights = np.array([n for _, n in seen], dtype=np.float32) * vocabulary.gram_idf[places]
    new = 1.0 + math.log(1.0 + len(vocabulary.words))
    length = math.sqrt(
        float(weights @ weights) + sum((n * new) ** 2 for g, n in counted.items() if g not in vocabulary.gram_number)
    )
    spelled = vocabulary.spelled
    counts = spelled.indptr[places + 1] - spelled.indptr[places]
    picked = count_up(spelled.indptr[places], counts)
    scores = np.bincount(
        spelled.indices[picked],
        weights=spelled.data[picked] * np.repeat(weights, counts),
        minlength=len(vocabulary.words),
    )
    near = np.flatnonzero(scores >= ALIKE_FROM * length).astype(np.int32)
    return near, (scores[near] / length).astype(np.float32)
