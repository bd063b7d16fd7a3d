"""Who is signed in to the console: sessions, links that work once, and counted tries. Functions of a connection.

Of a session's id and of a link only the hash is stored. A session ends by itself after a time without a sign of its
agent or after its longest age, and at once when he is disabled; whoever changes a password or a role ends it here.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from adapters.storage.codec import from_json
from adapters.storage.tables import audit, login_attempt, one_time_link, session, staff
from bot.model import Author, AuthorKind, Role, Trust

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)
"""A sign of the agent is written down at most this often."""
LINK_LIFE = timedelta(hours=24)
TRIES = 5
"""Tries to sign in, by account and address, within the time below."""
TRIES_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session that is good at this moment."""

    hash: str
    login: str
    author: Author
    """The agent with the roles and teams he has now."""
    available: bool
    """Whether the agent takes conversations now."""
    token: str
    """Must come with every request that changes something."""
    needs_touch: bool
    """The last sign of the agent is old enough to be written anew."""


def start_session(conn: Connection, agent: str, now: datetime) -> str:
    """Makes a session and returns its id, 256 random bits, for the browser alone."""
    id_ = secrets.token_urlsafe(32)
    conn.execute(delete(session).where(session.c.created_at < now - LONGEST))
    conn.execute(
        insert(session).values(
            hash=hash_of(id_), agent=agent, token=secrets.token_urlsafe(32), created_at=now, seen_at=now
        )
    )
    return id_


def find_session(conn: Connection, hash_: str, now: datetime) -> Session | None:
    """The session of a hashed id, if it has not ended and its agent may still sign in."""
    row = conn.execute(
        select(session, staff.c.login, staff.c.name, staff.c.roles, staff.c.teams, staff.c.available)
        .join(staff, staff.c.id == session.c.agent)
        .where(
            session.c.hash == hash_,
            session.c.seen_at > now - IDLE,
            session.c.created_at > now - LONGEST,
            ~staff.c.disabled,
        )
    ).first()
    if row is None:
        return None
    author = Author(
        kind=AuthorKind.AGENT,
        key=row.agent,
        name=row.name,
        trust=Trust.KNOWN,
        roles=tuple(Role(role) for role in from_json(row.roles)),
        teams=tuple(from_json(row.teams)),
    )
    needs_touch = row.seen_at < now - TOUCH_EVERY
    return Session(
        hash=hash_,
        login=row.login,
        author=author,
        available=row.available,
        token=row.token,
        needs_touch=needs_touch,
    )


def touch_session(conn: Connection, hash_: str, now: datetime) -> None:
    """Writes down a sign of the agent."""
    conn.execute(update(session).where(session.c.hash == hash_).values(seen_at=now))


def end_session(conn: Connection, hash_: str) -> None:
    """Signs one browser out."""
    conn.execute(delete(session).where(session.c.hash == hash_))


def end_sessions(conn: Connection, agent: str) -> None:
    """Signs an agent out everywhere: his password or roles have changed, or he is disabled."""
    conn.execute(delete(session).where(session.c.agent == agent))


def make_link(conn: Connection, agent: str, now: datetime) -> str:
    """Makes a link's secret that signs an agent in once, within a day. Earlier ones of his no longer work."""
    secret = secrets.token_urlsafe(32)
    conn.execute(delete(one_time_link).where(one_time_link.c.agent == agent))
    conn.execute(
        insert(one_time_link).values(hash=hash_of(secret), agent=agent, created_at=now, expires_at=now + LINK_LIFE)
    )
    return secret


def find_link(conn: Connection, secret: str, now: datetime) -> str | None:
    """The name of the agent whom a link would sign in; looking does not use it up."""
    return conn.execute(
        select(staff.c.name)
        .join(one_time_link, one_time_link.c.agent == staff.c.id)
        .where(
            one_time_link.c.hash == hash_of(secret),
            one_time_link.c.used_at.is_(None),
            one_time_link.c.expires_at > now,
            ~staff.c.disabled,
        )
    ).scalar_one_or_none()


def use_link(conn: Connection, secret: str, now: datetime) -> str | None:
    """Uses a link up and returns the agent's id; nothing if it was used before, is too old, or is none."""
    if find_link(conn, secret, now) is None:
        return None
    link = one_time_link.c
    used = conn.execute(
        update(one_time_link).where(link.hash == hash_of(secret), link.used_at.is_(None)).values(used_at=now)
    )
    if used.rowcount != 1:
        return None
    agent: str = conn.execute(select(link.agent).where(link.hash == hash_of(secret))).scalar_one()
    return agent


def count_try(conn: Connection, login: str, address: str, now: datetime) -> bool:
    """Counts a try to sign in before the password is looked at, so that tries at once cannot slip through.

    Returns:
        Whether the password may be looked at; not once there were too many tries.
    """
    tries = login_attempt.c
    conn.execute(delete(login_attempt).where(tries.at < now - TRIES_WITHIN))
    fits = (tries.login == login, tries.address == address)
    if conn.execute(select(func.count()).select_from(login_attempt).where(*fits)).scalar_one() >= TRIES:
        return False
    conn.execute(insert(login_attempt).values(login=login, address=address, at=now))
    return True


def forget_tries(conn: Connection, login: str, address: str) -> None:
    """Takes the counted tries back: the right password was given."""
    conn.execute(delete(login_attempt).where(login_attempt.c.login == login, login_attempt.c.address == address))


def find_password(conn: Connection, login: str) -> tuple[str, str | None] | None:
    """Id and password hash of the account that may sign in under a name."""
    row = conn.execute(select(staff.c.id, staff.c.password).where(staff.c.login == login, ~staff.c.disabled)).first()
    return None if row is None else (row.id, row.password)


def set_password(conn: Connection, agent: str, password: str) -> None:
    """Writes an agent's new password hash and signs him out everywhere."""
    conn.execute(update(staff).where(staff.c.id == agent).values(password=password))
    end_sessions(conn, agent)


def write_audit(conn: Connection, agent: str, action: str, subject: str, now: datetime, detail: str = "") -> None:
    """Adds a line to the audit; never a message's text."""
    conn.execute(insert(audit).values(at=now, agent=agent, action=action, subject=subject, detail=detail))


def hash_of(secret: str) -> str:
    """What is stored of a session's id or a link: SHA-256, as 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
