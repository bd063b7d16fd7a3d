"""Where a running flow stands, as stored with its conversation. `kb.flows.run` moves it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One flow in a run; a called flow stands on top of the one that called it."""

    flow: str
    at: str
    """Name of the step it waits at, or will go on from."""
    slots: Mapping[str, object] = field(default_factory=dict)
    visits: Mapping[str, int] = field(default_factory=dict)
    """How often each step has run, so that no circle runs for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPosition:
    """A run of a flow: its frames, the last being the one that asks."""

    frames: tuple[Frame, ...]
    tries: int = 0
    """Refused answers to the question it waits for."""
    asked: tuple[str, ...] = ()
    """Questions asked so far, newest last, for [Back] and corrections."""
    done: tuple[str, ...] = ()
    """What was done, in words for the hand-off card."""
    changed: tuple[str, ...] = ()
    """Titles of calls that changed something outside; leaving asks once."""
