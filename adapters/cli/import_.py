"""`firstline import`: answers from a table, a folder of Markdown or a page of questions, as drafts."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.output import UsageError, count, put, tell

if TYPE_CHECKING:
    from bot.drafts import Draft

MOST_BYTES = 10 * 1024 * 1024
"""A source larger than this is no table of answers."""


def import_drafts(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="A .csv, an .html page, or a folder of .md files.")],
    desk: Annotated[Path, typer.Option("--desk", metavar="DESK", help="The desk folder, or a path in it.")] = Path(),
    owner: Annotated[str, typer.Option(help="Who looks through the drafts.")] = "import",
) -> None:
    """Make drafts of answers that you have elsewhere, and list what could not be taken over.

    [bold]firstline import faq.csv --desk my-desk[/]
    """
    from adapters.cli.opening import read_desk, today
    from bot.content import read_content
    from bot.drafts import write_drafts
    from config.findings import Findings

    root, folder = read_desk(desk)
    content, _ = read_content(folder, Findings(), today=today())
    target = root / "kb" / "articles" / "imported.yml"
    if target.exists():
        raise UsageError(f"{target} is there already. Put its drafts where they belong, or delete it.")
    read = _read(source)
    drafts = [draft for draft in read if draft.title and draft.answer]
    for draft in read:
        if not (draft.title and draft.answer):
            tell(f"dropped  {draft.source}: {draft.title or 'no question'}, nothing to answer")
        for what in draft.dropped:
            tell(f"left out  {draft.source}: {what} in '{draft.title}'")
    if not drafts:
        raise UsageError(f"{source} holds no question with an answer.")
    taken = [article.id for article in content.articles] + [flow.id for flow in content.flows]
    target.parent.mkdir(parents=True, exist_ok=True)
    review_by = (today() + timedelta(days=30)).isoformat()
    target.write_text(write_drafts(drafts, taken, owner, review_by), encoding="utf-8")
    put(str(target))
    tell(f"{count(len(drafts), 'draft')}, seen by nobody yet. Read them, add questions, and set status: published.")


def _read(source: Path) -> "list[Draft]":
    from bot.drafts import draft_of_markdown, drafts_of_html, drafts_of_table

    if source.is_dir():
        pages = sorted(path for path in source.rglob("*.md") if path.is_file())
        return [draft_of_markdown(path.relative_to(source).as_posix(), _text(path)) for path in pages]
    if source.suffix.lower() in (".html", ".htm"):
        return list(drafts_of_html(source.name, _text(source)))
    if source.suffix.lower() == ".csv":
        text = _text(source)
        head = text.partition("\n")[0]
        table = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
        return list(drafts_of_table(source.name, table))
    raise UsageError(f"{source} is neither a .csv, an .html page, nor a folder of .md files.")


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} is larger than 10 MB.")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}. Save it as UTF-8.") from error
