"""`firstline preview`: an article or a flow as each channel is sent it."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from adapters.cli.options import JsonOption
from adapters.cli.output import UsageError, put, put_json, tell

if TYPE_CHECKING:
    from adapters.cli.preview_channels import Sent
    from bot.desk import Desk
    from bot.previewing import Shown

LONG_WORD = 6
"""Letters; a longer word counts as long."""
READING_EASE = ((30, "very easy"), (40, "easy"), (50, "medium"), (60, "hard"), (float("inf"), "very hard"))


def preview(
    entry: Annotated[str, typer.Argument(metavar="ID", help="The id of an article or a flow.")],
    desk: Annotated[Path, typer.Option("--desk", metavar="DESK", help="The desk folder, or a path in it.")] = Path(),
    lang: Annotated[str | None, typer.Option("--lang", metavar="CODE", help="Only this language, such as et.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show an article's answers, or the steps of a flow, as Slack, Telegram and the web chat are sent them.

    What may be different each time stands as a sample: ‹first_name›. --json has the whole payloads.

    [bold]firstline preview wifi-password --desk my-desk[/]
    [bold]firstline preview internet-down --desk my-desk --lang et[/]
    """
    from adapters.cli.opening import open_desk
    from adapters.cli.preview_channels import PLAIN, convert
    from config.findings import find_similar

    loaded = open_desk(desk, drafts=True).desk
    if entry not in loaded.articles and entry not in loaded.flows:
        meant = find_similar(entry, [*loaded.articles, *loaded.flows])
        raise UsageError(f"There is no article or flow '{entry}'." + (f" Did you mean '{meant}'?" if meant else ""))
    if lang is not None and lang not in loaded.languages:
        raise UsageError(f"'{lang}' is none of the desk's languages ({', '.join(loaded.languages)}).")
    found = []
    for language in [lang] if lang else loaded.languages:
        for shown in _shown(loaded, entry, language):
            sent = convert(shown, loaded, language)
            plain = "\n".join(str(text) for each in sent[PLAIN] for text in each.payloads)
            notes = [*_notes(shown, sent, plain), *_reading_notes(loaded, plain)]
            if as_json:
                found.append(_as_json(shown, language, sent, notes))
            else:
                _put(entry, language, shown, sent, notes)
    if as_json:
        put_json(found, indent=2)


def _shown(desk: "Desk", entry: str, language: str) -> "Iterator[Shown]":
    from datetime import UTC, datetime

    from bot.previewing import preview_article, preview_flow

    if entry in desk.articles:
        return preview_article(desk, desk.articles[entry], language, datetime.now(UTC))
    return preview_flow(desk, entry, language, datetime.now(UTC))


def _notes(shown: "Shown", sent: "Mapping[str, Sequence[Sent]]", plain: str) -> Iterator[str]:
    """What an editor should know about it: length, limits, what is missing."""
    if shown.failed:
        yield f"this is its source: with sample values it cannot be shown ({shown.failed})"
    words = len(plain.split())
    yield f"{words} words, {len(plain)} characters" + ("; more than a chat window shows well" if words > 120 else "")
    for channel in ("slack", "telegram"):
        if (parts := max((each.parts for each in sent.get(channel, ())), default=0)) > 1:
            yield f"{channel.capitalize()} shows it in {parts} messages"
    if any(attachment.image and not attachment.alt for attachment in shown.attachments):
        yield "a picture has no alt text"


def _reading_notes(desk: "Desk", plain: str) -> Iterator[str]:
    """How hard it is to read, by LIX (Björnsson 1968), which counts alike in every language; and what is jargon."""
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", plain)
    sentences = len(re.findall(r"[.!?:…](?=\s|$)|\n+", plain.strip())) or 1
    if words:
        lix = len(words) / sentences + 100 * sum(len(word) > LONG_WORD for word in words) / len(words)
        ease = next(name for limit, name in READING_EASE if lix < limit)
        yield f"reading level {lix:.0f} (LIX): {ease}"
    explained = {term.term for term in desk.glossary if term.means}
    short = dict.fromkeys(re.findall(r"\b[A-ZÕÄÖÜŠŽА-ЯЁ]{2,}\d*\b", plain))
    if unknown := [word for word in short if word not in explained]:
        yield f"short forms that the glossary does not explain: {', '.join(unknown)}"


def _put(entry: str, language: str, shown: "Shown", sent: "Mapping[str, Sequence[Sent]]", notes: Sequence[str]) -> None:
    from adapters.cli.preview_channels import put_side_by_side

    head = f"{entry} · {language} · {shown.name}"
    place = f"{shown.position.file}:{shown.position.line}"
    if sys.stdout.isatty():
        from rich.console import Console

        console = Console(highlight=False)
        console.print(f"[bold]{escape(head)}[/]  [dim]{escape(place)}[/]")
        put_side_by_side(sent, console)
    else:
        put(f"{head}  {place}")
        for channel, messages in sent.items():
            put(f"--- {channel}")
            put("\n\n".join(each.read for each in messages))
    for note in notes:
        tell(f"  {note}")
    put("")


def _as_json(
    shown: "Shown", language: str, sent: "Mapping[str, Sequence[Sent]]", notes: Sequence[str]
) -> dict[str, object]:
    return {
        "name": shown.name,
        "language": language,
        "file": shown.position.file,
        "line": shown.position.line,
        **{channel: [payload for each in messages for payload in each.payloads] for channel, messages in sent.items()},
        "notes": list(notes),
    }
