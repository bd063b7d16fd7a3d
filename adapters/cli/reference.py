"""The reference page of the commands, written from the commands themselves.

`make docs` prints it to `docs/reference/commands.md`; a test holds the page to it.
"""

import re
from collections.abc import Iterator

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from adapters.cli.main import app
from adapters.cli.output import put

_MARKS = re.compile(r"\[/?(?:bold)?\]")


def render_commands() -> str:
    """The page as Markdown."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    lines = [
        "# Commands",
        "",
        "Data goes to stdout, talk to stderr. Exit codes: 0 all is well, 1 problems were found, 2 wrong usage or a",
        "refused start, 3 an error of firstline itself (`--debug` shows where). Written by `make docs`.",
    ]
    return "\n".join([*lines, *_describe_group(group, "firstline")]) + "\n"


def _describe_group(group: TyperGroup, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _describe_group(command, f"{path} {name}")
        elif isinstance(command, TyperCommand):
            yield from _describe(command, f"{path} {name}")


def _describe(command: TyperCommand, path: str) -> Iterator[str]:
    arguments = [str(param.metavar) for param in command.params if isinstance(param, TyperArgument)]
    yield from ("", f"## {path}", "", f"    {' '.join([path, *arguments])}", "")
    about, _, examples = (command.help or "").partition("\n\n")
    yield about
    if examples:
        yield from ("", "```sh", *_MARKS.sub("", examples).splitlines(), "```")
    options = [param for param in command.params if isinstance(param, TyperOption)]
    if options:
        yield from ("", "| option | |", "|---|---|")
        yield from (f"| `{param.opts[0]}` | {param.help} |" for param in options)


if __name__ == "__main__":
    put(render_commands().rstrip("\n"))
