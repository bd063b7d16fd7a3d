"""Which entry a sentence belongs to, learnt from all phrasings at once.

Softmax regression in its dual form (Zhu and Hastie 2005, kernel logistic regression): one coefficient per phrasing and
entry. Trained with Nesterov's accelerated gradient and adaptive restart (O'Donoghue and Candes 2015), which needs no
line search and gives the same result in every process. Built by `kb.index`, asked by `kb.candidates`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kb.space import ALIKE, ORDER, SAME, Point, Space
from kb.vocabulary import Floats, Ints

_RIDGE = 0.05
_STEPS = 40
_POWER_STEPS = 12
_LARGEST_STEP = 0.02
_BUDGET = 2_500_000_000
_FEWEST_STEPS = 8
_ALONE = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """Weights from what a sentence touches to entries."""

    words: Floats
    """Vocabulary by entries."""
    pairs: Floats
    """Neighbouring words by entries."""


def train_regression(space: Space, owner: Ints, entries: int) -> Regression:
    """Learns which entry each phrasing belongs to.

    The step is as long as the curvature allows when each entry's share is small (about 1 / entries), which is far
    longer than the worst case; the restart catches it where that is too long. A single entry has nobody to be told
    from: what is near its phrasings pulls towards it.
    """
    rows, order = space.rows, space.order
    columns, order_columns = rows.T.tocsr(), order.T.tocsr()
    if entries < 2:
        alone = np.full((len(owner), entries), _ALONE / max(1, len(owner)), dtype=np.float32)
        return Regression(words=columns @ alone, pairs=order_columns @ alone)
    alike = space.vocabulary.alike

    def nearness_times(a: Floats) -> Floats:
        touched = columns @ a
        near: Floats = rows @ (np.float32(SAME) * touched + np.float32(ALIKE) * (alike @ touched))
        near += np.float32(ORDER) * (order @ (order_columns @ a))
        return near

    truth: Floats = np.zeros((len(owner), entries), dtype=np.float32)
    truth[np.arange(len(owner)), owner] = 1.0
    step = 1.0 / (
        _RIDGE + max(_LARGEST_STEP, min(0.5, 2.0 / entries)) * _largest_eigenvalue(nearness_times, len(owner))
    )
    now: Floats = np.zeros_like(truth)
    ahead: Floats = now
    pace = 1.0
    for _ in range(_steps(space, entries)):
        share = nearness_times(ahead)
        share -= share.max(axis=1, keepdims=True)
        np.exp(share, out=share)
        share /= share.sum(axis=1, keepdims=True)
        following = np.subtract(ahead, step * (share - truth + _RIDGE * ahead), dtype=np.float32)
        move = following - now
        if float(np.vdot(ahead - following, move)) > 0:
            pace = 1.0
        faster = (1.0 + (1.0 + 4.0 * pace * pace) ** 0.5) / 2.0
        ahead = np.add(following, (pace - 1.0) / faster * move, dtype=np.float32)
        now, pace = following, faster
    return Regression(words=columns @ now, pairs=order_columns @ now)


def _steps(space: Space, entries: int) -> int:
    """Returns how many steps a large index can afford."""
    once = int(2 * (space.rows.nnz + space.order.nnz) + space.vocabulary.alike.nnz)
    return max(_FEWEST_STEPS, min(_STEPS, _BUDGET // max(1, once * entries)))


def _largest_eigenvalue(times: Callable[[Floats], Floats], size: int) -> float:
    """Returns the largest eigenvalue by power iteration."""
    vector: Floats = np.ones((size, 1), dtype=np.float32)
    length = 1.0
    for _ in range(_POWER_STEPS):
        vector = times(vector)
        length = max(float(np.linalg.norm(vector)), 1e-9)
        vector /= np.float32(length)
    return length


def ask_regression(regression: Regression, point: Point) -> tuple[Floats, Floats]:
    """Returns how strongly a message pulls towards each entry (0: not), and the logarithm of each probability."""
    pull: Floats = point.pull @ regression.words[point.words] + point.pair_pull @ regression.pairs[point.pairs]
    logs: Floats = pull - pull.max()
    logs -= np.log(np.exp(logs).sum())
    return pull, logs
