"""What came in and has not taken effect yet: storing it, ordering it, and saying what became of it.

Functions of a connection; `store` runs them in transactions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, or_, select, update

from adapters.storage.codec import decode, encode
from adapters.storage.putting import put_new
from adapters.storage.tables import conversation, inbox, place
from bot.model import AuthorKind, Event, Said
from bot.ports import Receipt

AnyRow = Row[tuple[Any, ...]]

HOME_CHANNELS = ("console", "internal")
"""Channels whose address names a conversation, not a chat."""
ALBUM = timedelta(seconds=1)
"""How long after its last part an album is taken for whole."""
RETRY = {1: timedelta(seconds=1), 2: timedelta(seconds=5)}
"""How long an event is set aside after its first and second failed try; after the third the apology follows at once."""

_due = or_(inbox.c.not_before.is_(None), inbox.c.not_before <= bindparam("now"))
_waiting = and_(inbox.c.lane == bindparam("lane"), inbox.c.state == "new", _due)

_LANE_OF_ID = select(conversation.c.lane, conversation.c.id).where(conversation.c.id == bindparam("id"))
_LANE_OF_DESK = (
    select(conversation.c.lane, conversation.c.id)
    .join(place, place.c.conversation == conversation.c.id)
    .where(
        place.c.role == "desk",
        place.c.channel == bindparam("channel"),
        place.c.account == bindparam("account"),
        place.c.chat == bindparam("chat"),
        place.c.thread == bindparam("thread"),
    )
)
_LANE_EXISTS = select(conversation.c.lane).where(conversation.c.lane == bindparam("lane")).limit(1)
_OLDEST = select(inbox).where(_waiting).order_by(inbox.c.id).limit(2)
_LOWEST = (
    select(inbox)
    .where(_waiting, inbox.c.source == bindparam("source"))
    .order_by(inbox.c.order_key, inbox.c.id)
    .limit(1)
)
_LANES = (
    select(inbox.c.lane, func.min(inbox.c.id).label("first"))
    .where(inbox.c.state == "new", _due)
    .group_by(inbox.c.lane)
    .order_by(func.min(inbox.c.id))
    .limit(bindparam("most"))
)
_WAKING = (
    select(conversation.c.lane)
    .where(conversation.c.wake_at <= bindparam("now"))
    .order_by(conversation.c.wake_at)
    .limit(bindparam("most"))
)
_LATER = (
    select(inbox.c.id)
    .where(inbox.c.source == bindparam("source"), inbox.c.order_key > bindparam("key"), inbox.c.order_key != "")
    .where(inbox.c.state == "done")
    .limit(1)
)
_SETTLE = update(inbox).where(inbox.c.id == bindparam("row"), inbox.c.state == "new")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of one event, and the row and lane it waits in."""

    receipt: Receipt
    row: int = 0
    lane: str = ""


def accept_event(conn: Connection, event: Event, now: datetime) -> Accepted:
    """Stores one event unless it is there already; one that speaks of no conversation is kept as ignored."""
    lane, of = find_lane(conn, event)
    values = {
        "channel": event.at.channel,
        "account": event.at.account,
        "event_key": event.key,
        "content_key": event.content_key or None,
        "source": str(event.at),
        "order_key": event.order,
        "lane": lane or str(event.at),
        "received_at": now,
        "state": "new" if lane else "ignored",
        "conversation": of,
        "event": encode(event),
    }
    if event.album:
        values["not_before"] = now + ALBUM
    row = put_new(conn, inbox, values)
    if row is None:
        return Accepted(receipt=Receipt.DUPLICATE)
    if event.album:
        settle_rows(conn, [part.id for part in find_album(conn, str(values["lane"]), event)], not_before=now + ALBUM)
    return Accepted(receipt=Receipt.STORED if lane else Receipt.ORPHAN, row=row, lane=lane or "")


