"""Another server that speaks the Bot API or Slack's Web API works by its base URL alone, with few methods."""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from aiohttp import web

from adapters.slack.service import HOOK
from tests.crossing.site import DESK, FIRSTLINE, PATIENCE
from tests.fakes.slack.server import sign
from tests.faults.driver import Server, find_port

QUESTION, ANSWER = "How do I change my password?", "Your password is changed on the page called My account."
SLACK = "slack: {{mode: http, bot_token: BOT_TOKEN, signing_secret: SIGNING_SECRET, api_base: '{url}/some/api/'}}"
TELEGRAM = "telegram: {{token: BOT_TOKEN, base_url: '{url}/other/bot', base_file_url: '{url}/other/file/bot'}}"
SIGNING_SECRET = "a-secret-of-our-own-workspace"


class Other:
    """A server of somebody else's: it says who the bot is and takes messages; it knows nothing else."""

    def __init__(self) -> None:
        self.posted: list[str] = []
        self.updates: list[dict[str, Any]] = []
        self.url = ""
        self._ids = itertools.count(1)

    async def answer_telegram(self, request: web.Request) -> web.Response:
        """The Bot API."""
        given = {**request.query, **await request.post()}
        match request.match_info["method"]:
            case "getMe":
                result: object = {"id": 77, "is_bot": True, "first_name": "Desk", "username": "desk_bot"}
            case "deleteWebhook":
                result = True
            case "getUpdates":
                offset = int(str(given.get("offset", 0)))
                await asyncio.sleep(0.05)  # a poor man's long poll
                result = [each for each in self.updates if each["update_id"] >= offset]
            case "sendMessage":
                self.posted.append(str(given["text"]))
                chat = {"id": int(str(given["chat_id"])), "type": "private"}
                result = {"message_id": next(self._ids), "date": 1, "chat": chat, "text": str(given["text"])}
            case _:
                return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return web.json_response({"ok": True, "result": result})

    async def answer_slack(self, request: web.Request) -> web.Response:
        """Slack's Web API."""
        match request.match_info["method"]:
            case "auth.test":
                ids = {"team_id": "TOTHER", "user_id": "UBOT", "bot_id": "BBOT"}
                return web.json_response({"ok": True, **ids})
            case "chat.postMessage":
                given = await request.json()
                self.posted.append(given["text"])
                ts = f"{time.time():.6f}"
                message = {"text": given["text"], "ts": ts}
                return web.json_response({"ok": True, "channel": given["channel"], "ts": ts, "message": message})
        return web.json_response({"ok": False, "error": "unknown_method"})


@asynccontextmanager
async def other_server() -> AsyncIterator[Other]:
    """The server, for as long as the block lasts."""
    other = Other()
    app = web.Application()
    app.add_routes(
        [
            web.route("*", "/other/bot{token}/{method}", other.answer_telegram),
            web.route("*", "/some/api/{method}", other.answer_slack),
        ]
    )
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    other.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield other
    finally:
        await runner.cleanup()


@asynccontextmanager
async def served(folder: Path, port: int, channel: str, token: str) -> AsyncIterator[None]:
    """A desk that knows the platform by the lines in its `channels.yml` only."""
    channels = f"channels:\n  server: {{public_url: 'http://127.0.0.1:{port}'}}\n  {channel}\n"
    for name, text in (DESK | {"config/channels.yml": channels}).items():
        if "flows" not in name:  # which would want a team
            path = folder / "desk" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    command = ["-c", FIRSTLINE, "serve", str(folder / "desk"), "--port", str(port), "--data", str(folder / "data")]
    server = Server([sys.executable, *command], folder / "log")
    assert await server.start(BOT_TOKEN=token, SIGNING_SECRET=SIGNING_SECRET), (folder / "log").read_text()
    try:
        yield
        assert await server.stop() == 0
    finally:
        await server.kill_after(0)


async def until(holds: Callable[[], bool]) -> None:
    """Waits until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 -- the other side is a process
            await asyncio.sleep(0.02)


async def test_another_bot_api_works_by_its_base_url(tmp_path: Path) -> None:
    """Every answer arrives once, though the server knows no typing, no menu and no reactions."""
    async with (
        other_server() as other,
        served(tmp_path, find_port(), TELEGRAM.format(url=other.url), "77:a-token-of-somebody"),
    ):
        anna = {"id": 5, "is_bot": False, "first_name": "Anna"}
        message = {"message_id": 1, "date": 1_800_000_000, "chat": {"id": 5, "type": "private"}, "from": anna}
        other.updates.append({"update_id": 10, "message": message | {"text": QUESTION}})
        await until(lambda: sum(ANSWER in text for text in other.posted) == 1)


async def test_another_web_api_works_by_its_base_url(tmp_path: Path) -> None:
    """Every answer arrives once, though the server knows nobody's name and no reactions."""
    port = find_port()
    async with other_server() as other, served(tmp_path, port, SLACK.format(url=other.url), "xoxb-of-somebody-else"):
        moment = time.time()
        event = {"type": "message", "user": "UANNA", "text": QUESTION, "channel": "DANNA", "channel_type": "im"}
        event |= {"ts": f"{moment:.6f}", "event_ts": f"{moment:.6f}", "team": "TOTHER"}
        told = {"type": "event_callback", "team_id": "TOTHER", "api_app_id": "AOTHER", "event_id": "Ev1"}
        body = json.dumps(told | {"event": event, "event_time": int(moment)}).encode()
        headers = {"Content-Type": "application/json", **sign(body, moment, SIGNING_SECRET)}
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"http://127.0.0.1:{port}{HOOK}", content=body, headers=headers)
        assert answer.status_code == 200
        await until(lambda: sum(ANSWER in text for text in other.posted) == 1)
