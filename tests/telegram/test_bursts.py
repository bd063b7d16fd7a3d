"""A burst into one group, on a clock that the test turns: in order, at the allowed pace, claimed talks first."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.desk.view import DeskView
from adapters.storage.database import Database
from adapters.storage.store import SqlStore
from adapters.surface import reading_of
from adapters.telegram.api import Account, Api
from adapters.telegram.send import TelegramChannel
from bot.current import CurrentDesk
from bot.deciding import apologise_for, decide_job
from bot.health import Health
from bot.model import Address, Author, AuthorKind, Commanded, Event, Said, Trust
from bot.sender import Sender
from bot.worker import Worker
from tests.fakes.telegram import Chat, FakeTelegram, Fault, FaultKind, TelegramServer
from tests.making import make_agent
from tests.running import TurnedClock
from tests.telegram.working import GROUP, running, telegram_desk

TALKS, CLAIMED, LINES = 10, 3, 50
WAIT = 90


class Drain:
    """A server that only sends, one thing after the other, while nothing but the test moves time."""

    def __init__(self, db: Database, fake: FakeTelegram, api: Api) -> None:
        self.fake, self.clock = fake, TurnedClock()
        self.store = SqlStore(db, self.clock)
        reading = reading_of(
            self.store,
            lambda: DeskView(desk=telegram_desk(), now=self.clock.now()),
            None,  # type: ignore[arg-type]  # nobody sends any file
        )
        move = None
        self.channel = TelegramChannel(api, reading, move, clock=fake.now, sleep=self.sleep)  # type: ignore[arg-type]  # nothing moves
        self.sender = Sender(self.store, [self.channel], self.clock, Health("worker"))

    async def sleep(self, seconds: float) -> None:
        """Lets time pass."""
        self.fake.advance(seconds)
        self.clock.turn(seconds=seconds)

    async def run(self) -> None:
        """Sends until nothing is behind."""
        behind = "SELECT count(*) FROM delivery WHERE revision > shown_revision"
        while await self.store.db.read(lambda conn: conn.exec_driver_sql(behind).scalar()):
            work = await self.sender.find_work(self.channel)
            if work is None:
                await self.sleep(1.0)
            else:
                await work()
                await self.sleep(0.02)


def says(chat: str, text: str, clock: TurnedClock) -> Event:
    """A customer's words as the inbox takes them."""
    at = Address(channel="telegram", account="123456", chat=chat)
    author = Author(kind=AuthorKind.CUSTOMER, key=chat, name="Anna", trust=Trust.KNOWN)
    said = Said(text=text, external_id=f"x{text}")
    return Event(key=f"{chat}/{text}", at=at, author=author, body=said, sent_at=clock.now())


@pytest.fixture
async def busy(tmp_path: Path, fake: FakeTelegram, server: TelegramServer) -> AsyncIterator[tuple[Drain, Chat]]:
    """Ten hand-offs in one group, three of them claimed, and five hundred lines that have just come for them."""
    group = fake.forum(GROUP, "Support")
    people = [fake.person("Anna") for _ in range(TALKS)]
    async with running(tmp_path, fake, server) as firstline:
        for person in people:
            fake.says(person, "I want to talk to a human")
        await fake.until(lambda: len(group.topics) == TALKS)
        await firstline.settle()
        for number, talk in enumerate((await firstline.talks())[:CLAIMED]):
            at, sent_at = Address(channel="console", chat=talk.id), firstline.clock.now()
            claim = Event(
                key=f"c{number}", at=at, author=make_agent("liis"), body=Commanded(name="claim"), sent_at=sent_at
            )
            await firstline.store.accept([claim])
        await firstline.settle()
    db, api = Database(tmp_path), Api(Account(token=fake.token, base_url=f"{server.url}/bot"))
    drain = Drain(db, fake, api)
    worker = Worker(
        drain.store,
        CurrentDesk(telegram_desk()),
        drain.clock,
        Health("worker"),
        decide=decide_job,
        apologise=apologise_for,
    )
    working = asyncio.create_task(worker.run())
    for line in range(LINES):
        await drain.store.accept([says(str(person.id), f"line {line}", drain.clock) for person in people])
    waiting = "SELECT count(*) FROM inbox WHERE state = 'new'"
    async with asyncio.timeout(120):
        while await db.read(lambda conn: conn.exec_driver_sql(waiting).scalar()):  # noqa: ASYNC110 -- other threads work
            await asyncio.sleep(0.05)
    await worker.stop()
    await working
    fake.log.clear()
    yield drain, group
    await api.close()
    db.close()


async def test_a_burst_drains_in_order_and_within_the_limits(busy: tuple[Drain, Chat]) -> None:
    """P27: 500 lines reach their topics, never too fast for the platform; while it says to wait nothing is asked."""
    drain, group = busy
    fake = drain.fake
    fake.has_limits = True
    fake.faults.append(Fault(kind=FaultKind.WAIT, method="sendMessage", wait=WAIT))
    await drain.run()
    [told] = [call for call in fake.log if call.error]
    assert not [call for call in fake.log if told.at < call.at < told.at + WAIT]
    lines = [(call.parameters["message_thread_id"], call.parameters["text"]) for call in fake.calls("sendMessage")]
    spoken = [f"◦ <b>Anna:</b> line {number}" for number in range(LINES)]
    by_topic = {
        thread: [text for topic, text in lines if topic == thread and "line" in text] for thread in group.topics
    }
    assert all(texts == spoken for texts in by_topic.values())
    claimed = {thread for thread, topic in group.topics.items() if "With Liis" in fake.from_bot(group, thread)[0]}
    assert len(claimed) == CLAIMED
    first = [thread for thread, text in lines if "line" in text][: CLAIMED * LINES]
    assert sum(thread in claimed for thread in first) >= len(first) * 9 // 10
