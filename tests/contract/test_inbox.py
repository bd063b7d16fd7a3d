"""What every store promises about events: each takes effect once, in order, and never gets lost."""

from dataclasses import replace

import pytest

from adapters.storage.errors import OverloadedError
from adapters.storage.store import SqlStore
from adapters.storage.views import EventOutcome, outcome, read_messages
from bot.model import (
    Address,
    Author,
    AuthorKind,
    Commanded,
    ContactChanged,
    Conversation,
    ConversationId,
    Edited,
    Reach,
    Said,
    Woke,
)
from bot.ports import Job, Receipt
from tests.echo import HandClock, agent_says, console_of, customer_says, echo

LANE = "web:site:anna:"


async def take(store: SqlStore, clock: HandClock, lane: str = LANE) -> Job:
    """Loads the next event of a lane; there must be one."""
    job = await store.load(lane, clock.now())
    assert job is not None
    return job


async def work(store: SqlStore, clock: HandClock, lane: str = LANE) -> Conversation:
    """Loads, decides and commits the next event of a lane."""
    job = await take(store, clock, lane)
    turn, wake_at = echo(job, None, clock.now())
    assert await store.commit(job, turn, wake_at, clock.now())
    return turn.conversation


async def texts_of(store: SqlStore, conversation: Conversation) -> list[str]:
    """The transcript as text."""
    return [each.text for each in await store.db.read(lambda conn: read_messages(conn, conversation.id))]


async def fate_of(store: SqlStore, channel: str, account: str, key: str) -> EventOutcome:
    """What became of an event that was accepted."""
    found = await store.db.read(lambda conn: outcome(conn, channel, account, key))
    assert found is not None
    return found


async def test_an_event_is_accepted_once(store: SqlStore, clock: HandClock) -> None:
    """The same key again is a duplicate, even at the same time and even in one call."""
    first, again = customer_says("hello", "k1"), customer_says("other words", "k1")
    assert await store.accept([first, again]) == [Receipt.STORED, Receipt.DUPLICATE]
    assert await store.accept([again]) == [Receipt.DUPLICATE]
    conversation = await work(store, clock)
    assert await store.load(LANE, clock.now()) is None
    assert await texts_of(store, conversation) == ["hello", "you said hello"]
    assert await store.accept([first]) == [Receipt.DUPLICATE]


async def test_the_same_thing_told_under_two_keys_is_accepted_once(store: SqlStore) -> None:
    """A content key lets one of two tellings through."""
    first = replace(customer_says("hello", "k1"), content_key="c1")
    assert await store.accept([first, replace(first, key="k2")]) == [Receipt.STORED, Receipt.DUPLICATE]


async def test_keys_of_other_channels_do_not_collide(store: SqlStore) -> None:
    """A key is unique within its channel and account only."""
    both = [customer_says("hello", "k1"), customer_says("hello", "k1", channel="memory")]
    assert await store.accept(both) == [Receipt.STORED, Receipt.STORED]


async def test_an_event_about_no_conversation_is_kept_and_ignored(store: SqlStore, clock: HandClock) -> None:
    """The console, a desk and firstline itself cannot speak of what does not exist."""
    nowhere = Address(channel="console", chat="0" * 32)
    thread = Address(channel="desk", account="team", chat="internet", thread="1")
    events = [agent_says("hi", "k1", nowhere), agent_says("hi", "k2", thread)]
    assert await store.accept(events) == [Receipt.ORPHAN, Receipt.ORPHAN]
    assert await store.lanes(clock.now(), 10) == []


async def test_a_platforms_word_about_a_stranger_opens_no_conversation(store: SqlStore) -> None:
    """That somebody who never wrote can be reached no more is nobody's business."""
    gone = replace(
        customer_says("", "k1"), author=Author(kind=AuthorKind.SYSTEM), body=ContactChanged(reach=Reach.BLOCKED)
    )
    assert await store.accept([gone]) == [Receipt.ORPHAN]


async def test_events_of_a_source_go_by_their_order_keys(store: SqlStore, clock: HandClock) -> None:
    """What waits is sorted within its source, whatever the order it came in."""
    await store.accept([customer_says(text, text, order=text, channel="memory") for text in ("3", "1", "2")])
    conversation = [await work(store, clock, "memory:site:anna:") for _ in range(3)][-1]
    said = await texts_of(store, conversation)
    assert [text for text in said if not text.startswith("you")] == ["1", "2", "3"]


async def test_what_comes_too_late_is_answered_and_marked(store: SqlStore, clock: HandClock) -> None:
    """It is never sorted into what has been answered already, and never dropped."""
    for text in ("2", "1", "3"):
        await store.accept([customer_says(text, text, order=text, channel="memory")])
        conversation = await work(store, clock, "memory:site:anna:")
    said = await texts_of(store, conversation)
    assert [text for text in said if not text.startswith("you")] == ["2", "1", "3"]
    assert [(await fate_of(store, "memory", "site", key)).late for key in ("1", "2", "3")] == [True, False, False]


