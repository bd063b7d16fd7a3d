"""`firstline test`: plays the sentences and talks that a desk brings as its tests."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import DeskArgument, JsonOption, WatchOption
from adapters.cli.output import UsageError, put, put_json, tell

if TYPE_CHECKING:
    from adapters.loading import LoadedDesk
    from bot.desk import Desk
    from bot.rehearsal import Outcome
    from bot.scores import Change

BASELINE = Path("tests") / "baseline.json"
"""Where a desk keeps which of its tests passed; meant to be committed with it."""


def rehearse(
    desk: DeskArgument = Path(),
    tag: Annotated[str | None, typer.Option(metavar="TAG", help="Only the talks with this tag.")] = None,
    fail_below: Annotated[
        str | None, typer.Option(metavar="95%", help="End with 1 only if a smaller share of the tests passes.")
    ] = None,
    save_baseline: Annotated[
        bool, typer.Option("--save-baseline", help="Note which tests pass, to be told later what changed.")
    ] = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write a page to read and print.")] = None,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write XML for a build server.")] = None,
    watch: WatchOption = False,
    as_json: JsonOption = False,
) -> None:
    """Play the tests of a desk: sentences beside articles, and whole talks.

    [bold]firstline test my-desk[/]
    [bold]firstline test my-desk --fail-below 95% --junit results.xml[/]
    """
    from adapters.cli.opening import open_desk, read_desk

    least = _parse_share(fail_below)

    def play() -> int:
        loaded = open_desk(desk)
        outcomes = _play(loaded, tag)
        baseline = read_desk(desk)[0] / BASELINE
        _put_outcomes(loaded.desk, outcomes, _changes(outcomes, baseline, tag), as_json)
        _write_reports(loaded.desk, outcomes, html, junit)
        if save_baseline:
            _save_baseline(outcomes, baseline)
        return _exit_code(outcomes, least)

    if watch:
        _keep_playing(desk, play)
        return
    raise typer.Exit(play())


def _keep_playing(desk: Path, play: Callable[[], int]) -> None:
    """Plays again after each change, until the command is ended."""
    from adapters.desk_folder import find_root
    from adapters.watch import follow

    root = find_root(desk)
    for _ in follow(root):
        try:
            play()
        except typer.Exit:
            tell("The tests are played when the desk has no error.")
        sys.stdout.flush()
        tell(f"Waiting for a change in {root}. Ctrl-C ends this.")


def _play(loaded: "LoadedDesk", tag: str | None) -> "list[Outcome]":
    from bot.rehearsal import rehearse_articles, rehearse_chats

    chats = tuple(chat for chat in loaded.chats if tag is None or tag in chat.tags)
    return [*(rehearse_articles(loaded.desk) if tag is None else ()), *rehearse_chats(loaded.desk, chats)]


def _put_outcomes(desk: "Desk", outcomes: "Sequence[Outcome]", change: "Change | None", as_json: bool) -> None:
    from adapters.cli.rehearsal_lines import put_change, put_expected, put_failures, put_languages, sums_as_json

    if as_json:
        put_json(sums_as_json(desk, outcomes, change), indent=2)
        return
    failed = [outcome for outcome in outcomes if not outcome.passed]
    put_failures(failed)
    put_languages(outcomes)
    put(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed")
    put_expected(desk.index)
    if change is not None:
        put_change(change)
    if not outcomes:
        tell("This desk has no tests. Write sentences under an article's tests: match:")


def _write_reports(desk: "Desk", outcomes: "Sequence[Outcome]", html: Path | None, junit: Path | None) -> None:
    from adapters.cli.junit import build_junit
    from adapters.cli.opening import today
    from adapters.cli.rehearsal_page import build_page

    if html is not None:
        html.write_text(build_page(desk.name, today().isoformat(), outcomes, desk.index), encoding="utf-8")
        tell(f"Wrote {html}.")
    if junit is not None:
        junit.write_text(build_junit(desk.name, outcomes), encoding="utf-8")
        tell(f"Wrote {junit}.")


def _changes(outcomes: "Sequence[Outcome]", baseline: Path, tag: str | None) -> "Change | None":
    """What is different from the baseline, if there is one; some of the tests cannot be compared with all."""
    from bot.scores import compare

    if tag is not None or not baseline.exists():
        return None
    try:
        known = json.loads(baseline.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{baseline} cannot be read: {error}. Make it anew with --save-baseline.") from error
    return compare(outcomes, known if isinstance(known, Mapping) else {})


def _save_baseline(outcomes: "Sequence[Outcome]", baseline: Path) -> None:
    from bot.scores import as_baseline

    baseline.parent.mkdir(exist_ok=True)
    text = json.dumps(as_baseline(outcomes), ensure_ascii=False, indent=0, sort_keys=True)
    baseline.write_text(f"{text}\n", encoding="utf-8")
    tell(f"Wrote {baseline}: {len(outcomes)} tests. From now on each run says what changed.")


def _exit_code(outcomes: "Sequence[Outcome]", least: float | None) -> int:
    from bot.scores import share_passed

    share = share_passed(outcomes)
    if least is None:
        return 0 if share == 1 else 1
    if share < least:
        tell(f"{share:.1%} of the tests passed; at least {least:.0%} must.")
    return 0 if share >= least else 1


def _parse_share(text: str | None) -> float | None:
    if text is None:
        return None
    number = text.removesuffix("%")
    if not number.isdecimal() or int(number) > 100:
        raise UsageError(f"'{text}' is no share; write it like 95%.")
    return int(number) / 100
