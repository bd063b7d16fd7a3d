"""Which entry a sentence belongs to, learnt from all phrasings at once.

Softmax regression in its dual form (Zhu and Hastie 2005, kernel logistic regression): one coefficient per phrasing and
entry. Trained with Nesterov's accelerated gradient and adaptive restart (O'Donoghue and Candes 2015), which needs no
line search and gives the same result in every process. Built by `kb.index`, asked by `kb.candidates`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from kb.sense import Senses
from kb.space import ALIKE, ORDER, SAME, Point, Space
from kb.vocabulary import Floats, Ints

_RIDGE = 0.03
_STEPS = 40
_POWER_STEPS = 12
_LARGEST_STEP = 0.02
_BUDGET = 5_000_000_000
_FEWEST_STEPS = 8
_ALONE = 2.0
_ROWS_AT_ONCE = 1_000
_AXES = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """Weights from what a sentence touches to entries."""

    words: Floats
    """Vocabulary by entries."""
    pairs: Floats
    """Neighbouring words by entries."""
    senses: Floats
    """What a sentence is about by entries; no rows on a desk that does not ask for it."""


def train_regression(space: Space, owner: Ints, entries: int) -> Regression:
    """Learns which entry each phrasing belongs to.

    The step is as long as the curvature allows when each entry's share is small (about 1 / entries), which is far
    longer than the worst case; the restart catches it where that is too long. A single entry has nobody to be told
    from: what is near its phrasings pulls towards it.
    """
    axes = _main_axes(space.senses)
    tables = (space.rows, space.word_holders, space.order, space.pair_holders)
    kernel = _Kernel.of(tables, space.vocabulary.alike, _turn(space.senses, axes))
    if entries < 2:
        alone = kernel.weigh(np.full((len(owner), entries), _ALONE / max(1, len(owner)), dtype=np.float32))
        return replace(alone, senses=axes @ alone.senses)
    curve = max(_LARGEST_STEP, min(0.5, 2.0 / entries))
    step = 1.0 / (_RIDGE + curve * kernel.largest_eigenvalue())
    learnt = kernel.weigh(_learn(kernel.pulls, owner, entries, step=step, steps=_steps(space, entries)))
    return replace(learnt, senses=axes @ learnt.senses)


def _main_axes(senses: Senses) -> Floats:
    """Returns the few directions in which senses differ most (principal components), as columns."""
    products = np.zeros((senses.shape[1], senses.shape[1]), dtype=np.float32)
    for start in range(0, len(senses), _ROWS_AT_ONCE):
        block = senses[start : start + _ROWS_AT_ONCE].astype(np.float32)
        products += block.T @ block
    return np.ascontiguousarray(np.linalg.eigh(products)[1][:, -_AXES:])


def _turn(senses: Senses, axes: Floats) -> Floats:
    """Returns senses by their main directions."""
    turned: Floats = np.empty((len(senses), axes.shape[1]), dtype=np.float32)
    for start in range(0, len(senses), _ROWS_AT_ONCE):
        turned[start : start + _ROWS_AT_ONCE] = senses[start : start + _ROWS_AT_ONCE].astype(np.float32) @ axes
    return turned


def carry_regression(
    known: Regression, before: Space, space: Space, owner: Ints, *, columns: Ints, fresh: Ints
) -> Regression:
    """Brings what was learnt of earlier phrasings to the present ones, and learns the few new ones beside it.

    Near to what `train_regression` gives, in next to no time; what is gone is still remembered.

    Args:
        known: What was learnt.
        before: The space in which it was.
        space: The present one.
        owner: Per present phrasing the number of its entry.
        columns: Per present entry its earlier number; -1 if it is new.
        fresh: The phrasings that are new.
    """
    words = np.array([before.vocabulary.number.get(word, -1) for word in space.vocabulary.words], dtype=np.int32)
    pairs = np.array([before.pair_number.get(pair, -1) for pair in space.pairs], dtype=np.int32)
    carried = Regression(
        words=_carry(known.words, words, columns),
        pairs=_carry(known.pairs, pairs, columns),
        senses=_carry(known.senses, np.arange(len(known.senses), dtype=np.int32), columns),
    )
    if not len(fresh) or len(columns) < 2:
        return carried
    senses = space.senses[fresh].astype(np.float32)
    rows, order = space.rows[fresh], space.order[fresh]
    kernel = _Kernel.of((rows, rows.T.tocsr(), order, order.T.tocsr()), space.vocabulary.alike, senses)
    near = kernel.nearness()
    ((_, pulls),) = kernel.pulls_of(carried)

    def pulls_with(coefficients: Floats) -> Iterator[tuple[slice, Floats]]:
        yield slice(0, len(fresh)), pulls + near @ coefficients

    step = 1.0 / (_RIDGE + 0.5 * float(np.linalg.norm(near)))
    learnt = kernel.weigh(_learn(pulls_with, owner[fresh], len(columns), step=step, steps=_STEPS))
    return Regression(
        words=carried.words + learnt.words,
        pairs=carried.pairs + learnt.pairs,
        senses=carried.senses + learnt.senses,
    )


def _carry(table: Floats, rows: Ints, columns: Ints) -> Floats:
    """Returns a table's values at other rows and columns; where there is none before, 0."""
    taken: Floats = np.zeros((len(rows), len(columns)), dtype=np.float32)
    into = np.ix_(rows >= 0, columns >= 0)
    taken[into] = table[np.ix_(rows[rows >= 0], columns[columns >= 0])]
    return taken


