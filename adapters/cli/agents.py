"""`firstline agents`: the accounts of the people who answer; the first admin is made here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import DataOption, JsonOption
from adapters.cli.output import UsageError, put, put_json, tell

if TYPE_CHECKING:
    from adapters.storage.database import Database
    from adapters.storage.staff import Agent
    from bot.model import Role

agents = typer.Typer(help="Make, list and disable the accounts of the people who answer.", no_args_is_help=True)

LoginArgument = Annotated[str, typer.Argument(metavar="LOGIN", help="What the person signs in with.")]
DeskOption = Annotated[Path, typer.Option("--desk", metavar="DESK", help="The desk folder, or a path in it.")]


@agents.command()
def add(
    login: LoginArgument,
    name: Annotated[str, typer.Option(help="What customers and colleagues see.")] = "",
    role: Annotated[
        list[str] | None, typer.Option(help="agent, supervisor, editor or admin; the first account is an admin.")
    ] = None,
    team: Annotated[list[str] | None, typer.Option(help="A team to work for; all of them if none is named.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="A language the person speaks.")] = None,
    desk: DeskOption = Path(),
    data: DataOption = None,
) -> None:
    """Make an account and print a link with which its owner signs in once and chooses a password.

    [bold]firstline agents add anna --name Anna --role agent --team billing[/]
    """
    from datetime import UTC, datetime

    from adapters.storage import staff

    now = datetime.now(UTC)
    with _open(desk, data) as database:
        everybody = database.read_now(lambda conn: staff.list_agents(conn, with_disabled=True))
        roles = _parse_roles(role, is_first=not everybody)
        id_ = database.write_now(
            lambda conn: staff.add_agent(
                conn, login=login, name=name or login, roles=roles, now=now, teams=team or (), languages=language or ()
            )
        )
        tell(f"{login} may sign in as {', '.join(roles)} with this link, once and within a day:")
        put(_make_link(database, desk, id_))


@agents.command("list")
def show(
    disabled: Annotated[bool, typer.Option("--disabled", help="Also those who may not sign in any more.")] = False,
    desk: DeskOption = Path(),
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the accounts."""
    from adapters.storage import staff

    with _open(desk, data, writable=False) as database:
        everybody = database.read_now(lambda conn: staff.list_agents(conn, with_disabled=disabled))
    if as_json:
        put_json([asdict(agent) for agent in everybody], indent=2)
        return
    for agent in everybody:
        teams = f"  teams {' '.join(agent.teams)}" if agent.teams else ""
        state = "  disabled" if agent.disabled else "" if agent.has_password else "  no password yet"
        put(f"{agent.login}  {agent.name}  {' '.join(agent.roles)}{teams}{state}")


@agents.command()
def disable(login: LoginArgument, desk: DeskOption = Path(), data: DataOption = None) -> None:
    """Let somebody sign in no more; what he wrote keeps his name."""
    _set_disabled(login, desk, data, disabled=True)
    tell(f"{login} may not sign in any more. To let him in again: firstline agents enable {login}")


@agents.command()
def enable(login: LoginArgument, desk: DeskOption = Path(), data: DataOption = None) -> None:
    """Let a disabled person sign in again."""
    _set_disabled(login, desk, data, disabled=False)
    tell(f"{login} may sign in again.")


@agents.command()
def link(
    login: LoginArgument,
    slack: Annotated[str, typer.Option(metavar="ID", help="The person's member id on Slack.")] = "",
    telegram: Annotated[str, typer.Option(metavar="ID", help="The person's id on Telegram, a number.")] = "",
    desk: DeskOption = Path(),
    data: DataOption = None,
) -> None:
    """Print a new link with which somebody signs in once, or say who he is on Slack or Telegram.

    [bold]firstline agents link anna[/]
    [bold]firstline agents link anna --telegram 123456789[/]
    """
    from functools import partial

    from adapters.storage.identities import link_identity

    with _open(desk, data) as database:
        agent = _get_agent(database, login)
        named = [(channel, key.strip()) for channel, key in (("slack", slack), ("telegram", telegram)) if key.strip()]
        for channel, key in named:
            database.write_now(partial(link_identity, channel=channel, key=key, agent=agent.id))
            tell(f"{key} on {channel.title()} is {login}.")
        if not named:
            put(_make_link(database, desk, agent.id))


@contextmanager
def _open(desk: Path, data: Path | None, *, writable: bool = True) -> Iterator["Database"]:
    from adapters.cli.opening import data_folder
    from adapters.desk_folder import find_root
    from adapters.storage.database import Database

    database = Database(data_folder(find_root(desk), data), writable=writable)
    try:
        yield database
    finally:
        database.close()


def _parse_roles(given: list[str] | None, *, is_first: bool) -> "list[Role]":
    from bot.model import Role

    if not given:
        return [Role.ADMIN, Role.AGENT] if is_first else [Role.AGENT]
    known = {role.value for role in Role}
    if unknown := sorted(set(given) - known):
        raise UsageError(f"There is no role '{unknown[0]}'; the roles are {', '.join(sorted(known))}.")
    return [Role(role) for role in dict.fromkeys(given)]


def _get_agent(database: "Database", login: str) -> "Agent":
    from adapters.storage import staff

    agent = database.read_now(lambda conn: staff.find_login(conn, login))
    if agent is None:
        raise UsageError(f"There is no account '{login}'. firstline agents list shows those there are.")
    return agent


def _set_disabled(login: str, desk: Path, data: Path | None, *, disabled: bool) -> None:
    from adapters.storage import staff

    with _open(desk, data) as database:
        agent = _get_agent(database, login)
        database.write_now(lambda conn: staff.set_disabled(conn, agent.id, disabled=disabled))


def _make_link(database: "Database", desk: Path, agent: str) -> str:
    from datetime import UTC, datetime

    from adapters.cli.opening import address_of, open_channels
    from adapters.storage import sessions

    secret = database.write_now(lambda conn: sessions.make_link(conn, agent, datetime.now(UTC)))
    return f"{address_of(open_channels(desk))}/console/link/{secret}"
