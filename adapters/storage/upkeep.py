"""What is done to the data as a whole, once at start or once an hour: old rows, a changed desk, a restored copy.

Functions of a connection; `store` runs them in transactions.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select, update

from adapters.storage.persons import finish
from adapters.storage.putting import put
from adapters.storage.tables import call, conversation, delivery, inbox, mark

KEYS_KEPT = timedelta(days=30)
"""How long a repeated delivery of an event is known as one."""
EVENTS_KEPT = timedelta(days=7)
"""How long an event itself is kept after it took effect; the transcript stays."""
COPY = "copy"
"""Mark of a database that is a copy."""
DESK = "desk"
"""Mark with the version of the desk by which wake-ups were set last."""
RESTORED = "held: it came from a restored copy"


def forget_old_events(conn: Connection, now: datetime) -> None:
    """Drops the text of events that have long taken effect, and later their keys; what waits for a person stays.

    What is left of erased people goes with them.
    """
    finish(conn)
    over = inbox.c.state.in_(("done", "ignored"))
    conn.execute(delete(inbox).where(over, inbox.c.received_at < now - KEYS_KEPT))
    conn.execute(
        update(inbox)
        .where(over, inbox.c.received_at < now - EVENTS_KEPT, inbox.c.event.is_not(None))
        .values(event=None)
    )


def note_desk(conn: Connection, version: str, now: datetime) -> bool:
    """Lets all open conversations be looked at anew if their wake-ups were set by another desk; True if so."""
    if conn.execute(select(mark.c.value).where(mark.c.name == DESK)).scalar() == version:
        return False
    put(conn, mark, {"name": DESK, "value": version})
    later = or_(conversation.c.wake_at.is_(None), conversation.c.wake_at > now)
    conn.execute(update(conversation).where(conversation.c.closed_at.is_(None), later).values(wake_at=now))
    return True


def hold_restored(conn: Connection, now: datetime) -> bool:
    """Leaves to people what a restored copy would do late or for the second time; True if it is one, the first time.

    What it had not answered, sent or called may have happened since the copy was made.
    """
    if not conn.execute(delete(mark).where(mark.c.name == COPY)).rowcount:
        return False
    conn.execute(update(inbox).where(inbox.c.state == "new").values(state="quarantined", error=RESTORED))
    conn.execute(
        update(delivery)
        .where(or_(delivery.c.revision > delivery.c.shown_revision, delivery.c.state != "idle"))
        .where(delivery.c.state != "failed")
        .values(state="failed", reason=RESTORED)
    )
    conn.execute(update(call).where(call.c.state.in_(("new", "making"))).values(state="failed"))
    conn.execute(update(conversation).where(conversation.c.wake_at <= now).values(wake_at=None))
    return True
