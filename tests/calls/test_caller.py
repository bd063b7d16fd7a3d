"""From a Turn that asks for a call to the flow that goes on: a real database, a real socket, a real flow."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.calls import Webhooks
from adapters.storage.database import Database
from adapters.storage.store import SqlStore
from adapters.storage.tables import call, message
from bot.caller import Caller
from bot.current import CurrentDesk
from bot.deciding import apologise_for, decide_job
from bot.desk import Desk
from bot.health import Health
from bot.model import Address, Author, AuthorKind, CallAnswered, Event, Said
from bot.ports import CallFailedError, CallJob
from bot.worker import Worker
from tests.calls.hooks import Behaviour, Hooks, drop, hang, reply
from tests.echo import HandClock
from tests.kb.flows.written import DESK, build

FLOW = """
- call: look
  with: {address: Kastani 1}
  save_as: seen
  on_error: next
- say: It is in the {{ seen.place | default('cellar') }}.
- ask: ok
  text: All right?
- end: solved
"""
GOOD = reply('{"found": true, "place": "hall"}')


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Waits until something is so; ten seconds at most."""
    async with asyncio.timeout(30):
        while not await holds():  # noqa: ASYNC110 -- what is waited for happens in the database
            await asyncio.sleep(0.02)


class Site:
    """A worker and a caller on one database, and a customer."""

    def __init__(self, data: Path, desk: Desk) -> None:
        self.clock = HandClock()
        self.db = Database(data)
        self.store = SqlStore(self.db, self.clock)
        self.health = Health()
        self.current = CurrentDesk(desk)
        self.worker = Worker(
            self.store, self.current, self.clock, self.health, decide=decide_job, apologise=apologise_for
        )
        self.webhooks = Webhooks({})
        self.caller = Caller(self.store, self.current, self.webhooks, self.clock, self.health)

    async def say(self, text: str) -> None:
        """The customer writes."""
        author = Author(kind=AuthorKind.CUSTOMER, key="anna")
        at = Address(channel="web", account="site", chat="anna")
        body = Said(text=text, external_id=text)
        await self.store.accept([Event(key=text, at=at, author=author, body=body, sent_at=self.clock.now())])

    async def hears(self, part: str) -> None:
        """Waits until the customer has been told something."""
        await until(lambda: self.has_heard(part))

    async def has_heard(self, part: str) -> bool:
        """Whether the customer has been told something."""
        return any(part in text for text in await self.texts())

    async def texts(self) -> list[str]:
        """Everything said so far."""
        return await self.db.read(lambda conn: list(conn.scalars(select(message.c.text).order_by(message.c.number))))

    async def stands(self, *states: str) -> None:
        """Waits until the calls stand so."""

        async def is_so() -> bool:
            return await self.states() == list(states)

        await until(is_so)

    async def take(self) -> CallJob:
        """Takes the call as a caller does."""
        taken: list[CallJob] = []

        async def try_it() -> bool:
            taken.extend(job for job in [await self.store.take_call()] if job)
            return bool(taken)

        await until(try_it)
        return taken[0]

    async def states(self) -> list[str]:
        """How the calls stand."""
        return await self.db.read(lambda conn: list(conn.scalars(select(call.c.state))))


@asynccontextmanager
async def open_site(data: Path, desk: Desk, *, calling: bool = True) -> AsyncIterator[Site]:
    """A site that runs for as long as the block lasts."""
    site = Site(data, desk)
    tasks = [asyncio.create_task(site.worker.run())]
    if calling:
        tasks.append(asyncio.create_task(site.caller.run()))
    try:
        yield site
    finally:
        await site.caller.stop()
        await site.worker.stop()
        await asyncio.gather(*tasks)
        await site.webhooks.close()
        site.db.close()


def calling_desk(url: str, *, patience: float = 60.0) -> Desk:
    """A desk whose action calls this address."""
    desk = build(FLOW, desk=DESK)
    look = replace(desk.settings.actions["look"], webhook=url, timeout=timedelta(seconds=patience))
    return replace(desk, settings=replace(desk.settings, actions={**desk.settings.actions, "look": look}))


