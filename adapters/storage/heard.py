"""How far each place has been heard: for a channel that can be asked what it said while nobody listened.

Functions of a connection that only read.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from adapters.storage.conversations import read_message
from adapters.storage.tables import conversation, inbox, message, place
from bot.model import Address, Author


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A place of a conversation, and the last thing that came from it."""

    at: Address
    order: str
    """Greatest key of order; empty if nothing came from there yet."""
    standing: frozenset[str] = frozenset()
    """The platform's ids of what people wrote there lately and have not taken back."""


def find_last_received(conn: Connection, channel: str) -> datetime | None:
    """When anything last came in from a channel; None if nothing ever did."""
    return conn.execute(select(func.max(inbox.c.received_at)).where(inbox.c.channel == channel)).scalar()


def read_heard(conn: Connection, channel: str, since: datetime, most: int) -> list[Heard]:
    """The places on a channel of conversations that have changed since, desks first, then the newest."""
    rows = conn.execute(
        select(place.c.account, place.c.chat, place.c.thread)
        .join(conversation, conversation.c.id == place.c.conversation)
        .where(place.c.channel == channel, place.c.live, conversation.c.changed_at >= since)
        .order_by(place.c.role.desc(), conversation.c.changed_at.desc())
        .limit(most)
    ).all()
    found = dict.fromkeys(Address(channel=channel, account=r.account, chat=r.chat, thread=r.thread) for r in rows)
    return [Heard(at=at, order=_greatest(conn, at), standing=_standing(conn, at, since)) for at in found]


def find_author(conn: Connection, at: Address, external_id: str) -> Author | None:
    """Who wrote a message that stands in a place; none if it is not known there."""
    row = conn.execute(select(message).where(_written(at), message.c.external_id == external_id)).first()
    return read_message(row).author if row is not None else None


def _greatest(conn: Connection, at: Address) -> str:
    asked = select(func.max(inbox.c.order_key)).where(inbox.c.source == str(at), inbox.c.order_key != "")
    return conn.execute(asked).scalar() or ""


def _standing(conn: Connection, at: Address, since: datetime) -> frozenset[str]:
    own = (message.c.external_id != "", ~message.c.withdrawn, message.c.at >= since)
    return frozenset(conn.execute(select(message.c.external_id).where(_written(at), *own)).scalars())


def _written(at: Address) -> ColumnElement[bool]:
    """Messages that people wrote in a place."""
    mine = (place.c.channel == at.channel, place.c.chat == at.chat, place.c.thread == at.thread)
    talks = select(place.c.conversation).where(*mine)
    return and_(message.c.conversation.in_(talks), message.c.origin == str(at))
