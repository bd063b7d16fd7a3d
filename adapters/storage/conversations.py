"""Conversations and their messages as rows: loading them, and making a Turn true.

Functions of a connection; `store` runs them in transactions. What is shown elsewhere follows in `deliveries`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from adapters.storage.codec import encode, from_json, from_plain, to_json, to_plain
from adapters.storage.putting import put
from adapters.storage.tables import call, conversation, counter, customer, message, place
from bot.model import Address, Call, Conversation, ConversationId, Message, Place, PlaceId, PlaceRole

NEWEST = 50
"""Messages that are loaded with a conversation."""
CASES = "case"
"""Name of the counter of case numbers."""

AnyRow = Row[tuple[Any, ...]]

_HEAD = select(conversation, customer.c.data.label("customer_data")).join(
    customer, customer.c.id == conversation.c.customer
)
_BY_ID = _HEAD.where(conversation.c.id == bindparam("id"))
_BY_LANE = _HEAD.where(conversation.c.lane == bindparam("lane")).order_by(conversation.c.number.desc()).limit(1)
_WAKING = (
    _HEAD.where(conversation.c.lane == bindparam("lane"), conversation.c.wake_at <= bindparam("now"))
    .order_by(conversation.c.wake_at)
    .limit(1)
)
_NEWEST = (
    select(message)
    .where(message.c.conversation == bindparam("id"))
    .order_by(message.c.number.desc())
    .limit(bindparam("most"))
)
_BY_NUMBER = select(message).where(message.c.conversation == bindparam("id"), message.c.number == bindparam("number"))
_BY_EXTERNAL = select(message).where(
    message.c.conversation == bindparam("id"),
    message.c.external_id == bindparam("external"),
    message.c.origin == bindparam("origin"),
    message.c.external_id != "",
)
_PLACES = select(place).where(place.c.conversation == bindparam("id")).order_by(place.c.since, place.c.id)

_UPDATE = update(conversation).where(
    conversation.c.id == bindparam("this"), conversation.c.version == bindparam("former")
)
_UPDATE_MESSAGE = update(message).where(
    message.c.conversation == bindparam("this"), message.c.number == bindparam("its")
)
_COUNT_CASE = update(counter).where(counter.c.name == CASES, counter.c.value < bindparam("number"))

_COLUMNS = ("id", "number", "version", "opened_at", "closed_at", "customer_at", "language", "last_number", "last_words")
_ELSEWHERE = ("key", "customer", "places", "messages")
_MESSAGE_COLUMNS = (
    "number",
    "revision",
    "version",
    "audience",
    "kind",
    "at",
    "text",
    "withdrawn",
    "origin",
    "external_id",
)


def find_head(conn: Connection, id_: str) -> AnyRow | None:
    """The row of a conversation with its customer."""
    return conn.execute(_BY_ID, {"id": id_}).first()


def find_newest_head(conn: Connection, lane: str) -> AnyRow | None:
    """The row of the newest conversation in a lane, open or closed."""
    return conn.execute(_BY_LANE, {"lane": lane}).first()


def find_waking_head(conn: Connection, lane: str, now: datetime) -> AnyRow | None:
    """The row of a conversation in a lane that wants to be looked at."""
    return conn.execute(_WAKING, {"lane": lane, "now": now}).first()


def read_conversation(conn: Connection, head: AnyRow) -> Conversation:
    """The conversation of a row with its newest messages and its places."""
    parameters = {"id": head.id, "most": NEWEST}
    messages = tuple(read_message(row) for row in reversed(conn.execute(_NEWEST, parameters).all()))
    places = tuple(read_place(row) for row in conn.execute(_PLACES, parameters))
    return replace(read_head(head), messages=messages, places=places)


def read_head(head: AnyRow) -> Conversation:
    """The conversation of a row by itself: without its messages and places."""
    plain = from_json(head.state) | {name: getattr(head, name) for name in _COLUMNS}
    plain["customer"] = from_json(head.customer_data)
    return from_plain(plain, Conversation)


def find_message(
    conn: Connection, id_: ConversationId, target: str, origin: str, *, by_number: bool = True
) -> Message | None:
    """A message by its number, or by the id it has where it was written."""
    row = None
    if by_number and target.isascii() and target.isdigit() and len(target) < 10:
        row = conn.execute(_BY_NUMBER, {"id": id_, "number": int(target)}).first()
    if row is None:
        row = conn.execute(_BY_EXTERNAL, {"id": id_, "external": target, "origin": origin}).first()
    return None if row is None else read_message(row)


def read_message(row: AnyRow) -> Message:
    """The message of a row."""
    return from_plain(from_json(row.data) | {name: getattr(row, name) for name in _MESSAGE_COLUMNS}, Message)


def read_place(row: AnyRow) -> Place:
    """The place of a row."""
    return Place(
        id=PlaceId(row.id),
        role=PlaceRole(row.role),
        address=Address(channel=row.channel, account=row.account, chat=row.chat, thread=row.thread),
        since=row.since,
        team=row.team,
        live=row.live,
    )


def store_conversation(conn: Connection, new: Conversation, wake_at: datetime | None, now: datetime) -> bool:
    """Writes the state of a conversation.

    Returns:
        False if another version of it stands there already, or another conversation is open under the same key.
    """
    values = _values_of(new) | {"wake_at": wake_at, "changed_at": now}
    if new.version > 1:
        guard = {"this": new.id, "former": new.version - 1}
        return conn.execute(_UPDATE, values | guard).rowcount == 1
    try:
        conn.execute(insert(conversation), values)
    except IntegrityError:
        return False
    conn.execute(_COUNT_CASE, {"value": new.number, "number": new.number})
    return True


def store_customer(conn: Connection, new: Conversation) -> None:
    """Writes what is known about the customer."""
    put(conn, customer, {"id": customer_id(new), "data": encode(new.customer)})


def store_messages(
    conn: Connection, new: Conversation, said: Sequence[Message], former_last: int
) -> tuple[Message, ...]:
    """Adds new messages and replaces revised ones; returns them as stored, marked with the conversation's version."""
    stamped = tuple(replace(each, version=new.version) for each in said)
    added = [_message_values(new.id, each) for each in stamped if each.number > former_last]
    if added:
        conn.execute(insert(message), added)
    for each in stamped:
        if each.number <= former_last:
            conn.execute(_UPDATE_MESSAGE, _message_values(new.id, each) | {"this": new.id, "its": each.number})
    return stamped


