"""What an index would say to questions it has not seen: its own phrasings, held out.

Each fold is built without a fifth of the entries and without a fifth of the phrasings of the others. The phrasings of a
missing entry are questions that no entry answers; the missing phrasings of the others are questions with a known
answer. So a desk learns how sure to be without any question from outside. Two entries that are each other's nearest
leave together: with its twin still there, a question of the missing one would all but have an answer, which is not what
questions from outside are like. Called by `kb.calibration`.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.candidates import Corpus, build_corpus, find_candidates
from kb.confidence import FEATURES, Reals, features_of
from kb.normalise import Word
from kb.repair import repair_words

FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Held-out questions with what was found for them."""

    features: Reals
    """One row per question."""
    right: NDArray[np.bool_]
    """Whether the best candidate was right."""
    known: NDArray[np.bool_]
    """Whether some entry answers the question."""
    entry: NDArray[np.int32]
    """The entry that the question means."""
    found: NDArray[np.int32]
    """The entry that was found best."""
    language: NDArray[np.str_]
    """What the question is written in."""


def fold_of(text: str) -> int:
    """Returns the same fold for the same text in every process."""
    return zlib.crc32(text.encode()) % FOLDS


def hold_trial(
    corpus: Corpus,
    sentences: Sequence[Sequence[str]],
    languages: Sequence[str],
    ids: Sequence[str],
    *,
    folds: int = FOLDS,
    most: int = 1_500,
) -> Trial:
    """Asks an index its own phrasings without their being in it.

    Args:
        corpus: All phrasings.
        sentences: Folded words of each phrasing, sorted by entry.
        languages: Language of each phrasing.
        ids: The entries' ids, by which the folds are drawn.
        folds: How many of the FOLDS folds to hold.
        most: How many questions to ask in all, of each kind.
    """
    entry_folds = _draw_entries(corpus, ids)
    text_folds = [fold_of(" ".join(words)) for words in sentences]
    asked: list[_Asked] = []
    for fold in range(folds):
        out = [entry_folds[entry] == fold for entry in corpus.owner]
        held = _Held(
            outside=[i for i, is_out in enumerate(out) if is_out],
            hidden=[i for i, is_out in enumerate(out) if not is_out and text_folds[i] == fold],
            kept=[i for i, is_out in enumerate(out) if not is_out and text_folds[i] != fold],
        )
        asked += _ask_held(corpus, sentences, languages, held, most=most // folds)
    return Trial(
        features=np.array([row.features for row in asked]).reshape(len(asked), len(FEATURES)),
        right=np.array([row.known and row.found == row.entry for row in asked], dtype=bool),
        known=np.array([row.known for row in asked], dtype=bool),
        entry=np.array([row.entry for row in asked], dtype=np.int32),
        found=np.array([row.found for row in asked], dtype=np.int32),
        language=np.array([row.language for row in asked], dtype=np.str_),
    )


def _draw_entries(corpus: Corpus, ids: Sequence[str]) -> list[int]:
    """Returns the fold of each entry; entries that are each other's nearest share one."""
    mean = corpus.member @ corpus.space.rows
    touched = (mean @ corpus.space.vocabulary.alike) @ mean.T
    near = touched.toarray()
    length = np.sqrt(np.maximum(np.diag(near), 1e-9))
    near = near / length / length[:, None]
    np.fill_diagonal(near, -1.0)
    nearest = near.argmax(axis=1)
    return [
        fold_of(min(ids[entry], ids[other]) if nearest[other] == entry else ids[entry])
        for entry, other in enumerate(nearest)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """Which phrasings a fold asks, and which it keeps."""

    outside: list[int]
    hidden: list[int]
    kept: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One question and what was found for it."""

    features: Reals
    known: bool
    entry: int
    found: int
    language: str


def _ask_held(
    corpus: Corpus, sentences: Sequence[Sequence[str]], languages: Sequence[str], held: _Held, *, most: int
) -> Iterator[_Asked]:
    """Yields a fold's questions with what an index of the kept phrasings finds."""
    left = sorted({int(corpus.owner[i]) for i in held.kept})
    if not left:
        return
    place = {entry: number for number, entry in enumerate(left)}
    meanings = corpus.space.meanings
    smaller = build_corpus(
        [sentences[i] for i in held.kept],
        [languages[i] for i in held.kept],
        [place[int(corpus.owner[i])] for i in held.kept],
        meanings,
        senses=corpus.space.senses[held.kept],
    )
    for group, known in ((held.hidden, True), (held.outside, False)):
        for i in _sample(group, most):
            entry = int(corpus.owner[i])
            if known and entry not in place:
                continue
            tokens, _ = repair_words(
                smaller.space.vocabulary,
                meanings,
                [Word(word, word) for word in sentences[i]],
                pairs=smaller.space.pair_number,
                language=languages[i],
            )
            sense = corpus.space.senses[i].astype(np.float32)
            found = find_candidates(smaller, tokens, language=languages[i], sense=sense)
            yield _Asked(
                features=features_of(smaller, found, len(tokens)),
                known=known,
                entry=entry,
                found=left[int(found.entries[0])],
                language=languages[i],
            )


def _sample(group: Sequence[int], most: int) -> Sequence[int]:
    """Returns at most so many members, evenly spread."""
    return group if len(group) <= most else [group[i * len(group) // most] for i in range(most)]
