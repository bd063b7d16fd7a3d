"""What agents may read: the queue, a whole conversation, earlier ones, how sends went, and what went wrong.

Functions of a connection for the console. Who may see which conversation is said there, in one place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from adapters.storage.codec import from_json
from adapters.storage.conversations import read_head, read_message
from adapters.storage.tables import conversation, customer, delivery, inbox, message, place, staff
from bot.model import Conversation, Message, Role
from bot.ports import SendState

OPEN_MOST = 1000
"""Open conversations that the queue looks at."""
CLOSED_MOST = 100
EARLIER_MOST = 10
TROUBLE_MOST = 200
"""Lines of a list of what went wrong."""

_HEAD = select(conversation, customer.c.data.label("customer_data")).join(
    customer, customer.c.id == conversation.c.customer
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """How far one message is in one place that must be written to."""

    delivery: int
    conversation: str
    case: int
    message: int
    channel: str
    state: SendState
    behind: bool
    """The place does not show the latest revision yet."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """An event that was given up after errors and waits for a person."""

    row: int
    received_at: datetime
    channel: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an event at the inbox."""

    is_settled: bool
    refused: str
    """Why an agent's action had no effect, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """An agent to whom a conversation can be given."""

    id: str
    name: str
    teams: tuple[str, ...]


def find_talk(conn: Connection, id_: str) -> Conversation | None:
    """A conversation by its id, without its messages."""
    row = conn.execute(_HEAD.where(conversation.c.id == id_)).first()
    return None if row is None else read_head(row)


def read_messages(conn: Connection, id_: str) -> tuple[Message, ...]:
    """All messages of a conversation, oldest first."""
    rows = conn.execute(select(message).where(message.c.conversation == id_).order_by(message.c.number))
    return tuple(read_message(row) for row in rows)


def read_queue(conn: Connection, closed_since: datetime) -> tuple[Conversation, ...]:
    """All open conversations and those closed lately, without their messages; those with people first."""
    open_ = _HEAD.where(conversation.c.closed_at.is_(None)).order_by(
        conversation.c.handed_at.is_(None), conversation.c.customer_at.desc()
    )
    closed = _HEAD.where(conversation.c.closed_at > closed_since).order_by(conversation.c.closed_at.desc())
    rows = [*conn.execute(open_.limit(OPEN_MOST)), *conn.execute(closed.limit(CLOSED_MOST))]
    return tuple(read_head(row) for row in rows)


def read_earlier(conn: Connection, of: Conversation) -> tuple[Conversation, ...]:
    """Other conversations of the same customer, newest first, without their messages."""
    person = select(conversation.c.customer).where(conversation.c.id == of.id).scalar_subquery()
    statement = (
        _HEAD.where(conversation.c.customer == person, conversation.c.id != of.id)
        .order_by(conversation.c.number.desc())
        .limit(EARLIER_MOST)
    )
    return tuple(read_head(row) for row in conn.execute(statement))


def read_sends(conn: Connection, id_: str) -> tuple[Send, ...]:
    """How far every message of a conversation is in its customer's place."""
    return _read_sends(conn, delivery.c.conversation == id_, place.c.role == "customer")


def read_troubled_sends(conn: Connection) -> tuple[Send, ...]:
    """Sends that failed, or of which nobody knows and only a person may decide; oldest first."""
    parked = and_(delivery.c.state == "unsure", delivery.c.next_try_at.is_(None))
    return _read_sends(conn, or_(delivery.c.state == "failed", parked))


def find_send(conn: Connection, delivery_: int) -> Send | None:
    """One send by its number."""
    return next(iter(_read_sends(conn, delivery.c.id == delivery_)), None)


def read_set_aside(conn: Connection) -> tuple[SetAside, ...]:
    """Events in quarantine, oldest first."""
    statement = select(inbox).where(inbox.c.state == "quarantined").order_by(inbox.c.id).limit(TROUBLE_MOST)
    return tuple(
        SetAside(row=row.id, received_at=row.received_at, channel=row.channel, error=row.error)
        for row in conn.execute(statement)
    )


def replay(conn: Connection, row: int) -> str | None:
    """Puts an event out of quarantine; returns its lane, or nothing if it was not there or its event is gone."""
    found = conn.execute(select(inbox).where(inbox.c.id == row, inbox.c.state == "quarantined")).first()
    if found is None or found.event is None:
        return None
    conn.execute(update(inbox).where(inbox.c.id == row).values(state="new", tries=0, error="", not_before=None))
    lane: str = found.lane
    return lane


def find_outcome(conn: Connection, channel: str, account: str, key: str) -> Outcome | None:
    """What became of an event, by its key; none if it is not known."""
    row = conn.execute(
        select(inbox.c.state, inbox.c.refused).where(
            inbox.c.channel == channel, inbox.c.account == account, inbox.c.event_key == key
        )
    ).first()
    return None if row is None else Outcome(is_settled=row.state != "new", refused=row.refused)


def read_colleagues(conn: Connection) -> tuple[Colleague, ...]:
    """Agents who are available and may be given conversations, by name."""
    statement = select(staff).where(~staff.c.disabled, staff.c.available).order_by(func.lower(staff.c.name))
    return tuple(
        Colleague(id=row.id, name=row.name, teams=tuple(from_json(row.teams)))
        for row in conn.execute(statement)
        if {Role.AGENT, Role.SUPERVISOR} & set(from_json(row.roles))
    )


def is_file_of(messages: Sequence[Message], file: str) -> bool:
    """Whether a file came with one of these messages."""
    return any(file == each.id for message in messages for each in message.attachments)


def lately(now: datetime) -> datetime:
    """From when on a closed conversation still stands in the queue."""
    return now - timedelta(days=7)


def _read_sends(conn: Connection, *conditions: ColumnElement[bool]) -> tuple[Send, ...]:
    statement = (
        select(delivery, place.c.channel, conversation.c.number.label("case_number"))
        .join(place, and_(place.c.conversation == delivery.c.conversation, place.c.id == delivery.c.place))
        .join(conversation, conversation.c.id == delivery.c.conversation)
        .where(*conditions)
        .order_by(delivery.c.id)
        .limit(TROUBLE_MOST)
    )
    return tuple(
        Send(
            delivery=row.id,
            conversation=row.conversation,
            case=row.case_number,
            message=row.number,
            channel=row.channel,
            state=SendState(row.state),
            behind=row.revision > row.shown_revision,
            reason=row.reason,
        )
        for row in conn.execute(statement)
    )
