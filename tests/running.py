"""A whole firstline on a free port of this machine: real sockets, real SQLite, the example desk, a clock to turn."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn
from sqlalchemy import Connection

from adapters.files import FileStore
from adapters.storage.database import Database
from adapters.storage.store import SqlStore
from adapters.storage.views import find_conversation
from adapters.web.app import build_app
from adapters.web.listening import listen
from adapters.web.services import Services
from bot.current import CurrentDesk
from bot.deciding import apologise_for, decide_job
from bot.desk import Desk
from bot.health import Health
from bot.model import Conversation, ConversationId
from bot.worker import Worker
from config.channels import Identity, Server, Web
from tests.desks import ISP, isp_desk
from tests.making import MONDAY

PATIENCE = 60.0
"""Seconds; only a test that fails waits so long."""


class TurnedClock:
    """A Monday morning that goes on as time does, and can be turned on by hand."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._turned = timedelta()
        self._stood: float | None = None

    def now(self) -> datetime:
        """The present moment of the test."""
        real = time.monotonic() if self._stood is None else self._stood
        return MONDAY + timedelta(seconds=real - self._started) + self._turned

    def stand(self) -> None:
        """From now on only turning it moves it on: what is counted by the second does not depend on the machine."""
        self._stood = time.monotonic()

    def turn(self, **by: float) -> None:
        """Moves on, by `minutes=5` for example."""
        self._turned += timedelta(**by)


class RunningSite:
    """A server in a thread of its own, with its worker, for as long as a `with` block lasts."""

    def __init__(self, data: Path, desk: Desk | None = None, *, port: int = 0, works: bool = True) -> None:
        """Takes the data folder, the desk, and whether the worker takes what comes in."""
        self.clock = TurnedClock()
        self._socket = listen("127.0.0.1", port)  # ours from now on: nobody else is given this port
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.current = CurrentDesk(desk or isp_desk())
        self.data = data
        self._works = works
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._server: uvicorn.Server | None = None
        self.loop: asyncio.AbstractEventLoop
        self.services: Services

    def __enter__(self) -> "RunningSite":
        self._thread.start()
        assert self._ready.wait(PATIENCE), "the server did not start"
        return self

    def __exit__(self, *_: object) -> None:
        if not self._thread.is_alive():
            return
        self.call(self.services.stop)
        assert self._server is not None
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the server did not stop"

    def call(self, function: Callable[[], object]) -> None:
        """Runs something in the server's event loop."""
        done = threading.Event()
        self.loop.call_soon_threadsafe(function)
        self.loop.call_soon_threadsafe(done.set)
        assert done.wait(PATIENCE)

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        health = Health("worker")
        db = Database(self.data)
        store = SqlStore(db, self.clock)
        worker = Worker(store, self.current, self.clock, health, decide=decide_job, apologise=apologise_for)
        self.services = Services(
            db=db,
            store=store,
            current=self.current,
            clock=self.clock,
            health=health,
            files=FileStore(self.data / "files"),
            secret=b"s" * 32,
            public_url=self.url,
            folder=ISP,
            secrets={name: SITE_KEYS[name] for name in self.current.desk.channels.web.identity_secret},
        )
        app = build_app(self.services)
        config = uvicorn.Config(
            app,
            log_level="warning",
            ws="none",
            lifespan="off",
            proxy_headers=False,
            server_header=False,
        )
        self._server = _TellingServer(config, self._ready)
        async with asyncio.TaskGroup() as tasks:
            if self._works:
                tasks.create_task(worker.run())
            await self._server.serve(sockets=[self._socket])
            await worker.stop()
        db.close()


async def settle(store: SqlStore, *under_way: str) -> None:
    """Waits until nothing waits: no event to be decided, no message to be shown, no delivery in one of these states."""
    states = ", ".join(f"'{state}'" for state in under_way)
    waiting = (
        "SELECT (SELECT count(*) FROM inbox WHERE state = 'new') + (SELECT count(*) FROM delivery "
        f"WHERE state IN ({states}) OR (state = 'idle' AND revision > shown_revision))"
    )
    async with asyncio.timeout(40):
        quiet = 0
        while quiet < 3:
            count = await store.db.read(lambda conn: conn.exec_driver_sql(waiting).scalar())
            quiet = 0 if count else quiet + 1
            await asyncio.sleep(0.02)


def find_talks(conn: Connection) -> list[Conversation]:
    """Every conversation with its places, in the order of their numbers."""
    ids = [str(row[0]) for row in conn.exec_driver_sql("SELECT id FROM conversation ORDER BY number")]
    return [talk for id_ in ids if (talk := find_conversation(conn, ConversationId(id_))) is not None]


class QuietServer(uvicorn.Server):
    """Leaves the signals of the process to the test runner."""

    async def serve_on(self, listener: socket.socket) -> None:
        """Serves without looking at signals."""
        await self._serve([listener])

    def close(self, listener: socket.socket) -> None:
        """Gives the sockets back, however it ended."""
        for listening in getattr(self, "servers", []):
            listening.close()
        listener.close()


class _TellingServer(uvicorn.Server):
    """Tells when it takes requests, and leaves the signals of the process to the test runner."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, then tells."""
        await super().startup(sockets)
        self._ready.set()


SITE_KEYS = {
    "WIDGET_KEY": "a key between site and desk, 32 bytes",
    "WIDGET_KEY_OLD": "the former key, still good for now!",
}
"""What a site signs identities with in tests."""


def web_desk(*, identity: Identity = Identity.ANONYMOUS, proxies: tuple[str, ...] = (), **web: object) -> Desk:
    """The example desk with another web block; two keys are in force where the site signs."""
    desk = isp_desk()
    keys = () if identity is Identity.ANONYMOUS else tuple(SITE_KEYS)
    own = Web(identity=identity, identity_secret=keys, **web)  # type: ignore[arg-type]  # plain fields of the block
    server = Server(trusted_proxies=proxies)
    return replace(desk, channels=replace(desk.channels, web=own, server=server))
