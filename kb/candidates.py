"""Which entries a message may mean, with all evidence for each.

Lives here: the searchable corpus (phrasings in order, their space and regression), the gathering of the best entries
and the re-ranking by spelling. How sure that makes us is judged in `kb.confidence`. Called by `kb.search`, and while an
index is built by `kb.trial`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.sparse import csr_array

from kb.meanings import Meanings
from kb.regression import Regression, ask_regression, carry_regression, train_regression
from kb.repair import Token
from kb.sense import Senses
from kb.space import Point, Space, build_space, nearness, place_tokens
from kb.vocabulary import Floats, Ints, count_up

PARTS = ("regression", "nearest", "kin", "order", "spelling", "contained", "covered", "pull")
"""Names of the evidence, in the order of the columns of `Candidates.parts`."""
FUSION = np.array([1.5, 0.3, 0.1, 0.6, 1.0, 0.7, 1.0, 0.0])
"""What each part counts for; fitted once on validation splits, the same for every desk."""
LOOKED_AT = 10
"""Entries that are re-ranked."""
_PHRASINGS_EACH = 3
_NEARNESS_COUNTS = 3.0
_FOREIGN = 0.95
_FEWEST_PAIRS = 2_000
_MOST_WEIGHTS = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Phrasings sorted by entry, ready to be compared with a message."""

    space: Space
    """Where the phrasings stand."""
    regression: Regression
    """Which entry a place belongs to."""
    owner: Ints
    """Per phrasing the number of its entry, rising."""
    starts: Ints
    """Per entry its first phrasing; every entry has one at least."""
    plain: tuple[str, ...]
    """Per phrasing its folded words, joined."""
    spoken: Mapping[str, NDArray[np.bool_]]
    """Per language which phrasings are written in it."""
    member: csr_array
    """Per entry (row) its phrasings (column), each worth 1."""
    has_word: NDArray[np.bool_]
    """Per entry (row) and word of the vocabulary whether one of its phrasings has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The best entries for a message with their evidence, best first."""

    entries: Ints
    """Their numbers."""
    rows: Ints
    """The nearest phrasing of each."""
    parts: NDArray[np.float64]
    """One row per entry, one column per part."""
    scores: NDArray[np.float64]
    """The parts fused: the difference of two is a logarithm of odds."""
    point: Point
    """Where the message stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A corpus of nearly the same phrasings, and what became of them."""

    corpus: Corpus
    """The earlier one."""
    columns: Ints
    """Per present entry its number there; -1 if it is new."""
    fresh: Ints
    """The present phrasings that it does not have."""


