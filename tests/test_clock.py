"""Telling the time, and looking at regular intervals."""

import asyncio
from datetime import UTC, datetime, timedelta

from adapters.clock import SystemClock, Ticker


def test_the_clock_tells_the_wall_time_in_utc() -> None:
    """Right after the start it agrees with the wall clock, and it only goes forward."""
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert abs(first - datetime.now(UTC)) < timedelta(seconds=5)
    assert first <= second
    assert abs(clock.drift()) < timedelta(seconds=5)


async def test_a_look_that_fails_comes_again() -> None:
    """One failure ends neither that look nor the others."""
    looks = 0
    enough = asyncio.Event()

    async def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            enough.set()
        raise ValueError("the database is away")

    ticker = Ticker()
    ticker.every(0.01, look, "wakes")
    ticker.start()
    await asyncio.wait_for(enough.wait(), timeout=30)
    ticker.stop()
    assert looks >= 3
