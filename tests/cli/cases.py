"""A desk's data with one case in it."""

import asyncio
from pathlib import Path

from adapters.storage.conversations import CASES
from adapters.storage.database import Database
from adapters.storage.putting import put
from adapters.storage.store import SqlStore
from adapters.storage.tables import counter
from bot.deciding import decide_job
from tests.desks import isp_desk
from tests.echo import HandClock, customer_says

WORDS = "I am Anna and my internet is down"


def write_case(desk: Path, number: int = 1042) -> str:
    """What Anna wrote, and the bot's answer; returns the number of the case."""
    database = Database(desk / ".firstline")
    database.write_now(lambda conn: put(conn, counter, {"name": CASES, "value": number - 1}))
    clock = HandClock()
    store = SqlStore(database, clock)

    async def work() -> None:
        await store.accept([customer_says(WORDS, "k1")])
        job = await store.load("web:site:anna:", clock.now())
        assert job is not None
        turn, wake_at = decide_job(job, isp_desk(), clock.now())
        assert await store.commit(job, turn, wake_at, clock.now())

    asyncio.run(work())
    database.close()
    return str(number)
