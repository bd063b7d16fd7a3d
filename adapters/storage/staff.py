"""Agents' accounts as rows: who they are and what they may do. Functions of a connection.

Passwords, sessions and links that log in are in `sessions`; hashing a password is the console's.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from adapters.storage.codec import from_json, to_json
from adapters.storage.errors import StorageError
from adapters.storage.sessions import end_sessions
from adapters.storage.tables import staff
from bot.model import AgentId, Author, AuthorKind, Role, Trust


class LoginTakenError(StorageError):
    """There is an agent with this login already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person who works at the desk."""

    id: AgentId
    login: str
    """What he types to sign in, in small letters."""
    name: str
    """What customers and colleagues see."""
    roles: tuple[Role, ...]
    teams: tuple[str, ...]
    """Teams he works for; empty for all of them."""
    languages: tuple[str, ...]
    available: bool
    """Whether he takes conversations now."""
    disabled: bool
    """Whether he may not sign in any more; an account is never removed, as transcripts name it."""
    has_password: bool

    @property
    def author(self) -> Author:
        """Who he is where he writes."""
        return Author(
            kind=AuthorKind.AGENT,
            key=self.id,
            name=self.name,
            trust=Trust.KNOWN,
            roles=self.roles,
            teams=self.teams,
        )


def add_agent(
    conn: Connection,
    *,
    login: str,
    name: str,
    roles: Sequence[Role],
    now: datetime,
    teams: Sequence[str] = (),
    languages: Sequence[str] = (),
) -> AgentId:
    """Makes an account without a password; a one-time link lets its owner choose one.

    Raises:
        LoginTakenError: There is one with this login.
    """
    id_ = AgentId(secrets.token_hex(16))
    values = {
        "id": id_,
        "login": login.strip().lower(),
        "name": name,
        "roles": to_json(list(roles)),
        "teams": to_json(list(teams)),
        "languages": to_json(list(languages)),
        "available": True,
        "disabled": False,
        "created_at": now,
    }
    try:
        conn.execute(insert(staff), values)
    except IntegrityError as error:
        raise LoginTakenError(f"There is an agent with the login '{values['login']}' already.") from error
    return id_


def list_agents(conn: Connection, *, with_disabled: bool = False) -> list[Agent]:
    """All agents by name."""
    wanted = select(staff).order_by(staff.c.name, staff.c.login)
    if not with_disabled:
        wanted = wanted.where(~staff.c.disabled)
    return [read_agent(row) for row in conn.execute(wanted)]


def list_colleagues(conn: Connection, team: str) -> list[Agent]:
    """Who is there and works for a team, so that a conversation may be given to him."""
    return [
        agent
        for agent in list_agents(conn)
        if agent.available
        and {Role.AGENT, Role.SUPERVISOR} & set(agent.roles)
        and (not agent.teams or team in agent.teams)
    ]


def find_agent(conn: Connection, id_: str) -> Agent | None:
    """An agent by his id."""
    row = conn.execute(select(staff).where(staff.c.id == id_)).first()
    return None if row is None else read_agent(row)


def find_login(conn: Connection, login: str) -> Agent | None:
    """An agent by what he signs in with."""
    row = conn.execute(select(staff).where(staff.c.login == login.strip().lower())).first()
    return None if row is None else read_agent(row)


def set_available(conn: Connection, id_: str, *, available: bool) -> None:
    """Says whether an agent takes conversations now."""
    conn.execute(update(staff).where(staff.c.id == id_).values(available=available))


def set_disabled(conn: Connection, id_: str, *, disabled: bool) -> None:
    """Lets an agent sign in no more, or again; his sessions end."""
    conn.execute(update(staff).where(staff.c.id == id_).values(disabled=disabled))
    end_sessions(conn, id_)


def change_agent(
    conn: Connection,
    id_: str,
    *,
    name: str,
    roles: Sequence[Role],
    teams: Sequence[str],
    languages: Sequence[str],
) -> None:
    """Changes what an agent is called and may do; his sessions end, so that nothing goes on with former rights."""
    conn.execute(
        update(staff)
        .where(staff.c.id == id_)
        .values(name=name, roles=to_json(list(roles)), teams=to_json(list(teams)), languages=to_json(list(languages)))
    )
    end_sessions(conn, id_)


def read_agent(row: Row[*tuple[object, ...]]) -> Agent:
    """The agent of a row."""
    return Agent(
        id=AgentId(row.id),
        login=row.login,
        name=row.name,
        roles=tuple(Role(role) for role in from_json(row.roles)),
        teams=tuple(from_json(row.teams)),
        languages=tuple(from_json(row.languages)),
        available=row.available,
        disabled=row.disabled,
        has_password=row.password is not None,
    )
