"""The server is killed again and again while customers write: nothing is lost, nothing doubled, everything in order."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.faults.checker import check
from tests.faults.driver import (
    CrashRun,
    Door,
    RelayDoor,
    Server,
    Traffic,
    WebDoor,
    find_port,
    run_crashes,
)
from tests.faults.platform import ChatPlatform, build_server

DESK = Path(__file__).parent / "desk"
FIRSTLINE = "from adapters.cli.main import run; run()"
IN_POINTS = (
    "before_inbox_commit",
    "after_inbox_commit",
    "before_ack",
    "after_ack",
    "before_decide",
    "mid_transaction",
    "after_commit",
)
OUT_POINTS = (
    "after_taken",
    "mid_request",
    "after_send_before_record",
    "after_record",
    "before_reconcile",
    "after_reconcile",
)


async def crash(
    tmp_path: Path, command: list[str], door: Door, *, customers: int, each: int, kills: int, points: tuple[str, ...]
) -> CrashRun:
    """Runs one crash loop; the history and the server's log stay in the folder."""
    server = Server([sys.executable, *command], tmp_path / "server.log")
    with (tmp_path / "history.jsonl").open("w", encoding="utf-8") as history:
        traffic = Traffic(door, history, customers=customers, each=each, seed=kills)
        return await run_crashes(
            server, traffic, tmp_path / "data" / "firstline.db", kills=kills, points=points, seed=kills
        )


async def test_the_web_chat_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """2,000 messages through the web chat of the real server, 24 kills: each answered once, in order."""
    port = find_port()
    command = ["-c", FIRSTLINE, "serve", str(DESK), "--port", str(port), "--data", str(tmp_path / "data")]
    door = WebDoor(port=port)
    run = await crash(tmp_path, command, door, customers=250, each=8, kills=24, points=IN_POINTS)
    (verdict,) = check(tmp_path / "history.jsonl", tmp_path / "data" / "firstline.db")
    assert verdict.is_good, (verdict, run)
    assert (verdict.messages, run.status) == (2_000, 0)


async def test_a_platform_gets_each_answer_once(tmp_path: Path) -> None:
    """Sends that fail, wait or are in doubt, and 24 kills: every answer stands there once, in order."""
    platform, platform_port, port = ChatPlatform(seed=7), find_port(), find_port()
    listening = build_server(platform.app, platform_port)
    task = asyncio.create_task(listening.serve())
    command = ["-m", "tests.faults.relay", str(port), str(tmp_path / "data"), f"http://127.0.0.1:{platform_port}"]
    points = (*IN_POINTS, *OUT_POINTS)
    run = await crash(tmp_path, command, RelayDoor(port=port), customers=60, each=10, kills=26, points=points)
    listening.should_exit = True
    await task
    platform.write(tmp_path / "posts.jsonl")
    verdicts = check(tmp_path / "history.jsonl", tmp_path / "data" / "firstline.db", tmp_path / "posts.jsonl")
    assert all(verdict.is_good for verdict in verdicts), (verdicts, run)
    assert platform.done_but_lost > 0
    assert (verdicts[0].messages, run.status) == (600, 0)


@pytest.mark.parametrize(
    ("design", "point", "fault"), [("after-ack", "before_decide", "lost"), ("no-dedupe", "before_ack", "doubled")]
)
async def test_the_checker_catches_naive_designs(tmp_path: Path, design: str, point: str, fault: str) -> None:
    """The same run and the same checker fail a bot that works after the answer, and one that does not remember keys."""
    port = find_port()
    command = ["-m", "tests.faults.naive", design, str(port), str(tmp_path / "data")]
    await crash(tmp_path, command, RelayDoor(port=port), customers=20, each=10, kills=4, points=(point,))
    (verdict,) = check(tmp_path / "history.jsonl", tmp_path / "data" / "firstline.db")
    assert not verdict.is_good
    assert getattr(verdict, fault) > 0
