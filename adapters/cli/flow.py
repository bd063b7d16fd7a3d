"""`firstline flow`: one scripted talk by itself: played, drawn, and walked through to its last corner."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import DeskArgument, JsonOption, LanguageOption
from adapters.cli.output import UsageError, count, put, put_json, tell

if TYPE_CHECKING:
    from bot.desk import Desk
    from kb.flows.walk import Walk

flow = typer.Typer(help="Play, draw and examine the scripted talks of a desk.", no_args_is_help=True)

FlowArgument = Annotated[str, typer.Argument(metavar="FLOW", help="Id of the flow.")]
DeskOption = Annotated[Path, typer.Option("--desk", metavar="DESK", help="The desk folder, or a path in it.")]


class Format(StrEnum):
    """How a flow is drawn."""

    MERMAID = "mermaid"
    SVG = "svg"


@flow.command()
def run(
    name: FlowArgument,
    desk: DeskOption = Path(),
    lang: LanguageOption = None,
    say: Annotated[
        list[str] | None, typer.Option("--say", metavar="TEXT", help="Said one after the other instead of typed.")
    ] = None,
) -> None:
    """Play one flow in this terminal; calls answer with their mocks, nothing is stored or sent.

    [bold]firstline flow run internet-down --desk my-desk[/]
    [bold]firstline flow run internet-down --say red --say done --say yes[/]
    """
    from datetime import UTC, datetime

    from rich.console import Console

    from adapters.cli.chat import read_lines
    from adapters.cli.opening import open_desk
    from adapters.terminal import Terminal
    from bot.play import Play

    loaded = open_desk(desk, drafts=True).desk
    _find(loaded, name)
    play = Play(loaded, datetime.now(UTC), language=lang or "")
    Terminal(play, Console()).talk(say if say is not None else read_lines(), flow=name)


@flow.command()
def graph(
    name: FlowArgument,
    desk: DeskOption = Path(),
    lang: LanguageOption = None,
    form: Annotated[Format, typer.Option("--format", help="Mermaid text, or one SVG picture.")] = Format.MERMAID,
    aside: Annotated[bool, typer.Option("--all", help="Also giving up, silence and calls that fail.")] = False,
) -> None:
    """Draw one flow.

    [bold]firstline flow graph internet-down --format svg > internet-down.svg[/]
    """
    from adapters.cli.opening import open_desk
    from kb.flows.graph import draw, to_mermaid, to_svg

    loaded = open_desk(desk, drafts=True).desk
    _find(loaded, name)
    drawing = draw(loaded.programs[name], lang or loaded.default_language, aside=aside)
    put((to_svg if form is Format.SVG else to_mermaid)(drawing).rstrip("\n"))


@flow.command()
def walk(
    desk: DeskArgument = Path(),
    name: Annotated[str | None, typer.Option("--flow", metavar="FLOW", help="Only this flow.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Look at every way through the flows: what is never reached, where it sticks, what no test has passed.

    [bold]firstline flow walk my-desk[/]
    """
    from adapters.cli.opening import open_desk
    from bot.rehearsal import rehearse_chats
    from kb.flows.walk import find_unpassed
    from kb.flows.walk import walk as walk_flow

    loaded = open_desk(desk, drafts=True)
    if name is not None:
        _find(loaded.desk, name)
    programs = loaded.desk.programs
    passed = {step for outcome in rehearse_chats(loaded.desk, tuple(loaded.chats)) for step in outcome.steps}
    found = [
        (walk_flow(programs, each), tuple(step.name for step in find_unpassed(programs[each], passed)))
        for each in programs
        if name in (None, each)
    ]
    if as_json:
        put_json([_as_json(seen, unpassed) for seen, unpassed in found], indent=2)
    else:
        for seen, unpassed in found:
            _put(seen, unpassed)
        if not found:
            tell("This desk has no flows.")
    raise typer.Exit(1 if any(any(seen.problems) for seen, _ in found) else 0)


def _find(desk: "Desk", name: str) -> None:
    if name not in desk.flows:
        raise UsageError(f"There is no flow '{name}'; there are: {', '.join(desk.flows) or 'none'}.")


def _put(seen: "Walk", unpassed: tuple[str, ...]) -> None:
    put(f"{seen.flow}: {count(seen.steps, 'step')}, {count(seen.questions, 'question')}")
    put(f"  longest way: {count(len(seen.longest), 'question')} ({' > '.join(seen.longest)})")
    put(f"  in a row:    {len(seen.in_a_row)} ({' > '.join(seen.in_a_row)})")
    put(f"  no test passes: {', '.join(unpassed)}" if unpassed else "  every step is passed by a test")
    for step, problem in seen.problems:
        put(f"  {step.position.file}:{step.position.line}  {step.name}: {problem}")


def _as_json(seen: "Walk", unpassed: tuple[str, ...]) -> dict[str, object]:
    return {
        "flow": seen.flow,
        "steps": seen.steps,
        "questions": seen.questions,
        "longest": list(seen.longest),
        "in_a_row": list(seen.in_a_row),
        "unpassed": list(unpassed),
        "problems": [
            {"file": step.position.file, "line": step.position.line, "step": step.name, "problem": problem}
            for step, problem in seen.problems
        ],
    }
