"""Old rows, a changed desk and a restored copy."""

from pathlib import Path

from adapters.storage.backup import copy_data
from adapters.storage.database import Database
from adapters.storage.depth import read_depth
from adapters.storage.store import SqlStore
from adapters.storage.views import outcome, read_quarantined
from bot.model import Woke
from bot.ports import Receipt
from tests.echo import HandClock, customer_says, echo

LANE = "web:site:anna:"


async def work(store: SqlStore, clock: HandClock, lane: str = LANE) -> None:
    """Decides the next event of a lane."""
    job = await store.load(lane, clock.now())
    assert job is not None
    turn, wake_at = echo(job, None, clock.now())
    assert await store.commit(job, turn, wake_at, clock.now())


async def test_old_events_go_in_two_steps_and_what_waits_stays(store: SqlStore, clock: HandClock) -> None:
    """After a week the text, after a month the key: until then a repeated delivery is known as one."""
    done, waiting = customer_says("hello", "k1"), customer_says("hello", "k2", chat="boris")
    await store.accept([done, waiting])
    await work(store, clock)
    clock.turn(days=8)
    await store.forget_old_events()
    assert (await store.load("web:site:boris:", clock.now())) is not None
    kept = await store.db.read(lambda conn: outcome(conn, "web", "site", "k1"))
    assert kept is not None
    await work(store, clock, "web:site:boris:")
    assert await store.accept([done]) == [Receipt.DUPLICATE]
    clock.turn(days=23)
    await store.forget_old_events()
    assert await store.db.read(lambda conn: outcome(conn, "web", "site", "k1")) is None


async def test_a_changed_desk_has_every_open_conversation_looked_at_once(store: SqlStore, clock: HandClock) -> None:
    """Reminders and promises follow the desk in force, also for talks that began under another."""
    await store.note_desk("1", clock.now())
    await store.accept([customer_says("hello", "k1")])
    await work(store, clock)
    await store.note_desk("1", clock.now())
    assert await store.lanes(clock.now(), 10) == []
    await store.note_desk("2", clock.now())
    job = await store.load(LANE, clock.now())
    assert job is not None
    assert isinstance(job.event.body, Woke)
    await work(store, clock)
    assert await store.lanes(clock.now(), 10) == []


async def test_a_restored_copy_does_nothing_old_by_itself(tmp_path: Path, store: SqlStore, clock: HandClock) -> None:
    """What it had left to answer, send or look at waits for people; what is new goes its way; the original goes on."""
    await store.accept([customer_says("wake me", "w1", chat="clara")])
    await work(store, clock, "web:site:clara:")
    await store.accept([customer_says("hello", "m1", channel="memory"), customer_says("hello", "k1")])
    await work(store, clock, "memory:site:anna:")
    copy_data(tmp_path, tmp_path / "copy")
    clock.turn(hours=1)
    copied = Database(tmp_path / "copy")
    restored = SqlStore(copied, clock)
    assert restored.is_restored
    assert await restored.lanes(clock.now(), 10) == []
    assert await restored.take("memory", clock.now()) is None
    assert [each.lane for each in await copied.read(read_quarantined)] == [LANE]
    assert (await copied.read(lambda conn: read_depth(conn, clock.now()))).failed == 1
    await restored.accept([customer_says("new words", "k2")])
    await work(restored, clock)
    assert not SqlStore(copied, clock).is_restored
    copied.close()
    assert await store.take("memory", clock.now()) is not None
    assert LANE in await store.lanes(clock.now(), 10)
