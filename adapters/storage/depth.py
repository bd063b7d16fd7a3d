"""What waits and what went wrong, counted for health, the console and the command line. Only reads."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from adapters.storage.tables import delivery, inbox
from bot.ports import SendState


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How much waits, and for how long already."""

    waiting: int
    """Events that have not taken effect."""
    oldest: timedelta
    """How long the oldest of them has been waiting."""
    quarantined: int
    """Events that wait for a person."""
    behind: int
    """Deliveries that do not show the latest revision."""
    behind_for: timedelta
    """How long the oldest of them has been behind."""
    unsure: int
    failed: int


def read_depth(conn: Connection, now: datetime) -> Depth:
    """Counts what waits and what went wrong."""
    waiting, oldest = conn.execute(
        select(func.count(), func.min(inbox.c.received_at)).select_from(inbox).where(inbox.c.state == "new")
    ).one()
    quarantined = select(func.count()).select_from(inbox).where(inbox.c.state == "quarantined")
    is_behind = (delivery.c.revision > delivery.c.shown_revision) & (delivery.c.state != SendState.FAILED)
    behind, behind_since = conn.execute(
        select(func.count(), func.min(delivery.c.behind_since)).select_from(delivery).where(is_behind)
    ).one()
    return Depth(
        waiting=waiting,
        oldest=now - oldest if oldest else timedelta(),
        quarantined=conn.execute(quarantined).scalar_one(),
        behind=behind,
        behind_for=now - behind_since if behind_since else timedelta(),
        unsure=_count(conn, SendState.UNSURE),
        failed=_count(conn, SendState.FAILED),
    )


def _count(conn: Connection, state: SendState) -> int:
    return conn.execute(select(func.count()).select_from(delivery).where(delivery.c.state == state)).scalar_one()
