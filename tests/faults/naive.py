"""Two designs that many bots have and that lose or double messages: the checker must catch both.

    python -m tests.faults.naive after-ack|no-dedupe PORT DATA

`after-ack` answers the platform at once and works in memory afterwards. `no-dedupe` works first and answers then, but
takes a repeated delivery for a new message.
"""

import asyncio
import os
import sqlite3
import sys
from pathlib import Path

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.testhooks import arm_crash_point
from bot.crashpoint import reached
from tests.faults.platform import build_server, tell_ready

TABLES = """
CREATE TABLE IF NOT EXISTS conversation (id TEXT PRIMARY KEY, number INTEGER, lane TEXT);
CREATE TABLE IF NOT EXISTS message (conversation TEXT, number INTEGER, kind TEXT, text TEXT, external_id TEXT);
CREATE TABLE IF NOT EXISTS inbox (id INTEGER PRIMARY KEY, event_key TEXT UNIQUE, state TEXT DEFAULT 'done');
"""


class NaiveBot:
    """Writes a transcript that the checker can read, each message in one transaction."""

    def __init__(self, data: Path) -> None:
        data.mkdir(exist_ok=True)
        self._conn = sqlite3.connect(data / "firstline.db", isolation_level=None)
        self._conn.executescript("PRAGMA journal_mode=WAL;" + TABLES)

    def claim(self, key: str) -> bool:
        """Notes a message's key; False if it was seen before."""
        return self._conn.execute("INSERT OR IGNORE INTO inbox (event_key) VALUES (?)", (key,)).rowcount == 1

    async def answer(self, body: dict[str, str]) -> None:
        """Writes down message and answer."""
        reached("before_decide")
        customer = body["customer"]
        self._conn.execute("BEGIN IMMEDIATE")
        self._conn.execute("INSERT OR IGNORE INTO conversation VALUES (?, 1, ?)", (customer, f"naive::{customer}:"))
        (last,) = self._conn.execute("SELECT count(*) FROM message WHERE conversation = ?", (customer,)).fetchone()
        rows = [
            (customer, last + 1, "customer", body["text"], body["id"]),
            (customer, last + 2, "answer", f"you said {body['text']}", ""),
        ]
        self._conn.executemany("INSERT INTO message VALUES (?, ?, ?, ?, ?)", rows)
        self._conn.execute("COMMIT")


def build_naive(design: str, bot: NaiveBot) -> Starlette:
    """The door of a naive bot."""

    async def say(request: Request) -> Response:
        body = await request.json()
        if design == "no-dedupe":
            await bot.answer(body)
            reached("before_ack")
            return Response(status_code=200)
        if not bot.claim(body["id"]):
            return Response(status_code=200)
        return Response(status_code=200, background=BackgroundTask(bot.answer, body))

    return Starlette(routes=[Route("/say", say, methods=["POST"])])


if __name__ == "__main__":
    arm_crash_point(os.environ)
    app = build_naive(sys.argv[1], NaiveBot(Path(sys.argv[3])))
    ready = build_server(app, int(sys.argv[2]), ready=tell_ready)
    asyncio.run(ready.serve())
