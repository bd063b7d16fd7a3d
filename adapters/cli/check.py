"""`firstline check`: the mistakes in a desk folder, with their place, and mended where the meaning is clear."""

import gc
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import JsonOption, WatchOption
from adapters.cli.output import UsageError, put, tell
from adapters.keeping import keeping_everything

if TYPE_CHECKING:
    from config.findings import Finding
    from config.report import Style
    from config.source import KnownFiles


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def check(
    path: Annotated[
        Path, typer.Argument(metavar="[PATH]", help="A desk folder, a folder in it, or one file.")
    ] = Path(),
    form: Annotated[Format, typer.Option("--format", help="How findings are written.")] = Format.TEXT,
    as_json: JsonOption = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 for warnings, too.")] = False,
    hints: Annotated[bool, typer.Option("--hints", help="Also show what could be better.")] = False,
    day: Annotated[str | None, typer.Option("--today", metavar="DATE", help="Judge dates as on this day.")] = None,
    env: Annotated[bool, typer.Option("--env", help="Also look whether the secrets it names are set.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended, and check again.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="With --fix: only show what would change.")] = False,
    watch: WatchOption = False,
) -> None:
    """Look for mistakes in a desk folder; nothing takes effect unless it has none.

    [bold]firstline check my-desk[/]
    [bold]firstline check my-desk/kb/articles/billing.yml --fix --diff[/]
    """
    from config.fixing import fix_folder, show_diff
    from config.report import Style, exit_code
    from config.source import DeskFolder

    judged = _parse_day(day)
    style = Style.JSON if as_json else Style(form.value)
    if watch:
        if fix:
            raise UsageError("--watch changes no file; mend with --fix first.")
        _keep_looking(path, lambda known: _examine(path, judged, hints=hints, env=env, known=known), style)
        return
    with keeping_everything():
        examined = _examine(path, judged, hints=hints, env=env)
    if fix:
        changed = fix_folder(DeskFolder(root="", content=examined.sources), examined.findings)
        for name, data in sorted(changed.items()):
            tell(show_diff(examined.prefix + name, examined.sources[name], data).rstrip("\n"))
            if not diff:
                (examined.root / name).write_bytes(data)
        if not changed:
            tell("Nothing here can be mended for you.")
        if diff:
            raise typer.Exit(exit_code(examined.findings, strict=strict))
        examined = _examine(path, judged, hints=hints, env=env)
    _put_report(examined, style)
    raise typer.Exit(exit_code(examined.findings, strict=strict))


def _keep_looking(path: Path, examine: "Callable[[KnownFiles], _Examined]", style: "Style") -> None:
    """Reports again after each change; only what changed is read again."""
    from adapters.desk_folder import find_root
    from adapters.watch import follow
    from config.source import KnownFiles

    known = KnownFiles()
    for _ in follow(find_root(path)):
        started = time.perf_counter()
        with keeping_everything():
            _put_report(examine(known), style)
        sys.stdout.flush()
        tell(f"Checked in {time.perf_counter() - started:.2f} s. Waiting for a change; Ctrl-C ends this.")
        # What is known stays known: the garbage collector need not look through it after each change.
        gc.collect()
        gc.freeze()


def _put_report(examined: "_Examined", style: "Style") -> None:
    from config.report import format_findings

    report = format_findings(
        examined.findings,
        examined.sources,
        style=style,
        files=examined.files,
        color=_wants_color(),
        root=examined.prefix,
    )
    if report:
        put(report)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Examined:
    """What was looked at, and what was found there."""

    root: Path
    """Names in `sources` and in the findings are relative to it."""
    prefix: str
    """Goes before each name, so that it leads there from the working folder."""
    sources: Mapping[str, bytes]
    findings: Sequence["Finding"]
    files: int


def _examine(path: Path, day: date, *, hints: bool, env: bool, known: "KnownFiles | None" = None) -> _Examined:
    from adapters.desk_folder import CONTENT, ROOMS, NoDeskError, find_root, read_folder
    from bot.desk import check_alone, check_folder

    if not path.exists():
        raise UsageError(f"There is no file or folder {path}.")
    try:
        root = find_root(path)
    except NoDeskError:
        root = path.resolve()
    under = path.resolve().relative_to(root).as_posix() if path.resolve() != root else ""
    if root.is_file() or (path.is_file() and under.split("/")[0] not in ROOMS):
        if path.suffix not in CONTENT:
            raise UsageError(f"{path} is no content: content files end with .yml or .yaml.")
        data = path.read_bytes()
        findings = check_alone(path.name, data, hints=hints)
        folder, sources, files = path.resolve().parent, {path.name: data}, 1
        return _Examined(root=folder, prefix=_prefix(folder), sources=sources, findings=findings, files=files)
    content = read_folder(root)
    present = {name.removesuffix("_FILE") for name in os.environ} | set(os.environ) if env else None
    checked = check_folder(content, today=day, hints=hints, environment=present, known=known)
    shown = [f for f in checked.findings if _lies_under(f.position.file, under)]
    files = sum(1 for name in content.content if _lies_under(name, under))
    return _Examined(root=root, prefix=_prefix(root), sources=content.content, findings=shown, files=files)


def _lies_under(name: str, under: str) -> bool:
    return not under or name == under or name.startswith(f"{under}/")


def _prefix(root: Path) -> str:
    here = Path.cwd()
    if root == here:
        return ""
    return f"{root.relative_to(here).as_posix() if root.is_relative_to(here) else root}/"


def _parse_day(text: str | None) -> date:
    from adapters.cli.opening import today

    if text is None:
        return today()
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise UsageError(f"'{text}' is no date; write it like 2026-11-21.") from error


def _wants_color() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
