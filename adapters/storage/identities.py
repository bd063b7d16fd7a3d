"""Which account a person of Slack or Telegram has, as rows. Functions of a connection.

A member of an agent channel gets an account without a password when he first claims a conversation, unless the
team lists its people; then `firstline agents link` makes the connection.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from adapters.storage.putting import put
from adapters.storage.staff import Agent, add_agent, find_agent, read_agent
from adapters.storage.tables import staff, staff_identity
from bot.model import AgentId, Role


def link_identity(conn: Connection, channel: str, key: str, agent: AgentId) -> None:
    """Says that this person of a platform is this agent, whoever he was taken for before."""
    put(conn, staff_identity, {"channel": channel, "key": key, "agent": agent})


def find_by_identity(conn: Connection, channel: str, keys: Iterable[str]) -> dict[str, Agent]:
    """The agents among these people of a platform, by the platform's id; those who may not work are left out."""
    wanted = (
        select(staff, staff_identity.c.key)
        .join(staff_identity, staff_identity.c.agent == staff.c.id)
        .where(staff_identity.c.channel == channel, staff_identity.c.key.in_(list(keys)), ~staff.c.disabled)
    )
    return {row.key: read_agent(row) for row in conn.execute(wanted)}


def enrol_member(conn: Connection, channel: str, key: str, name: str, now: datetime) -> Agent | None:
    """Makes an account for a member of an agent channel, or finds the one he has; none if it is disabled."""
    row = conn.execute(
        select(staff.c.id, staff.c.disabled)
        .join(staff_identity, staff_identity.c.agent == staff.c.id)
        .where(staff_identity.c.channel == channel, staff_identity.c.key == key)
    ).first()
    if row is not None:
        return None if row.disabled else find_agent(conn, row.id)
    id_ = add_agent(conn, login=f"{channel}-{key}", name=name, roles=[Role.AGENT], now=now)
    link_identity(conn, channel, key, id_)
    return find_agent(conn, id_)
