"""Calls that Turns have asked for: which is to be made next, and what came of it. Functions of a connection."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from adapters.storage import inbox
from adapters.storage.codec import decode, encode
from adapters.storage.tables import call, conversation
from bot.model import SYSTEM, Address, CallAnswered, ConversationId, Event
from bot.ports import CallJob


def take_next(conn: Connection) -> CallJob | None:
    """The call that has waited longest, marked as being made; None if none waits."""
    query = (
        select(call, conversation.c.lane)
        .join(conversation, conversation.c.id == call.c.conversation)
        .where(call.c.state == "new")
        .order_by(call.c.conversation, call.c.number)
        .limit(1)
    )
    row = conn.execute(query).one_or_none()
    if row is None:
        return None
    _change(conn, ConversationId(row.conversation), row.number, state="making", attempt=row.attempt + 1)
    return CallJob(
        conversation=ConversationId(row.conversation),
        lane=row.lane,
        number=row.number,
        action=row.action,
        values=decode(row.arguments, dict[str, object]),
        key=row.key,
        attempt=row.attempt + 1,
    )


def recover_calls(conn: Connection) -> None:
    """At start: calls that were being made are taken again; their attempt says that they may have been made."""
    conn.execute(update(call).where(call.c.state == "making").values(state="new"))


def record_answer(conn: Connection, job: CallJob, answered: CallAnswered, now: datetime) -> int | None:
    """Writes what came of a call and tells the conversation; None if it was recorded before.

    Returns:
        The inbox row.
    """
    state = "failed" if answered.result is None else "done"
    if not _change(conn, job.conversation, job.number, made_by=job.attempt, state=state, answer=encode(answered)):
        return None
    event = Event(
        key=f"call:{job.key}",
        at=Address(channel="internal", chat=job.conversation),
        author=SYSTEM,
        body=answered,
        sent_at=now,
    )
    return inbox.put_internal(conn, event, job.lane, now)


def put_aside(conn: Connection, job: CallJob) -> None:
    """Leaves a call to people: it is answered by what they do."""
    _change(conn, job.conversation, job.number, made_by=job.attempt, state="asked")


def _change(conn: Connection, of: ConversationId, number: int, *, made_by: int | None = None, **values: object) -> bool:
    which = [call.c.conversation == of, call.c.number == number]
    if made_by is not None:
        which += [call.c.state == "making", call.c.attempt == made_by]
    return conn.execute(update(call).where(*which).values(**values)).rowcount == 1
