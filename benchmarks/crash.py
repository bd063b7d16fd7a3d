"""The crash run at full length: 10,000 messages through the web chat of the real server, 100 kills, and the verdict.

    python -m benchmarks.crash [--messages 10000] [--kills 100] [--seed 1]

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
from dataclasses import asdict
from pathlib import Path

from tests.faults.checker import check
from tests.faults.driver import QUESTIONS, CrashRun, Server, Traffic, WebDoor, find_port, run_crashes
from tests.faults.test_crash_loop import DESK, FIRSTLINE, IN_POINTS


async def run(folder: Path, messages: int, kills: int, seed: int) -> CrashRun:
    """Runs the crash loop; what is left stays in the folder."""
    port, data = find_port(), folder / "data"
    command = [sys.executable, "-c", FIRSTLINE, "serve", str(DESK), "--port", str(port), "--data", str(data)]
    with (folder / "history.jsonl").open("w", encoding="utf-8") as history:
        customers = messages // len(QUESTIONS)
        traffic = Traffic(WebDoor(port=port), history, customers=customers, each=len(QUESTIONS), seed=seed)
        server = Server(command, folder / "server.log")
        return await run_crashes(server, traffic, data / "firstline.db", kills=kills, points=IN_POINTS, seed=seed)


def main() -> int:
    """Reads the arguments, runs, judges and prints."""
    parser = argparse.ArgumentParser(description="Kills the server again and again and counts what is left.")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        crashes = asyncio.run(run(folder, given.messages, given.kills, given.seed))
        (verdict,) = check(folder / "history.jsonl", folder / "data" / "firstline.db")
    seconds = round(time.monotonic() - began)
    print(json.dumps(asdict(crashes) | asdict(verdict) | {"seed": given.seed, "seconds": seconds}))
    return 0 if verdict.is_good and crashes.status == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
