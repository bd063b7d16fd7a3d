"""The store: inbox, conversations and deliveries behind the ports of `bot.ports`, each call one transaction.

The worker and the sender work with it, the web and the console put events in. Reading for people is in `views`.
"""

import secrets
import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from adapters.storage import calls, conversations, deliveries, inbox, lines, turns, upkeep
from adapters.storage.backlog import Backlog
from adapters.storage.bell import Bell, Listener
from adapters.storage.database import Database
from adapters.storage.errors import OverloadedError
from adapters.storage.kept import KeptConversations
from adapters.storage.tables import EPOCH, counter
from bot.crashpoint import reached
from bot.model import (
    SYSTEM,
    Address,
    CallAnswered,
    Commanded,
    Conversation,
    ConversationId,
    Deleted,
    Edited,
    Event,
    PlaceRole,
    Reacted,
    Turn,
    Wait,
    Woke,
)
from bot.ports import CallJob, Clock, Job, Receipt, Settlement, Shipment
from escalation.waits import Queues

WAKE_RETRY = timedelta(seconds=60)
"""When a wake-up whose decision failed is tried again."""

WAITS_READ_EVERY = timedelta(minutes=1)


class SqlStore:
    """Everything durable that worker, sender and receivers need."""

    def __init__(self, db: Database, clock: Clock, bell: Bell | None = None) -> None:
        """Reads what waits; call it once, before there is traffic."""
        self.db = db
        self.bell = bell or Bell()
        """Rings a conversation's id, and its key, with its new version after each commit."""
        self._lanes_bell = Bell()
        self._work = self._lanes_bell.listen().__enter__()
        self._sends_bell = Bell()
        self._sends: dict[str, Listener] = {}
        self._calls_bell = Bell()
        self._calls = self._calls_bell.listen().__enter__()
        self.backlog = Backlog()
        self._clock = clock
        self._kept = KeptConversations()
        self._lock = threading.Lock()
        self._waits: tuple[datetime, dict[str, list[Wait]]] = (EPOCH, {})
        self.is_restored = db.write_now(lambda conn: upkeep.hold_restored(conn, clock.now()))
        """Whether this is the first start on a restored copy: what it had left to do waits for people."""
        waiting, due = db.read_now(lambda conn: inbox.find_waiting(conn, clock.now()))
        self._started_with = max(waiting, default=0)
        self._last_case = db.write_now(_find_last_case)
        self.backlog.add(due, clock.now())

    async def accept(self, events: Sequence[Event]) -> list[Receipt]:
        """Commits events; only afterwards may the platform get its acknowledgement.

        Raises:
            OverloadedError: Too much is waiting; nothing was stored.
            StorageDownError: The database cannot be written; nothing was stored.
        """
        now = self._clock.now()
        if full := self.backlog.why_full(now):
            raise OverloadedError(f"{full} Nothing was stored; try again in a moment.")
        reached("before_inbox_commit")
        accepted = await self.db.write(lambda conn: [inbox.accept_event(conn, event, now) for event in events])
        reached("after_inbox_commit")
        for each in accepted:
            if each.receipt is Receipt.STORED:
                self._announce(each.row, each.lane, now)
        return [each.receipt for each in accepted]

    async def wait(self, seconds: float) -> Collection[str]:
        """Waits until something has come in, at most so long, and returns the lanes it is in."""
        return await self._work.wait(seconds)

    async def lanes(self, now: datetime, limit: int) -> list[str]:
        """Lanes with a waiting event or a due wake-up, the one that has waited longest first."""
        return await self.db.read(lambda conn: inbox.find_lanes(conn, now, limit))

    async def load(self, lane: str, now: datetime) -> Job | None:
        """The lane's next event with its conversation; rows go before the wake-up, none left gives None."""
        return await self.db.read(lambda conn: self._load(conn, lane, now))

    async def note_desk(self, version: str, now: datetime) -> None:
        """Lets all open conversations be looked at anew if their wake-ups were set by another desk."""
        await self.db.write(lambda conn: upkeep.note_desk(conn, version, now))

    async def forget_old_events(self) -> None:
        """Drops what came in long ago and has taken effect; to be called now and then."""
        await self.db.write(lambda conn: upkeep.forget_old_events(conn, self._clock.now()))

    async def count_try(self, job: Job) -> None:
        """Commits that a suspect is tried once more, so that a crash in it counts too."""
        await self.db.write(lambda conn: inbox.settle_rows(conn, job.rows, tries=job.tries + 1))

    async def commit(self, job: Job, turn: Turn, wake_at: datetime | None, now: datetime, error: str = "") -> bool:
        """Makes the Turn true in one transaction; False if the conversation changed meanwhile (nothing was written)."""
        try:
            done = await self.db.write(lambda conn: turns.commit_turn(conn, job, turn, wake_at, now, error))
        except turns.ChangedMeanwhileError:
            self._kept.forget(turn.conversation.id)
            return False
        reached("after_commit")
        self.backlog.remove(job.rows)
        self._kept.put(turn.conversation, done.said)
        self.bell.ring(turn.conversation.id, turn.conversation.version)
        self.bell.ring(str(turn.conversation.key), turn.conversation.version)
        for channel in done.channels:
            self._sends_bell.ring(channel)
        if turn.calls:
            self._calls_bell.ring("calls")
        return True

    async def set_aside(self, job: Job, error: str, now: datetime, *, for_good: bool = False) -> None:
        """Counts a failed try; the event comes again in a while, or waits for a person if it is `for_good`."""
        if not job.rows:
            await self.db.write(lambda conn: turns.put_off_wake(conn, job, now + WAKE_RETRY))
            return
        tries = job.tries + 1
        values: dict[str, object] = {"tries": tries, "error": error}
        if for_good:
            values["state"] = "quarantined"
        else:
            values["not_before"] = now + inbox.RETRY.get(tries, timedelta())
        await self.db.write(lambda conn: inbox.settle_rows(conn, job.rows, **values))
        self.backlog.remove(job.rows)

    async def wait_sends(self, channel: str, seconds: float) -> None:
        """Waits until a channel may have something to send, at most so long."""
        if channel not in self._sends:
            self._sends[channel] = self._sends_bell.listen(channel).__enter__()
        await self._sends[channel].wait(seconds)

    async def take(self, channel: str, now: datetime) -> Shipment | None:
        """The next difference to close on a channel, marked `sending` and committed before it is returned."""
        if not await self.db.read(lambda conn: deliveries.is_due(conn, channel, now)):
            return None
        return await self.db.write(lambda conn: deliveries.take_next(conn, channel, now))

    async def take_unsure(self, channel: str, now: datetime) -> Shipment | None:
        """The next first post in doubt whose time to settle is over, put off so that only one asks about it."""
        if not await self.db.read(lambda conn: deliveries.is_due(conn, channel, now)):
            return None
        return await self.db.write(lambda conn: deliveries.take_next_unsure(conn, channel, now))

    async def record(self, shipment: Shipment, settlement: Settlement, now: datetime) -> None:
        """Writes what came of an attempt if it is still the same, with the event it leads to, in one transaction."""
        told = await self.db.write(lambda conn: turns.record_send(conn, shipment, settlement, now))
        if told is None:
            return
        if told.row is not None:
            self._announce(told.row, told.lane, now)
        self.bell.ring(shipment.conversation, told.version)

    async def recover(self, channel: str, now: datetime, settles: timedelta) -> int:
        """At start: first posts under way become `unsure`, the long behind is held; returns how many were under way."""
        return await self.db.write(lambda conn: deliveries.recover_deliveries(conn, channel, now, settles))

    async def wait_calls(self, seconds: float) -> None:
        """Waits until there may be a call to make, at most so long."""
        await self._calls.wait(seconds)

    async def take_call(self) -> CallJob | None:
        """The call that has waited longest, marked as being made and committed before it is returned."""
        return await self.db.write(calls.take_next)

    async def record_call(self, job: CallJob, answered: CallAnswered, now: datetime) -> None:
        """Writes what came of a call, with the event that tells the conversation, in one transaction."""
        row = await self.db.write(lambda conn: calls.record_answer(conn, job, answered, now))
        if row is not None:
            self._announce(row, job.lane, now)

    async def put_aside_call(self, job: CallJob) -> None:
        """Leaves a call to people; what they do answers it."""
        await self.db.write(lambda conn: calls.put_aside(conn, job))

    async def recover_calls(self) -> None:
        """At start: calls that were being made are taken again, known to be in doubt by their attempt."""
        await self.db.write(calls.recover_calls)

    def _announce(self, row: int, lane: str, now: datetime) -> None:
        self.backlog.add([row], now)
        self._lanes_bell.ring(lane)

    def _load(self, conn: Connection, lane: str, now: datetime) -> Job | None:
        found = inbox.find_next(conn, lane, now)
        if found is None:
            return self._load_wake(conn, lane, now)
        row, more = found
        event, rows = inbox.read_event(row), (row.id,)
        if event.album:
            parts = inbox.find_album(conn, lane, event)
            event, rows = inbox.join_album([inbox.read_event(part) for part in parts]), tuple(p.id for p in parts)
        if row.conversation is not None:
            head = conversations.find_head(conn, row.conversation)
        else:
            head = conversations.find_newest_head(conn, lane)
        of = None if head is None else _with_card(conn, self._with_target(conn, self._read(conn, head), event))
        return Job(
            rows=rows,
            lane=lane,
            event=event,
            conversation=of,
            fresh=self._fresh(of),
            tries=row.tries,
            error=row.error,
            suspect=row.id <= self._started_with or row.tries > 0,
            more=more,
            queues=self._queues(conn, of, now),
        )

    def _load_wake(self, conn: Connection, lane: str, now: datetime) -> Job | None:
        head = conversations.find_waking_head(conn, lane, now)
        if head is None:
            return None
        of = self._read(conn, head)
        at = Address(channel="internal", chat=of.id)
        event = Event(key=f"wake:{of.id}:{of.version}", at=at, author=SYSTEM, body=Woke(), sent_at=now)
        return Job(rows=(), lane=lane, event=event, conversation=of, fresh=self._fresh(of))

    def _queues(self, conn: Connection, of: Conversation | None, now: datetime) -> Queues:
        """The teams' lines; the waits are read anew once a minute, as they move slowly."""
        read_at, waits = self._waits
        if now - read_at > WAITS_READ_EVERY:
            waits = lines.read_waits(conn, now)
            self._waits = (now, waits)
        return lines.read_queues(conn, of, waits)

    def _read(self, conn: Connection, head: conversations.AnyRow) -> Conversation:
        of = self._kept.find(head)
        if of is None:
            of = conversations.read_conversation(conn, head)
            self._kept.put(of)
        return of

    def _with_target(self, conn: Connection, of: Conversation, event: Event) -> Conversation:
        """Adds the older message that an event speaks of, if it is not among the newest."""
        match event.body:
            case Edited(target=target) | Deleted(target=target) | Reacted(target=target):
                origin = str(event.at)
            case Commanded(args={"message": str(target)}):
                origin = ""
            case _:
                return of
        if of.find_message(target, origin) is not None:
            return of
        message = conversations.find_message(conn, of.id, target, origin, by_number=not of.has_place(origin))
        return of if message is None else replace(of, messages=(message, *of.messages))

    def _fresh(self, of: Conversation | None) -> tuple[ConversationId, int]:
        """An id and a case number for a new conversation; a number that is not used leaves a harmless gap."""
        if of is not None and not of.is_closed:
            return ConversationId(""), 0
        with self._lock:
            self._last_case += 1
            return ConversationId(secrets.token_hex(16)), self._last_case


def _with_card(conn: Connection, of: Conversation) -> Conversation:
    """Adds the card that stands on a desk, which changes with the conversation however long ago it was posted."""
    number = of.handoff.card if of.handoff else 0
    if not any(place.role is PlaceRole.DESK for place in of.places) or of.find_message(str(number)) is not None:
        return of
    card = conversations.find_message(conn, of.id, str(number), "")
    return of if card is None else replace(of, messages=(card, *of.messages))


def _find_last_case(conn: Connection) -> int:
    """The highest case number ever given out, made 0 in a new database."""
    counted = conn.execute(select(counter.c.value).where(counter.c.name == conversations.CASES)).scalar()
    if counted is None:
        conn.execute(insert(counter).values(name=conversations.CASES, value=0))
    return int(counted or 0)
