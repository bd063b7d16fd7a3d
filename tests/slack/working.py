"""A whole firstline that speaks with a fake Slack over sockets, in the event loop of the test."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn

from adapters.files import FileStore
from adapters.slack.pace import Pace
from adapters.slack.service import HOOK, Slack
from adapters.storage import staff
from adapters.storage.database import Database
from adapters.storage.store import SqlStore
from adapters.web.app import build_app
from adapters.web.services import Services
from bot.current import CurrentDesk
from bot.deciding import apologise_for, decide_job
from bot.desk import Desk
from bot.health import Health, Part
from bot.model import Conversation
from bot.sender import Sender
from bot.worker import Worker
from config.channels import Slack as Settings
from config.channels import SlackMode
from tests.desks import ISP, isp_desk
from tests.fakes.slack import FakeSlack, SlackServer
from tests.fakes.slack.platform import APP_TOKEN, SECRET, TOKEN
from tests.running import QuietServer, TurnedClock, find_talks, settle

DESK = "C0SUPPORT"
FAST = 1e6


def slack_desk() -> Desk:
    """The example desk, its teams at work in one Slack channel, open at all hours."""
    desk = isp_desk()
    teams = {id_: replace(team, slack=DESK, telegram="") for id_, team in desk.policy.teams.items()}
    return replace(desk, policy=replace(desk.policy, teams=teams, hours=None, holidays=()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Firstline:
    """The running parts, for a test to look into."""

    store: SqlStore
    health: Health
    slack: Slack
    url: str

    async def talks(self) -> list[Conversation]:
        """Every conversation with its places."""
        return await self.store.db.read(find_talks)

    async def agents(self) -> dict[str, bool]:
        """The agents by name, and whether each takes conversations."""
        found = await self.store.db.read(staff.list_agents)
        return {agent.name: agent.available for agent in found}

    def part(self, name: str) -> Part:
        """How a part of it is; well while it has said nothing."""
        return self.health.parts.get(name, Part(ok=True))

    async def doubts(self) -> None:
        """Waits until a post is known to be in doubt."""
        await self._until("SELECT count(*) > 0 FROM delivery WHERE state = 'unsure'")

    async def decided(self) -> None:
        """Waits until every event has taken effect, whether or not it has been shown."""
        await self._until("SELECT count(*) = 0 FROM inbox WHERE state = 'new'")

    async def _until(self, question: str) -> None:
        with self.store.bell.listen() as rings:
            async with asyncio.timeout(20):
                while not await self.store.db.read(lambda conn: conn.exec_driver_sql(question).scalar()):
                    await rings.wait(0.05)

    async def settle(self) -> None:
        """Waits until nothing waits: no event to be decided, no message to be shown, no post in doubt."""
        await settle(self.store, "sending", "unsure")


@asynccontextmanager
async def running(
    data: Path,
    server: SlackServer,
    clock: TurnedClock,
    *,
    mode: SlackMode = SlackMode.HTTP,
    desk: Desk | None = None,
    quiet: float = 300.0,
) -> AsyncIterator[Firstline]:
    """Runs everything for as long as the block lasts."""
    health, current = Health("worker"), CurrentDesk(desk or slack_desk())
    db = Database(data)
    store = SqlStore(db, clock)
    settings = Settings(
        mode=mode,
        bot_token="SLACK_BOT_TOKEN",
        app_token="SLACK_APP_TOKEN",
        signing_secret=("SLACK_SIGNING_SECRET",),
        api_base=f"{server.url}/api/",
    )
    secrets = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_SIGNING_SECRET": SECRET}
    files = FileStore(data / "files")
    slack = Slack(
        settings,
        secrets,
        store=store,
        current=current,
        clock=clock,
        health=health,
        files=files,
        folder=ISP,
        pace=Pace(FAST),
        sleep=lambda _: asyncio.sleep(0.02),
        quiet=quiet,
    )
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    services = Services(
        db=db,
        store=store,
        current=current,
        clock=clock,
        health=health,
        files=files,
        secret=b"s" * 32,
        public_url=url,
        folder=ISP,
        hooks=slack.hooks,
    )
    web = QuietServer(uvicorn.Config(build_app(services), log_level="warning", lifespan="off", ws="none"))
    server.hook_url = f"{url}{HOOK}" if mode is SlackMode.HTTP else ""
    worker = Worker(store, current, clock, health, decide=decide_job, apologise=apologise_for)
    sender = Sender(store, [slack.channel], clock, health)
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(web.serve_on(listener))
        tasks.create_task(worker.run())
        tasks.create_task(sender.run())
        tasks.create_task(slack.run(stop))
        try:
            yield Firstline(store=store, health=health, slack=slack, url=url)
        finally:
            stop.set()
            web.should_exit = True
            await worker.stop()
            await sender.stop()
    db.close()


@asynccontextmanager
async def handed_over(
    data: Path,
    fake: FakeSlack,
    server: SlackServer,
    clock: TurnedClock,
    *,
    claimed: bool = True,
    mode: SlackMode = SlackMode.HTTP,
) -> AsyncIterator[tuple[Firstline, str]]:
    """Anna has asked for a person, Liis has claimed her conversation, Mart stands by; with the thread of its card."""
    people = [fake.person(name) for name in ("Anna", "Liis", "Mart")]
    desk = fake.channel(DESK, *people[1:])
    async with running(data, server, clock, mode=mode) as firstline:
        fake.says("UANNA", "I want to talk to a human")
        await fake.until(lambda: "Claim" in fake.labels(DESK))
        await firstline.settle()
        thread = next(iter(desk.messages))
        if claimed:
            fake.presses("ULIIS", "Claim", chat=DESK)
            await fake.until(lambda: "Resolve" in fake.labels(DESK))
            await firstline.settle()
        yield firstline, thread
