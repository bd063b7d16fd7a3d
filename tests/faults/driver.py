"""Drives a crash run: customers who write over sockets, a server that is killed again and again, and the history.

The driver is never killed. It knows the server only by its command line and its doors.
"""

import asyncio
import json
import os
import random
import signal
import socket
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, Protocol

import httpx

ACTIVE = 20
"""Customers who write at the same time, each one message after the other."""
START_SECONDS = 240.0
STUCK_SECONDS = 60.0
"""For so long nothing may move at the end before the run is given up."""
POINT_SECONDS = 3.0
"""A server that does not come by its named point is killed after so long all the same."""
SHARE_SECONDS = 10.0
"""How long a life is given at most to come to a random part of its share of the messages."""


class Door(Protocol):
    """How customers reach a server."""

    async def admit(self, client: httpx.AsyncClient, name: str) -> str | None:
        """The key under which a server knows a customer; none if it could not be asked."""

    def put(self, customer: str, id_: str, text: str) -> str:
        """What names a message in the transcript: the given id, or that of a platform, which takes it here and now."""

    async def say(self, client: httpx.AsyncClient, customer: str, id_: str, text: str) -> bool:
        """Sends a message once; True if it was acknowledged."""

    def expects(self, number: int) -> tuple[str, str]:
        """The n-th message of a customer, and the text that must come back."""


@dataclass(slots=True, kw_only=True)
class RelayDoor:
    """The door of `tests.faults.relay` and of the naive designs: the words come back."""

    port: int

    async def admit(self, client: httpx.AsyncClient, name: str) -> str | None:
        """The name itself."""
        return name

    def put(self, customer: str, id_: str, text: str) -> str:
        """The given id."""
        return id_

    async def say(self, client: httpx.AsyncClient, customer: str, id_: str, text: str) -> bool:
        """Sends a message once; True if it was acknowledged."""
        body = {"id": id_, "customer": customer, "text": text}
        response = await client.post(f"http://127.0.0.1:{self.port}/say", json=body)
        return response.status_code == 200

    def expects(self, number: int) -> tuple[str, str]:
        """The n-th message of a customer, and the text that must come back."""
        return f"message {number}", f"you said message {number}"


QUESTIONS = (
    "How do I repair a bicycle tyre?",
    "How long does bread bake?",
    "Where do I renew my passport?",
    "How often should a piano be tuned?",
    "When are tomatoes watered?",
    "What does a ferry ticket cost?",
    "Who sweeps the chimney?",
    "Which telescope lens is sharpest?",
)
"""What the desk in `tests/faults/desk` answers, with `Answer number` and the position."""


@dataclass(slots=True, kw_only=True)
class WebDoor:
    """The web chat of `firstline serve`: every customer a visitor with an address of his own."""

    port: int
    _headers: dict[str, dict[str, str]] = field(default_factory=dict)
    _places: Iterator[int] = field(default_factory=count)

    async def admit(self, client: httpx.AsyncClient, name: str) -> str | None:
        """Opens a session for a visitor."""
        place = next(self._places)
        headers = {"Origin": self._url, "X-Forwarded-For": f"10.{place // 62500}.{place // 250 % 250}.{place % 250}"}
        response = await client.post(f"{self._url}/web/v1/session", json={"visitor": name}, headers=headers)
        if response.status_code != 200:
            return None
        session = response.json()
        customer: str = session["customer"]
        self._headers[customer] = headers | {"Authorization": f"Bearer {session['token']}"}
        return customer

    def put(self, customer: str, id_: str, text: str) -> str:
        """The given id."""
        return id_

    async def say(self, client: httpx.AsyncClient, customer: str, id_: str, text: str) -> bool:
        """Sends a message once; True if it was acknowledged."""
        body = {"client_id": id_, "text": text}
        headers = self._headers[customer]
        response = await client.post(f"{self._url}/web/v1/messages", json=body, headers=headers)
        return response.status_code == 200

    @property
    def _url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def expects(self, number: int) -> tuple[str, str]:
        """The n-th message of a customer, and the text that must come back."""
        return QUESTIONS[number], f"Answer number {number}."


