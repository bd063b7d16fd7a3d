"""Figures of Slack and Telegram while a platform is dead: how soon a webhook is accepted, and whom the dead one slows.

    python -m benchmarks.channels [--articles 200] [--rate 50] [--seconds 20]

The server is `firstline serve` with both channels at their webhooks. This program brings it events as the platforms do,
each of another customer, and stands for the platforms' APIs: as long as they are dead, no request of the server is
answered. Accepted is measured from the request to its 200. Whom a dead platform slows is measured on the web chat: the
95th percentile until the answer is heard, while Slack's customers write at a fifth of the rate, once with Slack's API
alive and once with it dead.
"""

import argparse
import asyncio
import itertools
import json
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from aiohttp import web

from adapters.slack.service import HOOK
from benchmarks.server import Server, make_desk, measure_waits, quantile, question, start
from tests.fakes.slack.server import sign
from tests.faults.driver import find_port

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-1111-2222-abcdefgh",
    "SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "TELEGRAM_TOKEN": "123456:a-token-that-nobody-guesses",
    "TELEGRAM_WEBHOOK_SECRET": "a-secret-for-the-webhook",
}
CHANNELS = """
channels:
  server: {{trusted_proxies: [127.0.0.1], public_url: "{public}"}}
  slack: {{mode: http, bot_token: SLACK_BOT_TOKEN, signing_secret: SLACK_SIGNING_SECRET, api_base: "{api}/slack/"}}
  telegram:
    {{mode: webhook, token: TELEGRAM_TOKEN, webhook_secret: TELEGRAM_WEBHOOK_SECRET, base_url: "{api}/telegram/bot"}}
"""
LONG = 3_600.0
GOAL_MS, GOAL_SLOWER = 250, 20


