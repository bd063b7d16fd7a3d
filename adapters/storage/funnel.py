"""What became of the steps of flows, kept with the Turns that say so. Functions of a connection."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, distinct, func, insert, select

from adapters.storage.tables import flow_step
from bot.funnel import Fate, read_steps
from bot.model import Turn


def add_steps(conn: Connection, turn: Turn, now: datetime) -> None:
    """Keeps what a Turn says about steps of flows."""
    rows = [
        {"conversation": turn.conversation.id, "flow": each.flow, "step": each.step, "what": each.what.value, "at": now}
        for each in read_steps(turn)
    ]
    if rows:
        conn.execute(insert(flow_step), rows)


def read_funnel(conn: Connection, flow: str, since: datetime, until: datetime) -> Mapping[str, Mapping[Fate, int]]:
    """In how many conversations what happened at each step of a flow.

    Args:
        conn: The connection.
        flow: Id of the flow.
        since: The first moment that counts.
        until: The first moment that no longer counts.

    Returns:
        By step, in the order in which each was first reached; a fate that nobody met is missing.
    """
    found = conn.execute(
        select(flow_step.c.step, flow_step.c.what, func.count(distinct(flow_step.c.conversation)).label("talks"))
        .where(flow_step.c.flow == flow, flow_step.c.at >= since, flow_step.c.at < until)
        .group_by(flow_step.c.step, flow_step.c.what)
        .order_by(func.min(flow_step.c.id))
    )
    counts: defaultdict[str, dict[Fate, int]] = defaultdict(dict)
    for row in found:
        counts[row.step][Fate(row.what)] = row.talks
    return dict(counts)
