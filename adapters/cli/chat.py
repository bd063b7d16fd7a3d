"""`firstline chat`: a talk with a desk in the terminal."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from adapters.cli.options import DeskArgument, LanguageOption
from adapters.cli.output import UsageError, is_terminal, tell


def chat(
    desk: DeskArgument = Path(),
    lang: LanguageOption = None,
    channel: Annotated[str, typer.Option(help="Talk as if on this channel: web, slack, telegram.")] = "web",
    explain: Annotated[bool, typer.Option("--explain", help="Say after every reply why.")] = False,
    drafts: Annotated[bool, typer.Option("--drafts", help="Take drafts as published.")] = False,
    at: Annotated[
        str | None, typer.Option(metavar="MOMENT", help="Talk as if it were then, such as 2027-01-01T03:00.")
    ] = None,
) -> None:
    """Talk to a desk in this terminal: the engine that answers customers, with nothing stored or sent.

    [bold]firstline chat my-desk[/]
    [bold]firstline chat my-desk --explain --at 2027-01-01T03:00[/]
    """
    from rich.console import Console

    from adapters.cli.opening import open_desk
    from adapters.terminal import Terminal
    from bot.play import Play

    loaded = open_desk(desk, drafts=drafts)
    if lang and lang not in loaded.desk.languages:
        raise UsageError(f"The desk does not speak '{lang}'; it speaks {', '.join(loaded.desk.languages)}.")
    play = Play(
        loaded.desk, _parse_moment(at, ZoneInfo(loaded.desk.policy.timezone)), channel=channel, language=lang or ""
    )
    Terminal(play, Console(), explains=explain).talk(read_lines())
    if is_terminal():
        tell("Nothing was stored. Open it to customers: firstline serve")


def _parse_moment(text: str | None, zone: ZoneInfo) -> datetime:
    """The moment a talk begins, in the desk's time unless it names its zone; now if none is given."""
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is no moment; write it like 2027-01-01T03:00.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def read_lines() -> Iterator[str]:
    """What is typed, until there is no more; a prompt only where somebody types."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    while True:
        try:
            yield input("> ")
        except EOFError:
            return
