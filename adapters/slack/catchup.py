"""What was said while nobody listened: after each gap the places are read from where they were last heard.

A gap is a start, a time without a socket or without a database. Quiet is looked into as well: if something was said
that nobody brought, the sockets are deaf, however well they answer pings. What is found goes the way of every event;
what came by itself is known by its key and counts once. What people wrote in the last day is compared with what stands
there, so that changes and withdrawals show. Presses and reactions leave nothing to be read.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from adapters.slack.api import Api, ApiError, RefusedError
from adapters.slack.pace import READ, Pace
from adapters.slack.payload import CHANNEL, Json, Known, dicts_in, order_of
from adapters.slack.receive import Receiver
from adapters.slack.refusals import judge, wait_of
from adapters.storage.heard import Heard, find_author, find_last_received, read_heard
from adapters.storage.store import SqlStore
from bot.model import Address, Deleted, Event
from bot.ports import Clock, Receipt, SendClass, UnavailableError

ACTIVE = timedelta(hours=24)
"""Conversations without a word for longer are left alone, and nothing older is read."""
QUIET = 300.0
"""Seconds without any payload after which the places are looked at."""
LONG_GAP = 180.0
"""Seconds of a gap from which on direct chats without a conversation are read, too."""
MARGIN = timedelta(seconds=10)
MOST_MESSAGES, MOST_PLACES, MOST_QUIET = 200, 500, 50
"""Messages of a place, and places that are read after a gap and in the quiet."""

PAUSE = 1.0
"""Seconds until the storage is asked again."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class CatchUp:
    """Reads what was missed."""

    def __init__(
        self,
        api: Api,
        receiver: Receiver,
        store: SqlStore,
        clock: Clock,
        pace: Pace,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Takes what asks, what takes in, what knows how far was heard, and at what pace to ask."""
        self._api, self._receiver, self._store, self._clock = api, receiver, store, clock
        self._pace, self._sleep = pace, sleep
        self._gap = asyncio.Event()
        self._began: datetime | None = None
        """When the gap began that is to be looked into."""
        self._floor = clock.now() if store.is_restored else clock.now() - ACTIVE

    def note_gap(self, seconds: float) -> None:
        """Nothing was heard for so long until now."""
        began = self._clock.now() - timedelta(seconds=seconds) - MARGIN
        self._began = began if self._began is None else min(began, self._began)
        self._gap.set()

    async def run(self, renew: Callable[[], Awaitable[None]], quiet: float = QUIET) -> None:
        """Looks after each gap until it is cancelled.

        Args:
            renew: Opens other sockets.
            quiet: Seconds without any payload after which the places are looked at.
        """
        last = await self._until_answered(lambda: self._store.db.read(lambda conn: find_last_received(conn, CHANNEL)))
        if last is not None:
            self.note_gap((self._clock.now() - last).total_seconds())
        while True:
            is_gap = await self._wait(quiet)
            now = self._clock.now()
            began, self._began = self._began or now - timedelta(seconds=quiet), None
            most, until = (MOST_PLACES, now) if is_gap else (MOST_QUIET, now - MARGIN)
            found = await self._until_answered(partial(self.look, began, until, most))
            if found and not is_gap:
                log.warning("slack_sockets_deaf", extra={"missed": found})
                await renew()

    async def look(self, began: datetime, until: datetime, most: int) -> int:
        """Reads the places from where they were last heard; returns how much was new.

        Args:
            began: When nothing was heard any more.
            until: What was said later may still be on its way.
            most: Places that are read.
        """
        now, known = self._clock.now(), self._receiver.known
        heard = await self._store.db.read(lambda conn: read_heard(conn, CHANNEL, now - ACTIVE, most))
        if (now - began).total_seconds() > LONG_GAP:
            chats = {each.at.chat for each in heard}
            heard += [each for each in await self._find_direct(known) if each.at.chat not in chats]
        count = 0
        for each in heard[:most]:
            with suppress(ApiError):
                count += await self._read_place(each, began, until)
        return count

    async def _wait(self, quiet: float) -> bool:
        """Waits for a gap, or until it has been quiet for so long; whether it was a gap."""
        while True:
            before = self._receiver.taken
            with suppress(TimeoutError):
                await asyncio.wait_for(self._gap.wait(), quiet)
            if self._gap.is_set():
                self._gap.clear()
                return True
            if self._receiver.taken == before:
                return False

    async def _until_answered(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Asks the storage until it can be used."""
        while True:
            try:
                return await ask()
            except UnavailableError:
                await self._sleep(PAUSE)

    async def _find_direct(self, known: Known) -> list[Heard]:
        """The direct chats with the app."""
        with suppress(ApiError):
            page = await self._ask("conversations.list", types="im", limit=MOST_PLACES)
            chats = [str(each.get("id")) for each in dicts_in(page.get("channels"))]
            return [Heard(at=Address(channel=CHANNEL, account=known.team, chat=chat), order="") for chat in chats]
        return []

    async def _read_place(self, heard: Heard, began: datetime, until: datetime) -> int:
        """Takes in what was said in a place since; returns how much of it was new."""
        at, floor = heard.at, _as_ts(self._floor)
        oldest = max(min(_ts_of(heard.order) or _as_ts(began), _as_ts(began)), floor)
        standing = {ts for ts in heard.standing if floor <= ts < _as_ts(until)}
        first = min([oldest, *(_before(ts) for ts in standing)])
        page = await self._ask_place(at, first, until)
        if page.get("has_more"):
            page, standing = await self._ask_place(at, oldest, until), set()
        messages = {str(each.get("ts")): each for each in dicts_in(page.get("messages"))}
        count = 0
        for ts, message in sorted(messages.items()):
            if ts in heard.standing or ts > oldest:
                count += await self._take(message, at)
        for ts in sorted(standing - messages.keys()):
            count += await self._withdraw(ts, at, until)
        return count

    async def _ask_place(self, at: Address, oldest: str, until: datetime) -> Mapping[str, object]:
        asked: dict[str, object] = {"channel": at.chat, "oldest": oldest, "latest": _as_ts(until)}
        asked["limit"] = MOST_MESSAGES
        if at.thread:
            return await self._ask("conversations.replies", ts=at.thread, **asked)
        return await self._ask("conversations.history", **asked)

    async def _take(self, message: Json, at: Address) -> bool:
        """Takes in a message, or its change if the message itself is known; whether anything was new."""
        for payload in _as_payloads(message, at, self._receiver.known):
            if await self._receiver.catch_up(payload):
                return True
        return False

    async def _withdraw(self, ts: str, at: Address, until: datetime) -> bool:
        """Takes in that a message stands there no more; nobody says who took it away, so it was its author."""
        author = await self._store.db.read(lambda conn: find_author(conn, at, ts))
        if author is None:
            return False
        key = f"{self._receiver.known.team}:{at.chat}:{ts}:deleted"
        event = Event(
            key=f"catchup-{key}",
            content_key=key,
            at=at,
            order=order_of(_as_ts(until)),
            author=author,
            body=Deleted(target=ts),
            sent_at=until,
        )
        return Receipt.STORED in await self._store.accept([event])

    async def _ask(self, method: str, **parameters: object) -> Mapping[str, object]:
        """Asks at the pace that is allowed for reading."""
        while True:
            while (wait := self._pace.ask(READ, "", time.monotonic())) > 0:
                await self._sleep(wait)
            try:
                return await self._api.call(method, **parameters)
            except RefusedError as error:
                if judge(error).became is not SendClass.WAIT:
                    raise
                self._pace.hold(READ, "", wait_of(error), time.monotonic())


def _as_payloads(message: Json, at: Address, known: Known) -> Iterator[dict[str, object]]:
    """The message as the platform would have brought it; then its change, if the message itself is known already."""
    ts = str(message.get("ts"))
    kind = "im" if at.chat.startswith("D") else "channel"
    common = {"channel": at.chat, "channel_type": kind, "event_ts": ts}
    yield _envelope({**message, **common}, f"catchup-{at.chat}-{ts}", known)
    edited = message.get("edited")
    if isinstance(edited, dict):
        changed = {"type": "message", "subtype": "message_changed", "message": message, **common}
        yield _envelope({**changed, "event_ts": edited.get("ts")}, f"catchup-{at.chat}-{edited.get('ts')}", known)


def _envelope(event: dict[str, object], id_: str, known: Known) -> dict[str, object]:
    return {"type": "event_callback", "team_id": known.team, "event_id": id_, "event": event}


def _as_ts(moment: datetime) -> str:
    return f"{moment.timestamp():.6f}"


def _before(ts: str) -> str:
    """A moment just before a message, from which on it is shown."""
    whole, _, part = ts.partition(".")
    return f"{int(whole) - 1}.{part}"


def _ts_of(order: str) -> str:
    """The platform's moment of a key of order; empty for none."""
    whole, _, part = order.partition(".")
    return f"{int(whole)}.{part[:6]}" if whole.isdigit() else ""
