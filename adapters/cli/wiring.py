"""The one place where the parts are put together: a desk folder becomes a server.

Everything that a start can be refused for is looked at before the network, and told at once. How the parts run and
stop is `adapters.cli.running`'s.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.calls import Webhooks
from adapters.cli.names import find_foreign_packages
from adapters.cli.opening import CACHE, address_of, data_folder, today
from adapters.clock import SystemClock
from adapters.desk_folder import read_folder
from adapters.files import FileStore
from adapters.loading import DeskRefusedError, LoadedDesk, load_desk
from adapters.secrets import find_action_secrets, name_secrets, read_secrets
from adapters.slack.pace import Pace as SlackPace
from adapters.slack.service import Slack
from adapters.storage.database import Database
from adapters.storage.store import SqlStore
from adapters.surface import Fetch
from adapters.telegram.pace import BOT, GROUP, PRIVATE
from adapters.telegram.pace import Pace as TelegramPace
from adapters.telegram.service import Telegram
from adapters.testhooks import read_clock_lead, read_speed
from adapters.watch import Watch
from adapters.web.identity import load_secret
from adapters.web.listening import listen
from adapters.web.services import Services
from bot.caller import Caller
from bot.current import CurrentDesk
from bot.deciding import apologise_for, decide_job
from bot.health import Health
from bot.sender import Sender
from bot.worker import Worker
from config.channels import Channels
from config.errors import FirstlineError

POSTGRES = "FIRSTLINE_DATABASE_URL"


class StartRefusedError(FirstlineError):
    """The server cannot start; every reason has a line."""

    def __init__(self, problems: list[str]) -> None:
        """Takes all problems."""
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A server, ready to run."""

    root: Path
    loaded: LoadedDesk
    services: Services
    worker: Worker
    caller: Caller
    sender: Sender
    surfaces: tuple[Telegram | Slack, ...]
    """The platforms we speak with besides the web."""
    watch: Watch
    socket: socket.socket
    """Bound already, so that nobody else takes the port."""


def build_parts(root: Path, *, data: Path | None, port: int | None, environment: Mapping[str, str]) -> Parts:
    """Puts a server together.

    Args:
        root: The desk folder.
        data: Where database, files and caches are; `.firstline` in the desk folder if None.
        port: Where to listen; the desk says so if None, 0 takes any free one.
        environment: Holds the secrets.

    Raises:
        StartRefusedError: With every reason at once.
    """
    problems = _refuse_surroundings(environment)
    folder = read_folder(root)
    home = data_folder(root, data)
    clock = SystemClock(read_clock_lead(environment))
    loaded: LoadedDesk | None = None
    try:
        loaded = load_desk(folder, today(), cache=home / CACHE)
    except DeskRefusedError as error:
        problems += [*error.lines, f"{error} firstline check {root} shows them with their lines."]
    channels = loaded.desk.channels if loaded else Channels()
    secrets = _find_secrets(loaded, environment, problems)
    listener = _bind(channels.server.host, channels.server.port if port is None else port, problems)
    database = _open_database(home, problems)
    if problems or loaded is None or listener is None or database is None:
        _let_go(listener, database)
        raise StartRefusedError(problems)
    health = Health("worker")
    current = CurrentDesk(loaded.desk)
    store = SqlStore(database, clock)
    services = Services(
        db=database,
        store=store,
        current=current,
        clock=clock,
        health=health,
        files=FileStore(home / "files"),
        secret=load_secret(home / "secret"),
        public_url=address_of(channels, listener.getsockname()[1]),
        folder=root,
        secrets=secrets,
    )
    fetchers: dict[str, Fetch] = {}
    speed = read_speed(environment)
    channels_on: list[Telegram | Slack] = [
        *_build_telegram(channels, services, fetchers, speed),
        *_build_slack(channels, services, fetchers, speed),
    ]
    fetchers |= {each.channel.name: each.fetch for each in channels_on}
    services = replace(
        services,
        hooks={path: hook for each in channels_on for path, hook in each.hooks.items()},
        fetchers=fetchers,
    )
    return Parts(
        root=root,
        loaded=loaded,
        services=services,
        worker=Worker(store, current, clock, health, decide=decide_job, apologise=apologise_for),
        caller=Caller(store, current, Webhooks(secrets), clock, health),
        sender=Sender(store, [each.channel for each in channels_on], clock, health),
        surfaces=tuple(channels_on),
        watch=Watch(root, current, clock, seen=folder, cache=home / CACHE),
        socket=listener,
    )


def _find_secrets(loaded: LoadedDesk | None, environment: Mapping[str, str], problems: list[str]) -> Mapping[str, str]:
    """The values of the variables that the desk names; what is missing is added to the problems."""
    if loaded is None:
        return {}
    actions = loaded.desk.settings.actions.values()
    try:
        names = (*name_secrets(loaded.desk.channels), *find_action_secrets(actions, environment))
        return read_secrets(names, environment)
    except FirstlineError as error:
        problems += str(error).splitlines()
        return {}


def _build_telegram(
    channels: Channels, services: Services, fetchers: Mapping[str, Fetch], speed: float
) -> list[Telegram]:
    settings = channels.telegram
    if settings is None or not settings.enabled:
        return []
    return [
        Telegram(
            settings,
            services.secrets,
            store=services.store,
            current=services.current,
            clock=services.clock,
            health=services.health,
            files=services.files,
            folder=services.folder,
            public_url=services.public_url,
            fetchers=fetchers,
            pace=TelegramPace(*((rate * speed, burst * speed) for rate, burst in (PRIVATE, GROUP, BOT))),
        )
    ]


def _build_slack(channels: Channels, services: Services, fetchers: Mapping[str, Fetch], speed: float) -> list[Slack]:
    settings = channels.slack
    if settings is None or not settings.enabled:
        return []
    return [
        Slack(
            settings,
            services.secrets,
            store=services.store,
            current=services.current,
            clock=services.clock,
            health=services.health,
            files=services.files,
            folder=services.folder,
            fetchers=fetchers,
            pace=SlackPace(speed),
        )
    ]


def _refuse_surroundings(environment: Mapping[str, str]) -> list[str]:
    problems = [
        f"The package {name} in this environment is not firstline's own. Use an environment of its own for firstline."
        for name in find_foreign_packages(thorough=True)
    ]
    if environment.get(POSTGRES):
        problems.append(f"{POSTGRES} is set, but this version stores in SQLite only. Unset it.")
    return problems


def _bind(host: str, port: int, problems: list[str]) -> socket.socket | None:
    """The listening socket; a problem is added if the address cannot be had."""
    try:
        return listen(host, port)
    except OSError as error:
        problems.append(f"Port {port} of {host} cannot be used: {error.strerror}. Name another one: --port {port + 1}")
        return None


def _open_database(home: Path, problems: list[str]) -> Database | None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Database(home)
    except OSError as error:
        problems.append(f"The data folder {home} cannot be used: {error.strerror}. Name another one: --data DIR")
    except FirstlineError as error:
        problems.append(str(error))
    return None


def _let_go(listener: socket.socket | None, database: Database | None) -> None:
    if listener:
        listener.close()
    if database:
        database.close()
