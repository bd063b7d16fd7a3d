"""`firstline rename`: gives an id a new name wherever it is used."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.output import put, tell


def rename(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The id as it is.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The id as it is to be.")],
    desk: Annotated[Path, typer.Option("--desk", metavar="DESK", help="The desk folder, or a path in it.")] = Path(),
    diff: Annotated[bool, typer.Option("--diff", help="Only show what would change.")] = False,
) -> None:
    """Rename an article, flow, small talk, reply, trigger or team, and every use of it.

    [bold]firstline rename wifi-password wifi-key --desk my-desk[/]
    """
    from adapters.cli.opening import read_desk, today
    from bot import renaming
    from config.fixing import show_diff

    root, folder = read_desk(desk)
    changed = renaming.rename(folder, old, new, today=today())
    for name, data in sorted(changed.items()):
        if diff:
            put(show_diff(name, folder.content[name], data).rstrip("\n"))
        else:
            (root / name).write_bytes(data)
            put(name)
    tell(f"'{old}' {'would become' if diff else 'is now'} '{new}' in {len(changed)} files.")
    tell("Open conversations, reports and links outside the desk folder still use the old id.")
