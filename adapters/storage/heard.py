"""How far each place has been heard: for a channel that can be asked what it said while nobody listened.

Functions of a connection that only read.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from adapters.storage.tables import conversation, inbox, place
from bot.model import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A place of a conversation, and the last thing that came from it."""

    at: Address
    order: str
    """Greatest key of order; empty if nothing came from there yet."""


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
    return [Heard(at=at, order=_greatest(conn, at)) for at in found]


def _greatest(conn: Connection, at: Address) -> str:
    asked = select(func.max(inbox.c.order_key)).where(inbox.c.source == str(at), inbox.c.order_key != "")
    return conn.execute(asked).scalar() or ""
