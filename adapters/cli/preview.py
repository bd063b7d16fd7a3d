"""`firstline preview`: an article as each channel shows it, made by the renderers that send it."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import JsonOption, LanguageOption
from adapters.cli.output import UsageError, put, put_json, tell

if TYPE_CHECKING:
    from bot.desk import Desk
    from kb.article import Article

SLACK_LIMIT = 3_000
"""Characters of one block of text on Slack."""
TELEGRAM_LIMIT = 4_096
"""UTF-16 units of one message on Telegram, marks left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer as every channel shows it."""

    language: str
    wording: str
    """Which answer it is: the article's own, or a variant's condition."""
    markdown: str
    web: str
    slack: str
    telegram: str
    plain: str
    notes: tuple[str, ...]
    """What an editor should know about it: limits, links that leave, missing alt texts."""


def preview(
    entry: Annotated[str, typer.Argument(metavar="ID", help="The id of an article.")],
    desk: Annotated[Path, typer.Option("--desk", metavar="DESK", help="The desk folder, or a path in it.")] = Path(),
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an article's answers as web, Slack and Telegram show them.

    [bold]firstline preview wifi-password --desk my-desk[/]
    """
    from adapters.cli.opening import open_desk
    from config.findings import find_similar

    loaded = open_desk(desk, drafts=True).desk
    article = loaded.articles.get(entry)
    if article is None:
        meant = find_similar(entry, loaded.articles)
        raise UsageError(f"There is no article '{entry}'." + (f" Did you mean '{meant}'?" if meant else ""))
    if lang is not None and lang not in loaded.languages:
        raise UsageError(f"'{lang}' is none of the desk's languages ({', '.join(loaded.languages)}).")
    shown = list(_answers(loaded, article, [lang] if lang else list(loaded.languages)))
    if as_json:
        put_json([_as_json(one) for one in shown], indent=2)
        return
    for one in shown:
        _put(article.id, one)


def _answers(desk: "Desk", article: "Article", languages: list[str]) -> Iterator[Shown]:
    """Every wording of the article's answer and of its variants, in each language it is written in."""
    texts = [("answer", article.answer)]
    texts += [(f"variant {number}", variant.answer) for number, variant in enumerate(article.variants, 1)]
    for language in languages:
        for name, text in texts:
            for wording in text.wordings.get(language, ()):
                yield _show(desk, article, language, name, wording.text)


def _show(desk: "Desk", article: "Article", language: str, name: str, source: str) -> Shown:
    from adapters.markdown import render_html, render_mrkdwn, render_plain, render_telegram

    markdown = _filled(desk, source, language)
    plain = render_plain(markdown)
    slack, telegram = render_mrkdwn(markdown), render_telegram(markdown)
    return Shown(
        language=language,
        wording=name,
        markdown=markdown,
        web=render_html(markdown),
        slack=slack,
        telegram=telegram,
        plain=plain,
        notes=tuple(_notes(article, plain, slack, telegram)),
    )


def _filled(desk: "Desk", source: str, language: str) -> str:
    """The text with the desk's own values, and the names of all others in place of theirs."""
    from config.texts import analyse_text, render_text

    values: dict[str, object] = {"vars": dict(desk.settings.variables)}
    for use in analyse_text(source).names:
        if use.name == "vars":
            continue
        inner = values.setdefault(use.name, {} if use.attribute else f"‹{use.name}›")
        if use.attribute and isinstance(inner, dict):
            inner[use.attribute] = f"‹{use.path}›"
    return render_text(source, values, language, markdown=True)


def _notes(article: "Article", plain: str, slack: str, telegram: str) -> Iterator[str]:
    from adapters.cutting import cut
    from adapters.telegram.styled import split

    words = len(plain.split())
    yield f"{words} words, {len(plain)} characters" + ("; more than a chat window shows well" if words > 120 else "")
    if (parts := len(cut(slack, SLACK_LIMIT))) > 1:
        yield f"Slack shows it in {parts} blocks"
    if (parts := len(split(telegram, TELEGRAM_LIMIT))) > 1:
        yield f"Telegram shows it in {parts} messages"
    if any(attachment.image and not attachment.alt for attachment in article.attachments):
        yield "a picture has no alt text"


def _put(entry: str, shown: Shown) -> None:
    put(f"{entry} · {shown.language} · {shown.wording}")
    columns: Mapping[str, str] = {"web": shown.web, "slack": shown.slack, "telegram": shown.telegram}
    if sys.stdout.isatty():
        _put_side_by_side(columns)
    else:
        for name, text in columns.items():
            put(f"--- {name}")
            put(text)
    for note in shown.notes:
        tell(f"  {note}")
    put("")


def _put_side_by_side(columns: Mapping[str, str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(expand=True)
    for name in columns:
        table.add_column(name, ratio=1, overflow="fold")
    table.add_row(*(Text(text) for text in columns.values()))
    Console().print(table)


def _as_json(shown: Shown) -> dict[str, object]:
    return {
        "language": shown.language,
        "wording": shown.wording,
        "web": shown.web,
        "slack": shown.slack,
        "telegram": shown.telegram,
        "plain": shown.plain,
        "notes": list(shown.notes),
    }
