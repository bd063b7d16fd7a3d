"""`firstline rename`: gives an id a new name wherever it is used."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.output import count, put, tell


def rename(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The name as it is.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The name as it is to be.")],
    desk: Annotated[Path, typer.Option("--desk", metavar="DESK", help="The desk folder, or a path in it.")] = Path(),
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="What it is, such as team, where things of several kinds are called so.")
    ] = "",
    diff: Annotated[bool, typer.Option("--diff", help="Only show what would change.")] = False,
) -> None:
    """Rename whatever has a name, and every use of it: comments and order stay.

    An article, flow, small talk, reply, trigger, team, action, variable, customer field or category; in a flow a step,
    an answer or one of its values, with what it belongs to before it if others are called so too.

    [bold]firstline rename wifi-password wifi-key --desk my-desk[/]
    [bold]firstline rename internet-down/light lamp --desk my-desk[/]
    """
    from adapters.cli.opening import read_desk, today
    from bot import renaming
    from config.fixing import show_diff

    root, folder = read_desk(desk)
    changed = renaming.rename(folder, old, new, today=today(), kind=kind)
    for name, data in sorted(changed.items()):
        if diff:
            put(show_diff(name, folder.content[name], data).rstrip("\n"))
        else:
            (root / name).write_bytes(data)
            put(name)
    tell(f"'{old}' {'would become' if diff else 'is now'} '{new}' in {count(len(changed), 'file')}.")
    tell("Open conversations, reports and links outside the desk folder still use the old id.")
