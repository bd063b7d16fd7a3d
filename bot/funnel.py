"""What became of each step of a flow: noted in the Turn's reasons while it is decided, read from them when it is kept.

Who keeps it is `adapters.storage`; nobody else looks at these reasons.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.model import Because, Turn
from kb.flows.moves import Answered, Move, Refused, Skipped, TimedOut
from kb.flows.position import FlowPosition


class Fate(StrEnum):
    """What happened at a step; the value follows `flow_` in the rule of a reason."""

    REACHED = "step"
    """It ran: it was said, asked or called."""
    ANSWERED = "answered"
    """Answered or passed over at the first try."""
    ANSWERED_LATER = "answered_later"
    """Answered after at least one answer that could not be used."""
    ASKED_AGAIN = "asked_again"
    """An answer could not be used."""
    GAVE_UP = "gave_up"
    """One answer too many could not be used."""
    HUMAN = "human"
    """A person took over here."""
    LEFT = "left"
    """The customer stopped here, or fell silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEvent:
    """One thing that happened at one step of a flow."""

    flow: str
    step: str
    what: Fate


def note_fate(position: FlowPosition, fate: Fate, version: str) -> Because:
    """The reason that says what happened at the step where a flow stands.

    Args:
        position: Where it stands.
        fate: What happened.
        version: Of the desk in force.
    """
    return Because(rule=f"flow_{fate}", step=f"{position.top.flow}/{position.top.at}", version=version)


def fate_of(move: Move, position: FlowPosition, *, gave_up: bool) -> Fate | None:
    """What a move means for the question that waited; none if it waits on, or was only gone back from."""
    match move:
        case Answered() | Skipped():
            return Fate.ANSWERED_LATER if position.tries else Fate.ANSWERED
        case Refused():
            return Fate.GAVE_UP if gave_up else Fate.ASKED_AGAIN
        case TimedOut():
            return Fate.LEFT
        case _:
            return None


def read_steps(turn: Turn) -> Iterator[StepEvent]:
    """What a Turn has noted, in its order."""
    fates = {f"flow_{fate}": fate for fate in Fate}
    for because in turn.because:
        if because.rule in fates and because.step:
            flow, _, step = because.step.partition("/")
            yield StepEvent(flow=flow, step=step, what=fates[because.rule])
