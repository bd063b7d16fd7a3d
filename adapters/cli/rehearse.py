"""`firstline test`: plays the sentences and talks that a desk brings as its tests."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import DeskArgument, JsonOption
from adapters.cli.output import put, put_json, tell

if TYPE_CHECKING:
    from bot.rehearsal import Outcome


def rehearse(
    desk: DeskArgument = Path(),
    tag: Annotated[str | None, typer.Option(metavar="TAG", help="Only the talks with this tag.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Play the tests of a desk: sentences beside articles, and whole talks.

    [bold]firstline test my-desk[/]
    """
    from adapters.cli.opening import open_desk
    from bot.rehearsal import rehearse_articles, rehearse_chats

    loaded = open_desk(desk)
    chats = tuple(chat for chat in loaded.chats if tag is None or tag in chat.tags)
    outcomes = [*(rehearse_articles(loaded.desk) if tag is None else ()), *rehearse_chats(loaded.desk, chats)]
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if as_json:
        put_json({"passed": len(outcomes) - len(failed), "failed": [_as_json(outcome) for outcome in failed]}, indent=2)
    else:
        for outcome in failed:
            _put_failure(outcome)
        put(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed")
        if not outcomes:
            tell("This desk has no tests. Write sentences under an article's tests: match:")
    raise typer.Exit(1 if failed else 0)


def _put_failure(outcome: "Outcome") -> None:
    place = outcome.position
    put(f"{place.file}:{place.line}  {outcome.name}" + (f"  ({outcome.language})" if outcome.language else ""))
    for problem in outcome.problems:
        put(f"    {problem}")


def _as_json(outcome: "Outcome") -> dict[str, object]:
    return {
        "name": outcome.name,
        "language": outcome.language,
        "file": outcome.position.file,
        "line": outcome.position.line,
        "article": outcome.article,
        "problems": list(outcome.problems),
    }
