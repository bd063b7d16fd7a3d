"""What a customer may read: his own conversations on the web, and what changed in them since he last looked.

Functions of a connection for `adapters.web`. Nothing that is for the desk alone comes out of here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from adapters.storage.conversations import find_message, find_newest_head, read_head, read_message
from adapters.storage.tables import conversation, customer
from adapters.storage.tables import message as message_table
from bot.model import Audience, Conversation, Message

NEWEST_CHATS = 3
"""How many conversations of a customer are shown one above the other."""

_HEADS = (
    select(conversation, customer.c.data.label("customer_data"))
    .join(customer, customer.c.id == conversation.c.customer)
    .where(conversation.c.lane == bindparam("lane"))
    .order_by(conversation.c.number.desc())
    .limit(NEWEST_CHATS)
)
_CHANGED = (
    select(message_table)
    .where(
        message_table.c.conversation == bindparam("id"),
        message_table.c.version > bindparam("version"),
        message_table.c.audience == Audience.CUSTOMER,
    )
    .order_by(message_table.c.number)
)
_ANY = select(conversation.c.id).where(conversation.c.lane == bindparam("lane")).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far somebody has read: everything up to this version of this conversation."""

    conversation: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """One conversation as far as it has changed."""

    conversation: Conversation
    """Without its messages."""
    changed: tuple[Message, ...]
    """For the customer's eyes, in their order, each in its latest revision."""


def has_chat(conn: Connection, lane: str) -> bool:
    """Whether this customer has ever written."""
    return conn.execute(_ANY, {"lane": lane}).first() is not None


def find_shown_message(conn: Connection, lane: str, number: int) -> Message | None:
    """A message of a customer's newest conversation, if it is for his eyes."""
    head = find_newest_head(conn, lane)
    message = find_message(conn, head.id, str(number), "") if head is not None else None
    return message if message is not None and message.audience is Audience.CUSTOMER else None


def read_chats(conn: Connection, lane: str, known: Sequence[Cursor] = ()) -> tuple[Chat, ...]:
    """A customer's newest conversations, oldest first, each with what changed since a cursor.

    A conversation that no cursor names comes whole, unless it is closed and a newer one is named: then it has been
    read before. One that stands where its cursor stands does not come at all.
    """
    heads = list(reversed(conn.execute(_HEADS, {"lane": lane}).all()))
    versions = {cursor.conversation: cursor.version for cursor in known}
    named = [position for position, head in enumerate(heads) if head.id in versions]
    chats = []
    for position, head in enumerate(heads):
        since = versions.get(head.id, 0)
        is_read_before = head.id not in versions and head.closed_at is not None and position < max(named, default=-1)
        if head.version > since and not is_read_before:
            rows = conn.execute(_CHANGED, {"id": head.id, "version": since})
            chats.append(Chat(conversation=read_head(head), changed=tuple(read_message(row) for row in rows)))
    return tuple(chats)
