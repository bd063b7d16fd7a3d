"""Takes updates in: by asking for them, or at the webhook. Verify, store, acknowledge, in this order.

The offset rises, and the webhook answers 200, only after the inbox has committed. No offset is kept: what was not
confirmed comes again, and the keys of the events remove it.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from adapters.telegram.api import Api, ApiError, RefusedError
from adapters.telegram.payload import Json, Known
from adapters.telegram.people import People
from adapters.telegram.read import ALLOWED_UPDATES, chat_of, read_update
from adapters.telegram.refusals import judge, wait_of
from bot.health import Health
from bot.model import Event
from bot.ports import Clock, Inbox, SendClass, UnavailableError

PART = "telegram updates"
"""Its name in health."""
HOLD = 25
"""Seconds that the platform holds a request open while nothing happens."""
MOST = 100
CONFLICT_PAUSE, CONFLICT_TRIES = 10.0, 3
"""Somebody else asks for the same updates: so long between tries, so many of them, then we give in."""
LONGEST_PAUSE = 30.0
LONG_SILENCE = timedelta(hours=20)
"""After so long without an answer the loss is near: the platform keeps updates for 24 h."""
LARGEST_BODY = 1024 * 1024
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 -- the name of a header

log = logging.getLogger(__name__)


class Follower(Protocol):
    """Told of every update that has been stored."""

    def follow(self, update: Json, event: Event, known: Known) -> None:
        """Follows one event of an update, read with what was known then."""


class Receiver:
    """What comes in from Telegram."""

    def __init__(
        self,
        api: Api,
        inbox: Inbox,
        people: People,
        clock: Clock,
        health: Health,
        *,
        secret: str = "",
        followers: Sequence[Follower] = (),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        move: Callable[[str, str], Awaitable[None]] | None = None,
    ) -> None:
        """Takes the parts it works with.

        Args:
            api: For asking for updates.
            inbox: Where events go.
            people: Knows the agents.
            clock: Tells when something came in.
            health: Is told how it goes.
            secret: What Telegram sends along to the webhook; without one nothing is taken there.
            followers: Told of what has been stored.
            sleep: How it waits before it tries again.
            move: Writes down that a chat has another address.
        """
        self._api, self._inbox, self._people, self._clock, self._health = api, inbox, people, clock, health
        self._secret, self._followers, self._sleep, self._move = secret, followers, sleep, move
        self.username = ""

    async def poll(self, stop: asyncio.Event) -> None:
        """Asks for updates until `stop`, or until somebody else keeps asking for them."""
        task = asyncio.create_task(self._poll())
        waiting = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in (task, waiting):
                each.cancel()
            outcomes = await asyncio.gather(task, waiting, return_exceptions=True)
        if isinstance(outcomes[0], Exception):
            raise outcomes[0]

    async def _poll(self) -> None:
        await self._insist("deleteWebhook", drop_pending_updates=False)
        await self.learn_name()
        offset: int | None = None
        conflicts, failures, heard_at = 0, 0, self._clock.now()
        while True:
            try:
                updates = await self._api.call(
                    "getUpdates", offset=offset, timeout=HOLD, limit=MOST, allowed_updates=list(ALLOWED_UPDATES)
                )
            except ApiError as error:
                is_conflict = isinstance(error, RefusedError) and error.code == 409
                conflicts = conflicts + 1 if is_conflict else 0
                failures += 1
                is_near = self._clock.now() - heard_at > LONG_SILENCE
                near = " Telegram keeps updates for 24 h; older ones are lost." if is_near else ""
                self._health.set(PART, ok=False, reason=_say_trouble(error) + near)
                if conflicts > CONFLICT_TRIES:
                    log.error("telegram_second_poller")
                    return
                await self._sleep(CONFLICT_PAUSE if is_conflict else _pause_after(error, failures))
                continue
            conflicts, failures, heard_at = 0, 0, self._clock.now()
            self._health.set(PART, ok=True)
            fit = [each for each in updates if _is_update(each)] if isinstance(updates, list) else []
            if fit:
                await self._take_until_stored(fit)
            # The numbers begin anew after a quiet week: an empty answer has confirmed everything, so none is kept.
            offset = int(fit[-1]["update_id"]) + 1 if fit else None

    async def accept_webhook(self, headers: Mapping[str, str], body: Callable[[], Awaitable[bytes]]) -> int:
        """Takes one request at the webhook; returns the status to answer with.

        Args:
            headers: Of the request, names in small letters.
            body: Reads the body; called only if the request is genuine.
        """
        given = headers.get(SECRET_HEADER, "")
        if not self._secret or not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode()):
            return 401
        content = await body()
        if len(content) > LARGEST_BODY:
            return 413
        try:
            update = json.loads(content)
        except (ValueError, RecursionError):
            return 400
        if not _is_update(update):
            return 400
        try:
            await self._take([update])
        except UnavailableError as error:
            self._health.set(PART, ok=False, reason=str(error))
            return 503
        self._health.set(PART, ok=True)
        return 200

    async def set_webhook(self, url: str) -> None:
        """Tells Telegram where to bring updates, unless it knows already."""
        info = await self._insist("getWebhookInfo")
        known = info if isinstance(info, dict) else {}
        wanted = {"url": url, "max_connections": 1, "allowed_updates": list(ALLOWED_UPDATES)}
        if any(known.get(name) != value for name, value in wanted.items()):
            await self._insist("setWebhook", secret_token=self._secret, **wanted)
        await self.learn_name()
        self._health.set(PART, ok=True)

    async def learn_name(self) -> None:
        """Asks for the bot's own name, by which commands in groups call it."""
        me = await self._insist("getMe")
        self.username = str(me.get("username") or "") if isinstance(me, dict) else ""

    async def _take_until_stored(self, updates: Sequence[Json]) -> None:
        while True:
            try:
                await self._take(updates)
            except UnavailableError as error:
                self._health.set(PART, ok=False, reason=str(error))
                await self._sleep(1.0)
            else:
                self._health.set(PART, ok=True)
                return

    async def _take(self, updates: Sequence[Json]) -> None:
        """Stores the events of some updates in one transaction, then lets others follow.

        Raises:
            UnavailableError: Nothing was stored.
        """
        now = self._clock.now()
        events: list[Event] = []
        followed: list[tuple[Json, Event, Known]] = []
        for update in updates:
            await self._take_migration(update)
            chat = chat_of(update)
            known = Known(
                bot=self._api.account.key,
                username=self.username,
                desks=frozenset([chat] if await self._people.find_enrol(chat) else []),
                agents=await self._people.find(update),
                colleagues=await self._people.find_named(update),
            )
            read = read_update(update, known, now)
            events += read
            followed += [(update, event, known) for event in read]
        await self._inbox.accept(events)
        for each in followed:
            for follower in self._followers:
                follower.follow(*each)

    async def _take_migration(self, update: Json) -> None:
        message = update.get("message")
        new = message.get("migrate_to_chat_id") if isinstance(message, dict) else None
        if isinstance(new, int) and self._move is not None and isinstance(message, dict):
            await self._move(str(message["chat"]["id"]), str(new))

    async def _insist(self, method: str, **parameters: object) -> object:
        """Asks until there is an answer: nothing can begin before it."""
        failures = 0
        while True:
            try:
                return await self._api.call(method, **parameters)
            except ApiError as error:
                failures += 1
                self._health.set(PART, ok=False, reason=_say_trouble(error))
                await self._sleep(_pause_after(error, failures))


def _is_update(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    number = value.get("update_id")
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**63


def _pause_after(error: ApiError, failures: int) -> float:
    if isinstance(error, RefusedError) and error.code == 429:
        return wait_of(error) or 5.0
    if judge(error).became is SendClass.ACCOUNT:
        return LONGEST_PAUSE
    return float(min(2 ** min(failures - 1, 10), LONGEST_PAUSE))


def _say_trouble(error: ApiError) -> str:
    if isinstance(error, RefusedError) and error.code == 409:
        return "Somebody else receives this bot's updates: another firstline, or a webhook. Stop the other one."
    if judge(error).became is SendClass.ACCOUNT:
        return "Telegram refuses the token. Ask BotFather for it and set it again."
    return str(error)
