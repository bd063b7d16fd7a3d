"""The worker on a real store: nothing stays behind, nothing harms others, nothing takes effect twice."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from adapters.clock import SystemClock
from adapters.storage.database import Database
from adapters.storage.depth import read_depth
from adapters.storage.store import SqlStore
from adapters.storage.views import outcome, read_messages, read_open
from bot.health import Health
from bot.model import Event, Turn
from bot.ports import Clock, Job
from bot.worker import ROWS, Decide, Worker
from tests.echo import NO_DESK, apologise, customer_says, echo


class Spine:
    """A database, a store and a worker, as a server puts them together."""

    def __init__(self, folder: Path, decide: Decide = echo, clock: Clock | None = None) -> None:
        self.db = Database(folder)
        self.clock = clock or SystemClock()
        self.store = SqlStore(self.db, self.clock)
        self.health = Health("worker")
        self.worker = Worker(self.store, NO_DESK, self.clock, self.health, decide=decide, apologise=apologise)

    async def settled(self, events: list[Event]) -> None:
        """Waits until each of these has taken effect or is quarantined."""
        with self.store.bell.listen() as rings:
            while not await self.db.read(lambda conn: all(_state(conn, event) != "new" for event in events)):
                await rings.wait(0.1)

    async def texts(self) -> dict[str, list[str]]:
        """The transcripts by the customer's chat."""
        return await self.db.read(_read_texts)


def _read_texts(conn: Connection) -> dict[str, list[str]]:
    return {talk.key.chat: [each.text for each in read_messages(conn, talk.id)] for talk in read_open(conn)}


def _state(conn: Connection, event: Event) -> str:
    found = outcome(conn, event.at.channel, event.at.account, event.key)
    return found.state if found else "unknown"


@asynccontextmanager
async def running(folder: Path, decide: Decide = echo, clock: Clock | None = None) -> AsyncIterator[Spine]:
    """A spine at work; it is stopped gracefully at the end."""
    spine = Spine(folder, decide, clock)
    task = asyncio.create_task(spine.worker.run())
    try:
        yield spine
    finally:
        await spine.worker.stop()
        await asyncio.wait_for(task, 30)
        spine.db.close()


async def test_every_message_is_answered_once_and_in_order(tmp_path: Path) -> None:
    """Many customers at once, each gets his own answers in the order he wrote."""
    events = [customer_says(f"m{n}", f"{chat}{n}", chat=chat) for n in range(8) for chat in ("anna", "boris", "clara")]
    async with running(tmp_path) as spine:
        await asyncio.gather(*(spine.store.accept([event]) for event in events))
        await spine.settled(events)
        texts = await spine.texts()
    expected = [line for n in range(8) for line in (f"m{n}", f"you said m{n}")]
    assert texts == {"anna": expected, "boris": expected, "clara": expected}


async def test_what_waited_is_worked_after_a_restart(tmp_path: Path) -> None:
    """Accepted events survive the process; the next one takes them up by itself."""
    before = Spine(tmp_path)
    event = customer_says("hello", "k1")
    await before.store.accept([event])
    before.db.close()
    async with running(tmp_path) as spine:
        await spine.settled([event])
        assert await spine.texts() == {"anna": ["hello", "you said hello"]}


async def test_a_poisonous_event_is_quarantined_and_the_talk_goes_on(tmp_path: Path) -> None:
    """After three tries it waits for a person, the customer hears an apology, and his next words are answered."""

    def fussy(job: Job, desk: object, now: datetime) -> tuple[Turn, datetime | None]:
        if job.event.key == "bad":
            raise RecursionError("too deep")
        return echo(job, desk, now)

    bad, good = customer_says("poison", "bad"), customer_says("hello", "good")
    fast = _FastClock()
    async with running(tmp_path, fussy, fast) as spine:
        await spine.store.accept([bad, good])
        await spine.settled([bad, good])
        texts = await spine.texts()
        depth = await spine.db.read(lambda conn: read_depth(conn, fast.now()))
    assert texts == {"anna": ["hello", "you said hello", "sorry"]}
    assert depth.quarantined == 1


class _FastClock(SystemClock):
    """A clock that runs thirty times as fast, so that retries need not be waited for."""

    def now(self) -> datetime:
        """The present moment, further on."""
        return self._start + 30 * (super().now() - self._start)