async def test_without_order_keys_events_go_as_they_were_accepted(store: SqlStore, clock: HandClock) -> None:
    """On the web the order of acceptance counts."""
    await store.accept([customer_says(text, text) for text in ("c", "a", "b")])
    conversation = [await work(store, clock) for _ in range(3)][-1]
    assert (await texts_of(store, conversation))[::2] == ["c", "a", "b"]


async def test_the_oldest_row_names_the_source(store: SqlStore, clock: HandClock) -> None:
    """Customer and agent are two sources: who has waited longest goes first."""
    await store.accept([customer_says("hello", "k1")])
    conversation = await work(store, clock)
    await store.accept([agent_says("first", "k2", console_of(conversation)), customer_says("second", "k3")])
    assert (await take(store, clock)).event.key == "k2"
    await work(store, clock)
    assert (await take(store, clock)).event.key == "k3"


async def test_a_job_says_whether_more_waits(store: SqlStore, clock: HandClock) -> None:
    """So that the worker need not ask in vain."""
    await store.accept([customer_says("one", "k1"), customer_says("two", "k2")])
    assert (await take(store, clock)).more
    await work(store, clock)
    assert not (await take(store, clock)).more


async def test_lanes_come_in_the_order_they_wait(store: SqlStore, clock: HandClock) -> None:
    """Who has waited longest is worked first, and those who only wake up last."""
    await store.accept([customer_says("wake me", "k0", chat="dora")])
    await work(store, clock, "web:site:dora:")
    await store.accept([customer_says("hi", "k1", chat="boris"), customer_says("hi", "k2")])
    clock.turn(minutes=6)
    assert await store.lanes(clock.now(), 10) == ["web:site:boris:", LANE, "web:site:dora:"]


async def test_whoever_comes_second_changes_nothing(store: SqlStore, clock: HandClock) -> None:
    """Two decisions on the same state: one becomes true, the other is thrown away whole."""
    await store.accept([customer_says("hello", "k1")])
    job = await take(store, clock)
    turn, _ = echo(job, None, clock.now())
    assert await store.commit(job, turn, None, clock.now())
    assert not await store.commit(job, turn, None, clock.now())
    other = replace(turn, conversation=replace(turn.conversation, id=ConversationId("f" * 32), number=99))
    assert not await store.commit(job, other, None, clock.now())
    await store.accept([customer_says("again", "k2")])
    second = await take(store, clock)
    turn, _ = echo(second, None, clock.now())
    assert await store.commit(second, turn, None, clock.now())
    assert not await store.commit(second, turn, None, clock.now())
    assert (await texts_of(store, turn.conversation))[-2:] == ["again", "you said again"]


async def test_two_first_messages_open_one_conversation(store: SqlStore, clock: HandClock) -> None:
    """The unique key of open conversations decides a race between two workers."""
    await store.accept([customer_says("hello", "k1")])
    first, second = await take(store, clock), await take(store, clock)
    assert first.fresh != second.fresh
    assert await store.commit(first, echo(first, None, clock.now())[0], None, clock.now())
    assert not await store.commit(second, echo(second, None, clock.now())[0], None, clock.now())


async def test_a_closed_conversation_makes_room_for_a_new_one(store: SqlStore, clock: HandClock) -> None:
    """At a time one conversation is open per customer; afterwards another may begin, with a higher number."""
    await store.accept([customer_says("hello", "k1")])
    first = await work(store, clock)
    await store.accept([replace(agent_says("", "k2", console_of(first)), body=Commanded(name="close"))])
    await work(store, clock)
    await store.accept([customer_says("me again", "k3")])
    second = await work(store, clock)
    assert second.id != first.id
    assert second.number > first.number
    late = replace(agent_says("", "k4", console_of(first)), body=Said(text="about the first"))
    await store.accept([late])
    job = await take(store, clock)
    assert job.conversation is not None
    assert job.conversation.id == first.id


async def test_what_was_refused_can_be_read_by_the_events_key(store: SqlStore, clock: HandClock) -> None:
    """An agent's action without effect tells him why."""
    await store.accept([customer_says("hello", "k1")])
    conversation = await work(store, clock)
    await store.accept([replace(agent_says("", "k2", console_of(conversation)), body=Commanded(name="refuse"))])
    waiting = await fate_of(store, "console", "", "k2")
    await work(store, clock)
    done = await fate_of(store, "console", "", "k2")
    assert (waiting.state, waiting.refused) == ("new", "")
    assert (done.state, done.refused) == ("done", "that cannot be done")


async def test_a_due_wake_up_comes_after_the_rows_and_once(store: SqlStore, clock: HandClock) -> None:
    """A conversation is looked at when it asked to be, not before, and not twice."""
    await store.accept([customer_says("wake me", "k1")])
    await work(store, clock)
    assert await store.load(LANE, clock.now()) is None
    clock.turn(minutes=5)
    job = await take(store, clock)
    assert isinstance(job.event.body, Woke)
    assert await store.commit(job, echo(job, None, clock.now())[0], None, clock.now())
    assert await store.load(LANE, clock.now()) is None
    assert await store.lanes(clock.now(), 10) == []