def build_corpus(
    sentences: Sequence[Sequence[str]],
    languages: Sequence[str],
    owner: Sequence[int],
    meanings: Meanings,
    *,
    senses: Senses | None = None,
    earlier: Earlier | None = None,
) -> Corpus:
    """Places phrasings, which are sorted by entry, and learns to tell the entries apart.

    With an earlier corpus it does not learn anew but takes over what that one has learnt.
    """
    owners = np.array(owner, dtype=np.int32)
    count = int(owners[-1]) + 1 if len(owners) else 0
    most_pairs = max(_FEWEST_PAIRS, _MOST_WEIGHTS // max(1, count))
    space = build_space(sentences, languages, meanings, most_pairs=most_pairs, senses=senses)
    member = csr_array(
        (np.ones(len(owners), dtype=np.float32), (owners, np.arange(len(owners)))), shape=(count, len(owners))
    )
    if earlier is None:
        regression = train_regression(space, owners, count)
    else:
        known, before = earlier.corpus.regression, earlier.corpus.space
        regression = carry_regression(known, before, space, owners, columns=earlier.columns, fresh=earlier.fresh)
    return Corpus(
        space=space,
        regression=regression,
        owner=owners,
        starts=np.searchsorted(owners, np.arange(count)).astype(np.int32),
        plain=tuple(" ".join(words) for words in sentences),
        spoken={code: np.array([code == own for own in languages]) for code in sorted(set(languages))},
        member=member,
        has_word=(member @ space.rows).toarray() > 0,
    )


def learn_anew(corpus: Corpus) -> Corpus:
    """Learns from the phrasings alone what was taken over from an earlier corpus."""
    return replace(corpus, regression=train_regression(corpus.space, corpus.owner, len(corpus.starts)))


def find_candidates(
    corpus: Corpus,
    tokens: Sequence[Token],
    *,
    language: str = "",
    sense: Floats | None = None,
    allowed: NDArray[np.bool_] | None = None,
) -> Candidates:
    """Gathers the best entries for a message.

    Args:
        corpus: What to search; it has one phrasing at least.
        tokens: The message's words after repair.
        language: What the message is likely written in: phrasings of other languages count a little less.
        sense: What the message is about; None on a desk that does not ask for it.
        allowed: Per entry whether it may be found; None: all may.
    """
    point = place_tokens(corpus.space, tokens, sense)
    pull, logs = ask_regression(corpus.regression, point)
    near = _nearness(corpus, point, language)
    nearest = np.maximum.reduceat(near, corpus.starts)
    first = logs + _NEARNESS_COUNTS * nearest
    if allowed is not None:
        first = np.where(allowed, first, -np.inf)
    count = min(LOOKED_AT, len(first))
    best_few = np.sort(np.argpartition(-first, count - 1)[:count])
    picked: Ints = best_few[np.isfinite(first[best_few])].astype(np.int32)
    rows, begins = _best_rows(corpus, near, picked)
    parts = np.zeros((len(picked), len(PARTS)))
    parts[:, 0] = logs[picked]
    parts[:, 1] = nearest[picked]
    parts[:, 2] = np.add.reduceat(near[rows], begins) / np.diff(begins, append=len(rows))
    parts[:, 3:6] = _spelling(corpus, " ".join(token.word for token in tokens), rows, begins)
    parts[:, 6] = _covered(corpus, point, picked)
    parts[:, 7] = pull[picked]
    scores = parts @ FUSION
    best = np.argsort(-scores, kind="stable")
    return Candidates(
        entries=picked[best],
        rows=rows[begins[best]],
        parts=parts[best],
        scores=scores[best],
        point=point,
    )


def _nearness(corpus: Corpus, point: Point, language: str) -> Floats:
    """Returns how near each phrasing is; one in another language a little less."""
    near = nearness(corpus.space, point)
    if language in corpus.spoken and len(corpus.spoken) > 1:
        near = np.where(corpus.spoken[language], near, np.float32(_FOREIGN) * near)
    return near


def _best_rows(corpus: Corpus, near: Floats, entries: Ints) -> tuple[Ints, Ints]:
    """Returns the few nearest phrasings of each entry, nearest first, and where those of each entry begin."""
    counts = np.append(corpus.starts, len(near))[entries + 1] - corpus.starts[entries]
    rows = count_up(corpus.starts[entries], counts)
    rows = rows[np.lexsort((-near[rows], np.repeat(np.arange(len(entries)), counts)))]
    taken = np.minimum(counts, _PHRASINGS_EACH)
    return rows[count_up(np.cumsum(counts) - counts, taken)], (np.cumsum(taken) - taken).astype(np.int32)


def _spelling(corpus: Corpus, query: str, rows: Ints, begins: Ints) -> NDArray[np.float64]:
    """Returns the best ratios of each entry's nearest phrasings: as written, words sorted, one within the other."""
    choices = [corpus.plain[row] for row in rows.tolist()]
    if not choices or not query:
        return np.zeros((len(begins), 3))
    return np.stack(
        [
            np.maximum.reduceat(process.cdist([query], choices, scorer=scorer)[0], begins) / 100
            for scorer in (fuzz.ratio, fuzz.token_sort_ratio, fuzz.token_set_ratio)
        ],
        axis=1,
    ).astype(np.float64)


def _covered(corpus: Corpus, point: Point, entries: Ints) -> NDArray[np.float64]:
    """Returns the share of a message's weight that the phrasings of each entry have."""
    idf = corpus.space.vocabulary.idf[point.own].astype(np.float64)
    total = float(idf.sum()) + point.unknown * point.mass
    share: NDArray[np.float64] = corpus.has_word[np.ix_(entries, point.own)] @ idf / max(total, 1e-9)
    return share
