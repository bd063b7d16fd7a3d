"""What the worker has decided about a job: the Turn, and when the conversation wants to be looked at again. Pure."""

from datetime import datetime

from bot.decide import apologise, decide, open_conversation
from bot.desk import Desk
from bot.model import Turn
from bot.ports import Job
from bot.silence import next_wake


def decide_job(job: Job, desk: Desk, now: datetime) -> tuple[Turn, datetime | None]:
    """What an event leads to."""
    conversation = open_conversation(job.conversation, job.event, desk, job.fresh, now)
    return _with_wake(decide(conversation, job.event, desk, now), desk, now)


def apologise_for(job: Job, desk: Desk, now: datetime) -> tuple[Turn, datetime | None]:
    """What the customer is told about an event that could not be decided."""
    conversation = open_conversation(job.conversation, job.event, desk, job.fresh, now)
    return _with_wake(apologise(conversation, desk, now), desk, now)


def _with_wake(turn: Turn, desk: Desk, now: datetime) -> tuple[Turn, datetime | None]:
    return turn, next_wake(turn.conversation, desk, now)
