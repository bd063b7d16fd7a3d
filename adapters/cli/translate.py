"""`firstline translate`: what is not translated yet, and a table that goes to a translator and comes back."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import DeskArgument
from adapters.cli.output import UsageError, count, put, tell

if TYPE_CHECKING:
    from bot.content import Content
    from bot.translation import Row
    from config.source import DeskFolder

FORMULAS = "=+-@\t\r'"
"""A cell that begins so is a formula to a spreadsheet; a quote before it makes it a text."""


def translate(
    desk: DeskArgument = Path(),
    missing: Annotated[bool, typer.Option("--missing", help="List the texts that lack a language.")] = False,
    export_to: Annotated[
        Path | None, typer.Option("--export", metavar="FILE.csv", help="Write every text, one column a language.")
    ] = None,
    import_from: Annotated[
        Path | None, typer.Option("--import", metavar="FILE.csv", help="Write the translations into the files.")
    ] = None,
) -> None:
    """See what is not translated, and carry texts to a translator and back into the same files.

    [bold]firstline translate my-desk --missing[/]
    [bold]firstline translate my-desk --export texts.csv[/]
    """
    from adapters.cli.opening import read_desk, today
    from bot.content import read_content
    from config.findings import Findings

    if sum((missing, export_to is not None, import_from is not None)) != 1:
        raise UsageError("Say one of --missing, --export FILE.csv and --import FILE.csv.")
    root, folder = read_desk(desk)
    content, _ = read_content(folder, Findings(), today=today())
    if content.settings is None:
        raise UsageError("The desk block cannot be read; firstline check says why.")
    languages, default = content.settings.languages, content.settings.default_language
    if missing:
        _put_missing(folder, content, languages, default)
    elif export_to is not None:
        _export(folder, export_to, languages, default)
    elif import_from is not None:
        _import(root, folder, import_from, languages, default)


def _put_missing(folder: "DeskFolder", content: "Content", languages: Sequence[str], default: str) -> None:
    from bot.desk import own_phrases
    from bot.translation import missing_in, rows_of
    from config.phrases import load_builtin

    total = 0
    for row in rows_of(folder, default):
        if lacking := missing_in(row, languages):
            total += len(lacking)
            put(f"{row.file}:{row.position.line}  {row.path}  {', '.join(lacking)}")
    own = own_phrases(content, content.settings) if content.settings else {}
    for key, text in load_builtin().phrases.items():
        spoken = {*text.wordings, *(own[key].wordings if key in own else ())}
        if lacking := tuple(language for language in languages if language not in spoken):
            total += len(lacking)
            put(f"phrases  {key}  {', '.join(lacking)}")
    tell(f"{count(total, 'text')} missing, in {count(len(languages), 'language')}.")


def _export(folder: "DeskFolder", path: Path, languages: Sequence[str], default: str) -> None:
    from bot.translation import rows_of

    columns = [default, *(language for language in languages if language != default)]
    rows = list(rows_of(folder, default))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "field", *columns])
        for row in rows:
            table.writerow([_harmless(cell) for cell in (row.file, row.path, *(row.cells.get(c, "") for c in columns))])
    tell(f"Wrote {count(len(rows), 'text')} to {path}. Fill in the columns, then: firstline translate --import {path}")


def _import(root: Path, folder: "DeskFolder", path: Path, languages: Sequence[str], default: str) -> None:
    from bot.translation import import_rows

    imported = import_rows(folder, _read_table(path, default), languages, default)
    for reason in imported.dropped:
        tell(f"dropped  {reason}")
    for name, data in sorted(imported.changed.items()):
        (root / name).write_bytes(data)
        put(name)
    files = count(len(imported.changed), "file")
    tell(f"Wrote {count(imported.texts, 'translation')} into {files}; {len(imported.dropped)} dropped.")
    raise typer.Exit(1 if imported.dropped else 0)


def _read_table(path: Path, default: str) -> "list[Row]":
    """The rows of a table, whatever sign the spreadsheet put between its cells."""
    from bot.translation import Row

    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}. Save it as CSV in UTF-8.") from error
    head = text.partition("\n")[0]
    between = max(",;\t", key=head.count)
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=between)
    if not {"file", "field", default} <= set(table.fieldnames or ()):
        raise UsageError(f"{path} needs the columns file, field and {default}, as --export writes them.")
    return [
        Row(
            file=_original(row["file"]),
            path=_original(row["field"]),
            cells={
                name: _original(cell)
                for name, cell in row.items()
                if name not in ("file", "field") and isinstance(name, str) and isinstance(cell, str) and cell
            },
        )
        for row in table
    ]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] and cell[0] in FORMULAS else cell


def _original(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in FORMULAS else cell
