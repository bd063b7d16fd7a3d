"""A customer's chat, two desks and a firstline that can be restarted at any moment: the world of the state machine.

Real: the SQLite file, the store, what decides, the sender, the settlement. In memory: the platforms and the clock.
Nothing runs by itself; whoever holds the world lets the worker and the sender take one step at a time.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from adapters.storage.conversations import find_newest_head, read_conversation
from adapters.storage.database import Database
from adapters.storage.store import SqlStore
from bot.crashpoint import reached
from bot.deciding import apologise_for, decide_job
from bot.desk import Desk
from bot.health import Health
from bot.model import Address, Conversation, Event, MessageKind, PlaceRole, Turn
from bot.ports import Job, Receipt, SendClass, SendResult, Shipment
from bot.sender import Sender
from bot.worker import TRIES, Decide
from tests.desks import isp_desk
from tests.echo import HandClock
from tests.fakes.memory import MemoryChannel
from tests.making import MONDAY

ANNA = Address(channel="memory", account="shop", chat="anna")
"""The customer's chat."""
DESKS = ("slack", "telegram")
MOST_STEPS = 400
"""More than so many steps without an end are an endless circle."""

T = TypeVar("T")
OnDecided = Callable[[Job, Turn], None]


@cache
def two_desks() -> Desk:
    """The example desk, each team with a channel on both platforms."""
    desk = isp_desk()
    teams = {
        name: replace(team, slack=f"C-{name}", telegram=f"-100-{name}") for name, team in desk.policy.teams.items()
    }
    return replace(desk, policy=replace(desk.policy, teams=teams))


class Platformed(MemoryChannel):
    """The channel in memory, where a desk has no thread before its card stands."""

    def __init__(self, name: str, watch: Callable[[Shipment], None]) -> None:
        """Takes its name and who is told of each shipment before it is sent."""
        super().__init__(name)
        self._watch = watch

    async def send(self, shipment: Shipment) -> SendResult:
        """Refuses what would stand outside a thread, as the real desks do."""
        self._watch(shipment)
        place = shipment.place
        is_homeless = place.role is PlaceRole.DESK and not place.address.thread
        if is_homeless and shipment.message.kind is not MessageKind.CARD:
            return SendResult(became=SendClass.PLACE_GONE, reason="no thread")
        return await super().send(shipment)


class World:
    """Everything that outlives a process, and the process."""

    channel: type[Platformed] = Platformed
    decide: Decide = staticmethod(decide_job)

    def __init__(self, folder: Path, watch: Callable[[Shipment], None]) -> None:
        self.folder = folder
        self.clock = HandClock(MONDAY)
        self.channels = {name: self.channel(name, watch) for name in (ANNA.channel, *DESKS)}
        self.runner = asyncio.Runner()
        self._start()

    def close(self) -> None:
        """Ends the process and its loop."""
        self.db.close()
        self.runner.close()

    def restart(self) -> None:
        """The process ends, and another one begins over the same file."""
        self.db.close()
        self._start()

    def accept(self, *events: Event) -> list[Receipt]:
        """Events come in."""
        return self._run(self.store.accept(events))

    def decides(self, most: int, told: OnDecided) -> int:
        """The worker takes up to so many events; returns how many there were."""
        return sum(takewhile(bool, (self._run(self._decide_one(told)) for _ in range(most))))

    def sends(self, channel: str, most: int) -> int:
        """The sender takes up to so many steps on one channel; returns how many there were."""
        return sum(takewhile(bool, (self._run(self._send_one(channel)) for _ in range(most))))

    def dies_deciding(self) -> None:
        """The process ends after it has begun with an event, before anything of it is stored."""
        self._run(self._load())
        self.restart()

    def dies_sending(self, channel: str, *, arrived: bool) -> None:
        """The process ends while a request is under way, whether the platform has it or not."""
        shipment: Shipment | None = self._run(self.store.take(channel, self.clock.now()))
        if shipment is not None and arrived:
            self.channels[channel].platform.faults.clear()
            with suppress(RuntimeError):
                self._run(self.channels[channel].send(shipment))
        self.restart()

    def drain(self, told: OnDecided) -> None:
        """Lets everything come to rest: nothing waits, nothing is under way, nothing that can be sent is behind."""
        for channel in self.channels.values():
            channel.platform.faults.clear()
        for _ in range(MOST_STEPS):
            worked = self.decides(MOST_STEPS, told) + sum(self.sends(name, MOST_STEPS) for name in self.channels)
            assert worked < MOST_STEPS, "it goes round in circles"
            if not worked and not self.read(_is_pending):
                return
            if not worked:
                self.clock.turn(seconds=20)
        raise AssertionError("it never comes to rest")

    def read(self, ask: Callable[[Connection], T]) -> T:
        """Reads from the database."""
        return self.db.read_now(ask)

    @property
    def conversation(self) -> Conversation | None:
        """The newest conversation, as it is stored."""
        return self.read(_read_newest)

    def _start(self) -> None:
        self.db = Database(self.folder)
        self.store = SqlStore(self.db, self.clock)
        self.sender = Sender(self.store, list(self.channels.values()), self.clock, Health())
        for channel in self.channels.values():
            self._run(self.store.recover(channel.name, self.clock.now(), channel.capabilities.settles))

    def _run(self, work: "asyncio.Future[T] | object") -> T:
        return self.runner.run(work)  # type: ignore[arg-type]  # each is a coroutine

    async def _load(self) -> Job | None:
        """The next event as the worker takes it: a suspect is counted before it is tried."""
        now = self.clock.now()
        for lane in await self.store.lanes(now, 1):
            job = await self.store.load(lane, now)
            if job is not None and job.suspect and job.tries < TRIES:
                await self.store.count_try(job)
            return job
        return None

    async def _decide_one(self, told: OnDecided) -> bool:
        job = await self._load()
        if job is None:
            return False
        self.clock.turn(milliseconds=1)
        reached("before_decide")
        given_up = job.tries >= TRIES
        turn, wake_at = (apologise_for if given_up else self.decide)(job, two_desks(), self.clock.now())
        error = "It ended the process every time." if given_up else ""
        assert await self.store.commit(job, turn, wake_at, self.clock.now(), error), "nobody else could be first"
        told(job, turn)
        return True

    async def _send_one(self, channel: str) -> bool:
        work = await self.sender.find_work(self.channels[channel])
        if work is not None:
            await work()
        return work is not None


def rows(conn: Connection, question: str, *values: object) -> Sequence[tuple[object, ...]]:
    """Asks the database in its own words, so that the oracle shares none with what it judges."""
    return [tuple(row) for row in conn.exec_driver_sql(question, tuple(values)).all()]


def _is_pending(conn: Connection) -> bool:
    unsent = "state = 'sending' OR (state = 'unsure' AND next_try_at IS NOT NULL)"
    behind = "state = 'idle' AND revision > shown_revision"
    return bool(
        rows(conn, f"SELECT 1 FROM delivery WHERE {unsent} OR ({behind}) LIMIT 1")
        or rows(conn, "SELECT 1 FROM inbox WHERE state = 'new' LIMIT 1")
    )


def _read_newest(conn: Connection) -> Conversation | None:
    head = find_newest_head(conn, str(ANNA))
    return None if head is None else read_conversation(conn, head)
