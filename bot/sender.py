"""Makes every place show the latest revision of what stands in it: takes what is behind, sends it, records the answer.

It runs; what an answer means is decided by `bot.settlement`, which message goes next by the store. Whoever starts a
server makes one sender for all channels that must be written to, awaits `run` and calls `stop`.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.crashpoint import reached
from bot.health import Health
from bot.ports import Channel, Clock, Deliveries, SendClass, SendResult, Settlement, Shipment, UnavailableError
from bot.settlement import settle, settle_unsure

AT_ONCE = 20
"""Requests under way on one channel, each in another place."""
SHORTEST_LOOK, LONGEST_LOOK = 0.05, 1.0
"""Seconds between two looks for what is behind, the longer the more often in vain."""
PAUSE = 1.0
"""Seconds until the storage is tried again after it failed."""
PART = "sender"
"""Its name in health, beside one part for each channel."""
LONG_WAIT = 60.0
"""A wait of more seconds that a platform asks for shows in health."""

Pace = Callable[[str], Awaitable[None]]
"""Waits until one more request fits the pace of a channel's account."""

T = TypeVar("T")

log = logging.getLogger(__name__)


async def _at_once(_: str) -> None:
    """The pace of a channel without limits."""


class Sender:
    """The loops that send, one a channel, so that a slow or dead one holds up no other."""

    def __init__(
        self, store: Deliveries, channels: Sequence[Channel], clock: Clock, health: Health, *, pace: Pace = _at_once
    ) -> None:
        self._store, self._channels, self._clock, self._health = store, channels, clock, health
        self._pace = pace
        self._is_stopping = False

    async def run(self) -> None:
        """Sends until `stop` is called; what is under way then is finished first."""
        self._health.set(PART, ok=True)
        async with asyncio.TaskGroup() as tasks:
            for channel in self._channels:
                tasks.create_task(self._serve(channel))

    async def stop(self) -> None:
        """Takes nothing new; what is behind stays behind in the database."""
        self._is_stopping = True

    async def _serve(self, channel: Channel) -> None:
        """The loop of one channel: everything that is behind on it, in as many places at once as may be."""
        await self._insist(lambda: self._store.recover(channel.name, self._clock.now(), channel.capabilities.settles))
        self._health.set(channel.name, ok=True)
        pause = SHORTEST_LOOK
        places = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            while not self._is_stopping:
                await self._pace(channel.name)
                await places.acquire()
                work = await self._insist(lambda: self.find_work(channel))
                if work is None:
                    places.release()
                    await self._store.wait_sends(channel.name, pause)
                    pause = min(pause * 2, LONGEST_LOOK)
                    continue
                pause = SHORTEST_LOOK
                tasks.create_task(self._carry_out(work, places))

    async def find_work(self, channel: Channel) -> Callable[[], Awaitable[None]] | None:
        """What is to be done next on a channel: a send in doubt is cleared up before anything new is sent.

        It is taken already; `run` carries it out beside others, and so can whoever wants one step at a time.
        """
        now = self._clock.now()
        unsure = await self._store.take_unsure(channel.name, now)
        if unsure is not None:
            return lambda: self._clear_up(channel, unsure)
        shipment = await self._store.take(channel.name, now)
        return None if shipment is None else lambda: self._send(channel, shipment)

    async def _carry_out(self, work: Callable[[], Awaitable[None]], places: asyncio.Semaphore) -> None:
        try:
            await work()
        finally:
            places.release()

    async def _send(self, channel: Channel, shipment: Shipment) -> None:
        reached("after_taken")
        result = await self._ask(lambda: channel.send(shipment), shipment)
        reached("after_send_before_record")
        spread = random.uniform(0.8, 1.2)  # noqa: S311 -- spreads retries in time, protects nothing
        now = self._clock.now()
        await self._record(shipment, settle(shipment, result, channel.capabilities, spread, now))
        self._tell_health(channel, result)

    async def _clear_up(self, channel: Channel, shipment: Shipment) -> None:
        """Finds out whether a first post in doubt stands there."""
        reached("before_reconcile")
        found = None
        if channel.capabilities.verify:
            found = await self._ask(lambda: channel.find(shipment), shipment)
            if found.became not in (SendClass.SENT, SendClass.NOT_SENT):
                return  # the platform could not be asked either: it is asked again in a while
        reached("after_reconcile")
        await self._record(shipment, settle_unsure(shipment, found))

    async def _ask(self, request: Callable[[], Awaitable[SendResult]], shipment: Shipment) -> SendResult:
        """Makes a request; a channel that breaks leaves it in doubt, and others unharmed."""
        try:
            return await request()
        except Exception as error:
            log.exception("send_failed", extra={"conversation": shipment.conversation, "delivery": shipment.delivery})
            return SendResult(became=SendClass.UNSURE, reason=f"{type(error).__name__}: {error}")

    async def _record(self, shipment: Shipment, settlement: Settlement) -> None:
        await self._insist(lambda: self._store.record(shipment, settlement, self._clock.now()))

    async def _insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Asks the storage until it answers: what came of a send must not be forgotten."""
        while True:
            try:
                answer = await ask()
            except UnavailableError as error:
                self._health.set(PART, ok=False, reason=str(error))
                await asyncio.sleep(PAUSE)
            else:
                self._health.set(PART, ok=True)
                return answer

    def _tell_health(self, channel: Channel, result: SendResult) -> None:
        if result.became is SendClass.ACCOUNT:
            self._health.set(channel.name, ok=False, reason=result.reason)
        elif result.became is SendClass.WAIT and result.wait > LONG_WAIT:
            self._health.set(channel.name, ok=False, reason=f"The platform asks us to wait {result.wait:.0f} s.")
        elif result.became is SendClass.SENT:
            self._health.set(channel.name, ok=True)
