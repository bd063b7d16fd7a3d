"""The reference pages: commands, fields of the content, rules; written from the code that they speak of.

`make docs` writes them to `docs/reference`; a test holds the pages to it.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from adapters.cli.main import app
from bot.content import FILE_KINDS
from config.pages import reference_of_rules
from config.schema import blocks_below, describe_block

_MARKS = re.compile(r"\[/?(?:bold)?\]")


def render_pages() -> Mapping[str, str]:
    """Each page as Markdown, by the name of its file."""
    return {"commands.md": _render_commands(), "fields.md": _render_fields(), "rules.md": reference_of_rules()}


def _render_fields() -> str:
    lines = [
        "# Fields",
        "",
        "What may stand in a desk's files, block by block; a star marks what must be there. Written by `make docs`.",
        "",
    ]
    for key, kind in FILE_KINDS.items():
        lines += [f"## {key}", ""]
        lines += [describe_block(block, name) for name, block in blocks_below(kind).items()]
    return "\n".join(lines)


def _render_commands() -> str:
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


def write_pages(folder: Path) -> None:
    """Writes every page into a folder."""
    for name, text in render_pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