@pytest.mark.parametrize(("behaviour", "place"), [(GOOD, "hall"), (drop, "cellar"), (reply("{}"), "cellar")])
async def test_a_call_is_made_and_the_flow_goes_on(tmp_path: Path, behaviour: Behaviour, place: str) -> None:
    """The answer comes back as an event; a broken webhook leads on as well, and health says so."""
    async with Hooks([behaviour]) as hooks, open_site(tmp_path, calling_desk(hooks.url)) as site:
        await site.say("start the flow")
        await site.hears(f"It is in the {place}.")
        await site.hears("All right?")
        assert len(hooks.requests) == 1
        assert await site.states() == ["done" if place == "hall" else "failed"]
        assert site.health.parts["call look"].ok is (place == "hall")


async def test_a_call_under_way_when_the_process_ended_is_not_made_twice(tmp_path: Path) -> None:
    """It may have been made, and it is not said that repeating does no harm: it counts as failed, the flow goes on."""
    async with Hooks([GOOD]) as hooks:
        desk = calling_desk(hooks.url)
        async with open_site(tmp_path, desk, calling=False) as site:
            await site.say("start the flow")
            assert (await site.take()).attempt == 1
        async with open_site(tmp_path, desk) as site:
            await site.hears("It is in the cellar.")
        assert hooks.requests == []


async def test_a_repeatable_call_is_made_again_after_the_process_ended(tmp_path: Path) -> None:
    """Under the same key, so that the other side can tell."""
    async with Hooks([GOOD]) as hooks:
        desk = calling_desk(hooks.url)
        actions = {**desk.settings.actions, "look": replace(desk.settings.actions["look"], repeatable=True)}
        desk = replace(desk, settings=replace(desk.settings, actions=actions))
        async with open_site(tmp_path, desk, calling=False) as site:
            await site.say("start the flow")
            taken = await site.take()
        async with open_site(tmp_path, desk) as site:
            await site.hears("It is in the hall.")
        assert [request.headers["idempotency-key"] for request in hooks.requests] == [taken.key]


async def test_an_answer_counts_once(tmp_path: Path) -> None:
    """Two answers to the same try lead to one event."""
    async with open_site(tmp_path, calling_desk("http://127.0.0.1:1/"), calling=False) as site:
        await site.say("start the flow")
        job = await site.take()
        answered = CallAnswered(call=job.number, result={"found": "yes", "place": "attic"})
        for _ in range(2):
            await site.store.record_call(job, answered, site.clock.now())
        await site.hears("It is in the attic.")
        assert sum("attic" in text for text in await site.texts()) == 1


async def test_a_slow_call_holds_up_no_other_and_ends_with_the_server(tmp_path: Path) -> None:
    """One webhook that hangs leaves the next one free; stopping waits for it no longer than its patience."""
    async with Hooks([hang, GOOD]) as hooks:
        site_desk = calling_desk(hooks.url, patience=4.0)
        async with open_site(tmp_path, site_desk) as site:
            for chat in ("anna", "boris"):
                at = Address(channel="web", account="site", chat=chat)
                author = Author(kind=AuthorKind.CUSTOMER, key=chat)
                said = Said(text="start the flow", external_id=chat)
                await site.store.accept([Event(key=chat, at=at, author=author, body=said, sent_at=site.clock.now())])
            await site.hears("It is in the hall.")


async def test_an_action_that_is_gone_fails(tmp_path: Path) -> None:
    """After a reload without the action a waiting call fails in words."""

    class NoCalls:
        async def make(self, action: object, job: CallJob) -> dict[str, object]:
            raise CallFailedError("nobody should ask")

    async with open_site(tmp_path, calling_desk("http://127.0.0.1:1/"), calling=False) as site:
        await site.say("start the flow")
        await site.hears("go through it together")
        settings = replace(site.current.desk.settings, actions={})
        site.current.desk = replace(site.current.desk, settings=settings)
        caller = Caller(site.store, site.current, NoCalls(), site.clock, site.health)
        running = asyncio.create_task(caller.run())
        await site.stands("failed")
        await caller.stop()
        await running
        assert site.health.parts["call look"].reason == "There is no action 'look' in the desk any more."


async def test_an_approval_waits_for_people(tmp_path: Path) -> None:
    """A call that people answer is put aside; nobody is called."""
    desk = build("- call: allow\n- end: solved")
    async with open_site(tmp_path, desk) as site:
        await site.say("start the flow")
        await site.hears("I've asked")
        await site.stands("asked")