def find_lane(conn: Connection, event: Event) -> tuple[str, str | None]:
    """Finds the lane an event belongs to, empty if there is none, and its conversation where it names one.

    A customer's event names its own lane, the console's and internal ones a conversation, a desk's a place.
    """
    at = event.at
    if at.channel in HOME_CHANNELS:
        row = conn.execute(_LANE_OF_ID, {"id": at.chat}).first()
    elif event.author.kind is AuthorKind.CUSTOMER:
        return str(at), None
    else:
        address = {"channel": at.channel, "account": at.account, "chat": at.chat, "thread": at.thread}
        row = conn.execute(_LANE_OF_DESK, address).first()
    if row is not None:
        return row.lane, row.id
    return conn.execute(_LANE_EXISTS, {"lane": str(at)}).scalar() or "", None


def find_lanes(conn: Connection, now: datetime, most: int) -> list[str]:
    """Lanes with work, the one that has waited longest first, those that only wake up last."""
    parameters = {"now": now, "most": most}
    lanes = [row.lane for row in conn.execute(_LANES, parameters)]
    waking = conn.execute(_WAKING, parameters).scalars()
    return list(dict.fromkeys([*lanes, *waking]))[:most]


def find_waiting(conn: Connection, now: datetime) -> tuple[list[int], list[int]]:
    """All rows that have not taken effect, and those among them that are not set aside for later."""
    rows = conn.execute(select(inbox.c.id, inbox.c.not_before).where(inbox.c.state == "new").order_by(inbox.c.id)).all()
    return [row.id for row in rows], [row.id for row in rows if row.not_before is None or row.not_before <= now]


def find_next(conn: Connection, lane: str, now: datetime) -> tuple[AnyRow, bool] | None:
    """The row whose turn it is, and whether more wait: the oldest names the source, its lowest key goes first."""
    rows = conn.execute(_OLDEST, {"lane": lane, "now": now}).all()
    if not rows:
        return None
    first = rows[0]
    if first.order_key:
        first = conn.execute(_LOWEST, {"lane": lane, "now": now, "source": first.source}).one()
    return first, len(rows) > 1


def read_event(row: AnyRow) -> Event:
    """The event of a row."""
    return decode(row.event, Event)


def find_album(conn: Connection, lane: str, part: Event) -> list[AnyRow]:
    """The waiting rows of the album that an event is a part of, in order."""
    aside = select(inbox).where(
        inbox.c.lane == lane,
        inbox.c.source == str(part.at),
        inbox.c.state == "new",
        inbox.c.not_before.is_not(None),
    )
    rows = conn.execute(aside.order_by(inbox.c.order_key, inbox.c.id))
    return [row for row in rows if read_event(row).album == part.album]


def join_album(parts: Sequence[Event]) -> Event:
    """The parts of an album as one message: its words, then all its files."""
    said = [part.body for part in parts if isinstance(part.body, Said)]
    text = "\n".join(each.text for each in said if each.text)
    files = tuple(file for each in said for file in each.attachments)
    return replace(parts[0], body=replace(said[0], text=text, attachments=files))


def is_late(conn: Connection, event: Event) -> bool:
    """Whether something that its source said later has taken effect already."""
    if not event.order:
        return False
    return conn.execute(_LATER, {"source": str(event.at), "key": event.order}).first() is not None


def settle_rows(conn: Connection, rows: Sequence[int], **values: object) -> bool:
    """Writes what became of rows that still wait; False if one of them did not wait any more."""
    return all(conn.execute(_SETTLE, values | {"row": row}).rowcount == 1 for row in rows)


def put_internal(conn: Connection, event: Event, lane: str, now: datetime) -> int:
    """Stores what firstline tells itself, in the transaction that makes it true."""
    statement = insert(inbox).values(
        channel=event.at.channel,
        account=event.at.account,
        event_key=event.key,
        source=str(event.at),
        order_key="",
        lane=lane,
        received_at=now,
        state="new",
        conversation=event.at.chat,
        event=encode(event),
    )
    return int(conn.execute(statement.returning(inbox.c.id)).scalar_one())


def replay(conn: Connection, row: int) -> bool:
    """Has an event worked again that was set aside for good; False if it was not, or its text has been dropped."""
    aside = (inbox.c.id == row, inbox.c.state == "quarantined", inbox.c.event.is_not(None))
    changed = conn.execute(update(inbox).where(*aside).values(state="new", tries=0, error="", not_before=None))
    return changed.rowcount == 1
