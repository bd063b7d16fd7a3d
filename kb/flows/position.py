"""Where a running flow stands, as stored with its conversation. `kb.flows.run` moves it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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
class Asked:
    """A question that can be gone back to."""

    depth: int
    """How many frames there were when it was asked."""
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPosition:
    """A run of a flow: its frames, the last being the one that asks or waits for a call."""

    frames: tuple[Frame, ...]
    tries: int = 0
    """Refused answers to the question it waits for."""
    asked: tuple[Asked, ...] = ()
    """Questions asked so far, newest last, for [Back] and corrections; none before a call that changed something."""
    done: tuple[str, ...] = ()
    """What was done, in words for the hand-off card."""
    passed: tuple[str, ...] = ()
    """The steps that ran, as `flow/step`, each once; those taken back by [Back] or a correction left out."""
    ticked: tuple[tuple[str, str], ...] = ()
    """Steps that people have done while they had the conversation, as `flow/step`, each with who did it."""
    changed: tuple[str, ...] = ()
    """Titles of calls that changed something outside; leaving asks once."""
    version: str = ""
    """Version of the desk it last ran with."""
    call: int = 0
    """Number of the call it waits for; 0 if it waits for an answer."""
    call_until: datetime | None = None
    """When that call counts as failed, if its step says so."""
    left_at: datetime | None = None
    """When it was left half-way, by silence or by a hand-off; None while it runs."""

    @property
    def flow(self) -> str:
        """The flow that was started; those it has called stand above it."""
        return self.frames[0].flow

    @property
    def top(self) -> Frame:
        """The frame that asks or waits."""
        return self.frames[-1]
