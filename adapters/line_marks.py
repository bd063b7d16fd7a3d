"""What became of each line an agent wrote on a desk outside the console: delivered, kept inside, failed, in doubt.

The marks follow from the stored messages and deliveries, whenever a conversation changes; they can be put again. What
an agent must act on also gets a line with buttons below his own, once: that it was said is stored.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zlib import crc32

from adapters.desk.view import DeskView
from adapters.storage.advice import is_said, note_said
from adapters.storage.store import SqlStore
from adapters.storage.views import Send, find_conversation, find_recent_on_desk, read_sends
from bot.model import Address, Conversation, Message, MessageKind, PlaceRole
from bot.ports import SendState, UnavailableError

SLOW = timedelta(seconds=5)
"""What is not delivered after so long is marked as waiting."""
LAST = 20
"""Messages of a conversation that are looked at."""
RECENT = timedelta(minutes=10)
"""After a start older messages are left as they are."""
MOST_KNOWN = 10_000
LOOK = 1.0


class Sign(StrEnum):
    """What became of a line."""

    NONE = ""
    DELIVERED = "delivered"
    KEPT = "kept"
    WAITING = "waiting"
    FAILED = "failed"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a line is to carry."""

    at: Address
    own_id: str
    sign: Sign
    is_on_its_way: bool = False
    advice: str = ""
    """Said below it, once."""
    buttons: tuple[tuple[str, str], ...] = ()
    """Label and value."""


def find_marks(talk: Conversation, sends: list[Send], view: DeskView, now: datetime, channel: str) -> list[Mark]:
    """The marks of what agents wrote in this conversation's threads on a channel."""
    topics = {
        str(place.address): place.address
        for place in talk.places
        if place.role is PlaceRole.DESK and place.address.channel == channel and place.address.thread
    }
    own = [m for m in talk.messages[-LAST:] if m.origin in topics and m.external_id and now - m.at < RECENT]
    to_customer = {send.message: send for send in sends if send.role is PlaceRole.CUSTOMER}
    return [_mark_of(each, topics[each.origin], to_customer.get(each.number), talk, view, now) for each in own]


def _mark_of(
    message: Message, at: Address, send: Send | None, talk: Conversation, view: DeskView, now: datetime
) -> Mark:
    def mark(sign: Sign, advice: str = "", *buttons: tuple[str, str]) -> Mark:
        return Mark(at=at, own_id=message.external_id, sign=sign, advice=advice, buttons=buttons)

    if message.kind is MessageKind.NOTE:
        return mark(Sign.KEPT if not message.withdrawn else Sign.NONE, *_advise_kept(message, talk, view))
    if message.withdrawn and (send is None or send.state is not SendState.FAILED):
        return mark(Sign.NONE)
    if send is None:
        return mark(Sign.DELIVERED)
    again, arrived = f"card:again:{send.delivery}", f"card:arrived:{send.delivery}"
    match send.state:
        case SendState.FAILED:
            return mark(
                Sign.FAILED,
                view.say("desk_not_delivered", reason=send.reason),
                (view.say("console_try_again"), again),
            )
        case SendState.UNSURE:
            return mark(
                Sign.UNSURE,
                view.say("desk_in_doubt"),
                (view.say("console_send_again"), again),
                (view.say("console_it_arrived"), arrived),
            )
        case _ if not send.behind:
            return mark(Sign.DELIVERED)
        case _:
            sign = Sign.WAITING if now - message.at > SLOW else Sign.NONE
            return replace(mark(sign), is_on_its_way=True)


def _advise_kept(message: Message, talk: Conversation, view: DeskView) -> tuple[str, *tuple[tuple[str, str], ...]]:
    """Why words stayed inside that were not meant as a note, and how they can still be sent."""
    handoff = talk.handoff
    if message.withdrawn or handoff is None:
        return ("",)
    send = f"card:send:{message.number}"
    if message.phrase == "kept_command" and handoff.agent == message.author.key:
        return (view.say("console_kept_inside"), (view.say("console_send_as_text"), send))
    if message.phrase != "kept_not_claimed":
        return ("",)
    if handoff.agent is None:
        return (view.say("console_not_claimed"), (view.say("console_claim_and_send"), send))
    if handoff.agent != message.author.key:
        return (view.say("console_stayed_inside", agent=handoff.agent_name),)
    return ("",)


class Marker(Protocol):
    """Shows marks on one channel; best effort."""

    @property
    def name(self) -> str:
        """The channel."""

    async def put(self, mark: Mark, former: Sign) -> bool:
        """Puts a sign in place of a former one; says whether it need not be tried again."""

    async def advise(self, mark: Mark) -> bool:
        """Says the advice below the line; says whether it need not be tried again."""


class Marks:
    """Keeps the marks true while the server runs."""

    def __init__(self, marker: Marker, store: SqlStore, view: Callable[[], DeskView]) -> None:
        self._marker, self._store, self._view = marker, store, view
        self._shown: dict[tuple[str, str], Sign] = {}
        self._advised: set[str] = set()
        self._slow: set[str] = set()
        """Conversations with a line that is on its way."""

    async def run(self, stop: asyncio.Event) -> None:
        """Marks until `stop`; first what the process before may not have come to."""
        with self._store.bell.listen() as rings:
            for name in await self._find_recent():
                await self._look(name)
            while not stop.is_set():
                rung = await rings.wait(LOOK)
                for name in {*rung, *self._slow}:
                    if ":" not in name and not stop.is_set():
                        await self._look(name)

    async def _find_recent(self) -> list[str]:
        name, since = self._marker.name, self._view().now - RECENT
        try:
            return await self._store.db.read(lambda conn: find_recent_on_desk(conn, name, since))
        except UnavailableError:
            return []

    async def _look(self, id_: str) -> None:
        self._slow.discard(id_)
        try:
            talk, sends = await self._store.db.read(lambda conn: (find_conversation(conn, id_), read_sends(conn, id_)))
        except UnavailableError:
            return
        if talk is None:
            return
        view = self._view()
        for mark in find_marks(talk, sends, view, view.now, self._marker.name):
            if mark.is_on_its_way:
                self._slow.add(id_)
            await self._show(mark)

    async def _show(self, mark: Mark) -> None:
        key = (mark.at.chat, mark.own_id)
        former = self._shown.get(key, Sign.NONE)
        if former is not mark.sign and await self._marker.put(mark, former):
            self._remember(key, mark.sign)
        if mark.advice:
            with suppress(UnavailableError):  # it is looked at again when the conversation changes
                await self._advise(mark)

    async def _advise(self, mark: Mark) -> None:
        """Says the advice unless it has been said, by this process or one before."""
        name = f"{self._marker.name}:{mark.at.chat}:{mark.own_id}:{crc32(mark.advice.encode()):08x}"
        if name in self._advised:
            return
        was_said = await self._store.db.read(lambda conn: is_said(conn, name))
        if not was_said and not await self._marker.advise(mark):
            return
        self._advised.add(name)
        if not was_said:
            await self._store.db.write(lambda conn: note_said(conn, name, self._view().now))

    def _remember(self, key: tuple[str, str], sign: Sign) -> None:
        if len(self._shown) >= MOST_KNOWN:
            self._shown.clear()
            self._advised.clear()
        self._shown[key] = sign
