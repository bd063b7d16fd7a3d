"""What every channel promises to the sender: the places show what they should, once, in order, whatever goes wrong.

A channel is held to it with the platform that stands behind it in tests. To hold another one, add it to `CHANNELS`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from adapters.storage.deliveries import is_due
from adapters.storage.store import SqlStore
from adapters.storage.views import Send, read_sends, read_troubled_sends
from bot.health import Health
from bot.model import Address, Commanded, Conversation, Edited, Event
from bot.sender import Sender
from tests.echo import DESK, HandClock, agent_says, console_of, customer_says, echo
from tests.fakes.memory import Fault, MemoryChannel

CHANNELS: dict[str, Callable[[], MemoryChannel]] = {
    "memory": lambda: MemoryChannel("memory"),
    "blind": lambda: MemoryChannel("memory", verify=False),
}
"""`blind` cannot find out later whether a first post happened."""

ANNA = Address(channel="memory", account="site", chat="anna")


class Bench:
    """A store, a customer's channel and a desk's channel, and a sender between them that the test starts."""

    def __init__(self, store: SqlStore, clock: HandClock, channel: MemoryChannel) -> None:
        self.store, self.clock = store, clock
        self.customers = channel.platform
        self.channels = [channel, MemoryChannel("desk")]
        self.desk = self.channels[1].platform
        self.health = Health()

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
        health = Health("memory", "desk")
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


@pytest.fixture(params=CHANNELS)
def bench(request: pytest.FixtureRequest, store: SqlStore, clock: HandClock) -> Bench:
    """A bench for each channel."""
    return Bench(store, clock, CHANNELS[request.param]())


def says(text: str, key: str) -> Event:
    """What Anna writes on the channel."""
    return customer_says(text, key, channel="memory")


async def test_answers_are_shown_once_and_in_order(bench: Bench) -> None:
    """What the customer wrote himself is not repeated to him; the answers follow each other."""
    await bench.happens(says("one", "k1"), says("two", "k2"), says("three", "k3"))
    await bench.sends()
    await bench.sends()
    assert bench.customers.texts(ANNA) == ["you said one", "you said two", "you said three"]


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.WAIT, Fault.ACCOUNT])
async def test_a_send_that_did_not_happen_is_tried_again(bench: Bench, fault: Fault) -> None:
    """Later ones wait behind it, so that the order is kept."""
    bench.customers.faults.append(fault)
    await bench.happens(says("one", "k1"), says("two", "k2"))
    await bench.sends()
    assert bench.customers.texts(ANNA) == []
    bench.clock.turn(seconds=61)
    await bench.sends()
    assert bench.customers.texts(ANNA) == ["you said one", "you said two"]


async def test_a_wait_is_obeyed_to_the_second(bench: Bench) -> None:
    """No request goes to the place before the platform said it may."""
    bench.customers.faults.append(Fault.WAIT)
    bench.customers.waits = 30
    await bench.happens(says("one", "k1"))
    await bench.sends()
    bench.clock.turn(seconds=29)
    await bench.sends()
    assert bench.customers.texts(ANNA) == []
    bench.clock.turn(seconds=1)
    await bench.sends()
    assert bench.customers.texts(ANNA) == ["you said one"]


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.DONE_BUT_LOST, Fault.BREAKS])
async def test_a_first_post_in_doubt_is_cleared_up(store: SqlStore, clock: HandClock, fault: Fault) -> None:
    """Where the platform can be asked, it is asked once the request must be over: nothing is lost or doubled."""
    bench = Bench(store, clock, MemoryChannel("memory"))
    bench.customers.faults.append(fault)
    await bench.happens(says("one", "k1"), says("two", "k2"))
    await bench.sends()
    assert "you said two" not in bench.customers.texts(ANNA)
    clock.turn(seconds=16)
    await bench.sends()
    assert bench.customers.texts(ANNA) == ["you said one", "you said two"]
    assert bench.customers.doubles() == 0


async def test_where_nobody_can_be_asked_an_answer_may_double_and_says_so(store: SqlStore, clock: HandClock) -> None:
    """No answer is lost; at most one more a send in doubt, marked for the agent."""
    bench = Bench(store, clock, MemoryChannel("memory", verify=False))
    bench.customers.faults.append(Fault.DONE_BUT_LOST)
    conversation = await bench.happens(says("one", "k1"))
    await bench.sends()
    assert bench.customers.texts(ANNA) == ["you said one", "you said one"]
    assert [send.doubtful for send in await bench.states(conversation)] == [False, True]


async def test_an_agents_words_in_doubt_wait_for_the_agent(store: SqlStore, clock: HandClock) -> None:
    """They never double without his word; later messages pass, and either answer of his settles it."""
    bench = Bench(store, clock, MemoryChannel("memory", verify=False))
    conversation = await bench.happens(says("one", "k1"))
    await bench.sends()
    bench.customers.faults.append(Fault.LOST)
    console = console_of(conversation)
    await bench.happens(agent_says("from Liis", "a1", console), agent_says("more", "a2", console))
    await bench.sends()
    assert bench.customers.texts(ANNA) == ["you said one", "more"]
    (parked,) = await store.db.read(read_troubled_sends)
    await bench.decides()
    again = Commanded(name="again", args={"delivery": str(parked.delivery)})
    await bench.happens(replace(agent_says("", "a3", console), body=again))
    await bench.sends()
    assert bench.customers.texts(ANNA) == ["you said one", "more", "from Liis"]
    assert await store.db.read(read_troubled_sends) == []


async def test_an_agent_says_that_it_arrived(store: SqlStore, clock: HandClock) -> None:
    """Then it is not sent again."""
    bench = Bench(store, clock, MemoryChannel("memory", verify=False))
    conversation = await bench.happens(says("one", "k1"))
    await bench.sends()
    bench.customers.faults.append(Fault.DONE_BUT_LOST)
    await bench.happens(agent_says("from Liis", "a1", console_of(conversation)))
    await bench.sends()
    (parked,) = await store.db.read(read_troubled_sends)
    await bench.decides()
    arrived = Commanded(name="arrived", args={"delivery": str(parked.delivery)})
    await bench.happens(replace(agent_says("", "a2", console_of(conversation)), body=arrived))
    await bench.sends()
    assert bench.customers.texts(ANNA) == ["you said one", "from Liis"]


@pytest.mark.parametrize("fault", [Fault.CONTENT, Fault.PERSON_GONE, Fault.PLACE_GONE])
async def test_a_send_that_can_never_succeed_ends_at_once(bench: Bench, fault: Fault) -> None:
    """One try, a reason for people to read, and an event that tells the conversation."""
    bench.customers.faults.append(fault)
    conversation = await bench.happens(says("one", "k1"))
    await bench.sends()
    bench.clock.turn(hours=2)
    await bench.sends()
    assert len(bench.customers.log) == 0
    (failed,) = await bench.store.db.read(read_troubled_sends)
    assert (failed.conversation, failed.reason) == (conversation.id, str(fault))
    told = await bench.decides()
    assert told.messages[-1].text.startswith("delivery ")


async def test_a_process_that_dies_while_sending_leaves_nothing_lost(bench: Bench) -> None:
    """A first post under way is cleared up by the next process; whether it happened or not, the customer has it."""
    await bench.happens(says("one", "k1"))
    shipment = await bench.store.take("memory", bench.clock.now())
    assert shipment is not None
    bench.customers.show(shipment)
    await bench.sends()
    bench.clock.turn(seconds=16)
    await bench.sends()
    assert set(bench.customers.texts(ANNA)) == {"you said one"}
    assert bench.customers.doubles() == (0 if bench.channels[0].capabilities.verify else 1)


async def test_a_late_result_of_a_former_attempt_changes_nothing(bench: Bench) -> None:
    """Only the attempt under way may write what came of it."""
    await bench.happens(says("one", "k1"))
    shipment = await bench.store.take("memory", bench.clock.now())
    assert shipment is not None
    bench.customers.show(shipment)
    late = replace(shipment, attempt=shipment.attempt - 1)
    assert await bench.store.take("memory", bench.clock.now()) is None
    assert late.attempt == 0


async def test_an_edit_is_an_edit_where_it_stands(bench: Bench) -> None:
    """The customer's copy of an agent's words changes in place; revisions in between are skipped."""
    conversation = await bench.happens(says("one", "k1"))
    console = console_of(conversation)
    await bench.happens(agent_says("helo", "a1", console))
    await bench.sends()
    edits = [Edited(target="a1", text="hello"), Edited(target="a1", text="hello!")]
    await bench.happens(
        *(replace(agent_says("", f"e{number}", console), body=body) for number, body in enumerate(edits))
    )
    await bench.sends()
    assert bench.customers.texts(ANNA) == ["you said one", "hello!"]
    assert [request for request, _, _ in bench.customers.log] == ["post", "post", "edit"]


async def test_an_edit_before_the_first_post_wins(bench: Bench) -> None:
    """A place only ever sees the latest revision."""
    conversation = await bench.happens(says("one", "k1"))
    console = console_of(conversation)
    edit = replace(agent_says("", "e1", console), body=Edited(target="a1", text="hello"))
    await bench.happens(agent_says("helo", "a1", console), edit)
    await bench.sends()
    assert bench.customers.texts(ANNA) == ["you said one", "hello"]


async def test_a_desk_sees_everything_and_the_customer_only_what_is_for_him(bench: Bench) -> None:
    """The card opens a thread with the whole talk; notes stay inside; what is written in the thread is relayed."""
    await bench.happens(says("one", "k1"), says("human", "k2"))
    await bench.sends()
    thread = next(address for address in bench.desk.chats if address.thread)
    assert thread == replace(DESK, thread=thread.thread)
    await bench.decides()
    await bench.happens(agent_says("// careful", "a1", thread), agent_says("hello Anna", "a2", thread))
    await bench.sends()
    assert bench.customers.texts(ANNA) == ["you said one", "hello Anna"]
    seen = [text for address in (DESK, thread) for text in bench.desk.texts(address)]
    assert {"one", "you said one", "human", "card", "delivery shown"} == set(seen)


async def test_an_answer_that_a_claim_has_overtaken_never_goes(bench: Bench) -> None:
    """Who was slower than the agent stays silent, and says so nowhere."""
    await bench.happens(says("human", "k1"))
    conversation = await bench.happens(says("and another thing", "k2"))
    claim = replace(agent_says("", "a1", console_of(conversation)), body=Commanded(name="claim"))
    await bench.happens(claim)
    await bench.sends()
    assert bench.customers.texts(ANNA) == []


async def test_what_was_long_behind_at_the_start_is_held(bench: Bench) -> None:
    """An answer from over an hour ago is not sent without a person's word."""
    await bench.happens(says("one", "k1"))
    bench.clock.turn(hours=1, seconds=1)
    await bench.sends()
    assert bench.customers.texts(ANNA) == []
    (held,) = await bench.store.db.read(read_troubled_sends)
    assert held.reason == "held"


