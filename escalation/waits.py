"""Honest waiting times: a range from real waits, or none. Too low is worse than none.

Pure; the storage hands in what was measured. A range goes from the middle to the eightieth percent of the last waits,
in whole minutes, rounded up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from bot.model import Wait

ENOUGH = 5
"""With fewer measured waits no range is shown."""
COUNTED = 50
"""So many of the last waits count, none older than fourteen days."""
RANGES_COUNTED = 100
KEPT_AT_LEAST = 0.7
"""Share of the last ranges that must have been kept."""
_ROUGH_FROM = 10
_HOUR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """How the teams' lines stand at this moment."""

    waits: Mapping[str, Sequence[Wait]] = field(default_factory=dict)
    """The last waits of each team, newest last."""
    position: int = 0
    """The place of the conversation that is decided in its team's line; 0 if it does not wait."""


NO_QUEUES = Queues()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRange:
    """What a customer is told, in whole minutes."""

    low: int
    high: int

    @property
    def is_over_an_hour(self) -> bool:
        """Then only that is said."""
        return self.high > _HOUR


def find_range(queues: Queues, team: str) -> WaitRange | None:
    """The range to show for a team; None where it would be a guess."""
    waits = queues.waits.get(team, ())
    ranges = [wait.kept for wait in waits if wait.kept is not None][-RANGES_COUNTED:]
    if len(waits) < ENOUGH or (ranges and sum(ranges) / len(ranges) < KEPT_AT_LEAST):
        return None
    seconds = sorted(wait.seconds for wait in waits[-COUNTED:])
    low, high = (_minutes(seconds[min(len(seconds) - 1, ceil(len(seconds) * part) - 1)]) for part in (0.5, 0.8))
    return WaitRange(low=low, high=max(high, low + (1 if low < _ROUGH_FROM else 5)))


def _minutes(seconds: float) -> int:
    """Whole minutes, at least one; over ten rounded up to the next five."""
    minutes = max(1, ceil(seconds / 60))
    return minutes if minutes <= _ROUGH_FROM else ceil(minutes / 5) * 5
