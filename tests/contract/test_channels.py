"""What every channel promises to the sender: the places show what they should, once, in order, whatever goes wrong.

A channel is held to it on a stage, the platform behind it in tests: Slack and Telegram with the real adapters
before the strict fakes. To hold another one, add its stage to `VERIFYING` or `BLIND`. The web is read, not written to.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from adapters.storage.deliveries import is_due
from adapters.storage.store import SqlStore
from adapters.storage.views import Send, read_sends, read_troubled_sends
from bot.health import Health
from bot.model import Commanded, Conversation, Edited, Event
from bot.ports import Channel, SendResult, Shipment
from bot.sender import AT_ONCE, Sender
from tests.contract.stages import MemoryStage, Open, Stage, in_memory, in_the_dark, on_slack, on_telegram
from tests.echo import DESK, HandClock, agent_says, console_of, customer_says, echo
from tests.fakes.memory import Fault, MemoryChannel

VERIFYING: dict[str, Open] = {"memory": in_memory, "slack": on_slack}
BLIND: dict[str, Open] = {"blind": in_the_dark, "telegram": on_telegram}
"""Those that cannot find out later whether a first post happened."""
STAGES = VERIFYING | BLIND


class Bench:
    """A store, a customer's channel and a desk's channel, and a sender between them that the test starts."""

    def __init__(self, store: SqlStore, clock: HandClock, stage: Stage) -> None:
        self.store, self.clock, self.stage = store, clock, stage
        on_desk = MemoryChannel("desk")
        self.channels: list[Channel] = [stage.channel, on_desk]
        self.desk = on_desk.platform
        self.health = Health()

    @property
    def heard(self) -> list[str]:
        """What the customer sees of others."""
        return self.stage.heard()

    def says(self, text: str, key: str) -> Event:
        """What Anna writes on the channel."""
        return replace(customer_says(text, key, chat=self.stage.anna.chat), at=self.stage.anna)

    async def happens(self, *events: Event) -> Conversation:
        """Accepts and decides events; the last one's conversation is returned."""
        await self.store.accept(events)
        return await self.decides(len(events))

    async def decides(self, count: int = 1) -> Conversation:
        """Decides what waits."""
        for _ in range(count):
            (lane, *_) = await self.store.lanes(self.clock.now(), 10)
            job = await self.store.load(lane, self.clock.now())
            assert job is not None
            turn, wake_at = echo(job, None, self.clock.now())
            assert await self.store.commit(job, turn, wake_at, self.clock.now())
        return turn.conversation

    async def sends(self) -> None:
        """Lets new senders work until there is nothing more to be done now."""
        await self._send_once()
        while await self.store.db.read(self._is_busy):
            await self._send_once()

    async def _send_once(self) -> None:
        health = Health(self.stage.channel.name, "desk")
        sender = Sender(self.store, self.channels, self.clock, health)
        task = asyncio.create_task(sender.run())
        with self.store.bell.listen() as rings:
            while await self.store.db.read(self._is_busy) or "sender" not in health.parts:
                await rings.wait(0.01)
        await sender.stop()
        await asyncio.wait_for(task, 30)
        self.health = health

    def _is_busy(self, conn: Connection) -> bool:
        """Whether a send is under way or due."""
        if conn.exec_driver_sql("SELECT count(*) FROM delivery WHERE state = 'sending'").scalar():
            return True
        return any(is_due(conn, channel.name, self.clock.now()) for channel in self.channels)

    async def states(self, conversation: Conversation) -> list[Send]:
        """How far each message is in each place."""
        return await self.store.db.read(lambda conn: read_sends(conn, conversation.id))


@pytest.fixture(params=STAGES)
async def bench(request: pytest.FixtureRequest, store: SqlStore, clock: HandClock) -> AsyncIterator[Bench]:
    """A bench for each channel."""
    async with STAGES[request.param](store, clock) as stage:
        yield Bench(store, clock, stage)


