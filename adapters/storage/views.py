"""What agents may look at: conversations for the console, what became of an event or a send, what was set aside.

Functions of a connection that only read. What a customer may see of his own talk is in `chats`, the counts in
`depth`; whether an agent may see a conversation is the console's to say.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, or_, select

from adapters.storage.codec import decode
from adapters.storage.conversations import customer_id, find_head, read_conversation, read_head, read_message
from adapters.storage.tables import conversation, customer, delivery, inbox, message, place
from bot.model import Conversation, Event, Message, PlaceRole
from bot.ports import SendState

_HEADS = select(conversation, customer.c.data.label("customer_data")).join(
    customer, customer.c.id == conversation.c.customer
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOutcome:
    """What became of something that was put into the inbox."""

    state: str
    """`new` while it waits, then `done`, `ignored` or `quarantined`."""
    refused: str
    """Why it had no effect, in words for who did it; empty if it had one."""
    error: str
    late: bool
    conversation: str
    """Id of the conversation; empty while a new customer's first event waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """How far a message is in a place."""

    delivery: int
    conversation: str
    message: int
    channel: str
    role: PlaceRole
    state: SendState
    behind: bool
    """Whether the place does not show the latest revision yet."""
    reason: str
    doubtful: bool
    """It may stand there twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """An event that could not be decided and waits for a person."""

    row: int
    received_at: datetime
    lane: str
    conversation: str
    tries: int
    error: str
    event: Event | None
    """None once its text has been dropped."""


def read_open(conn: Connection, *, closed_since: datetime | None = None, most: int = 1_000) -> list[Conversation]:
    """Open conversations, and those closed lately if asked for, without messages and places.

    Those that were handed over come first, then the newest, so that no waiting one is cut off.
    """
    is_open = conversation.c.closed_at.is_(None)
    wanted = is_open if closed_since is None else or_(is_open, conversation.c.closed_at >= closed_since)
    order = (conversation.c.closed_at.is_not(None), conversation.c.handed_at.is_(None), conversation.c.number.desc())
    rows = conn.execute(_HEADS.where(wanted).order_by(*order).limit(most))
    return [read_head(row) for row in rows]


def find_conversation(conn: Connection, id_: str) -> Conversation | None:
    """A conversation with its newest messages and its places."""
    head = find_head(conn, id_)
    return None if head is None else read_conversation(conn, head)


def find_talk(conn: Connection, id_: str) -> Conversation | None:
    """A conversation without messages and places, for who only asks about its state."""
    row = conn.execute(_HEADS.where(conversation.c.id == id_)).first()
    return None if row is None else read_head(row)


def read_messages(conn: Connection, id_: str) -> tuple[Message, ...]:
    """All messages of a conversation in order, each in its latest revision."""
    rows = conn.execute(select(message).where(message.c.conversation == id_).order_by(message.c.number))
    return tuple(read_message(row) for row in rows)


def read_earlier(conn: Connection, than: Conversation, most: int = 20) -> list[Conversation]:
    """Earlier conversations of the same customer, newest first, without messages and places."""
    rows = conn.execute(
        _HEADS.where(conversation.c.customer == customer_id(than), conversation.c.number < than.number)
        .order_by(conversation.c.number.desc())
        .limit(most)
    )
    return [read_head(row) for row in rows]


def outcome(conn: Connection, channel: str, account: str, key: str) -> EventOutcome | None:
    """What became of the event with this key; none if it was never accepted."""
    row = conn.execute(
        select(inbox.c.state, inbox.c.refused, inbox.c.error, inbox.c.late, inbox.c.conversation).where(
            inbox.c.channel == channel, inbox.c.account == account, inbox.c.event_key == key
        )
    ).first()
    if row is None:
        return None
    return EventOutcome(
        state=row.state, refused=row.refused, error=row.error, late=row.late, conversation=row.conversation or ""
    )


def find_recent_on_desk(conn: Connection, channel: str, since: datetime) -> list[str]:
    """The conversations with a place for agents on a channel that have changed since then, by their ids."""
    seen = select(place.c.conversation).where(place.c.role == PlaceRole.DESK, place.c.channel == channel)
    recent = select(conversation.c.id).where(conversation.c.changed_at >= since, conversation.c.id.in_(seen))
    return list(conn.execute(recent).scalars())


def read_sends(conn: Connection, id_: str) -> list[Send]:
    """How far each message of a conversation is in each of its places."""
    return _read_sends(conn, _SENDS.where(delivery.c.conversation == id_))


def read_troubled_sends(conn: Connection, most: int = 200) -> list[Send]:
    """Sends that a person has to look at: failed, or in doubt for good; newest first."""
    parked = (delivery.c.state == SendState.UNSURE) & delivery.c.next_try_at.is_(None)
    wanted = _SENDS.where(or_(delivery.c.state == SendState.FAILED, parked))
    return _read_sends(conn, wanted.order_by(None).order_by(delivery.c.id.desc()).limit(most))


def read_quarantined(conn: Connection, most: int = 200) -> list[Quarantined]:
    """Events that could not be decided, newest first."""
    rows = conn.execute(select(inbox).where(inbox.c.state == "quarantined").order_by(inbox.c.id.desc()).limit(most))
    return [
        Quarantined(
            row=row.id,
            received_at=row.received_at,
            lane=row.lane,
            conversation=row.conversation or "",
            tries=row.tries,
            error=row.error,
            event=decode(row.event, Event) if row.event else None,
        )
        for row in rows
    ]


_SENDS = (
    select(delivery, place.c.channel, place.c.role)
    .join(place, (place.c.conversation == delivery.c.conversation) & (place.c.id == delivery.c.place))
    .order_by(delivery.c.number, delivery.c.id)
)


def _read_sends(conn: Connection, wanted: Select[*tuple[object, ...]]) -> list[Send]:
    return [
        Send(
            delivery=row.id,
            conversation=row.conversation,
            message=row.number,
            channel=row.channel,
            role=PlaceRole(row.role),
            state=SendState(row.state),
            behind=row.revision > row.shown_revision,
            reason=row.reason,
            doubtful=row.doubtful,
        )
        for row in conn.execute(wanted)
    ]
