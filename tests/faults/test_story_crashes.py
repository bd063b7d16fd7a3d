"""The process ends at each named point of a whole hand-off, again and again; the outcome is always the same.

A question, a call for a person, the cards on two desks, a claim, a reply, notes, an edit, a reminder, the end with its
survey: wherever the process ends, the next one brings it to the same words in the same places. Platforms repeat what
was not acknowledged. What is committed and what is not is SQLite's to say; the end itself is an exception here, so
that hundreds of ends cost seconds. `kill -9` of a whole server is in the other tests of this folder.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.crashpoint import arm
from bot.model import Address, Author, AuthorKind, Body, Commanded, Edited, Event, Said, Trust, Turn
from bot.ports import Job
from tests.machine.test_one_conversation import AGENTS
from tests.machine.world import ANNA, DESKS, World, rows

POINTS = (
    "before_inbox_commit",
    "after_inbox_commit",
    "before_decide",
    "after_commit",
    "after_taken",
    "after_send_before_record",
    "after_record",
)
EVERY = 4
"""Every so many occurrences of a point the process ends, which each time begins at another one."""
CUSTOMER = Author(kind=AuthorKind.CUSTOMER, key="anna", name="Anna", trust=Trust.KNOWN)

Outcome = dict[str, list[tuple[object, ...]]]


class KilledError(BaseException):
    """The process has ended here."""


class Story:
    """One hand-off from the first question to the survey, in a process that may end at any time."""

    def __init__(self, folder: Path) -> None:
        self.world = World(folder, lambda _: None)
        self.ends = 0
        self.count = 0

    def play(self) -> None:
        """Everything that happens, in order."""
        self.happens(ANNA, CUSTOMER, "How can I pay my bill?")
        self.rest()
        self.happens(ANNA, CUSTOMER, "I want to talk to a human")
        self.rest()
        slack, telegram = (self.thread(desk) for desk in DESKS)
        self.happens(slack, AGENTS["liis"], Commanded(name="claim"))
        reply = self.happens(slack, AGENTS["liis"], "Helo Anna")
        self.happens(telegram, AGENTS["mart"], "I have looked, too")
        self.happens(slack, AGENTS["liis"], "// she is in a hurry")
        self.happens(slack, AGENTS["liis"], Edited(target=reply, text="Hello Anna"))
        self.rest()
        self.world.clock.turn(hours=25)
        self.rest()
        self.happens(ANNA, CUSTOMER, "thank you")
        self.happens(telegram, AGENTS["olga"], Commanded(name="resolve"))
        self.rest()

    def happens(self, at: Address, author: Author, what: Body | str) -> str:
        """Something comes in, again and again until it is acknowledged; returns the id of what was written."""
        platform = self.world.channels[at.channel].platform
        self.count += 1
        id_ = ""
        if isinstance(what, str):
            id_ = platform.write(at, what)
            what = Said(text=what, external_id=id_)
        event = Event(key=f"e{self.count}", at=at, author=author, body=what, sent_at=self.world.clock.now())
        self.insist(lambda: self.world.accept(event))
        return id_

    def rest(self) -> None:
        """Everything takes effect, in as many lives as it takes."""
        self.insist(lambda: self.world.drain(_say_nothing))

    def insist(self, step: Callable[[], object]) -> None:
        """Does a step; if the process ends meanwhile, the next one does it again."""
        try:
            step()
        except KilledError:
            self.ends += 1
            disarm()
            self.world.restart()
            step()

    def thread(self, desk: str) -> Address:
        """Where a desk works on the case."""
        return next(at for at in self.world.channels[desk].platform.chats if at.thread)

    def outcome(self) -> Outcome:
        """The record, and what people see in each chat; without the names that chance has given."""
        record = "SELECT kind, audience, text, withdrawn FROM message ORDER BY number"
        found: Outcome = {"record": list(self.world.read(lambda conn: rows(conn, record)))}
        for name, channel in self.world.channels.items():
            assert channel.platform.doubles() == 0
            texts = [text for at in channel.platform.chats for text in channel.platform.texts(at)]
            found[name] = [(text,) for text in texts]
        return found


def _say_nothing(_job: Job, _turn: Turn) -> None:
    """Nobody listens to what is decided."""


def disarm() -> None:
    """Lets the process live."""
    arm("", 0, lambda: None)


def end() -> None:
    """Ends the process, as far as this thread is concerned."""
    raise KilledError


@contextmanager
def telling() -> Iterator[Story]:
    """A story in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder))
        try:
            yield story
        finally:
            disarm()
            story.world.close()


@pytest.fixture(scope="module")
def expected() -> Outcome:
    """The outcome if nothing ends."""
    with telling() as story:
        story.play()
        return story.outcome()


def test_the_story_has_everything_in_it(expected: Outcome) -> None:
    """Cards on both desks, the reply as it was changed, one reminder, notes inside only, and the survey."""
    kinds = Counter(kind for kind, *_ in expected["record"])
    assert (kinds["card"], kinds["transcript"], kinds["agent"], kinds["note"]) == (1, 1, 1, 2)
    shown = [text for (text,) in expected[ANNA.channel]]
    assert shown.count("Hello Anna") == 1
    assert sum("reply" in str(text) or "still" in str(text).lower() for text in shown) >= 1
    assert "How did we do?" in shown
    assert not any("hurry" in str(text) or "looked" in str(text) for text in shown)


@pytest.mark.parametrize("point", POINTS)
def test_an_end_anywhere_changes_nothing(point: str, expected: Outcome) -> None:
    """Wake-ups, cards, threads, replies, notes and edits: each once, each where it belongs."""
    ended = 0
    for passes in range(POINTS.index(point) % EVERY, 1_000, EVERY):
        with telling() as story:
            arm(point, passes, end)
            story.play()
            assert story.outcome() == expected, (point, passes)
            if not story.ends:
                break
            ended += 1
    assert ended >= 2