on_those_that_can_be_asked = pytest.mark.parametrize("bench", VERIFYING, indirect=True)
on_those_that_cannot = pytest.mark.parametrize("bench", BLIND, indirect=True)


async def test_answers_are_shown_once_and_in_order(bench: Bench) -> None:
    """What the customer wrote himself is not repeated to him; the answers follow each other."""
    await bench.happens(bench.says("one", "k1"), bench.says("two", "k2"), bench.says("three", "k3"))
    await bench.sends()
    await bench.sends()
    assert bench.heard == ["you said one", "you said two", "you said three"]


@pytest.mark.parametrize("fault", [Fault.WAIT, Fault.ACCOUNT])
async def test_a_send_that_did_not_happen_is_tried_again(bench: Bench, fault: Fault) -> None:
    """Later ones wait behind it, so that the order is kept."""
    bench.stage.breaks(fault)
    await bench.happens(bench.says("one", "k1"), bench.says("two", "k2"))
    await bench.sends()
    assert bench.heard == []
    bench.clock.turn(seconds=61)
    await bench.sends()
    assert bench.heard == ["you said one", "you said two"]


async def test_a_wait_is_obeyed_to_the_second(bench: Bench) -> None:
    """No request goes to the place before the platform said it may."""
    bench.stage.breaks(Fault.WAIT, 30)
    await bench.happens(bench.says("one", "k1"))
    await bench.sends()
    bench.clock.turn(seconds=29)
    await bench.sends()
    assert bench.heard == []
    bench.clock.turn(seconds=1)
    await bench.sends()
    assert bench.heard == ["you said one"]


@on_those_that_can_be_asked
@pytest.mark.parametrize("fault", [Fault.LOST, Fault.DONE_BUT_LOST])
async def test_a_first_post_in_doubt_is_cleared_up(bench: Bench, fault: Fault) -> None:
    """Where the platform can be asked, it is asked once the request must be over: nothing is lost or doubled."""
    bench.stage.breaks(fault)
    await bench.happens(bench.says("one", "k1"), bench.says("two", "k2"))
    await bench.sends()
    assert "you said two" not in bench.heard
    bench.clock.turn(seconds=16)
    await bench.sends()
    assert bench.heard == ["you said one", "you said two"]


@on_those_that_cannot
async def test_where_nobody_can_be_asked_an_answer_may_double_and_says_so(bench: Bench) -> None:
    """No answer is lost; at most one more a send in doubt, marked for the agent."""
    bench.stage.breaks(Fault.DONE_BUT_LOST)
    conversation = await bench.happens(bench.says("one", "k1"))
    await bench.sends()
    assert bench.heard == ["you said one", "you said one"]
    assert [send.doubtful for send in await bench.states(conversation)] == [False, True]


@on_those_that_cannot
async def test_an_agents_words_in_doubt_wait_for_the_agent(bench: Bench) -> None:
    """They never double without his word; later messages pass, and either answer of his settles it."""
    conversation = await bench.happens(bench.says("one", "k1"))
    await bench.sends()
    bench.stage.breaks(Fault.LOST)
    console = console_of(conversation)
    await bench.happens(agent_says("from Liis", "a1", console), agent_says("more", "a2", console))
    await bench.sends()
    assert bench.heard == ["you said one", "more"]
    (parked,) = await bench.store.db.read(read_troubled_sends)
    await bench.decides()
    again = Commanded(name="again", args={"delivery": str(parked.delivery)})
    await bench.happens(replace(agent_says("", "a3", console), body=again))
    await bench.sends()
    assert bench.heard == ["you said one", "more", "from Liis"]
    assert await bench.store.db.read(read_troubled_sends) == []


