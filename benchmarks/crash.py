"""The crash run at full length: 10,000 messages through one channel of the real server, 100 kills, and the verdict.

    python -m benchmarks.crash [--channel web] [--messages 10000] [--kills 100] [--seed 1]

The channel is `web`, or one way of receiving from a fake platform, such as `telegram-webhook`; there, requests of the
server go wrong, too.

Every second life of the server ends at a named point, the others at a random moment 0.25 to 0.9 s after it is ready.
One message in ten is sent again after it was acknowledged, twice at the same time. Prints one JSON object; ends with 1
if anything was lost, answered twice or is out of order. `tests/faults` runs the same, shorter, on every change.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from functools import partial
from pathlib import Path

from config.channels import SlackMode, TelegramMode
from tests.faults.checker import check
from tests.faults.crashing import Platform, crash_over
from tests.faults.driver import QUESTIONS, Server, Traffic, WebDoor, find_port, run_crashes
from tests.faults.slack import on_slack
from tests.faults.telegram import on_telegram
from tests.faults.test_crash_loop import DESK, FIRSTLINE, IN_POINTS

PLATFORMS: dict[str, Callable[[], AbstractAsyncContextManager[Platform]]] = {
    **{f"telegram-{mode}": partial(on_telegram, mode) for mode in TelegramMode},
    **{f"slack-{mode}": partial(on_slack, mode) for mode in SlackMode},
}


async def crash_the_web(folder: Path, messages: int, kills: int, seed: int) -> dict[str, object]:
    """Runs the crash loop over the web chat; what is left stays in the folder."""
    port, data = find_port(), folder / "data"
    command = [sys.executable, "-c", FIRSTLINE, "serve", str(DESK), "--port", str(port), "--data", str(data)]
    with (folder / "history.jsonl").open("w", encoding="utf-8") as history:
        customers = messages // len(QUESTIONS)
        traffic = Traffic(WebDoor(port=port), history, customers=customers, each=len(QUESTIONS), seed=seed)
        server = Server(command, folder / "server.log")
        run = await run_crashes(server, traffic, data / "firstline.db", kills=kills, points=IN_POINTS, seed=seed)
    (verdict,) = check(folder / "history.jsonl", data / "firstline.db")
    return {"good": verdict.is_good and run.status == 0, **asdict(run), **asdict(verdict)}


async def crash_a_platform(channel: str, folder: Path, messages: int, kills: int, seed: int) -> dict[str, object]:
    """Runs the crash loop over a fake platform; what is left stays in the folder."""
    async with PLATFORMS[channel]() as platform:
        outcome = await crash_over(platform, folder, messages=messages, kills=kills, seed=seed)
    return {"good": outcome.is_good, **asdict(outcome)}


def main() -> int:
    """Reads the arguments, runs, judges and prints."""
    parser = argparse.ArgumentParser(description="Kills the server again and again and counts what is left.")
    parser.add_argument("--channel", choices=["web", *PLATFORMS], default="web")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder, numbers = Path(name), (given.messages, given.kills, given.seed)
        is_web = given.channel == "web"
        work = crash_the_web(folder, *numbers) if is_web else crash_a_platform(given.channel, folder, *numbers)
        found = asyncio.run(work)
    seconds = round(time.monotonic() - began)
    print(json.dumps({"channel": given.channel, **found, "seed": given.seed, "seconds": seconds}))
    return 0 if found["good"] else 1


if __name__ == "__main__":
    sys.exit(main())