class Traffic:
    """Customers who write one message after the other, and repeat what was not acknowledged."""

    def __init__(self, door: Door, history: IO[str], *, customers: int, each: int, seed: int) -> None:
        self.total = customers * each
        self.acked = 0
        self.released = 0
        """So many messages may have been written by now; the rest waits for the next kill."""
        self._door, self._history, self._each = door, history, each
        self._random = random.Random(seed)
        self._names = [f"customer-{number:06d}-{seed:04d}".ljust(43, "x") for number in range(customers)]
        self._open = asyncio.Semaphore(0)
        self._active = asyncio.Semaphore(ACTIVE)

    def release(self, upto: int) -> None:
        """Lets so many messages in all be written."""
        upto = min(upto, self.total)
        for _ in range(upto - self.released):
            self._open.release()
        self.released = max(self.released, upto)

    async def until(self, acked: float, seconds: float) -> None:
        """Waits until so many messages are acknowledged, so that slow machines spread them over all lives, too."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.acked < acked:  # noqa: ASYNC110 -- the other side is a process
                    await asyncio.sleep(0.02)

    async def run(self) -> None:
        """Writes everything; ends when all of it is acknowledged."""
        async with httpx.AsyncClient(timeout=10) as client, asyncio.TaskGroup() as tasks:
            for name in self._names:
                tasks.create_task(self._write_all(client, name))

    async def _write_all(self, client: httpx.AsyncClient, name: str) -> None:
        async with self._active:
            await self._write_one_by_one(client, name)

    async def _write_one_by_one(self, client: httpx.AsyncClient, name: str) -> None:
        customer = ""
        for number in range(self._each):
            await self._open.acquire()
            customer = customer or await self._admit(client, name)
            text, expects = self._door.expects(number)
            id_ = self._door.put(customer, f"{name[:20]}-{number:04d}", text)
            self._note({"what": "wrote", "customer": customer, "id": id_, "expects": expects})
            while not await self._try(client, customer, id_, text):  # noqa: ASYNC110 -- the other side is a process
                await asyncio.sleep(self._random.uniform(0.02, 0.1))
            self._note({"what": "acked", "id": id_})
            self.acked += 1
            if self._random.random() < 0.1:
                await asyncio.gather(*(self._try(client, customer, id_, text) for _ in range(2)))

    async def _admit(self, client: httpx.AsyncClient, name: str) -> str:
        while True:
            with suppress(httpx.HTTPError):
                if customer := await self._door.admit(client, name):
                    return customer
            await asyncio.sleep(self._random.uniform(0.02, 0.1))

    async def _try(self, client: httpx.AsyncClient, customer: str, id_: str, text: str) -> bool:
        try:
            return await self._door.say(client, customer, id_, text)
        except httpx.HTTPError:
            return False

    def _note(self, line: Mapping[str, str]) -> None:
        self._history.write(json.dumps(line) + "\n")
        self._history.flush()


class Server:
    """The process under test."""

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self._command, self._log = command, log
        self._environment = environment or {}
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, crash_at: str = "", **more: str) -> bool:
        """Starts it with more in its environment; False if it ended before it was ready."""
        hooks = {"FIRSTLINE_TEST_HOOKS": "1", "CRASH_AT": crash_at, "PYTHONUNBUFFERED": "1"}
        environment = {**os.environ, **hooks, **self._environment, **more}
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdout=asyncio.subprocess.PIPE, stderr=log, env=environment
            )
        assert self._process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            while line := await self._process.stdout.readline():
                if b'"ready"' in line:
                    return True
        return False

    async def kill_after(self, seconds: float) -> None:
        """Waits until it has ended by itself, or kills it after so long."""
        if self._process is None or self._process.returncode is not None:
            return
        try:
            await asyncio.wait_for(self._process.wait(), seconds)
        except TimeoutError:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()

    async def stop(self) -> int:
        """Ends it gracefully and returns its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashRun:
    """What a run did."""

    kills: int
    named: int
    """Ends at a named point."""
    messages: int
    status: int
    """Exit status of the last life, which was ended gracefully."""


async def run_crashes(
    server: Server, traffic: Traffic, database: Path, *, kills: int, points: Sequence[str], seed: int
) -> CrashRun:
    """Lets customers write while the server is killed, then waits until everything has taken effect.

    Args:
        server: The process under test.
        traffic: The customers.
        database: Its database, looked into from outside.
        kills: How often it is killed; the messages are spread over its lives.
        points: Named points at which every second life ends, in turn.
        seed: Draws the moments.
    """
    writing = asyncio.create_task(traffic.run())
    try:
        named = await _live_and_die(server, traffic, kills=kills, points=points, seed=seed)
        assert await server.start(), "the server does not start; see server.log"
        traffic.release(traffic.total)
        await writing
        await _until_settled(database)
        return CrashRun(kills=kills, named=named, messages=traffic.acked, status=await server.stop())
    finally:
        writing.cancel()
        await server.kill_after(0)


async def _live_and_die(server: Server, traffic: Traffic, *, kills: int, points: Sequence[str], seed: int) -> int:
    """One life after the other, each with its share of the messages; returns how many ended at a named point."""
    draw = random.Random(seed)
    named = 0
    for life in range(kills):
        point = points[life // 2 % len(points)] if points and life % 2 else ""
        is_up = await server.start(f"{point}:{draw.randint(0, 5)}" if point else "")
        traffic.release(traffic.total * (life + 1) // (kills + 1))
        assert is_up or point, "the server does not start; see server.log"
        if not point:
            await traffic.until(traffic.total * (life + draw.random()) / (kills + 1), SHARE_SECONDS)
        await server.kill_after(POINT_SECONDS if point else draw.uniform(0.25, 0.9))
        named += bool(point)
    return named


async def _until_settled(database: Path) -> None:
    """Waits until nothing waits in the inbox and every place shows what it should; gives up when nothing moves."""
    queries = ["SELECT count(*) FROM inbox WHERE state = 'new'"]
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    if conn.execute("SELECT count(*) FROM sqlite_master WHERE name = 'delivery'").fetchone()[0]:
        queries.append("SELECT count(*) FROM delivery WHERE revision > shown_revision")
    before: list[int] = []
    async with asyncio.timeout(STUCK_SECONDS) as patience:
        while any(left := [conn.execute(query).fetchone()[0] for query in queries]):
            if left != before:
                before = left
                patience.reschedule(asyncio.get_running_loop().time() + STUCK_SECONDS)
            await asyncio.sleep(0.1)
    conn.close()


def find_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
