"""Whether a message holds two questions that each stand on their own: one to answer, one to offer.

Pure; the parts come from `kb.parts`, looked at by `kb.looking`. Called by `kb.search`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from kb.entry import EntryKind
from kb.index import Index
from kb.looking import Look
from kb.parts import asks, states

OFFER_AT = 0.55
"""Confidence from which a second question is offered, unless the desk's own cut-off for suggestions is higher."""
LEAST_OFFERED = 0.08
"""Confidence from which an entry counts as something that a question may mean."""


class Fate(StrEnum):
    """What became of a part of a message."""

    ANSWERED = "answered"
    OFFERED = "to offer beside the answer"
    SAME = "means what is answered"
    NEAR = "may mean what is answered"
    UNSURE = "not sure enough"
    DIM = "not sure enough beside what is answered"
    LEFT = "another part is offered already"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pair:
    """Two parts of a message that are different questions."""

    answered: Look
    """The one to answer."""
    offered: Look
    """The one to offer beside it."""
    parts: tuple[Look, ...]
    """All parts of the message, cut so that these two are among them."""


def find_pair(
    index: Index, whole: Look, sentences: Sequence[Look], halves: Sequence[Sequence[Look]], answer_at: float
) -> Pair | None:
    """Finds the two parts that are most surely two questions; None where a message is one question.

    Args:
        index: What was searched.
        whole: The message in one piece.
        sentences: Its sentences, if it has several.
        halves: Sentences cut in two.
        answer_at: Confidence from which an answer is given outright.
    """
    sure_of = whole.best if whole.confidence >= answer_at else None
    pairs = [
        _in_order(index, pair, sure_of, answer_at)
        for cutting in (sentences, *halves)
        for pair in _different(index, cutting, answer_at)
        if max(pair.answered.confidence, pair.offered.confidence) >= answer_at
        or sure_of in (pair.answered.best, pair.offered.best)
    ]
    # A sentence that means as a whole what half of it barely means is one question.
    pairs = [pair for pair in pairs if pair.parts == tuple(sentences) or not _is_torn(pair, whole, answer_at)]
    return max(pairs, key=lambda pair: _rank(pair, answer_at), default=None)


def look_while_two(index: Index, parts: Sequence[str], look: Callable[[str], Look]) -> list[Look]:
    """Looks at parts in their order as long as two of them can still be questions of their own."""
    seen: list[Look] = []
    for number, part in enumerate(parts):
        seen.append(look(part))
        if sum(stands_alone(index, one) for one in seen) + len(parts) - number - 1 < 2:
            break
    return seen


def fate_of(index: Index, part: Look, answered: Look | None, offered: Look | None) -> Fate:
    """Tells what became of a part, given what is answered and what is offered."""
    if answered is None:
        return Fate.UNSURE
    if part is answered:
        return Fate.ANSWERED
    if part is offered:
        return Fate.OFFERED
    if not stands_alone(index, part):
        return Fate.UNSURE
    if part.best == answered.best:
        return Fate.SAME
    if _may_be_one(part, answered):
        return Fate.NEAR
    return Fate.DIM if offered is None else Fate.LEFT


def _different(index: Index, cutting: Sequence[Look], answer_at: float) -> Iterator[Pair]:
    """Yields the parts, two by two, that each mean something and by no stretch the same.

    Beside a sentence that asks, one that states is the story of it more often than not, and must be sure.
    """
    has_asked = any(asks(part.text) for part in cutting)
    standing = [
        part
        for part in cutting
        if stands_alone(index, part) and (part.confidence >= answer_at or not (has_asked and states(part.text)))
    ]
    for one, other in combinations(standing, 2):
        if not _may_be_one(one, other):
            yield Pair(answered=one, offered=other, parts=tuple(cutting))


def _rank(pair: Pair, answer_at: float) -> tuple[float, int]:
    """Returns what makes a pair better than others; more than sure is no better, so of sure ones the first count."""
    least = min(pair.answered.confidence, pair.offered.confidence, answer_at)
    return least, sum(asks(part.text) for part in (pair.answered, pair.offered))


def _is_torn(pair: Pair, whole: Look, answer_at: float) -> bool:
    return whole.best == pair.offered.best and pair.offered.confidence < answer_at


def offer_from(index: Index) -> float:
    """Returns the confidence from which a part of a message counts as a question of its own."""
    return max(OFFER_AT, index.suggest_at)


def stands_alone(index: Index, part: Look) -> bool:
    """Tells whether a part is likely enough a question that one entry answers."""
    return part.claims < 2 and part.confidence >= offer_from(index)


def _may_be_one(one: Look, other: Look) -> bool:
    return one.confidence_in(other.best) >= LEAST_OFFERED or other.confidence_in(one.best) >= LEAST_OFFERED


def _in_order(index: Index, pair: Pair, sure_of: int | None, answer_at: float) -> Pair:
    """Returns a pair with the part to answer in the first place.

    Of two sure ones that is the article before a flow, which takes the word; the one that asks before one that does
    not; the one that the whole message means; or the first.
    """
    one, other = pair.answered, pair.offered
    if min(one.confidence, other.confidence) < answer_at:
        turn = other.best == sure_of or (one.best != sure_of and other.confidence > one.confidence)
    elif index.sources[one.best].kind is not index.sources[other.best].kind:
        turn = index.sources[one.best].kind is EntryKind.FLOW
    elif asks(one.text) is not asks(other.text):
        turn = asks(other.text)
    else:
        turn = other.best == sure_of
    return Pair(answered=other, offered=one, parts=pair.parts) if turn else pair