def _learn(
    pulls: Callable[[Floats], Iterable[tuple[slice, Floats]]], owner: Ints, entries: int, *, step: float, steps: int
) -> Floats:
    """Returns the coefficients of some phrasings.

    Args:
        pulls: From coefficients to how strongly each phrasing is pulled to each entry, in blocks of phrasings.
        owner: Per phrasing its entry.
        entries: How many there are.
        step: How far to go each time.
        steps: How many times.
    """
    now: Floats = np.zeros((len(owner), entries), dtype=np.float32)
    ahead: Floats = np.zeros_like(now)
    pace = 1.0
    for _ in range(steps):
        turned = 0.0
        for rows, slope in pulls(ahead):
            slope -= slope.max(axis=1, keepdims=True)
            np.exp(slope, out=slope)
            slope /= slope.sum(axis=1, keepdims=True)
            slope[np.arange(len(slope)), owner[rows]] -= 1.0
            slope += np.float32(_RIDGE) * ahead[rows]
            slope *= np.float32(step)
            ahead[rows] -= slope
            turned += float(np.vdot(slope, ahead[rows] - now[rows]))
        if turned > 0:
            pace = 1.0
        faster = (1.0 + (1.0 + 4.0 * pace * pace) ** 0.5) / 2.0
        for start in range(0, len(owner), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            following = ahead[rows].copy()
            ahead[rows] += np.float32((pace - 1.0) / faster) * (following - now[rows])
            now[rows] = following
        pace = faster
    return now


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Some phrasings, one after the other: few enough for what is computed of them to stay in the cache."""

    rows: slice
    words: csr_array
    pairs: csr_array
    """Weighted by ORDER."""
    senses: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kernel:
    """How near each phrasing is to each, never written down as a table: only its products are needed."""

    blocks: tuple[_Block, ...]
    word_columns: csr_array
    pair_columns: csr_array
    alike: csr_array
    senses: Floats

    @classmethod
    def of(cls, tables: tuple[csr_array, ...], alike: csr_array, senses: Floats) -> "_Kernel":
        """Takes phrasings by their words and by their neighbouring words, each both ways round, and by their senses."""
        rows, word_columns, order, pair_columns = tables
        cuts = [slice(start, start + _ROWS_AT_ONCE) for start in range(0, rows.shape[0], _ROWS_AT_ONCE)]
        return cls(
            blocks=tuple(
                _Block(rows=cut, words=rows[cut], pairs=np.float32(ORDER) * order[cut], senses=senses[cut])
                for cut in cuts
            ),
            word_columns=word_columns,
            pair_columns=pair_columns,
            alike=alike,
            senses=senses,
        )

    def weigh(self, coefficients: Floats) -> Regression:
        """Returns the weights that coefficients of the phrasings stand for."""
        return Regression(
            words=self.word_columns @ coefficients,
            pairs=self.pair_columns @ coefficients,
            senses=self.senses.T @ coefficients,
        )

    def pulls_of(self, weights: Regression) -> Iterator[tuple[slice, Floats]]:
        """Yields how strongly weights pull each phrasing to each entry, block by block."""
        words: Floats = self.alike @ weights.words
        words *= np.float32(ALIKE)
        words += np.float32(SAME) * weights.words
        for block in self.blocks:
            pulls: Floats = block.words @ words
            pulls += block.pairs @ weights.pairs
            if block.senses.size:
                pulls += block.senses @ weights.senses
            yield block.rows, pulls

    def pulls(self, coefficients: Floats) -> Iterator[tuple[slice, Floats]]:
        """Yields the same for weights that are given as coefficients of the phrasings."""
        return self.pulls_of(self.weigh(coefficients))

    def nearness(self) -> Floats:
        """Returns the table of a few phrasings, so few that they stand in one block."""
        (block,) = self.blocks
        words = np.float32(SAME) * block.words + np.float32(ALIKE) * (block.words @ self.alike)
        near: Floats = (words @ self.word_columns + block.pairs @ self.pair_columns).toarray()
        near += block.senses @ block.senses.T
        return near

    def largest_eigenvalue(self) -> float:
        """Returns the largest eigenvalue by power iteration."""
        vector: Floats = np.ones((self.word_columns.shape[1], 1), dtype=np.float32)
        length = 1.0
        for _ in range(_POWER_STEPS):
            vector = np.concatenate([pulls for _, pulls in self.pulls(vector)])
            length = max(float(np.linalg.norm(vector)), 1e-9)
            vector /= np.float32(length)
        return length


def _steps(space: Space, entries: int) -> int:
    """Returns how many steps a large index can afford."""
    once = int(2 * (space.rows.nnz + space.order.nnz) + space.vocabulary.alike.nnz)
    return max(_FEWEST_STEPS, min(_STEPS, _BUDGET // max(1, once * entries)))


def ask_regression(regression: Regression, point: Point) -> tuple[Floats, Floats]:
    """Returns how strongly a message pulls towards each entry (0: not), and the logarithm of each probability."""
    pull: Floats = point.pull @ regression.words[point.words] + point.pair_pull @ regression.pairs[point.pairs]
    if point.sense.size:
        pull += point.sense @ regression.senses
    logs: Floats = pull - pull.max()
    logs -= np.log(np.exp(logs).sum())
    return pull, logs