@on_those_that_cannot
async def test_an_agent_says_that_it_arrived(bench: Bench) -> None:
    """Then it is not sent again."""
    conversation = await bench.happens(bench.says("one", "k1"))
    await bench.sends()
    bench.stage.breaks(Fault.DONE_BUT_LOST)
    await bench.happens(agent_says("from Liis", "a1", console_of(conversation)))
    await bench.sends()
    (parked,) = await bench.store.db.read(read_troubled_sends)
    await bench.decides()
    arrived = Commanded(name="arrived", args={"delivery": str(parked.delivery)})
    await bench.happens(replace(agent_says("", "a2", console_of(conversation)), body=arrived))
    await bench.sends()
    assert bench.heard == ["you said one", "from Liis"]


@pytest.mark.parametrize("fault", [Fault.CONTENT, Fault.PERSON_GONE, Fault.PLACE_GONE])
async def test_a_send_that_can_never_succeed_ends_at_once(bench: Bench, fault: Fault) -> None:
    """One try, a reason for people to read, and an event that tells the conversation."""
    bench.stage.breaks(fault)
    conversation = await bench.happens(bench.says("one", "k1"))
    await bench.sends()
    bench.clock.turn(hours=2)
    await bench.sends()
    assert bench.stage.done() == []
    (failed,) = await bench.store.db.read(read_troubled_sends)
    assert (failed.conversation, bool(failed.reason)) == (conversation.id, True)
    told = await bench.decides()
    assert told.messages[-1].text.startswith("delivery ")


async def test_a_process_that_dies_while_sending_leaves_nothing_lost(bench: Bench) -> None:
    """A first post under way is cleared up by the next process; whether it happened or not, the customer has it."""
    await bench.happens(bench.says("one", "k1"))
    shipment = await bench.store.take(bench.stage.channel.name, bench.clock.now())
    assert shipment is not None
    await bench.stage.channel.send(shipment)
    await bench.sends()
    bench.clock.turn(seconds=16)
    await bench.sends()
    assert bench.heard == ["you said one"] * (1 if bench.stage.channel.capabilities.verify else 2)


async def test_a_late_result_of_a_former_attempt_changes_nothing(bench: Bench) -> None:
    """Only the attempt under way may write what came of it."""
    await bench.happens(bench.says("one", "k1"))
    shipment = await bench.store.take(bench.stage.channel.name, bench.clock.now())
    assert shipment is not None
    await bench.stage.channel.send(shipment)
    late = replace(shipment, attempt=shipment.attempt - 1)
    assert await bench.store.take(bench.stage.channel.name, bench.clock.now()) is None
    assert late.attempt == 0


async def test_an_edit_is_an_edit_where_it_stands(bench: Bench) -> None:
    """The customer's copy of an agent's words changes in place; revisions in between are skipped."""
    conversation = await bench.happens(bench.says("one", "k1"))
    console = console_of(conversation)
    await bench.happens(agent_says("helo", "a1", console))
    await bench.sends()
    edits = [Edited(target="a1", text="hello"), Edited(target="a1", text="hello!")]
    await bench.happens(
        *(replace(agent_says("", f"e{number}", console), body=body) for number, body in enumerate(edits))
    )
    await bench.sends()
    assert bench.heard == ["you said one", "hello!"]
    assert bench.stage.done() == ["post", "post", "edit"]


async def test_an_edit_before_the_first_post_wins(bench: Bench) -> None:
    """A place only ever sees the latest revision."""
    conversation = await bench.happens(bench.says("one", "k1"))
    console = console_of(conversation)
    edit = replace(agent_says("", "e1", console), body=Edited(target="a1", text="hello"))
    await bench.happens(agent_says("helo", "a1", console), edit)
    await bench.sends()
    assert bench.heard == ["you said one", "hello"]


