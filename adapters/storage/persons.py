"""A customer's data as a whole: what there is of him, and taking all of it out for good.

Functions of a connection, but for `scrub`. Erasing blanks every message and counts it as a new revision, so that the
sender takes our copies out of the chats and desks as it does with any withdrawn message; what it needs for that goes
last, in `finish`. Numbers stay: conversations, messages, waits and steps of flows, with nobody's name on them.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, exists, or_, select, update

from adapters.storage import conversations, deliveries
from adapters.storage.putting import put
from adapters.storage.search import forget_words
from adapters.storage.tables import call, conversation, customer, delivery, inbox, mark, place, seen
from adapters.storage.views import read_messages
from bot.model import Author, ClosedBy, Conversation, Customer, Handoff, Message

ERASED = "erased-"
"""How the key of somebody begins who has been erased."""
SCRUB = "scrub"
"""Mark of a database whose file still holds what was taken out of it."""
BUSY_MS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer on one channel, with all his conversations, oldest first."""

    id: str
    conversations: tuple[Conversation, ...]
    """With their places, without their messages."""
    messages: int
    files: tuple[str, ...]
    """Ids of the files in his conversations."""

    @property
    def customer(self) -> Customer:
        """What is known about him."""
        return self.conversations[-1].customer


def find_person(conn: Connection, number: int) -> Person | None:
    """The customer of a case; None if there is no such case, or he has been erased."""
    row = conn.execute(select(conversation.c.customer).where(conversation.c.number == number)).first()
    if row is None:
        return None
    ids = conn.execute(
        select(conversation.c.id).where(conversation.c.customer == row.customer).order_by(conversation.c.number)
    ).scalars()
    talks = [_read(conn, id_) for id_ in ids]
    if talks[-1].customer.key.startswith(ERASED):
        return None
    files = {
        attachment.id: None
        for talk in talks
        for message in read_messages(conn, talk.id)
        for attachment in message.attachments
        if not attachment.id.startswith("kb:")
    }
    return Person(
        id=row.customer,
        conversations=tuple(talks),
        messages=sum(talk.last_number for talk in talks),
        files=tuple(files),
    )


def erase(conn: Connection, person: Person, now: datetime) -> None:
    """Takes out everything a person said and was, and whatever of him was still to be done.

    Events that wait are dropped, a decision that is being made is lost to the new version, calls are given up.
    Files are not the database's: remove them first, so that an erasure that was cut short can be done again.
    """
    nobody = Customer(key=f"{ERASED}{person.conversations[0].id}")
    for talk in person.conversations:
        _erase_conversation(conn, _read(conn, talk.id), nobody, now)
    conn.execute(delete(customer).where(customer.c.id == person.id))
    put(conn, mark, {"name": SCRUB, "value": "yes"})


def finish(conn: Connection) -> None:
    """Forgets where erased people could be written to, once our copies there are gone or given up."""
    gone = select(conversation.c.id).where(conversation.c.customer.contains(f":{ERASED}"))
    left = or_(delivery.c.state != "idle", delivery.c.revision > delivery.c.shown_revision)
    is_busy = exists().where(delivery.c.conversation == conversation.c.id, left)
    ready = gone.where(~is_busy, exists().where(place.c.conversation == conversation.c.id))
    for id_ in conn.execute(ready).scalars().all():
        conn.execute(delete(delivery).where(delivery.c.conversation == id_))
        conn.execute(delete(place).where(place.c.conversation == id_))
        put(conn, mark, {"name": SCRUB, "value": "yes"})


def scrub(path: Path) -> bool:
    """Writes the file anew if something was erased, so that no byte of it is left; True if that was done.

    It takes as long as copying the file; what is written meanwhile waits.
    """
    with closing(sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None)) as conn:
        if conn.execute("SELECT 1 FROM mark WHERE name = ?", (SCRUB,)).fetchone() is None:
            return False
        conn.execute("VACUUM")
        conn.execute("DELETE FROM mark WHERE name = ?", (SCRUB,))
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return True


def _read(conn: Connection, id_: str) -> Conversation:
    head = conversations.find_head(conn, id_)
    if head is None:
        raise LookupError(f"There is no conversation {id_}.")
    return replace(conversations.read_conversation(conn, head), messages=())


def _erase_conversation(conn: Connection, talk: Conversation, nobody: Customer, now: datetime) -> None:
    bare = Conversation(
        id=talk.id,
        number=talk.number,
        key=replace(talk.key, chat=nobody.key, thread=""),
        customer=nobody,
        version=talk.version + 1,
        opened_at=talk.opened_at,
        closed_at=talk.closed_at or now,
        closed_by=talk.closed_by or ClosedBy.CUSTOMER,
        language=talk.language,
        last_number=talk.last_number,
        handoff=talk.handoff and _bare_handoff(talk.handoff),
        places=talk.places,
        tried=talk.tried,
        category=talk.category,
        tags=talk.tags,
        confidences=talk.confidences,
        reopened=talk.reopened,
    )
    conversations.store_customer(conn, bare)
    conversations.store_conversation(conn, bare, None, now)
    messages = read_messages(conn, talk.id)
    said = conversations.store_messages(conn, bare, [_blank(each) for each in messages], bare.last_number)
    # Where a person wrote something himself, it is his to take out.
    with_origins = [replace(blank, origin=each.origin) for blank, each in zip(said, messages, strict=True)]
    deliveries.show(conn, bare, with_origins, (), now)
    forget_words(conn, talk.number)
    conn.execute(delete(seen).where(seen.c.conversation == talk.id))
    mine = or_(inbox.c.lane == str(talk.key), inbox.c.conversation == talk.id)
    empty = {"lane": "", "source": "", "refused": "", "error": "", "content_key": None, "event": None}
    conn.execute(update(inbox).where(mine).values(state="ignored", **empty))
    unanswered = call.c.state.in_(("new", "making", "asked"))
    conn.execute(update(call).where(call.c.conversation == talk.id, unanswered).values(state="failed"))
    conn.execute(update(call).where(call.c.conversation == talk.id).values(arguments="{}", answer=None))


def _bare_handoff(handoff: Handoff) -> Handoff:
    return replace(handoff, reason="", summary="", steps=(), checklist=())


def _blank(each: Message) -> Message:
    return Message(
        number=each.number,
        revision=each.revision + 1,
        audience=each.audience,
        kind=each.kind,
        author=Author(kind=each.author.kind),
        text="",
        at=each.at,
        withdrawn=True,
    )
