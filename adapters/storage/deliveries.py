"""Deliveries as rows: making them with a Turn, taking the next to be sent, writing down what came of it.

Functions of a connection; `store` runs them in transactions. Where a message stands is said by `bot.fanout`,
what an answer means by `bot.settlement`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    tuple_,
    update,
)

from adapters.storage.codec import from_json, to_json
from adapters.storage.conversations import find_head, read_head, read_message, read_place
from adapters.storage.tables import Moment, conversation, delivery, message, place
from bot.fanout import as_seen_in, is_origin, stands_in
from bot.model import Audience, AuthorKind, Conversation, ConversationId, Message, MessageKind, Place, PlaceRole
from bot.ports import SendState, Settlement, Shipment
from bot.settlement import HELD

AnyRow = Row[tuple[Any, ...]]

ASKING = timedelta(seconds=30)
"""How long asking about a first post in doubt may take before somebody else asks."""

_earlier = delivery.alias("earlier")
_blocked = exists().where(
    _earlier.c.conversation == delivery.c.conversation,
    _earlier.c.place == delivery.c.place,
    _earlier.c.id != delivery.c.id,
    or_(
        _earlier.c.state == "sending",
        and_(_earlier.c.state == "unsure", _earlier.c.next_try_at.is_not(None)),
        and_(
            _earlier.c.state == "idle",
            _earlier.c.revision > _earlier.c.shown_revision,
            _earlier.c.number < delivery.c.number,
        ),
    ),
)
"""In a place one send is under way at a time, the lowest message first; what a person must settle blocks nothing."""

_WHOLE = (
    select(
        delivery,
        conversation.c.number.label("case_number"),
        conversation.c.language.label("conversation_language"),
        conversation.c.agent.label("agent"),
        conversation.c.lane.label("lane"),
    )
    .join(conversation, conversation.c.id == delivery.c.conversation)
    .join(place, and_(place.c.conversation == delivery.c.conversation, place.c.id == delivery.c.place))
)
_NEXT = (
    _WHOLE.where(
        delivery.c.state == "idle",
        delivery.c.revision > delivery.c.shown_revision,
        place.c.channel == bindparam("channel"),
        or_(delivery.c.next_try_at.is_(None), delivery.c.next_try_at <= bindparam("now")),
        or_(place.c.not_before.is_(None), place.c.not_before <= bindparam("now")),
        ~_blocked,
    )
    .order_by(delivery.c.id)
    .limit(1)
)
_NEXT_UNSURE = (
    _WHOLE.where(
        delivery.c.state == "unsure",
        place.c.channel == bindparam("channel"),
        delivery.c.next_try_at <= bindparam("now"),
    )
    .order_by(delivery.c.id)
    .limit(1)
)
_MESSAGE = select(message).where(message.c.conversation == bindparam("id"), message.c.number == bindparam("number"))
_PLACE = select(place).where(place.c.conversation == bindparam("id"), place.c.id == bindparam("place"))


def show(
    conn: Connection, new: Conversation, said: Sequence[Message], risen: Sequence[Place], now: datetime
) -> set[str]:
    """Makes deliveries of what a Turn said; returns the channels that have something to send.

    Args:
        conn: The transaction that stores the Turn.
        new: The conversation after it.
        said: Its new and revised messages.
        risen: Places that have just become live and miss what was said before.
        now: Since when the places are behind.
    """
    if not new.places:
        return set()
    messages = {each.number: each for each in said}
    for each in risen:
        messages = {other.number: other for other in _messages_since(conn, new.id, each.since)} | messages
    _raise_revisions(conn, new, said, now)
    known = _known(conn, new.id, messages)
    rows = [
        _new_row(new.id, each, where, now)
        for each in sorted(messages.values(), key=lambda one: one.number)
        for where in new.places
        if stands_in(each, where) and (each.number, where.id) not in known
    ]
    if rows:
        conn.execute(insert(delivery), rows)
    return {where.address.channel for where in new.places}


def take_next(conn: Connection, channel: str, now: datetime) -> Shipment | None:
    """Marks the next difference `sending`; what nobody is to see any more is settled on the way, without a request."""
    while (row := conn.execute(_NEXT, {"channel": channel, "now": now}).first()) is not None:
        shipment = _shipment(conn, row, attempt=row.attempt + 1)
        if _is_pointless(shipment) or (row.agent is not None and _is_overtaken(conn, shipment)):
            _write(conn, row.id, shown_revision=row.revision, behind_since=None, reason="overtaken")
            continue
        _write(conn, row.id, state=SendState.SENDING, attempt=shipment.attempt, next_try_at=None)
        return shipment
    return None


def is_due(conn: Connection, channel: str, now: datetime) -> bool:
    """Whether there is something to be taken on a channel: asked first, as looking costs less than a write."""
    parameters = {"channel": channel, "now": now}
    return any(conn.execute(wanted, parameters).first() is not None for wanted in (_NEXT_UNSURE, _NEXT))


def take_next_unsure(conn: Connection, channel: str, now: datetime) -> Shipment | None:
    """The next first post in doubt that may be asked about."""
    row = conn.execute(_NEXT_UNSURE, {"channel": channel, "now": now}).first()
    if row is None:
        return None
    _write(conn, row.id, next_try_at=now + ASKING)
    return _shipment(conn, row, attempt=row.attempt)


def settle_delivery(conn: Connection, shipment: Shipment, settlement: Settlement) -> bool:
    """Writes what came of an attempt; False if a later attempt or somebody else has settled it already."""
    values: dict[str, Any] = {
        "state": settlement.state,
        "next_try_at": settlement.next_try_at,
        "reason": settlement.reason,
        "failures": delivery.c.failures + 1,
    }
    if settlement.shown:
        # What was in doubt may stand there as it was when it was sent: it counts as the first revision, and one more
        # edit, which can always be repeated, brings it up to date.
        shown = case((delivery.c.state == SendState.UNSURE, 1), else_=shipment.message.revision)
        values |= {
            "shown_revision": shown,
            "external_ids": to_json(settlement.external_ids),
            "failures": 0,
            "behind_since": case((delivery.c.revision > shown, delivery.c.behind_since), else_=null()),
        }
    if settlement.doubtful:
        values["doubtful"] = True
    mine = update(delivery).where(
        delivery.c.id == shipment.delivery,
        delivery.c.attempt == shipment.attempt,
        delivery.c.state.in_([SendState.SENDING, SendState.UNSURE]),
    )
    if conn.execute(mine.values(values)).rowcount == 0:
        return False
    where = and_(place.c.conversation == shipment.conversation, place.c.id == shipment.place.id)
    if settlement.place_waits is not None:
        conn.execute(update(place).where(where).values(not_before=settlement.place_waits))
    if settlement.thread and settlement.thread != shipment.place.address.thread:
        conn.execute(update(place).where(where).values(thread=settlement.thread))
    return True


def recover_deliveries(conn: Connection, channel: str, now: datetime, settles: timedelta) -> int:
    """Puts right what a process left under way, and holds what has been behind for long."""
    places = select(place.c.conversation, place.c.id).where(place.c.channel == channel)
    mine = tuple_(delivery.c.conversation, delivery.c.place).in_(places)
    under_way = and_(mine, delivery.c.state == SendState.SENDING)
    first = conn.execute(
        update(delivery)
        .where(under_way, delivery.c.shown_revision == 0)
        .values(state=SendState.UNSURE, next_try_at=now + settles)
    )
    later = conn.execute(update(delivery).where(under_way).values(state=SendState.IDLE))
    conn.execute(
        update(delivery)
        .where(mine, delivery.c.state == SendState.IDLE, delivery.c.revision > delivery.c.shown_revision)
        .where(delivery.c.behind_since < now - HELD)
        .values(state=SendState.FAILED, reason="held")
    )
    return first.rowcount + later.rowcount


def answer_delivery(conn: Connection, of: ConversationId, id_: str, *, arrived: bool) -> None:
    """A person says of a send in doubt or failed that it has arrived, or that it is to be sent again."""
    if not id_.isdigit():
        return
    mine = update(delivery).where(
        delivery.c.id == int(id_),
        delivery.c.conversation == of,
        delivery.c.state.in_([SendState.UNSURE, SendState.FAILED]),
    )
    if arrived:
        conn.execute(mine.values(state=SendState.IDLE, shown_revision=delivery.c.revision, behind_since=None))
    else:
        conn.execute(mine.values(state=SendState.IDLE, next_try_at=None, failures=0, reason=""))


def _write(conn: Connection, id_: int, **values: object) -> None:
    conn.execute(update(delivery).where(delivery.c.id == id_).values(values))


def _messages_since(conn: Connection, id_: ConversationId, since: int) -> list[Message]:
    rows = conn.execute(select(message).where(message.c.conversation == id_, message.c.number >= since))
    return [read_message(row) for row in rows]


def _known(conn: Connection, id_: ConversationId, numbers: Iterable[int]) -> set[tuple[int, str]]:
    """Which of these messages have a delivery in which place already."""
    rows = conn.execute(
        select(delivery.c.number, delivery.c.place).where(
            delivery.c.conversation == id_, delivery.c.number.in_(list(numbers))
        )
    )
    return {(row.number, row.place) for row in rows}


def _raise_revisions(conn: Connection, new: Conversation, said: Sequence[Message], now: datetime) -> None:
    """Tells the deliveries of revised messages how far they are behind; where it was written it is up to date."""
    for each in said:
        if each.revision == 1:
            continue
        all_ = update(delivery).where(delivery.c.conversation == new.id, delivery.c.number == each.number)
        conn.execute(
            all_.values(
                revision=each.revision, behind_since=func.coalesce(delivery.c.behind_since, literal(now, Moment()))
            )
        )
        origins = [where.id for where in new.places if is_origin(each, where)]
        if origins:
            at_home = all_.where(delivery.c.place.in_(origins))
            conn.execute(at_home.values(shown_revision=each.revision, behind_since=None))


def _new_row(id_: ConversationId, each: Message, where: Place, now: datetime) -> dict[str, Any]:
    at_home = is_origin(each, where)
    return {
        "conversation": id_,
        "number": each.number,
        "place": where.id,
        "revision": each.revision,
        "shown_revision": each.revision if at_home else 0,
        "external_ids": to_json([each.external_id] if at_home else []),
        "state": SendState.IDLE,
        "behind_since": None if at_home else now,
    }


def _shipment(conn: Connection, row: AnyRow, attempt: int) -> Shipment:
    of = conn.execute(_MESSAGE, {"id": row.conversation, "number": row.number}).one()
    where = read_place(conn.execute(_PLACE, {"id": row.conversation, "place": row.place}).one())
    return Shipment(
        delivery=row.id,
        attempt=attempt,
        conversation=row.conversation,
        number=row.case_number,
        language=row.conversation_language,
        place=where,
        message=as_seen_in(read_message(of), where),
        external_ids=tuple(from_json(row.external_ids)),
        failures=row.failures,
        behind_since=row.behind_since,
        shown_revision=row.shown_revision,
    )


def _is_pointless(shipment: Shipment) -> bool:
    """Whether nobody is to see a first post any more: it was withdrawn, or kept inside, before it went out."""
    inside = shipment.place.role is PlaceRole.CUSTOMER and shipment.message.audience is Audience.DESK
    return shipment.is_first and (shipment.message.withdrawn or inside)


def _is_overtaken(conn: Connection, shipment: Shipment) -> bool:
    """Whether a first post to the customer is an answer of the bot from before an agent claimed the conversation."""
    message = shipment.message
    is_answer = message.kind is MessageKind.ANSWER and message.author.kind is AuthorKind.BOT
    if not (shipment.is_first and is_answer and shipment.place.role is PlaceRole.CUSTOMER):
        return False
    head = find_head(conn, shipment.conversation)
    handoff = None if head is None else read_head(head).handoff
    return handoff is not None and handoff.claimed_at is not None and message.at <= handoff.claimed_at
