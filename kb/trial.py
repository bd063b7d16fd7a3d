"""What an index would say to questions it has not seen: its own phrasings, held out.

Each fold is built without a fifth of the entries and without a fifth of the phrasings of the others. The phrasings of a
missing entry are questions that no entry answers; the missing phrasings of the others are questions with a known
answer. So a desk learns how sure to be without any question from outside. Called by `kb.index`.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.candidates import build_corpus, find_candidates
from kb.confidence import FEATURES, Reals, features_of
from kb.meanings import Meanings
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
    language: tuple[str, ...]
    """Language of each question."""
    entry: NDArray[np.int32]
    """The entry that the question means."""
    found: NDArray[np.int32]
    """The entry that was found best."""


def fold_of(text: str) -> int:
    """Returns the same fold for the same text in every process."""
    return zlib.crc32(text.encode()) % FOLDS


def hold_trial(
    sentences: Sequence[Sequence[str]],
    languages: Sequence[str],
    owner: Sequence[int],
    ids: Sequence[str],
    meanings: Meanings,
    *,
    folds: int = FOLDS,
    most: int = 1_500,
) -> Trial:
    """Asks an index its own phrasings without their being in it.

    Args:
        sentences: Folded words of each phrasing, sorted by entry.
        languages: Language of each phrasing.
        owner: Entry of each phrasing, rising from 0.
        ids: Entry's ids, by which the folds are drawn.
        meanings: Glossary and thesaurus.
        folds: How many of the FOLDS folds to hold.
        most: How many questions to ask in all, of each kind.
    """
    asked = [
        row
        for fold in range(folds)
        for row in _hold_fold(sentences, languages, owner, ids, meanings, fold=fold, most=most // folds)
    ]
    return Trial(
        features=np.array([row[0] for row in asked]).reshape(len(asked), len(FEATURES)),
        right=np.array([row[2] and row[4] == row[3] for row in asked], dtype=bool),
        known=np.array([row[2] for row in asked], dtype=bool),
        language=tuple(row[1] for row in asked),
        entry=np.array([row[3] for row in asked], dtype=np.int32),
        found=np.array([row[4] for row in asked], dtype=np.int32),
    )


def _hold_fold(
    sentences: Sequence[Sequence[str]],
    languages: Sequence[str],
    owner: Sequence[int],
    ids: Sequence[str],
    meanings: Meanings,
    *,
    fold: int,
    most: int,
) -> Iterator[tuple[Reals, str, bool, int, int]]:
    """Yields features, language, whether known, the entry meant and the entry found for one fold's questions."""
    text_folds = [fold_of(" ".join(words)) for words in sentences]
    entry_folds = [fold_of(name) for name in ids]
    outside = [i for i in range(len(sentences)) if entry_folds[owner[i]] == fold]
    hidden = [i for i in range(len(sentences)) if entry_folds[owner[i]] != fold and text_folds[i] == fold]
    kept = sorted(set(range(len(sentences))) - set(outside) - set(hidden))
    left = sorted({owner[i] for i in kept})
    if not left:
        return
    place = {entry: number for number, entry in enumerate(left)}
    corpus = build_corpus(
        [sentences[i] for i in kept], [languages[i] for i in kept], [place[owner[i]] for i in kept], meanings
    )
    for group, known in ((hidden, True), (outside, False)):
        for i in _sample(group, most):
            if known and owner[i] not in place:
                continue
            tokens, _ = repair_words(corpus.space.vocabulary, meanings, [Word(w, w) for w in sentences[i]])
            found = find_candidates(corpus, tokens)
            yield features_of(corpus, found, len(tokens)), languages[i], known, owner[i], left[int(found.entries[0])]


def _sample(group: Sequence[int], most: int) -> Sequence[int]:
    """Returns at most so many members, evenly spread."""
    return group if len(group) <= most else [group[i * len(group) // most] for i in range(most)]