def store_places(conn: Connection, new: Conversation, former: Iterable[Place]) -> list[Place]:
    """Adds and changes places; returns those that have become live. A thread, once opened, is left as it is."""
    known = {each.id: each for each in former}
    for each in new.places:
        if each.id not in known:
            conn.execute(insert(place), _place_values(new.id, each))
        elif each != known[each.id]:
            change = update(place).where(place.c.conversation == new.id, place.c.id == each.id)
            conn.execute(change.values(since=each.since, team=each.team, live=each.live))
    return [each for each in new.places if each.live and (each.id not in known or not known[each.id].live)]


def store_calls(conn: Connection, new: Conversation, calls: Iterable[Call]) -> None:
    """Writes down what is to be done outside."""
    rows = [
        {
            "conversation": new.id,
            "number": each.number,
            "key": each.key,
            "action": each.action,
            "arguments": to_json(to_plain(each)["values"]),
            "state": "new",
        }
        for each in calls
    ]
    if rows:
        conn.execute(insert(call), rows)


def customer_id(of: Conversation) -> str:
    """Names a customer across his conversations: people are told apart within one account of a channel."""
    return f"{of.key.channel}:{of.key.account}:{of.customer.key}"


def _values_of(new: Conversation) -> dict[str, Any]:
    state = to_plain(replace(new, messages=(), places=()))
    for name in (*_COLUMNS, *_ELSEWHERE[1:]):
        state.pop(name, None)
    handoff = new.handoff
    return {
        **{name: getattr(new, name) for name in _COLUMNS},
        "lane": str(new.key),
        "customer": customer_id(new),
        "handed_at": handoff and handoff.opened_at,
        "team": handoff and handoff.team,
        "agent": handoff and handoff.agent,
        "state": to_json(state),
    }


def _message_values(id_: ConversationId, each: Message) -> dict[str, Any]:
    rest = to_plain(each)
    for name in _MESSAGE_COLUMNS:
        rest.pop(name, None)
    return {"conversation": id_, "data": to_json(rest)} | {name: getattr(each, name) for name in _MESSAGE_COLUMNS}


def _place_values(id_: ConversationId, each: Place) -> dict[str, Any]:
    address = each.address
    return {
        "conversation": id_,
        "id": each.id,
        "role": each.role,
        "channel": address.channel,
        "account": address.account,
        "chat": address.chat,
        "thread": address.thread,
        "since": each.since,
        "team": each.team,
        "live": each.live,
    }
