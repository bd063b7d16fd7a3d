"""A whole firstline that speaks with a fake Telegram over sockets, in the event loop of the test."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn
from sqlalchemy import Connection

from adapters.files import FileStore
from adapters.storage.database import Database
from adapters.storage.store import SqlStore
from adapters.storage.views import find_conversation, read_messages
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
from tests.running import TurnedClock

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

        def read(conn: Connection) -> list[Conversation]:
            ids = [str(row[0]) for row in conn.exec_driver_sql("SELECT id FROM conversation ORDER BY number")]
            return [talk for id_ in ids if (talk := find_conversation(conn, id_)) is not None]

        return await self.store.db.read(read)

    async def messages(self, of: ConversationId) -> tuple[Message, ...]:
        """The transcript of a conversation."""
        return await self.store.db.read(lambda conn: read_messages(conn, of))

    async def settle(self) -> None:
        """Waits until nothing waits: no event to be decided, no message to be shown."""
        waiting = (
            "SELECT (SELECT count(*) FROM inbox WHERE state = 'new') + (SELECT count(*) FROM delivery "
            "WHERE state = 'sending' OR (state = 'idle' AND revision > shown_revision))"
        )
        async with asyncio.timeout(40):
            quiet = 0
            while quiet < 3:
                count = await self.store.db.read(lambda conn: conn.exec_driver_sql(waiting).scalar())
                quiet = 0 if count else quiet + 1
                await asyncio.sleep(0.02)


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
    web = _Web()
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
        public_url=web.url,
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
        public_url=web.url,
        folder=ISP,
        hooks=telegram.hooks,
    )
    worker = Worker(store, current, clock, health, decide=decide_job, apologise=apologise_for)
    sender = Sender(store, [telegram.channel], clock, health)
    stop = asyncio.Event()
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(web.serve(services))
            tasks.create_task(worker.run())
            tasks.create_task(sender.run())
            tasks.create_task(telegram.run(stop))
            await asyncio.sleep(0)  # so that each has begun before the test can end
            try:
                yield Firstline(store=store, health=health, clock=clock, telegram=telegram, services=services)
            finally:
                stop.set()
                web.stop()
                await worker.stop()
                await sender.stop()
    finally:
        web.close()
        db.close()


class _Web:
    """The web on a port that is known before it runs."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server: uvicorn.Server | None = None

    async def serve(self, services: Services) -> None:
        """Serves until told to stop."""
        config = uvicorn.Config(build_app(services), log_level="warning", lifespan="off", ws="none")
        self._server = _Quiet(config)
        await self._server.serve(sockets=[self._socket])

    def close(self) -> None:
        """Gives the sockets back, however it ended."""
        for listening in getattr(self._server, "servers", []):
            listening.close()
        self._socket.close()

    def stop(self) -> None:
        """Ends it."""
        if self._server is not None:
            self._server.should_exit = True


class _Quiet(uvicorn.Server):
    """Leaves the signals of the process to the test runner."""

    async def serve(self, sockets: "list[object] | None" = None) -> None:  # type: ignore[override]  # as many kinds as uvicorn takes
        """Serves without looking at signals."""
        await self._serve(sockets)  # type: ignore[arg-type]  # sockets all
