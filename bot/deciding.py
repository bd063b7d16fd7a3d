"""What the worker does with a job: the conversation it belongs to, the Turn, and when to look at it again. Pure."""

from datetime import datetime

from bot.decide import apologise, decide, open_conversation
from bot.desk import Desk
from bot.model import Turn
from bot.ports import Job
from bot.silence import next_wake


def decide_job(job: Job, desk: Desk, now: datetime) -> tuple[Turn, datetime | None]:
    """Decides an event; returns the Turn and when its conversation wants to be looked at again."""
    conversation = open_conversation(job.conversation, job.event, desk, job.fresh, now)
    turn = decide(conversation, job.event, desk, now, job.queues)
    return turn, next_wake(turn.conversation, desk, now)


def apologise_for(job: Job, desk: Desk, now: datetime) -> tuple[Turn, datetime | None]:
    """Decides what the customer is told about an event that could not be decided."""
    conversation = open_conversation(job.conversation, job.event, desk, job.fresh, now)
    turn = apologise(conversation, desk, now)
    return turn, next_wake(turn.conversation, desk, now)