async def test_a_refused_account_shows_in_health_until_it_works_again(bench: Bench) -> None:
    """Red with the platform's reason, green with the first send that succeeds."""
    bench.customers.faults.append(Fault.ACCOUNT)
    await bench.happens(says("one", "k1"))
    await bench.sends()
    assert not bench.health.parts["memory"].ok
    bench.clock.turn(seconds=61)
    await bench.sends()
    assert bench.health.parts["memory"].ok


async def test_one_dead_channel_does_not_hold_up_another(store: SqlStore, clock: HandClock) -> None:
    """While every request on one channel hangs, the other one goes on."""
    never = asyncio.Event()

    class Hanging(MemoryChannel):
        async def send(self, shipment: object) -> object:  # type: ignore[override] # it never answers
            await never.wait()
            return None

    bench = Bench(store, clock, MemoryChannel("memory"))
    hanging = Hanging("slow")
    bench.channels.append(hanging)
    await bench.happens(customer_says("one", "k1", channel="slow"), says("two", "k2"))
    sender = Sender(store, bench.channels, clock, bench.health)
    task = asyncio.create_task(sender.run())
    with store.bell.listen() as rings:
        assert await rings.wait(10)
    task.cancel()
    assert bench.customers.texts(ANNA) == ["you said two"]