async def test_words_make_a_wake_up_that_no_longer_follows_vanish(store: SqlStore, clock: HandClock) -> None:
    """Nothing is cancelled: the next moment is written anew with every Turn."""
    await store.accept([customer_says("wake me", "k1")])
    await work(store, clock)
    await store.accept([customer_says("never mind", "k2")])
    await work(store, clock)
    clock.turn(hours=1)
    assert await store.load(LANE, clock.now()) is None


async def test_a_failed_event_comes_again_in_a_while(store: SqlStore, clock: HandClock) -> None:
    """It lets others of its lane pass meanwhile, and says how often it was tried."""
    await store.accept([customer_says("bad", "k1"), customer_says("good", "k2")])
    await store.set_aside(await take(store, clock), "ValueError: bad", clock.now())
    assert (await take(store, clock)).event.key == "k2"
    await work(store, clock)
    assert await store.load(LANE, clock.now()) is None
    clock.turn(seconds=1)
    job = await take(store, clock)
    assert (job.event.key, job.tries, job.suspect, job.error) == ("k1", 1, True, "ValueError: bad")


async def test_a_quarantined_event_is_out_of_the_way(store: SqlStore, clock: HandClock) -> None:
    """A Turn committed with an error ends the event without it having taken effect."""
    await store.accept([customer_says("bad", "k1")])
    job = await take(store, clock)
    assert await store.commit(job, echo(job, None, clock.now())[0], None, clock.now(), "it broke")
    assert await store.load(LANE, clock.now()) is None
    fate = await fate_of(store, "web", "site", "k1")
    assert (fate.state, fate.error) == ("quarantined", "it broke")


async def test_what_waited_at_the_start_is_a_suspect(store: SqlStore, clock: HandClock) -> None:
    """It may be what ended the process, so its tries are counted before they begin."""
    await store.accept([customer_says("hello", "k1")])
    assert not (await take(store, clock)).suspect
    restarted = SqlStore(store.db, clock)
    job = await restarted.load(LANE, clock.now())
    assert job is not None
    assert (job.suspect, job.tries) == (True, 0)
    await restarted.count_try(job)
    again = await restarted.load(LANE, clock.now())
    assert again is not None
    assert again.tries == 1


async def test_too_much_waiting_is_refused_and_nothing_stored(store: SqlStore, clock: HandClock) -> None:
    """Who comes when the oldest has waited for over a minute is asked to come again, and is let in afterwards."""
    await store.accept([customer_says("hello", "k1")])
    clock.turn(seconds=61)
    with pytest.raises(OverloadedError, match="61 s"):
        await store.accept([customer_says("hello", "k2")])
    await work(store, clock)
    assert await store.accept([customer_says("hello", "k2")]) == [Receipt.STORED]


async def test_an_event_loads_the_old_message_it_speaks_of(store: SqlStore, clock: HandClock) -> None:
    """An edit finds its message however long ago it was, by the id it had where it was written."""
    await store.accept([customer_says(f"m{number}", f"k{number}") for number in range(40)])
    for _ in range(40):
        await work(store, clock)
    await store.accept([replace(customer_says("", "e1"), body=Edited(target="k0", text="changed"))])
    conversation = await work(store, clock)
    assert (await texts_of(store, conversation))[0] == "changed"


async def test_numbers_of_cases_are_never_given_twice(store: SqlStore, clock: HandClock) -> None:
    """Not even to one that was thrown away, and not after a restart."""
    numbers = set()
    for chat in "abc":
        await store.accept([customer_says("hi", chat, chat=chat)])
        await take(store, clock, f"web:site:{chat}:")
        numbers.add((await work(store, clock, f"web:site:{chat}:")).number)
    restarted = SqlStore(store.db, clock)
    await restarted.accept([customer_says("hi", "d", chat="d")])
    numbers.add((await work(restarted, clock, "web:site:d:")).number)
    assert len(numbers) == 4


async def test_an_album_is_one_message_a_moment_after_its_last_part(store: SqlStore, clock: HandClock) -> None:
    """Its parts wait for each other, each moves the moment on, and words that come meanwhile are not held up."""
    parts = [replace(customer_says(text, f"k{text}"), album="album") for text in ("", "look", "")]
    await store.accept(parts[:1])
    clock.turn(seconds=0.8)
    await store.accept([*parts[1:2], replace(parts[2], key="last"), customer_says("wait", "k9")])
    assert (await take(store, clock)).event.key == "k9"
    await work(store, clock)
    clock.turn(seconds=0.8)
    assert await store.load(LANE, clock.now()) is None
    clock.turn(seconds=0.3)
    job = await take(store, clock)
    assert isinstance(job.event.body, Said)
    assert (job.event.body.text, len(job.rows)) == ("look", 3)
    await work(store, clock)
    assert await store.load(LANE, clock.now()) is None
