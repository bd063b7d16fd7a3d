"""`firstline doctor`: looks at everything that a desk needs to run, and says what to do about what is missing."""

import os
import shutil
import socket
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from adapters.cli.names import find_foreign_packages
from adapters.cli.options import DataOption, DeskArgument, JsonOption, PortOption
from adapters.cli.output import put, put_json

if TYPE_CHECKING:
    from bot.desk import Desk
    from config.channels import Channels

LEAST_FREE = 500 * 1024 * 1024
"""Bytes of free disk below which it is time to make room."""

OLD_BACKUP = timedelta(days=2)
"""From this age on a backup is worth a word."""


class Mark(StrEnum):
    """How a part is."""

    OK = "✓"
    WARNING = "!"
    BROKEN = "✗"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One part that was looked at."""

    part: str
    mark: Mark
    says: str
    fix: str = ""
    """What to do about it."""


def doctor(
    desk: DeskArgument = Path(), data: DataOption = None, port: PortOption = None, as_json: JsonOption = False
) -> None:
    """Look at everything a desk needs to run: Python, clock, desk, secrets, data, disk, port.

    [bold]firstline doctor my-desk[/]
    """
    lines = [*_look_at_machine(), *_look_at_desk(desk, data, port)]
    if as_json:
        put_json({"parts": [asdict(line) | {"mark": line.mark.name.lower()} for line in lines]})
    else:
        for line in lines:
            put(f"{line.mark} {line.part}: {line.says}" + (f" → {line.fix}" if line.fix else ""))
    raise typer.Exit(1 if any(line.mark is Mark.BROKEN for line in lines) else 0)


def _look_at_machine() -> Iterator[Line]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield _judge("python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer")
    foreign = find_foreign_packages(thorough=True)
    yield _judge(
        "packages",
        not foreign,
        ", ".join(foreign) or "firstline's own",
        "install firstline into a virtual environment of its own",
    )
    sqlite = sqlite3.sqlite_version
    yield _judge("sqlite", sqlite3.sqlite_version_info >= (3, 37), sqlite, "use a Python with SQLite 3.37 or newer")
    now = datetime.now(UTC)
    built = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    yield _judge("clock", now >= built, f"{now:%Y-%m-%d %H:%M:%S} UTC", "set the machine's clock; use NTP")


def _judge(part: str, good: bool, says: str, fix: str) -> Line:
    return Line(part=part, mark=Mark.OK, says=says) if good else Line(part=part, mark=Mark.BROKEN, says=says, fix=fix)


def _look_at_desk(path: Path, data: Path | None, port: int | None) -> Iterator[Line]:
    from adapters.cli.opening import data_folder, read_desk, today
    from adapters.desk_folder import FolderUnreadableError, NoDeskError
    from adapters.loading import DeskRefusedError, load_desk

    try:
        root, folder = read_desk(path)
        loaded = load_desk(folder, today())
    except (NoDeskError, FolderUnreadableError) as error:
        yield _judge("desk", False, str(error).splitlines()[0], "name a desk folder: firstline doctor my-desk")
        return
    except DeskRefusedError as error:
        yield _judge("desk", False, str(error), f"firstline check {path}")
        return
    desk = loaded.desk
    warned = f", {len(loaded.findings)} warnings: firstline check {path}" if loaded.findings else ""
    yield _judge("desk", True, f"{desk.name}, {len(desk.articles)} articles, {len(desk.flows)} flows{warned}", "")
    yield Line(part="zone", mark=Mark.OK, says=desk.policy.timezone)
    yield from _look_at_channels(desk.channels, port)
    yield from _look_at_telegram(desk)
    yield from _look_at_slack(desk, port)
    yield from _look_at_data(data_folder(root, data))


def _look_at_channels(channels: "Channels", port: int | None) -> Iterator[Line]:
    from adapters.cli.opening import address_of
    from adapters.secrets import SecretsError, name_secrets, read_secrets

    for name in name_secrets(channels):
        try:
            read_secrets([name], os.environ)
        except SecretsError as error:
            yield _judge(name, False, "cannot be used", str(error))
        else:
            yield Line(part=name, mark=Mark.OK, says="is set")
    origins = ", ".join(channels.web.origins) or "only firstline's own pages show the chat"
    yield Line(part="origins", mark=Mark.OK, says=origins)
    address = address_of(channels, port)
    is_safe = address.startswith("https://") or channels.server.host in ("127.0.0.1", "::1", "localhost")
    yield Line(
        part="address",
        mark=Mark.OK if is_safe else Mark.WARNING,
        says=address,
        fix="" if is_safe else "put an HTTPS proxy in front, and its address into channels: server: public_url:",
    )
    yield _look_at_port(channels.server.host, port or channels.server.port)


def _look_at_telegram(desk: "Desk") -> Iterator[Line]:
    """Asks Telegram itself, if the desk speaks there and its secrets are set."""
    import asyncio
    import time

    from adapters.secrets import SecretsError, read_secrets
    from adapters.telegram.checking import MANUAL, Finding, check_telegram
    from adapters.telegram.service import account_of

    settings = desk.channels.telegram
    if settings is None or not settings.enabled:
        return
    try:
        secrets = read_secrets([settings.token], os.environ)
    except SecretsError:
        return
    groups = {team.telegram: name for name, team in desk.policy.teams.items() if team.telegram}

    async def look() -> list[Finding]:
        found = check_telegram(account_of(settings, secrets), settings.mode, groups, time.time())
        return [finding async for finding in found]

    for finding in asyncio.run(look()):
        yield _judge(finding.part, finding.good, finding.says, finding.fix)
    yield Line(part="telegram", mark=Mark.OK, says=MANUAL)


def _look_at_slack(desk: "Desk", port: int | None) -> Iterator[Line]:
    """Asks Slack itself, if the desk speaks there and its secrets are set."""
    import asyncio

    from adapters.cli.opening import address_of
    from adapters.secrets import SecretsError, read_secrets
    from adapters.slack.checking import MANUAL, Finding, check_hook, check_slack
    from adapters.slack.service import HOOK, accounts_of
    from config.channels import SlackMode

    settings = desk.channels.slack
    if settings is None or not settings.enabled:
        return
    is_http = settings.mode is SlackMode.HTTP
    names = [settings.bot_token, *(settings.signing_secret if is_http else [settings.app_token])]
    try:
        secrets = read_secrets([name for name in names if name], os.environ)
    except SecretsError:
        return
    channels = {team.slack: name for name, team in desk.policy.teams.items() if team.slack}

    async def look() -> list[Finding]:
        bot, app = accounts_of(settings, secrets)
        found = [finding async for finding in check_slack(bot, app, channels, datetime.now(UTC))]
        if is_http:
            url, signing = address_of(desk.channels, port) + HOOK, [secrets[name] for name in settings.signing_secret]
            found += [finding async for finding in check_hook(bot, url, signing, datetime.now(UTC))]
        return found

    for finding in asyncio.run(look()):
        if finding.good and finding.warns:
            yield Line(part=finding.part, mark=Mark.WARNING, says=finding.says, fix=finding.fix)
        else:
            yield _judge(finding.part, finding.good, finding.says, finding.fix)
    yield Line(part="slack", mark=Mark.OK, says=MANUAL)


def _look_at_port(host: str, port: int) -> Line:
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        fix = f"if that is not this desk's own server: --port {port + 1}"
        return Line(part="port", mark=Mark.WARNING, says=f"{port} of {host}: {error.strerror}", fix=fix)
    return Line(part="port", mark=Mark.OK, says=f"{port} of {host} is free")


def _look_at_backups(folder: Path) -> Line:
    from adapters.storage.backup import find_last_copy

    last = find_last_copy(folder)
    age = datetime.now(UTC) - last if last else None
    is_fresh = age is not None and age < OLD_BACKUP
    says = "none was made here" if age is None else f"the last one is {age.days} days old"
    fix = "" if is_fresh else "firstline db backup NEW-FOLDER, every night, also while the server runs"
    return Line(part="backup", mark=Mark.OK if is_fresh else Mark.WARNING, says=says, fix=fix)


def _look_at_data(folder: Path) -> Iterator[Line]:
    from adapters.storage import staff
    from adapters.storage.database import FILE, Database
    from bot.model import Role
    from config.errors import FirstlineError

    existing = next(place for place in (folder, *folder.parents) if place.exists())
    yield _judge("data", os.access(existing, os.W_OK), str(folder), f"let this user write to {existing}, or use --data")
    free = shutil.disk_usage(existing).free
    yield _judge("disk", free >= LEAST_FREE, f"{free // 2**20:,} MiB free", "make room")
    if not (folder / FILE).exists():
        yield Line(part="database", mark=Mark.OK, says="none yet; the first start makes it")
        return
    try:
        database = Database(folder, writable=False)
    except FirstlineError as error:
        yield _judge("database", False, str(error), "")
        return
    try:
        state = str(database.read_now(lambda conn: conn.exec_driver_sql("PRAGMA quick_check").scalar()))
        people = database.read_now(staff.list_agents)
    finally:
        database.close()
    yield _judge("database", state == "ok", state, "stop the server and restore the newest backup")
    yield _look_at_backups(folder)
    has_admin = any(Role.ADMIN in agent.roles for agent in people)
    yield Line(
        part="agents",
        mark=Mark.OK if has_admin else Mark.WARNING,
        says="1 account" if len(people) == 1 else f"{len(people)} accounts",
        fix="" if has_admin else "make the first admin: firstline agents add NAME",
    )
