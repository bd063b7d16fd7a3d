"""`firstline preview`: an article as each channel shows it, made by the renderers that send it."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import JsonOption, LanguageOption
from adapters.cli.output import UsageError, put, put_json, tell

if TYPE_CHECKING:
    from bot.desk import Desk
    from config.texts import Text
    from kb.article import Article

SLACK_LIMIT = 3_000
"""Characters of one block of text on Slack."""
TELEGRAM_LIMIT = 4_096
"""UTF-16 units of one message on Telegram, marks left out."""
LONG_WORD = 6
"""Letters; a longer word counts as long."""
READING_EASE = ((30, "very easy"), (40, "easy"), (50, "medium"), (60, "hard"), (float("inf"), "very hard"))


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
    buttons: tuple[str, ...]
    notes: tuple[str, ...]
    """What an editor should know about it: length, limits, how hard it is to read, missing alt texts."""


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
    texts = [("answer", article.answer, article.buttons)]
    texts += [
        (f"variant {number}", variant.answer, variant.buttons or article.buttons)
        for number, variant in enumerate(article.variants, 1)
    ]
    for language in languages:
        for name, text, buttons in texts:
            labels = [_label(desk, button.label, language) for button in buttons]
            for wording in text.wordings.get(language, ()):
                yield _show(desk, article, language, name, wording.text, labels)


def _label(desk: "Desk", label: "Text", language: str) -> str:
    return _filled(desk, label.choose(language, desk.default_language)[1][0].text, language, markdown=False)


def _show(desk: "Desk", article: "Article", language: str, name: str, source: str, buttons: Sequence[str]) -> Shown:
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
        buttons=tuple(buttons),
        notes=(*_notes(article, plain, slack, telegram), *_reading_notes(desk, plain)),
    )


def _filled(desk: "Desk", source: str, language: str, *, markdown: bool = True) -> str:
    """The text with the desk's own values, and the names of all others in place of theirs."""
    from bot.values import variables_of
    from config.texts import analyse_text, render_text

    values: dict[str, object] = {"vars": variables_of(desk, language)}
    for use in analyse_text(source).names:
        if use.name == "vars":
            continue
        inner = values.setdefault(use.name, {} if use.attribute else f"‹{use.name}›")
        if use.attribute and isinstance(inner, dict):
            inner[use.attribute] = f"‹{use.path}›"
    return render_text(source, values, language, markdown=markdown)


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


def _put(entry: str, shown: Shown) -> None:
    put(f"{entry} · {shown.language} · {shown.wording}")
    below = f"\n{' '.join(f'[{label}]' for label in shown.buttons)}" if shown.buttons else ""
    texts = {"web": shown.web.rstrip(), "slack": shown.slack, "telegram": shown.telegram}
    columns: Mapping[str, str] = {name: f"{text}{below}" for name, text in texts.items()}
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
        "buttons": list(shown.buttons),
        "notes": list(shown.notes),
    }
