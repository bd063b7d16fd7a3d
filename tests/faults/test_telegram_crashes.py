"""The server is killed again and again while customers write on Telegram: nothing lost, doubles counted and marked."""

import asyncio
import shutil
import sqlite3
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from config.channels import TelegramMode
from tests.fakes.telegram import FakeTelegram, Fault, FaultKind, Person, TelegramServer
from tests.faults.driver import QUESTIONS, Server, Traffic, find_port, run_crashes

DESK = Path(__file__).parent / "desk"
FIRSTLINE = "from adapters.cli.main import run; run()"
POINTS = (
    "before_inbox_commit",
    "after_inbox_commit",
    "after_taken",
    "mid_transaction",
    "after_send_before_record",
    "after_record",
)
CUSTOMERS, EACH, KILLS = 12, 4, 6
SECRET = "a-secret-for-the-webhook"


@dataclass(slots=True, kw_only=True)
class TelegramDoor:
    """Customers on the fake platform; a message counts as accepted when the platform need not keep it any more."""

    fake: FakeTelegram
    people: dict[str, Person] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    async def admit(self, client: httpx.AsyncClient, name: str) -> str | None:
        """Somebody new with the app."""
        person = self.fake.person(name[:15])
        self.people[str(person.id)] = person
        return str(person.id)

    async def say(self, client: httpx.AsyncClient, customer: str, id_: str, text: str) -> bool:
        """Writes once, and waits until it is accepted."""
        if id_ not in self.told:
            self.told.add(id_)
            self.fake.says(self.people[customer], text)
            _, update = self.fake.updates[-1]
            await self.fake.until(lambda: all(each is not update for _, each in self.fake.updates), 90)
        return True

    def expects(self, number: int) -> tuple[str, str]:
        """The n-th question and its answer."""
        return QUESTIONS[number], f"Answer number {number}."


def write_desk(folder: Path, base_url: str, port: int, mode: TelegramMode) -> Path:
    """The desk of the crash tests, on Telegram."""
    desk = folder / "desk"
    shutil.copytree(DESK, desk, ignore=shutil.ignore_patterns(".firstline"))
    (desk / "config" / "channels.yml").write_text(
        f"channels:\n  server: {{public_url: 'http://127.0.0.1:{port}'}}\n  telegram:\n    token: TELEGRAM_TOKEN\n"
        f"    mode: {mode}\n    webhook_secret: TELEGRAM_WEBHOOK_SECRET\n    base_url: {base_url}/bot\n"
    )
    return desk


@pytest.mark.parametrize("mode", list(TelegramMode))
async def test_telegram_loses_nothing_and_marks_its_doubles(
    tmp_path: Path, mode: TelegramMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """48 messages and 6 kills, some sends in doubt: each answered in order, twice at most where it is marked so."""
    fake, port = FakeTelegram(), find_port()
    monkeypatch.setenv("TELEGRAM_TOKEN", fake.token)
    monkeypatch.setenv("TELEGRAM_WEBHOOK_SECRET", SECRET)
    database = tmp_path / "data" / "firstline.db"
    async with TelegramServer(fake) as server:
        desk = write_desk(tmp_path, server.url, port, mode)
        command = ["-c", FIRSTLINE, "serve", str(desk), "--port", str(port), "--data", str(tmp_path / "data")]
        process = Server([sys.executable, *command], tmp_path / "server.log")
        door = TelegramDoor(fake=fake)
        for kind in (FaultKind.DONE_BUT_ERROR, FaultKind.DROPPED):
            fake.faults.append(Fault(kind=kind, method="sendMessage", times=2))
        with (tmp_path / "history.jsonl").open("w", encoding="utf-8") as history:
            traffic = Traffic(door, history, customers=CUSTOMERS, each=EACH, seed=7)
            run = await run_crashes(process, traffic, database, kills=KILLS, points=POINTS, seed=7)
        await asyncio.sleep(0)
    assert (run.status, run.messages, fake.complaints) == (0, CUSTOMERS * EACH, [])
    judge_chats(door, database)


def judge_chats(door: TelegramDoor, database: Path) -> None:
    """Every answer stands in every chat, in order; what stands there twice is at most what is marked as doubtful."""
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    doubtful = conn.execute("SELECT count(*) FROM delivery WHERE doubtful").fetchone()[0]
    asked = conn.execute("SELECT count(*) FROM message WHERE kind = 'customer'").fetchone()[0]
    conn.close()
    expected = [door.expects(number)[1] for number in range(EACH)]
    doubles = 0
    for person in door.people.values():
        shown = door.fake.from_bot(person)
        assert list(dict.fromkeys(text for text in shown if text in expected)) == expected
        doubles += sum(count - 1 for text, count in Counter(shown).items() if text in expected)
    assert asked == CUSTOMERS * EACH
    assert doubles <= doubtful
