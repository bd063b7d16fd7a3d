"""How the teams' lines stand: the waits that were measured, and who is before whom. Functions of a connection."""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from adapters.storage.tables import conversation, wait
from bot.model import Conversation, Wait
from escalation.waits import COUNTED, Queues

FRESH_FOR = timedelta(days=14)
"""Older waits say nothing about today."""
KEPT = 2 * COUNTED
"""So many of a team's last waits are read: the ranges that were told are counted further back than the waits."""

_LAST = select(wait).where(wait.c.at > bindparam("since")).order_by(wait.c.id.desc()).limit(bindparam("most"))
_AHEAD = (
    select(func.count())
    .select_from(conversation)
    .where(
        conversation.c.team == bindparam("team"),
        conversation.c.agent.is_(None),
        conversation.c.closed_at.is_(None),
        conversation.c.handed_at < bindparam("handed_at"),
    )
)


def add_wait(conn: Connection, waited: Wait, now: datetime) -> None:
    """Writes down how long a customer waited, and forgets what is too old to count."""
    values = {"team": waited.team, "at": now, "seconds": round(waited.seconds), "shown": waited.shown}
    conn.execute(insert(wait), values)
    conn.execute(delete(wait).where(wait.c.at <= now - FRESH_FOR))


def read_waits(conn: Connection, now: datetime) -> dict[str, list[Wait]]:
    """The last waits of every team, newest last."""
    rows = conn.execute(_LAST, {"since": now - FRESH_FOR, "most": 20 * KEPT}).all()
    waits: dict[str, list[Wait]] = defaultdict(list)
    for row in reversed(rows):
        waits[row.team].append(Wait(team=row.team, seconds=row.seconds, shown=row.shown))
    return {team: found[-KEPT:] for team, found in waits.items()}


def read_queues(conn: Connection, of: Conversation | None, waits: dict[str, list[Wait]]) -> Queues:
    """The lines as a decision about a conversation needs them."""
    handoff = of.handoff if of and of.closed_at is None else None
    if handoff is None or handoff.agent is not None:
        return Queues(waits=waits)
    ahead = conn.execute(_AHEAD, {"team": handoff.team, "handed_at": handoff.opened_at}).scalar_one()
    return Queues(waits=waits, position=ahead + 1)
