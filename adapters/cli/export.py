"""`firstline export`: the published answers as a static help centre, or as JSON for another program."""

from collections.abc import Iterator
from enum import StrEnum
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import DeskArgument
from adapters.cli.output import UsageError, count, put, put_json, tell

if TYPE_CHECKING:
    from bot.desk import Desk
    from kb.article import Article

STYLE = """:root { color-scheme: light dark } body { font: 17px/1.6 system-ui, sans-serif; max-width: 44rem;
  margin: 2rem auto; padding: 0 1rem } article { margin: 2rem 0; break-inside: avoid } h2 { font-size: 1.2rem }
  a { color: LinkText } nav li { margin: .2rem 0 }"""


class Form(StrEnum):
    """What is written."""

    HTML = "html"
    JSON = "json"


def export(
    desk: DeskArgument = Path(),
    form: Annotated[Form, typer.Option("--format", help="Pages to read, or JSON on stdout.")] = Form.JSON,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="For pages: a new folder.")] = None,
) -> None:
    """Write the answers that everybody may see, rendered, in every language.

    [bold]firstline export my-desk --format json[/]
    [bold]firstline export my-desk --format html --out help[/]
    """
    from adapters.cli.opening import open_desk

    loaded = open_desk(desk).desk
    if form is Form.JSON:
        put_json([_as_json(loaded, article) for article in _open_to_all(loaded)], indent=2)
        return
    if out is None or (out.exists() and (not out.is_dir() or any(out.iterdir()))):
        raise UsageError("Name a new folder for the pages: --out help.")
    out.mkdir(parents=True, exist_ok=True)
    for language in loaded.languages:
        name = "index.html" if language == loaded.default_language else f"{language}.html"
        (out / name).write_text(_page(loaded, language), encoding="utf-8")
        put(str(out / name))
    tell(f"Wrote {count(len(loaded.languages), 'page')} to {out}; no server is needed.")


def _open_to_all(desk: "Desk") -> Iterator["Article"]:
    from kb.visibility import is_open_to_all

    return (article for article in desk.articles.values() if is_open_to_all(article))


def _said(desk: "Desk", source: str, language: str) -> str | None:
    """An answer for a reader of whom nothing is known; None if it cannot be said to him."""
    from bot.values import variables_of
    from config.texts import EmptyValueError, TextError, analyse_text, render_text

    values: dict[str, object] = {use.name: None for use in analyse_text(source).names}
    try:
        return render_text(source, values | {"vars": variables_of(desk, language)}, language, markdown=True)
    except (TextError, EmptyValueError):
        return None


def _answer(desk: "Desk", article: "Article", language: str) -> tuple[str, str] | None:
    """Title and answer as HTML in a language, or in the main one."""
    from adapters.markdown import render_html

    _, titles = article.title.choose(language, desk.default_language)
    used, answers = article.answer.choose(language, desk.default_language)
    said = _said(desk, answers[0].text, used) if answers else None
    return (titles[0].text, render_html(said)) if titles and said else None


def _as_json(desk: "Desk", article: "Article") -> dict[str, object]:
    return {
        "id": article.id,
        "category": article.category,
        "tags": list(article.tags),
        "languages": {
            language: {
                "title": found[0],
                "questions": [wording.text for wording in article.questions.wordings.get(language, ())],
                "html": found[1],
            }
            for language in article.answer.wordings
            if (found := _answer(desk, article, language))
        },
    }


def _page(desk: "Desk", language: str) -> str:
    shown = [(article.id, found) for article in _open_to_all(desk) if (found := _answer(desk, article, language))]
    listed = "\n".join(f'<li><a href="#{id_}">{escape(title)}</a></li>' for id_, (title, _) in shown)
    articles = "\n".join(
        f'<article id="{id_}">\n<h2>{escape(title)}</h2>\n{html}</article>' for id_, (title, html) in shown
    )
    name = escape(desk.name)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{name}</title><style>{STYLE}</style></head>\n'
        f"<body>\n<h1>{name}</h1>\n<nav><ul>\n{listed}\n</ul></nav>\n{articles}\n</body>\n</html>\n"
    )