async def test_one_long_talk_does_not_hold_up_others(tmp_path: Path) -> None:
    """After a few events of one customer others have their turn."""
    order: list[str] = []

    def noting(job: Job, desk: object, now: datetime) -> tuple[Turn, datetime | None]:
        order.append(job.event.at.chat)
        return echo(job, desk, now)

    many = [customer_says(f"m{n}", f"k{n}", chat="talker") for n in range(100)]
    one = customer_says("hi", "one", chat="quiet")
    async with running(tmp_path, noting) as spine:
        await spine.store.accept([*many, one])
        await spine.settled([*many, one])
    assert order.index("quiet") <= 2 * ROWS


async def test_a_due_wake_up_takes_effect_once(tmp_path: Path) -> None:
    """Also one that became due while nothing ran."""
    before = Spine(tmp_path)
    event = customer_says("wake me", "k1")
    await before.store.accept([event])
    job = await before.store.load("web:site:anna:", before.clock.now())
    assert job is not None
    turn, _ = echo(job, None, before.clock.now())
    await before.store.commit(job, turn, before.clock.now() - timedelta(minutes=5), before.clock.now())
    before.db.close()
    async with running(tmp_path) as spine:
        with spine.store.bell.listen() as rings:
            await rings.wait(10)
        await spine.store.accept([customer_says("still there", "k2")])
        await spine.settled([customer_says("still there", "k2")])
        assert (await spine.texts())["anna"] == [
            "wake me",
            "you said wake me",
            "woke",
            "still there",
            "you said still there",
        ]


async def test_stopping_finishes_what_is_at_hand_and_leaves_the_rest(tmp_path: Path) -> None:
    """Nothing is lost by a graceful stop: what was not begun is there for the next start."""
    events = [customer_says(f"m{n}", f"k{n}", chat=f"c{n % 7}") for n in range(200)]
    async with running(tmp_path) as spine:
        await spine.store.accept(events)
    async with running(tmp_path) as spine:
        await spine.settled(events)
        texts = await spine.texts()
    assert sum(len(each) for each in texts.values()) == 400


async def test_health_tells_that_the_worker_works(tmp_path: Path) -> None:
    """Red before the start, green while it runs, red after the stop."""
    spine = Spine(tmp_path)
    assert not spine.health.is_ready
    task = asyncio.create_task(spine.worker.run())
    event = customer_says("hello", "k1")
    await spine.store.accept([event])
    await spine.settled([event])
    assert spine.health.is_ready
    await spine.worker.stop()
    await task
    assert not spine.health.is_ready
    spine.db.close()


HANGING = """
import asyncio, sys
from pathlib import Path
import bot.hang
from tests.bot.test_worker import Spine
from tests.echo import customer_says, echo

bot.hang.HANG_SECONDS = 0.3
bot.hang.HEARTBEAT = 0.05

def hang(job, desk, now):
    while True:
        pass

async def main():
    spine = Spine(Path(sys.argv[1]), hang)
    await spine.store.accept([customer_says("hello", "k1")])
    await spine.worker.run()

asyncio.run(main())
"""


async def test_a_decision_that_hangs_ends_the_process_with_a_stack(tmp_path: Path) -> None:
    """The service manager starts it again; the event is still there."""
    ended = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", HANGING, str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 1
    assert "in hang" in ended.stderr
    async with running(tmp_path) as spine:
        await spine.settled([customer_says("hello", "k1")])
        assert await spine.texts() == {"anna": ["hello", "you said hello"]}


DYING = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.bot.test_worker import Spine
from tests.echo import customer_says, echo

def die(job, desk, now):
    if job.event.key == "bad":
        os.kill(os.getpid(), signal.SIGKILL)
    return echo(job, desk, now)

async def main():
    spine = Spine(Path(sys.argv[1]), die)
    await spine.store.accept([customer_says("poison", "bad"), customer_says("hello", "k1", chat="boris")])
    await spine.worker.run()

asyncio.run(main())
"""


async def test_an_event_that_ends_the_process_is_quarantined_after_three_tries(tmp_path: Path) -> None:
    """A crash counts as a try, and only against the event that was being decided."""
    for _ in range(4):
        ended = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", DYING, str(tmp_path)], timeout=60)
        assert ended.returncode == -9
    async with running(tmp_path) as spine:
        await spine.settled([customer_says("poison", "bad"), customer_says("hello", "k1", chat="boris")])
        assert await spine.texts() == {"anna": ["sorry"], "boris": ["hello", "you said hello"]}
        depth = await spine.db.read(lambda conn: read_depth(conn, spine.clock.now()))
        assert depth.quarantined == 1
