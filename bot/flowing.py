"""Where flows meet the conversation: starting, resuming and leaving one."""

from dataclasses import dataclass
from datetime import timedelta

from bot.desk import Desk
from bot.model import CallAnswered, Choice, Conversation, Does
from bot.talk import Talk


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowTimes:
    """How long the bot waits for the customer in the state the conversation is in."""

    remind_after: timedelta
    close_after: timedelta


def flow_times(conversation: Conversation, desk: Desk) -> FlowTimes:
    """The desk's times, or those of the question that a running flow waits for."""
    timing = desk.settings.timing
    return FlowTimes(remind_after=timing.remind_after, close_after=timing.close_after)


def start_flow(talk: Talk, flow_id: str) -> None:
    """Begins a flow."""


def take_answer(talk: Talk, given: str | Choice) -> bool:
    """Reads words or a press against the question that the flow waits for.

    Returns:
        Whether it was one; False for a digression, of which nothing has been said yet.
    """
    return False


def resume_flow(talk: Talk, does: Does) -> None:
    """What the customer chose when asked whether to go on."""


def leave_flow(talk: Talk) -> None:
    """Ends the flow because the customer wants to; asks once if something outside was changed."""
    talk.change(flow=None)


def leave_by_silence(talk: Talk) -> None:
    """The customer has gone: the flow stands where it is and can be picked up again for a while."""


def take_call_answer(talk: Talk, answered: CallAnswered) -> None:
    """Goes on with what a call found out."""
