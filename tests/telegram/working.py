"""A whole firstline that speaks with a fake Telegram over sockets, in the event loop of the test."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn

from adapters.files import FileStore
from adapters.storage.database import Database
from adapters.storage.store import SqlStore
from adapters.storage.views import read_messages
from adapters.telegram.pace import Pace
from adapters.telegram.service import Telegram
from adapters.web.app import build_app
from adapters.web.services import Services
from bot.current import CurrentDesk
from bot.deciding import apologise_for, decide_job
from bot.desk import Desk
from bot.health import Health
from bot.model import Conversation, ConversationId, Message
from bot.sender import Sender
from bot.worker import Worker
from config.channels import Telegram as Settings
from config.channels import TelegramMode
from tests.desks import ISP, isp_desk
from tests.fakes.telegram import FakeTelegram, TelegramServer
from tests.running import QuietServer, TurnedClock, find_talks, settle

GROUP = -1001234567890
FAST = (1e6, 1e6)
SECRET = "a-secret-for-the-webhook"


def telegram_desk() -> Desk:
    """The example desk, its teams at work in one Telegram group, open at all hours."""
    desk = isp_desk()
    teams = {id_: replace(team, telegram=str(GROUP)) for id_, team in desk.policy.teams.items()}
    return replace(desk, policy=replace(desk.policy, teams=teams, hours=None, holidays=()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Firstline:
    """The running parts, for a test to look into."""

    store: SqlStore
    health: Health
    clock: TurnedClock
    telegram: Telegram
    services: Services

    async def talks(self) -> list[Conversation]:
        """Every conversation with its places."""
        return await self.store.db.read(find_talks)

    async def messages(self, of: ConversationId) -> tuple[Message, ...]:
        """The transcript of a conversation."""
        return await self.store.db.read(lambda conn: read_messages(conn, of))

    async def settle(self) -> None:
        """Waits until nothing waits: no event to be decided, no message to be shown."""
        await settle(self.store, "sending")


@asynccontextmanager
async def running(
    data: Path,
    fake: FakeTelegram,
    server: TelegramServer,
    *,
    mode: TelegramMode = TelegramMode.POLLING,
    desk: Desk | None = None,
    pace: Pace | None = None,
) -> AsyncIterator[Firstline]:
    """Runs everything for as long as the block lasts."""
    clock, health, current = TurnedClock(), Health("worker"), CurrentDesk(desk or telegram_desk())
    db = Database(data)
    store = SqlStore(db, clock)
    settings = Settings(
        token="TELEGRAM_TOKEN",
        mode=mode,
        webhook_secret="TELEGRAM_WEBHOOK_SECRET",
        base_url=f"{server.url}/bot",
        base_file_url=f"{server.url}/file/bot",
    )
    secrets = {"TELEGRAM_TOKEN": fake.token, "TELEGRAM_WEBHOOK_SECRET": SECRET}
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    files = FileStore(data / "files")
    telegram = Telegram(
        settings,
        secrets,
        store=store,
        current=current,
        clock=clock,
        health=health,
        files=files,
        folder=ISP,
        public_url=url,
        pace=pace or Pace(FAST, FAST, FAST),
        sleep=lambda _: asyncio.sleep(0.02),
    )
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
        hooks=telegram.hooks,
    )
    web = QuietServer(uvicorn.Config(build_app(services), log_level="warning", lifespan="off", ws="none"))
    worker = Worker(store, current, clock, health, decide=decide_job, apologise=apologise_for)
    sender = Sender(store, [telegram.channel], clock, health)
    stop = asyncio.Event()
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(web.serve_on(listener))
            tasks.create_task(worker.run())
            tasks.create_task(sender.run())
            tasks.create_task(telegram.run(stop))
            await asyncio.sleep(0)  # so that each has begun before the test can end
            try:
                yield Firstline(store=store, health=health, clock=clock, telegram=telegram, services=services)
            finally:
                stop.set()
                web.should_exit = True
                await worker.stop()
                await sender.stop()
    finally:
        web.close(listener)
        db.close()
