"""Takes what waits in the inbox, one event of a conversation at a time, has it decided and makes the Turn true.

It runs; what an event leads to is decided by `bot.decide`, what is stored by the store behind `bot.ports.Lanes`.
Whoever starts a server makes one worker, awaits `run` and calls `stop`.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from bot.crashpoint import reached
from bot.current import CurrentDesk
from bot.desk import Desk
from bot.hang import HangGuard
from bot.health import Health
from bot.model import Turn
from bot.ports import Clock, Job, Lanes, UnavailableError

LANES = 16
"""Lanes worked at the same time; while one is decided, others are read and written."""
ROWS = 5
"""Events of one lane before others have their turn."""
TRIES = 3
"""After so many an event is quarantined."""
SHORTEST_LOOK, LONGEST_LOOK = 0.05, 1.0
"""Seconds between two looks into the database for what no bell told of; the more often in vain, the longer."""
PAUSE = 1.0
"""Seconds until a lane is tried again after the storage failed."""
PART = "worker"
"""Its name in health."""

Decide = Callable[[Job, Desk, datetime], tuple[Turn, datetime | None]]
"""What an event leads to, and when the conversation wants to be looked at again."""

log = logging.getLogger(__name__)


class Worker:
    """The loop from the inbox to the transcript."""

    def __init__(
        self, store: Lanes, current: CurrentDesk, clock: Clock, health: Health, *, decide: Decide, apologise: Decide
    ) -> None:
        """Takes what it works with.

        Args:
            store: Where events wait and Turns are made true.
            current: The desk in force.
            clock: The present moment.
            health: Where it says how it is.
            decide: Decides an event; pure, run in a thread of its own, one at a time.
            apologise: Decides what the customer is told about an event that cannot be decided; pure as well.
        """
        self._store, self._current, self._clock, self._health = store, current, clock, health
        self._decide, self._apologise = decide, apologise
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="decision")
        self._guard = HangGuard()
        self._suspects = asyncio.Lock()
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._lanes: dict[str, bool] = {}
        """Lanes that are queued or being worked, and whether something came in meanwhile."""
        self._noted = ""
        """Version of the desk by which the wake-ups in the storage were set."""
        self._is_stopping = False

    async def run(self) -> None:
        """Works until `stop` is called."""
        self._health.set(PART, ok=True)
        self._guard.start()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(LANES):
                tasks.create_task(self._work())
            await self._look()
            for _ in range(LANES):
                self._queue.put_nowait(None)
        self._thread.shutdown()
        self._guard.stop()
        self._health.set(PART, ok=False, reason="It has been stopped.")

    async def stop(self) -> None:
        """Lets the events at hand be finished and takes no new ones; what waits stays in the inbox."""
        self._is_stopping = True

    async def _look(self) -> None:
        """Puts lanes with work into the queue: those that ring, and every so often those that do not."""
        pause, next_look = SHORTEST_LOOK, 0.0
        now = asyncio.get_running_loop().time
        while not self._is_stopping:
            if now() >= next_look:
                found = await self._find_lanes()
                pause = SHORTEST_LOOK if found else min(pause * 2, LONGEST_LOOK)
                next_look = now() + pause
            for lane in await self._store.wait(min(SHORTEST_LOOK * 4, max(next_look - now(), 0.001))):
                self._enqueue(lane)

    async def _find_lanes(self) -> bool:
        now, desk = self._clock.now(), self._current.desk
        try:
            if desk.version != self._noted:
                await self._store.note_desk(desk.version, now)
                self._noted = desk.version
            lanes = await self._store.lanes(now, limit=10 * LANES)
        except UnavailableError as error:
            self._health.set(PART, ok=False, reason=str(error))
            return False
        self._health.set(PART, ok=True)
        new = [lane for lane in lanes if lane not in self._lanes]
        for lane in new:
            self._enqueue(lane)
        return bool(new)

    def _enqueue(self, lane: str) -> None:
        if lane in self._lanes:
            self._lanes[lane] = True
        else:
            self._lanes[lane] = False
            self._queue.put_nowait(lane)

    async def _work(self) -> None:
        """Works one lane after the other, a few events each, until there is nothing more to come."""
        while (lane := await self._queue.get()) is not None:
            if self._is_stopping:
                continue
            self._lanes[lane] = False
            has_more = await self._work_lane(lane)
            has_rung = self._lanes.pop(lane)
            if has_more or has_rung:
                self._enqueue(lane)

    async def _work_lane(self, lane: str) -> bool:
        """Works a few events of a lane; True if there may be more."""
        for _ in range(ROWS):
            if self._is_stopping:
                break
            job = None
            try:
                job = await self._store.load(lane, self._clock.now())
                if job is None or not await self._take(job):
                    return False
            except UnavailableError as error:
                return await self._pause(str(error))
            except Exception as error:
                log.exception("event_failed", extra={"lane": lane, "event": job and job.event.key})
                return await self._fail(job, f"{type(error).__name__}: {error}")
        return True

    async def _take(self, job: Job) -> bool:
        """Decides an event and makes its Turn true; False if nothing else waits in its lane."""
        if not job.suspect:
            return await self._settle(job, self._decide)
        async with self._suspects:  # alone, so that a crash is not counted against others as well
            if job.tries >= TRIES:
                return await self._settle(job, self._apologise, job.error or "It ended the process every time.")
            await self._store.count_try(job)
            return await self._settle(job, self._decide)

    async def _settle(self, job: Job, decide: Decide, error: str = "") -> bool:
        """Decides and commits; if the conversation changed meanwhile the event stays, and is loaded anew."""
        now, desk = self._clock.now(), self._current.desk
        loop = asyncio.get_running_loop()
        turn, wake_at = await loop.run_in_executor(self._thread, self._run_guarded, decide, job, desk, now)
        has_changed = not await self._store.commit(job, turn, wake_at, now, error)
        return has_changed or job.more

    async def _fail(self, job: Job | None, error: str) -> bool:
        """Sets an event aside; once not even the apology could be made, for good."""
        if job is None:
            return await self._pause(error)
        try:
            await self._store.set_aside(job, error, self._clock.now(), for_good=job.tries >= TRIES)
        except UnavailableError as unavailable:
            return await self._pause(str(unavailable))
        return True

    async def _pause(self, reason: str) -> bool:
        """Says what is wrong and waits a moment, after which there is still something to do."""
        self._health.set(PART, ok=False, reason=reason)
        await asyncio.sleep(PAUSE)
        return True

    def _run_guarded(self, decide: Decide, job: Job, desk: Desk, now: datetime) -> tuple[Turn, datetime | None]:
        """Decides in the decision thread, watched for hanging."""
        with self._guard.watch():
            reached("before_decide")
            return decide(job, desk, now)
