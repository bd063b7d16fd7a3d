"""Erasing a customer: no byte of him is left, what was under way is handled, numbers stay."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.erasing import erase_person
from adapters.files import FileStore
from adapters.storage.persons import find_person, finish, scrub
from bot.crashpoint import arm
from bot.deciding import decide_job
from bot.model import Address, Author, AuthorKind, Body, Commanded, Event, Said, Trust
from bot.ports import Job
from tests.machine.test_one_conversation import AGENTS
from tests.machine.world import ANNA, DESKS, World, rows, two_desks

CANARY = "Kanarek"


class Desk:
    """Anna's talk, claimed on one desk and seen on another, with her name in every word."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, lambda _: None)
        self.files = FileStore(folder / "files")
        self.count = 0
        self.says("my internet is down, says")
        self.says("I want to talk to a human")
        self.rest()
        thread = next(at for at in self.world.channels["slack"].platform.chats if at.thread)
        for body in (Commanded(name="claim"), Said(text=f"hello {CANARY}"), Said(text=f"// {CANARY} is angry")):
            self.happens(body, AGENTS["liis"], thread.chat, thread.thread, "slack")
        self.rest()

    def says(self, text: str) -> None:
        """Anna writes."""
        author = Author(kind=AuthorKind.CUSTOMER, key=f"anna-{CANARY}", name=CANARY, trust=Trust.KNOWN)
        self.happens(Said(text=f"{text} {CANARY}" if "human" not in text else text), author)

    def happens(self, body: Body, author: Author, chat: str = "", thread: str = "", channel: str = "") -> None:
        """Something comes in."""
        self.count += 1
        at = Address(channel=channel, chat=chat, thread=thread) if channel else ANNA
        now = self.world.clock.now()
        self.world.accept(Event(key=f"k{self.count}", at=at, author=author, body=body, sent_at=now))

    def rest(self) -> None:
        """Everything takes effect."""
        self.world.drain(lambda _job, _turn: None)

    def erase(self) -> None:
        """Erases the customer of the first case."""
        person = self.world.read(lambda conn: find_person(conn, self.number))
        assert person is not None
        erase_person(self.world.db, self.files, person, self.world.clock.now())

    @property
    def number(self) -> int:
        """The number of the newest case."""
        talk = self.world.conversation
        return talk.number if talk else 1

    def count_of(self, table: str) -> int:
        """How many rows there are."""
        return int(str(self.world.read(lambda conn: rows(conn, f"SELECT count(*) FROM {table}"))[0][0]))

    def finish(self) -> None:
        """What is done once an hour."""
        self.world.db.write_now(finish)
        scrub(self.world.db.path)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with a talk on it."""
    desk = Desk(tmp_path)
    yield desk
    desk.world.close()


def find_canary(folder: Path) -> list[str]:
    """The files in which the name still stands."""
    return [path.name for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]


def test_no_byte_is_left_and_the_numbers_stay(desk: Desk, tmp_path: Path) -> None:
    """Tables, log and free pages hold nothing of the customer; our copies in chats and on desks are taken out."""
    before = {table: desk.count_of(table) for table in ("conversation", "message", "wait")}
    assert find_canary(tmp_path)
    desk.erase()
    desk.rest()
    desk.finish()
    assert {table: desk.count_of(table) for table in before} == before
    assert [desk.count_of(table) for table in ("place", "delivery")] == [0, 0]
    platforms = [desk.world.channels[name].platform for name in (ANNA.channel, *DESKS)]
    shown = [post for platform in platforms for posts in platform.chats.values() for post in posts]
    assert [post for post in shown if post.delivery and not post.withdrawn] == []
    desk.world.db.close()
    assert find_canary(tmp_path) == []


def test_what_was_under_way_has_no_effect_any_more(desk: Desk, tmp_path: Path) -> None:
    """A message that waits is dropped, a decision that is being made is lost, a send is followed by its removal."""
    desk.says("one more thing")
    now = desk.world.clock.now()
    job: Job | None = desk.world.runner.run(desk.world.store.load(str(ANNA), now))
    assert job is not None
    turn, wake_at = decide_job(job, two_desks(), now)
    desk.erase()
    assert not desk.world.runner.run(desk.world.store.commit(job, turn, wake_at, now))
    desk.rest()
    desk.finish()
    desk.world.db.close()
    assert find_canary(tmp_path) == []


def test_who_comes_back_is_somebody_new(desk: Desk) -> None:
    """His next words open a case of their own, with nothing known about him."""
    old = desk.number
    desk.erase()
    desk.happens(Said(text="hello"), Author(kind=AuthorKind.CUSTOMER, key="anna", name="", trust=Trust.KNOWN))
    desk.rest()
    talk = desk.world.conversation
    assert talk is not None
    assert (talk.number > old, talk.customer.name, talk.customer.conversations) == (True, "", 0)
    assert desk.world.read(lambda conn: find_person(conn, old)) is None


def test_an_erasure_that_was_cut_short_is_ended_later(desk: Desk, tmp_path: Path) -> None:
    """Killed before the file was written anew, the rest is done at the next look."""

    def die() -> None:
        raise KeyboardInterrupt

    arm("erase_mid", 0, die)
    try:
        with pytest.raises(KeyboardInterrupt):
            desk.erase()
    finally:
        arm("", 0, lambda: None)
    desk.world.restart()
    desk.rest()
    desk.finish()
    assert not scrub(desk.world.db.path)
    desk.world.db.close()
    assert find_canary(tmp_path) == []