async def test_a_desk_sees_everything_and_the_customer_only_what_is_for_him(bench: Bench) -> None:
    """The card opens a thread with the whole talk; notes stay inside; what is written in the thread is relayed."""
    await bench.happens(bench.says("one", "k1"), bench.says("human", "k2"))
    await bench.sends()
    thread = next(address for address in bench.desk.chats if address.thread)
    assert thread == replace(DESK, thread=thread.thread)
    await bench.decides()
    await bench.happens(agent_says("// careful", "a1", thread), agent_says("hello Anna", "a2", thread))
    await bench.sends()
    assert bench.heard == ["you said one", "hello Anna"]
    seen = [text for address in (DESK, thread) for text in bench.desk.texts(address)]
    assert {"one", "you said one", "human", "card", "delivery shown"} == set(seen)


async def test_an_answer_that_a_claim_has_overtaken_never_goes(bench: Bench) -> None:
    """Who was slower than the agent stays silent, and says so nowhere."""
    await bench.happens(bench.says("human", "k1"))
    conversation = await bench.happens(bench.says("and another thing", "k2"))
    claim = replace(agent_says("", "a1", console_of(conversation)), body=Commanded(name="claim"))
    await bench.happens(claim)
    await bench.sends()
    assert bench.heard == []


async def test_what_was_long_behind_at_the_start_is_held(bench: Bench) -> None:
    """An answer from over an hour ago is not sent without a person's word."""
    await bench.happens(bench.says("one", "k1"))
    bench.clock.turn(hours=1, seconds=1)
    await bench.sends()
    assert bench.heard == []
    (held,) = await bench.store.db.read(read_troubled_sends)
    assert held.reason == "held"


async def test_a_refused_account_shows_in_health_until_it_works_again(bench: Bench) -> None:
    """Red with the platform's reason, green with the first send that succeeds."""
    bench.stage.breaks(Fault.ACCOUNT)
    await bench.happens(bench.says("one", "k1"))
    await bench.sends()
    assert not bench.health.parts[bench.stage.channel.name].ok
    bench.clock.turn(seconds=61)
    await bench.sends()
    assert bench.health.parts[bench.stage.channel.name].ok


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.BREAKS])
async def test_a_channel_that_is_not_reached_or_breaks_loses_nothing(
    store: SqlStore, clock: HandClock, fault: Fault
) -> None:
    """What is known not to have happened is tried again; what breaks with an exception is cleared up like a doubt."""
    bench = Bench(store, clock, stage := MemoryStage(verify=True))
    stage.breaks(fault)
    await bench.happens(bench.says("one", "k1"), bench.says("two", "k2"))
    await bench.sends()
    assert bench.heard == []
    clock.turn(seconds=61)
    await bench.sends()
    assert bench.heard == ["you said one", "you said two"]


async def test_p26_a_dead_channel_takes_nothing_from_another(store: SqlStore, clock: HandClock) -> None:
    """All it may have under way hangs and more waits behind; the other one is done before any time has passed."""
    never = asyncio.Event()

    class Hanging(MemoryChannel):
        begun = 0

        async def send(self, shipment: Shipment) -> SendResult:
            self.begun += 1
            await never.wait()
            return await super().send(shipment)

    bench = Bench(store, clock, MemoryStage(verify=True))
    dead, began = Hanging("dead"), clock.now()
    bench.channels.insert(0, dead)
    for number in range(2 * AT_ONCE):
        await bench.happens(customer_says("one", f"d{number}", chat=f"chat-{number}", channel="dead"))
    lines = [f"line {number}" for number in range(30)]
    await bench.happens(*(bench.says(line, line) for line in lines))
    task = asyncio.create_task(Sender(store, bench.channels, clock, bench.health).run())
    with store.bell.listen() as rings:
        async with asyncio.timeout(60):
            while dead.begun < AT_ONCE or len(bench.heard) < len(lines):
                await rings.wait(0.05)
    task.cancel()
    assert bench.heard == [f"you said {line}" for line in lines]
    assert bench.stage.done() == ["post"] * len(lines)
    assert (dead.begun, clock.now()) == (AT_ONCE, began)
