"""The present moment, and the scheduler that looks every so often.

The scheduler is a clock that looks, never a memory: what is due stands in the database.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]  # it ships no types


def _steady() -> float:
    """Seconds that only grow; on Linux they count while the machine sleeps, too."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class SystemClock:
    """The wall clock at the start, moved on by a steady one: somebody who sets the clock turns nothing back."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        """Starts now, or so much ahead of the time: only tests do that."""
        self._ahead = ahead
        self._start = datetime.now(UTC) + ahead
        self._steady_start = _steady()

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return self._start + timedelta(seconds=_steady() - self._steady_start)

    def drift(self) -> timedelta:
        """How far the wall clock has been set on since the start; negative if it was set back."""
        return datetime.now(UTC) + self._ahead - self.now()


class Ticker:
    """Looks at regular intervals, one look of a kind at a time; a look that fails is logged and comes again."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def every(self, seconds: float, look: Callable[[], Awaitable[object]], name: str) -> None:
        """Adds a look, first taken one interval after the start."""

        async def look_once() -> None:  # the scheduler awaits only what it knows to be a coroutine function
            await look()

        once = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        self._scheduler.add_job(look_once, "interval", seconds=seconds, id=name, name=name, **once)

    def start(self) -> None:
        """Begins to look, on the running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Looks no more; a look under way ends with the event loop."""
        self._scheduler.shutdown(wait=False)
