"""`firstline fmt`: lays content files out in the one way."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.output import UsageError, put, tell


def fmt(
    path: Annotated[
        Path, typer.Argument(metavar="[PATH]", help="A desk folder, a folder in it, or one file.")
    ] = Path(),
    only_check: Annotated[
        bool, typer.Option("--check", help="Change nothing; name the files that would change, and end with 1.")
    ] = False,
) -> None:
    """Lay content files out alike: the schema line, the order of fields, yes and no. Comments stay.

    [bold]firstline fmt my-desk[/]
    [bold]firstline fmt my-desk --check[/]
    """
    from adapters.cli.opening import read_desk
    from bot.content import FILE_KINDS
    from config.layout import LayoutError, lay_out

    if not path.exists():
        raise UsageError(f"There is no file or folder {path}.")
    root, folder = read_desk(path)
    under = "" if path.resolve() == root else path.resolve().relative_to(root).as_posix()
    changed = unread = 0
    for name, data in sorted(folder.content.items()):
        if under and name != under and not name.startswith(f"{under}/"):
            continue
        try:
            after = lay_out(name, data, FILE_KINDS)
        except LayoutError as error:
            tell(str(error))
            unread += 1
            continue
        if after != data:
            changed += 1
            put(name)
            if not only_check:
                (root / name).write_bytes(after)
    tell(f"{changed} of {len(folder.content)} files {'would change' if only_check else 'changed'}.")
    raise typer.Exit(1 if unread or (only_check and changed) else 0)