class Platforms:
    """Both platforms' APIs: alive they take every message, dead they never answer."""

    def __init__(self) -> None:
        self.url = ""
        self.dead: set[str] = set()
        self.webhook = asyncio.get_running_loop().create_future()
        self._ids = itertools.count(1)
        app = web.Application()
        app.add_routes(
            [
                web.route("*", "/slack/{method}", self._answer_slack),
                web.route("*", "/telegram/bot{token}/{method}", self._answer_telegram),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)

    async def open(self) -> None:
        """Listens on a free port."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Ends it with all that hangs."""
        await self._runner.cleanup()

    async def _answer_slack(self, _: web.Request) -> web.Response:
        if "slack" in self.dead:
            await asyncio.sleep(LONG)
        ts = f"{time.time():.6f}"
        answer: dict[str, object] = {"ok": True, "team_id": "T1", "user_id": "UBOT", "bot_id": "B1"}
        return web.json_response(answer | {"ts": ts, "message": {"ts": ts}, "messages": [], "channels": []})

    async def _answer_telegram(self, request: web.Request) -> web.Response:
        given = await request.post()
        if request.match_info["method"] == "setWebhook":
            self.webhook.set_result(str(given["url"]))
        elif "telegram" in self.dead:
            await asyncio.sleep(LONG)
        result: dict[str, object] = {"id": 123456, "is_bot": True, "first_name": "Desk", "username": "desk_bot"}
        result |= {"url": "", "message_id": next(self._ids), "date": 1, "chat": {"id": 1, "type": "private"}}
        return web.json_response({"ok": True, "result": result})


class Bringer:
    """Brings customers' messages as a platform does, each of another customer."""

    def __init__(self, client: httpx.AsyncClient, slack_url: str, telegram_url: str) -> None:
        self._client, self._slack, self._telegram = client, slack_url, telegram_url
        self._ids = itertools.count(1)

    async def slack(self) -> float:
        """One event; the seconds until it was accepted."""
        number, now = next(self._ids), time.time()
        event = {"type": "message", "channel_type": "im", "channel": f"D{number}", "user": f"U{number}", "team": "T1"}
        event |= {"text": question(number * 7 % 7_000), "ts": f"{now:.6f}", "event_ts": f"{now:.6f}"}
        told = {"type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": f"Ev{number}"}
        body = json.dumps(told | {"event": event, "event_time": int(now)}).encode()
        headers = {"Content-Type": "application/json", **sign(body, now, SECRETS["SLACK_SIGNING_SECRET"])}
        return await self._bring(self._slack, body, headers)

    async def telegram(self) -> float:
        """One update; the seconds until it was accepted."""
        number = next(self._ids)
        person = {"id": 5_000_000_000 + number, "is_bot": False, "first_name": "Anna", "language_code": "en"}
        message = {"message_id": 1, "date": int(time.time()), "text": question(number * 7 % 7_000), "from": person}
        message["chat"] = {"id": person["id"], "type": "private", "first_name": "Anna"}
        headers = {"Content-Type": "application/json"}
        headers["X-Telegram-Bot-Api-Secret-Token"] = SECRETS["TELEGRAM_WEBHOOK_SECRET"]
        body = json.dumps({"update_id": number, "message": message}).encode()
        return await self._bring(self._telegram, body, headers)

    async def _bring(self, url: str, body: bytes, headers: dict[str, str]) -> float:
        began = time.perf_counter()
        answer = await self._client.post(url, content=body, headers=headers)
        answer.raise_for_status()
        return time.perf_counter() - began


async def at_rate(bring: Callable[[], Awaitable[float]], rate: float, seconds: float) -> list[float]:
    """Brings so many a second at an even rate, whether the ones before are accepted or not."""
    tasks = []
    for _ in range(int(rate * seconds)):
        tasks.append(asyncio.ensure_future(bring()))
        await asyncio.sleep(1 / rate)
    return list(await asyncio.gather(*tasks))


@contextmanager
def serving(folder: Path, articles: int, platforms: Platforms) -> Iterator[Server]:
    """A server with both channels, in no hurry of its own: the pace that platforms ask for is another's figure."""
    make_desk(folder / "desk", articles)
    port = find_port()
    lines = CHANNELS.format(public=f"http://127.0.0.1:{port}", api=platforms.url)
    (folder / "desk" / "config" / "channels.yml").write_text(lines, encoding="utf-8")
    os.environ.update(SECRETS | {"FIRSTLINE_TEST_HOOKS": "1", "PACE": "1000"})
    server = start(folder / "desk", folder / "data", port)
    try:
        yield server
    finally:
        server.stop()


async def measure(folder: Path, articles: int, rate: int, seconds: int) -> list[tuple[str, str]]:
    """All figures, with what they are measured at."""
    platforms = Platforms()
    await platforms.open()
    limits = httpx.Limits(max_connections=None)
    rows = []
    with serving(folder, articles, platforms) as server:
        hook = str(await asyncio.wait_for(platforms.webhook, 60))
        async with httpx.AsyncClient(limits=limits, timeout=60) as client:
            bringer = Bringer(client, f"{server.url}{HOOK}", hook)
            await at_rate(bringer.slack, 10, 2)  # what a server does only once is done before
            beside: dict[str, float] = {}
            for name in ("alive", "dead"):
                platforms.dead = {"slack"} if name == "dead" else set()
                slack = asyncio.create_task(at_rate(bringer.slack, rate / 5, seconds + 2))
                _, answered = await measure_waits(server, max(1, rate // 5), seconds)
                beside[name] = quantile(answered, 0.95)
                await slack
            platforms.dead = {"slack", "telegram"}
            for name, bring in (("Slack", bringer.slack), ("Telegram", bringer.telegram)):
                took = await at_rate(bring, rate, seconds)
                p50, p99 = quantile(took, 0.5), quantile(took, 0.99)
                rows.append((f"{name} dead: accepted at {rate}/s, p50 / p99", f"{p50:.0f} / {p99:.0f} ms"))
        slower = (beside["dead"] / beside["alive"] - 1) * 100
        rows.append(("web answer heard, Slack alive / dead, p95", f"{beside['alive']:.0f} / {beside['dead']:.0f} ms"))
        rows.append(("the web is slower beside a dead Slack by", f"{slower:+.0f} %"))
    await platforms.close()
    return rows


def main() -> None:
    """Measures and prints one table."""
    parser = argparse.ArgumentParser(description="Figures of Slack and Telegram while a platform is dead.")
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(Path(folder), given.articles, given.rate, given.seconds))
    print(f"{given.articles} articles, {os.cpu_count()} cores; goals: p99 under {GOAL_MS} ms, under {GOAL_SLOWER} %")
    for name, value in rows:
        print(f"{name:<48}{value}")


if __name__ == "__main__":
    main()
