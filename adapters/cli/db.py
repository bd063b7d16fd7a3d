"""`firstline db`: the data of a desk, brought up to date and copied."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.options import DataOption, DeskArgument
from adapters.cli.output import put, tell

db = typer.Typer(help="Bring a desk's data up to date, or copy it.", no_args_is_help=True)


@db.command()
def upgrade(desk: DeskArgument = Path(), data: DataOption = None) -> None:
    """Bring the database to the tables of this version, as the next start would do by itself.

    [bold]firstline db upgrade my-desk[/]
    """
    from adapters.cli.opening import data_folder
    from adapters.desk_folder import find_root
    from adapters.storage.database import Database

    folder = data_folder(find_root(desk), data)
    Database(folder).close()
    tell(f"The data in {folder} is up to date.")


@db.command()
def backup(
    to: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the copy.")],
    desk: Annotated[Path, typer.Option("--desk", metavar="DESK", help="The desk folder, or a path in it.")] = Path(),
    data: DataOption = None,
) -> None:
    """Copy database and files to a new folder, beside a running server; the copy can be served as it is.

    [bold]firstline db backup copy-of-monday --desk my-desk[/]
    """
    from adapters.cli.opening import data_folder
    from adapters.desk_folder import find_root
    from adapters.storage.backup import copy_data

    copy_data(data_folder(find_root(desk), data), to)
    tell("Copied. To go back to it, stop the server and start it with --data:")
    put(str(to))
