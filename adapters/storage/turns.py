"""Makes a Turn true, and the outcome of a send: each one transaction, whole or not at all.

Functions of a connection; `store` runs them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from adapters.storage import conversations, deliveries, funnel, inbox, lines, search
from adapters.storage.tables import conversation
from adapters.storage.tables import inbox as table
from bot.crashpoint import reached
from bot.model import SYSTEM, Address, Commanded, ConversationId, Delivered, Event, Message, Turn
from bot.ports import Job, Settlement, Shipment

EARLY = timedelta(minutes=10)
"""How long words in a thread that is not known yet wait for it to become known."""


class ChangedMeanwhileError(Exception):
    """The conversation or the event is no longer what was loaded; nothing of the Turn may be kept."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What a stored Turn leads to outside the database."""

    said: tuple[Message, ...]
    """Its messages as stored."""
    channels: set[str]
    """Channels that have something to send."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recorded send leads to outside the database."""

    lane: str
    version: int
    row: int | None
    """The inbox row that tells the conversation, if it matters to it."""


def commit_turn(
    conn: Connection, job: Job, turn: Turn, wake_at: datetime | None, now: datetime, error: str = ""
) -> Committed:
    """Writes state, messages, places, deliveries, calls and the next wake-up, and ends the event.

    Raises:
        ChangedMeanwhileError: Somebody else was first.
    """
    new, old = turn.conversation, job.conversation
    former = old if old is not None and old.id == new.id else None
    if former is None or former.customer != new.customer:
        conversations.store_customer(conn, new)
    if not conversations.store_conversation(conn, new, wake_at, now):
        raise ChangedMeanwhileError
    said = conversations.store_messages(conn, new, turn.said, former.last_number if former else 0)
    search.keep_words(conn, new, former, said)
    risen = conversations.store_places(conn, new, former.places if former else ())
    conversations.store_calls(conn, new, turn.calls)
    funnel.add_steps(conn, turn, now)
    if turn.waited is not None:
        lines.add_wait(conn, turn.waited, now)
    channels = deliveries.show(conn, new, said, risen, now)
    if not turn.refused:
        _answer_delivery(conn, new.id, job.event)
    if not _end_rows(conn, job, turn, error):
        raise ChangedMeanwhileError
    return Committed(said, channels)


def record_send(conn: Connection, shipment: Shipment, settlement: Settlement, now: datetime) -> Recorded | None:
    """Writes what came of an attempt and tells the conversation if it matters; none if it was settled before."""
    if not deliveries.settle_delivery(conn, shipment, settlement):
        return None
    mine = conversation.c.id == shipment.conversation
    opened = settlement.thread and settlement.thread != shipment.place.address.thread
    if opened:
        conn.execute(update(conversation).where(mine).values(version=conversation.c.version + 1))
    head = conn.execute(select(conversation.c.lane, conversation.c.version).where(mine)).one()
    if opened:
        _adopt(conn, replace(shipment.place.address, thread=settlement.thread), shipment.conversation, head.lane, now)
    row = None
    if settlement.outcome is not None:
        body = Delivered(
            message=shipment.message.number,
            place=shipment.place.id,
            outcome=settlement.outcome,
            reason=settlement.reason,
        )
        event = Event(
            key=f"delivery:{shipment.delivery}:{shipment.attempt}:{settlement.outcome}",
            at=Address(channel="internal", chat=shipment.conversation),
            author=SYSTEM,
            body=body,
            sent_at=now,
        )
        row = inbox.put_internal(conn, event, head.lane, now)
    reached("after_record")
    return Recorded(head.lane, head.version, row)


def put_off_wake(conn: Connection, job: Job, until: datetime) -> None:
    """Looks at a conversation again later, as its wake-up could not be decided now."""
    if job.conversation is None:
        return
    of = job.conversation
    mine = update(conversation).where(conversation.c.id == of.id, conversation.c.version == of.version)
    conn.execute(mine.values(wake_at=until))


def _adopt(conn: Connection, thread: Address, of: ConversationId, lane: str, now: datetime) -> None:
    """Takes up what was said in a thread before it was known here: agents see a card before its send is recorded."""
    early = (table.c.received_at >= now - EARLY, table.c.source == str(thread), table.c.state == "ignored")
    conn.execute(update(table).where(*early).values(state="new", lane=lane, conversation=of))


def _end_rows(conn: Connection, job: Job, turn: Turn, error: str) -> bool:
    return inbox.settle_rows(
        conn,
        job.rows,
        state="quarantined" if error else "done",
        conversation=turn.conversation.id,
        refused=turn.refused,
        late=turn.late or inbox.is_late(conn, job.event),
        error=error,
    )


def _answer_delivery(conn: Connection, of: ConversationId, event: Event) -> None:
    """An agent's answer to a send in doubt or failed takes effect on the delivery itself."""
    match event.body:
        case Commanded(name="again" | "arrived" as name, args={"delivery": str(delivery)}):
            deliveries.answer_delivery(conn, of, delivery, arrived=name == "arrived")
        case _:
            pass
