"""One conversation under everything that people, platforms, time and dying processes do to it, in any order.

A random walk through the real store and sender. After every step nothing kept inside stands at the customer; whenever
everything has come to rest, the record is whole and each place shows what it should, once, in order.
"""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from adapters.storage.errors import OverloadedError
from bot.model import (
    Address,
    Author,
    AuthorKind,
    Body,
    Commanded,
    Deleted,
    Edited,
    Event,
    MessageKind,
    Pressed,
    Role,
    Said,
    Trust,
)
from bot.ports import Receipt
from tests.fakes.memory import Fault
from tests.machine.oracle import Oracle
from tests.machine.world import ANNA, DESKS, MOST_STEPS, World, rows

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "0"))
"""So many random walks, other ones each time; if it is not set, a few that are always the same."""
WALKS = settings(
    max_examples=EXAMPLES or 30,
    stateful_step_count=40,
    derandomize=not EXAMPLES,
    phases=(Phase.generate,) if not EXAMPLES else tuple(Phase),
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
AGENTS = {
    name: Author(kind=AuthorKind.AGENT, key=name, name=name.title(), trust=Trust.KNOWN, roles=roles)
    for name, roles in {
        "liis": (Role.AGENT,),
        "mart": (Role.AGENT,),
        "olga": (Role.AGENT, Role.SUPERVISOR),
    }.items()
}
CHANNELS = st.sampled_from([ANNA.channel, *DESKS])
WORDS = ["How can I pay my bill?", "hello", "yes", "no", "zebra quartz", "my internet is down", "thanks", "5", "👍"]
PREFIXES = st.sampled_from(["", "", "", "", "// ", "note: ", "\u200b//", "!x "])
HOLDER = "holder"
AGENT = st.sampled_from([HOLDER, HOLDER, HOLDER, *AGENTS])
"""Who has the conversation, or anybody."""
SMALL = st.integers(0, 5)


class OneConversation(RuleBasedStateMachine):
    """A customer, three agents on two desks, the platforms, the process and the clock, each doing as they please."""

    world_type: type[World] = World

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.oracle = Oracle()
        self.world = self.world_type(Path(self.folder.name), self.oracle.judge_shipment)
        self.events: list[Event] = []
        self.own: list[tuple[Address, str, str]] = []
        """Posts that people wrote: where, by which id, and who."""
        self.count = 0

    def teardown(self) -> None:
        """Whatever has happened, it ends in peace."""
        try:
            self.comes_to_rest()
        finally:
            self.world.close()
            self.folder.cleanup()

    @rule(text=st.sampled_from(WORDS))
    def customer_writes(self, text: str) -> None:
        """Words of any kind."""
        self._says(ANNA, "anna", text)

    @rule()
    def customer_asks_for_a_person(self) -> None:
        """The words that always work."""
        self._says(ANNA, "anna", "I want to talk to a human")

    @rule(agent=AGENT, which=SMALL)
    def agent_comes(self, agent: str, which: int) -> None:
        """The usual way to a person, so that walks get far enough: asked for, shown on the desks, claimed."""
        agent = self._who(agent)
        self.customer_asks_for_a_person()
        self.comes_to_rest()
        if self._threads():
            self._happens(self._thread(which), agent, Commanded(name="claim"))
            self.world.decides(MOST_STEPS, self.oracle.told)

    @rule(one=st.sampled_from(WORDS), two=st.sampled_from(WORDS))
    def customer_is_heard_in_the_wrong_order(self, one: str, two: str) -> None:
        """The later of two messages comes in first."""
        first, second = (self._write(ANNA, "anna", text) for text in (one, two))
        self._accept(second)
        self._accept(first)

    @rule(position=SMALL, value=st.sampled_from(["", "human", "1.1:0"]))
    def customer_presses(self, position: int, value: str) -> None:
        """A button on show, one that is not, or the one for a person."""
        talk = self.world.conversation
        if talk is not None and talk.question is not None:
            value = value or f"{talk.number}.{talk.question.number}:{position}"
        self._happens(ANNA, "anna", Pressed(value=value or "1.2:1"))

    @precondition(lambda self: self.own)
    @rule(which=st.integers(0, 50), prefix=PREFIXES)
    def somebody_edits(self, which: int, prefix: str) -> None:
        """A person changes what he wrote, perhaps to something that is to stay inside."""
        at, id_, author = self.own[which % len(self.own)]
        text = f"{prefix if author != 'anna' else ''}{self._mark(author)}"
        self.world.channels[at.channel].platform.rewrite(at, id_, text)
        self._happens(at, author, Edited(target=id_, text=text))

    @precondition(lambda self: self.own)
    @rule(which=st.integers(0, 50))
    def somebody_deletes(self, which: int) -> None:
        """A person withdraws what he wrote."""
        at, id_, author = self.own.pop(which % len(self.own))
        self.world.channels[at.channel].platform.rewrite(at, id_, None)
        self._happens(at, author, Deleted(target=id_))

    @precondition(lambda self: self._threads())
    @rule(agent=AGENT, which=SMALL, prefix=PREFIXES)
    def agent_writes(self, agent: str, which: int, prefix: str) -> None:
        """In any thread, old or new; the customer sees it if and only if the agent has his conversation."""
        agent = self._who(agent)
        self._says(self._thread(which), agent, f"{prefix}{self._mark(agent)}")

    @precondition(lambda self: self._threads())
    @rule(agent=AGENT, which=SMALL, name=st.sampled_from(["claim", "claim", "release", "bot", "resolve", "reopen"]))
    def agent_acts(self, agent: str, which: int, name: str) -> None:
        """What takes a conversation or lets it go."""
        agent = self._who(agent)
        self._happens(self._thread(which), agent, Commanded(name=name))

    @precondition(lambda self: self._threads())
    @rule(agent=AGENT, which=SMALL, name=st.sampled_from(["transfer", "take_over", "note", "reply", "article"]))
    def agent_acts_with_words(self, agent: str, which: int, name: str) -> None:
        """What carries words, inside or to the customer."""
        agent = self._who(agent)
        mark = self._mark(agent)
        args = {
            "transfer": {"team": "billing" if which % 2 else "network", "reason": mark},
            "take_over": {"reason": mark},
            "note": {"text": mark},
            "reply": {"id": "looking-into-it", "text": mark},
            "article": {"id": "pay-invoice"},
        }
        self._happens(self._thread(which), agent, Commanded(name=name, args=args[name]))

    @precondition(lambda self: self._threads())
    @rule(agent=AGENT, which=SMALL)
    def agent_sends_what_was_kept(self, agent: str, which: int) -> None:
        """[Claim and send] for words that stayed inside, his own or not."""
        agent = self._who(agent)
        talk = self.world.conversation
        kept = [each for each in talk.messages if each.kind is MessageKind.NOTE] if talk else []
        if kept:
            number = str(kept[-1 - which % len(kept)].number)
            self._happens(self._thread(which), agent, Commanded(name="send", args={"message": number}))

    @precondition(lambda self: self._threads())
    @rule(agent=AGENT, which=SMALL)
    def agent_has_it_sent_again(self, agent: str, which: int) -> None:
        """[Try again] for what failed."""
        agent = self._who(agent)
        for (delivery,) in self.world.read(lambda conn: rows(conn, "SELECT id FROM delivery WHERE state = 'failed'")):
            self.oracle.again.add(int(str(delivery)))
            again = Commanded(name="again", args={"delivery": str(delivery)})
            self._happens(self._thread(which), agent, again)

    @precondition(lambda self: self.events)
    @rule(which=st.integers(0, 200))
    def platform_repeats_itself(self, which: int) -> None:
        """An event comes a second time, and is known."""
        event = self.events[which % len(self.events)]
        with suppress(OverloadedError):
            assert self.world.accept(event) == [Receipt.DUPLICATE]

    @rule(channel=CHANNELS, fault=st.sampled_from(list(Fault)), later=SMALL)
    def platform_fails(self, channel: str, fault: Fault, later: int) -> None:
        """One of the next requests goes wrong in one of the ways there are."""
        self.world.channels[channel].platform.faults.extend([*[None] * (later % 3), fault])

    @rule(most=st.integers(1, 6))
    def worker_works(self, most: int) -> None:
        """Some of what waits is decided."""
        self.world.decides(most, self.oracle.told)

    @rule(channel=CHANNELS, most=st.integers(1, 6))
    def sender_sends(self, channel: str, most: int) -> None:
        """Some of what is behind is sent."""
        self.world.sends(channel, most)

    @rule(minutes=st.sampled_from([0.3, 1, 6, 12, 59, 70, 60 * 25, 60 * 24 * 8]))
    def time_passes(self, minutes: float) -> None:
        """Seconds to days."""
        self.world.clock.turn(minutes=minutes)

    @rule()
    def process_is_restarted(self) -> None:
        """It ends and begins again."""
        self.world.restart()

    @rule()
    def process_dies_deciding(self) -> None:
        """It ends before a decision is stored."""
        self.world.dies_deciding()

    @rule(channel=CHANNELS, arrived=st.booleans())
    def process_dies_sending(self, channel: str, arrived: bool) -> None:
        """It ends while a request is under way."""
        self.world.dies_sending(channel, arrived=arrived)

    @rule()
    def comes_to_rest(self) -> None:
        """Everything that waits takes effect, and each place shows what it should."""
        self.world.drain(self.oracle.told)
        self.oracle.judge_rest(self.world)

    @invariant()
    def nothing_kept_is_sent(self) -> None:
        """What was sent to the customer was for him at that moment."""
        assert self.oracle.complaints == []

    def _says(self, at: Address, author: str, text: str) -> None:
        self._accept(self._write(at, author, text))

    def _write(self, at: Address, author: str, text: str) -> Event:
        """Somebody writes in a chat: it stands there, and an event will tell of it."""
        id_ = self.world.channels[at.channel].platform.write(at, text)
        self.own.append((at, id_, author))
        return self._event(at, author, Said(text=text, external_id=id_))

    def _happens(self, at: Address, author: str, body: Body) -> None:
        self._accept(self._event(at, author, body))

    def _who(self, agent: str) -> str:
        """The name of an agent; whoever has the conversation, if that is asked for."""
        talk = self.world.conversation if agent == HOLDER else None
        held = talk.handoff.agent if talk and talk.handoff else None
        return held or "liis" if agent == HOLDER else agent

    def _event(self, at: Address, author: str, body: Body) -> Event:
        self.count += 1
        self.world.clock.turn(seconds=0.5)
        known = Author(kind=AuthorKind.CUSTOMER, key="anna", name="Anna", trust=Trust.KNOWN)
        return Event(
            key=f"e{self.count}",
            at=at,
            author=AGENTS.get(author, known),
            body=body,
            sent_at=self.world.clock.now(),
            order=f"{self.count:09}",
        )

    def _accept(self, event: Event) -> None:
        """Brings an event in; if too much waits it is refused, and the platform comes with it again."""
        try:
            receipts = self.world.accept(event)
        except OverloadedError:
            self.world.decides(MOST_STEPS, self.oracle.told)
            receipts = self.world.accept(event)
        assert receipts == [Receipt.STORED] or (receipts == [Receipt.ORPHAN] and event.at.thread)
        self.events.append(event)
        if isinstance(event.body, Said) and event.author.kind is AuthorKind.CUSTOMER:
            self.oracle.accepted[event.key] = event.body.external_id

    def _mark(self, author: str) -> str:
        self.count += 1
        return f"{'C' if author == 'anna' else 'W'}{self.count:05}"

    def _threads(self) -> list[Address]:
        return [at for desk in DESKS for at in self.world.channels[desk].platform.chats if at.thread]

    def _thread(self, which: int) -> Address:
        threads = self._threads()
        return threads[-1 - which % len(threads)]


TestOneConversation: Any = OneConversation.TestCase
TestOneConversation.settings = WALKS
