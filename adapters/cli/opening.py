"""How a command opens the desk it was given: found, checked, built, and refused with every problem at once."""

from datetime import UTC, date, datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from adapters.cli.output import is_terminal, tell
from adapters.desk_folder import find_root, read_folder
from adapters.loading import DeskRefusedError, LoadedDesk, load_desk
from bot.desk import check_folder
from config.channels import Channels
from config.source import DeskFolder

CACHE = "cache"
"""The folder of indexes in the data folder."""


def today() -> date:
    """The date by which a command judges what is overdue."""
    return datetime.now(UTC).date()


def data_folder(root: Path, given: Path | None) -> Path:
    """Where a desk's database, files and caches are."""
    return given or root / ".firstline"


def read_desk(path: Path) -> tuple[Path, DeskFolder]:
    """The root of the desk a path lies in, and its content; messages name files as seen from the working folder."""
    root = find_root(path)
    return root, read_folder(root)


def open_channels(path: Path) -> Channels:
    """The channels of a desk, whether or not the rest of it is in order; what stands by itself if they are not."""
    checked = check_folder(read_desk(path)[1], today=today())
    return checked.content.channels if checked.content else Channels()


def address_of(channels: Channels, port: int | None = None) -> str:
    """Under which address browsers reach a desk, without a slash at its end.

    Args:
        channels: Says the public address, or where the server listens.
        port: The port really listened on, if another one was asked for.
    """
    server = channels.server
    if server.public_url:
        return str(server.public_url).rstrip("/")
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"http://{host}:{server.port if port is None else port}"


def open_desk(path: Path, *, drafts: bool = False) -> LoadedDesk:
    """Loads a desk for a command, with a bar on a terminal if it takes long.

    Raises:
        NoDeskError: There is none.
        typer.Exit: With 2, after all errors of the desk have been told.
    """
    root, folder = read_desk(path)
    cache = data_folder(root, None) / CACHE
    try:
        if not is_terminal():
            return load_desk(folder, today(), cache=cache, drafts=drafts)
        columns = (TextColumn("reading the desk"), BarColumn(), TextColumn("{task.percentage:.0f} %"))
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=1.0)

            def show(share: float) -> None:
                bar.update(task, completed=share)

            return load_desk(folder, today(), cache=cache, progress=show, drafts=drafts)
    except DeskRefusedError as error:
        for line in error.lines:
            tell(line)
        tell(f"{error} Put them right, then try again: firstline check {_as_argument(folder.root)}")
        raise typer.Exit(2) from error


def _as_argument(root: str) -> str:
    return f'"{root}"' if " " in root else root
