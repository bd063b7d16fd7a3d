"""Crash runs of the real server over a fake platform: the same run and the same judgement for each of them.

A fake is plugged in as a `Platform`; `tests.faults.test_telegram_crashes` shows how. Nothing here knows which one it
is. `benchmarks.crash` makes the same runs at full length.
"""

import json
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.faults.checker import Verdict, check
from tests.faults.driver import QUESTIONS, CrashRun, Door, Server, Traffic, find_port, run_crashes

DESK = Path(__file__).parent / "desk"
FIRSTLINE = "from adapters.cli.main import run; run()"
POINTS = (
    "before_inbox_commit",
    "after_inbox_commit",
    "before_decide",
    "mid_transaction",
    "after_commit",
    "after_taken",
    "after_send_before_record",
    "after_record",
)
"""Where lives over a platform end by name, in turn; a platform that can be asked about a send in doubt adds its own."""
HASTE = "1000"
"""How many times faster than the platform allows it is written to: its limits are another test's."""


class Platform(Protocol):
    """A fake platform as a crash run needs it. It runs in the driver's process, which is never killed."""

    @property
    def door(self) -> Door:
        """How customers write there; a message counts as accepted when the platform need not keep it any more."""

    @property
    def points(self) -> tuple[str, ...]:
        """Named points of its own, beside `POINTS`."""

    @property
    def complaints(self) -> list[str]:
        """What went over the wire and should not have."""

    def settings(self, port: int) -> str:
        """The lines below `channels:` that connect a desk with it; the server will listen at the port."""

    def secrets(self) -> Mapping[str, str]:
        """What the settings name of the environment."""

    def disturb(self, seed: int) -> None:
        """From now on some requests go wrong: 2 % refused, 1 % told to wait, 2 % done and answered with an error."""

    def posts(self) -> Iterable[tuple[str, str]]:
        """What stands in the customers' chats by the bot, in order: the customer's key and the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run did and what is left of it."""

    run: CrashRun
    transcripts: Verdict
    chats: Verdict
    complaints: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether every promise was kept."""
        return self.transcripts.is_good and self.chats.is_good and not self.complaints and self.run.status == 0


async def crash_over(platform: Platform, folder: Path, *, messages: int, kills: int, seed: int) -> Outcome:
    """Lets customers write over a platform while the server is killed, and judges what is left.

    Args:
        platform: Running already.
        folder: Empty; desk, database, history, posts and the server's log stay in it.
        messages: How many in all, eight from each customer.
        kills: Every second one at a named point.
        seed: Draws customers, moments and faults.
    """
    port = find_port()
    desk = _write_desk(folder, platform.settings(port))
    command = [sys.executable, "-c", FIRSTLINE, "serve", str(desk), "--port", str(port), "--data", str(folder / "data")]
    server = Server(command, folder / "server.log", {**platform.secrets(), "PACE": HASTE})
    database, history, posts = folder / "data" / "firstline.db", folder / "history.jsonl", folder / "posts.jsonl"
    each = len(QUESTIONS)
    platform.disturb(seed)
    with history.open("w", encoding="utf-8") as notes:
        traffic = Traffic(platform.door, notes, customers=messages // each, each=each, seed=seed)
        points = (*POINTS, *platform.points)
        run = await run_crashes(server, traffic, database, kills=kills, points=points, seed=seed)
    with posts.open("w", encoding="utf-8") as shown:
        shown.writelines(json.dumps({"chat": chat, "text": text}) + "\n" for chat, text in platform.posts())
    transcripts, chats = check(history, database, posts)
    return Outcome(run=run, transcripts=transcripts, chats=chats, complaints=tuple(platform.complaints))


def _write_desk(folder: Path, settings: str) -> Path:
    """The desk of the crash tests, connected with a platform."""
    desk = folder / "desk"
    shutil.copytree(DESK, desk, ignore=shutil.ignore_patterns(".firstline"))
    (desk / "config" / "channels.yml").write_text(f"channels:\n{settings}", encoding="utf-8")
    return desk
