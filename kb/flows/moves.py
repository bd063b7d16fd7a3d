"""What moves a flow, and what a move leads to. Data only; `kb.flows.run` makes one of the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from config.settings import Action
from config.values import Priority
from kb.article import Button
from kb.flows.position import FlowPosition
from kb.flows.program import Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a flow may know besides its own slots, at one moment."""

    values: Mapping[str, object]
    """Every name that a text or condition may use outside a flow."""
    customer: Mapping[str, object] = field(default_factory=dict)
    """The customer fields that have a value."""
    actions: Mapping[str, Action] = field(default_factory=dict)
    """The desk's actions by name."""
    language: str
    default_language: str
    used: Mapping[str, int] = field(default_factory=dict)
    """How often each text with several wordings was used."""
    version: str = ""
    """Of the desk in force."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to the open question that has been read and fits."""

    value: object


@dataclass(frozen=True, slots=True)
class Corrected:
    """A new answer to the question before the open one."""

    value: object


@dataclass(frozen=True, slots=True)
class Skipped:
    """The customer passes over an optional question."""


@dataclass(frozen=True, slots=True)
class WentBack:
    """The customer wants the last question again."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that cannot be used."""


@dataclass(frozen=True, slots=True)
class WantsHelp:
    """The customer asks why, or where to look, or is not done yet: no answer, and no try."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The talk comes back to the open question after something else."""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Silence has lasted as long as the open question allows."""


@dataclass(frozen=True, slots=True)
class CallReturned:
    """A call has been made; None if it failed."""

    result: Mapping[str, object] | None


Move = Answered | Corrected | Skipped | WentBack | Refused | WantsHelp | Returned | TimedOut | CallReturned
"""What can happen to a flow that waits."""


class End(StrEnum):
    """How a run of a flow ended."""

    SOLVED = "solved"
    UNSOLVED = "unsolved"
    INFORMED = "informed"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing the flow says."""

    step: str
    text: str = ""
    """Markdown; empty for an article."""
    article: str = ""
    buttons: tuple[Button, ...] = ()
    image: str = ""
    slots: Mapping[str, object] = field(default_factory=dict)
    """Values for the labels of the buttons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to choose."""

    value: object
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The question the flow waits with."""

    step: str
    question: Ask
    text: str
    """Markdown; empty for the bot's own "Did that help?"."""
    options: tuple[Option, ...] = ()
    image: str = ""
    can_skip: bool = False
    can_go_back: bool = False
    tries: int = 0
    """Refused answers so far."""
    remark: str = ""
    """Markdown: why the last answer was refused, in the editor's words; or help that was asked for."""
    hint: str = ""
    """Markdown: help, or a good example, from the second refused answer on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """A call the flow waits for."""

    step: str
    action: str
    values: Mapping[str, object]
    patience: timedelta | None = None
    """How long its answer is waited for; None: as long as the action says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How the run ended; the last fields belong to a hand-off."""

    how: End
    flow: str
    """The flow in which it ended."""
    step: str
    dead_end: bool = False
    team: str | None = None
    priority: Priority | None = None
    reason: str = ""
    summary: str = ""
    message: str = ""
    """Markdown."""
    done: tuple[str, ...] = ()
    """What was done, for the card."""
    passed: tuple[str, ...] = ()
    """The steps that ran in the whole run, as `flow/step`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """What one move leads to: said first, then exactly one of asking, calling or ended."""

    position: FlowPosition | None
    """None if it ended."""
    said: tuple[Line, ...] = ()
    asks: Asking | None = None
    calls: Calling | None = None
    ended: Ended | None = None
    tags: tuple[str, ...] = ()
    remembers: Mapping[str, object] = field(default_factory=dict)
    """New values of customer fields."""
    used: Mapping[str, int] = field(default_factory=dict)
    """Wordings used, as in `Known.used`, where they changed."""
    gave_up: bool = False
    """A question was given up."""
    call_failed: bool = False
    """It ended because a call failed."""
    passed: tuple[str, ...] = ()
    """The steps that ran, as `flow/step`."""
