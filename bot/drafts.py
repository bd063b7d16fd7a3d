"""Answers from elsewhere as drafts of articles: rows of a table, Markdown pages, questions and answers in HTML.

Pure. What our texts cannot show is left out and named, so that somebody can look at it; `firstline import` writes the
file. Nothing that was imported is shown to customers before an editor publishes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from config.kinds.words import slugify
from config.rewriting import write_scalar

_TITLE = re.compile(r"^#\s+(.+?)\s*#*$", re.MULTILINE)
_HEADING = re.compile(r"^#{2,6}\s+(.+?)\s*#*$", re.MULTILINE)
_LEFT_OUT = {
    "a picture": re.compile(r"!\[[^\]]*\]\([^)]*\)"),
    "a table": re.compile(r"(?:^\|.*\|[ \t]*$\n?)+", re.MULTILINE),
    "HTML": re.compile(r"</?[a-zA-Z][^>]*>"),
    "a template sign": re.compile(r"\{[{%#]|[}%#]\}"),
}
_QUESTION_TAGS = frozenset({"h1", "h2", "h3", "h4", "dt", "summary"})
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "code": "`"}
_UNSEEN = frozenset({"script", "style", "nav", "header", "footer", "table", "form", "svg"})
_BLOCKS = frozenset({"p", "div", "br", "ul", "ol", "dd", "section"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One answer as it came."""

    title: str
    answer: str
    source: str
    """Where it came from, for the editor."""
    category: str = ""
    dropped: tuple[str, ...] = ()
    """What was left out of it."""


def draft_of_markdown(source: str, text: str) -> Draft:
    """A Markdown page: its first heading is the title, further ones become bold lines."""
    found = _TITLE.search(text)
    title = found[1] if found else re.sub(r"[-_]+", " ", source.rpartition("/")[2].removesuffix(".md")).capitalize()
    body = text.replace(found[0], "", 1) if found else text
    return tidy(Draft(title=title, answer=_HEADING.sub(r"**\1**", body), source=source))


def drafts_of_table(source: str, rows: Iterable[Mapping[str, str]]) -> tuple[Draft, ...]:
    """Rows with a question (or title), an answer, and perhaps a category."""
    drafts = []
    for number, row in enumerate(rows, 2):
        cells = {str(name).strip().lower(): (cell or "").strip() for name, cell in row.items() if isinstance(cell, str)}
        title = cells.get("question") or cells.get("title") or ""
        draft = Draft(title=title, answer=cells.get("answer", ""), source=f"{source}:{number}")
        drafts.append(tidy(replace(draft, category=slugify(cells["category"], "-") if cells.get("category") else "")))
    return tuple(drafts)


def drafts_of_html(source: str, text: str) -> tuple[Draft, ...]:
    """A page of questions and answers: each heading, term or summary is a question, what follows its answer."""
    page = _Page()
    page.feed(text)
    page.close()
    return tuple(
        tidy(Draft(title=" ".join(title.split()), answer=answer, source=source, dropped=tuple(sorted(dropped))))
        for title, answer, dropped in page.found
    )


def tidy(draft: Draft) -> Draft:
    """A draft without what our texts cannot show."""
    answer, dropped = draft.answer, list(draft.dropped)
    for name, pattern in _LEFT_OUT.items():
        if pattern.search(answer):
            dropped.append(name)
            answer = pattern.sub("", answer)
    answer = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in answer.splitlines())).strip()
    return replace(draft, answer=answer, dropped=tuple(dropped))


def write_drafts(drafts: Sequence[Draft], taken: Iterable[str], owner: str, review_by: str) -> str:
    """The file of these drafts; ids that are taken get a number.

    Args:
        drafts: With title and answer.
        taken: Ids of the desk.
        owner: Who looks through them.
        review_by: The day by which.
    """
    used = set(taken)
    lines = ["# yaml-language-server: $schema=../../.schema/articles.schema.json", "articles:"]
    for draft in drafts:
        id_ = base = slugify(draft.title, "-")[:56].rstrip("-")
        number = 2
        while id_ in used:
            id_, number = f"{base}-{number}", number + 1
        used.add(id_)
        lines += [f"  # from {' '.join(draft.source.split())}", f"  - id: {id_}"]
        lines.append(f"    title: {write_scalar(draft.title, 4, inside=False)}")
        lines += [f"    category: {draft.category}"] if draft.category else []
        lines += [
            f"    owner: {write_scalar(owner, 4, inside=False)}",
            f"    review_by: {review_by}",
            "    status: draft",
        ]
        lines += ["    questions:", f"      - {write_scalar(draft.title, 6, inside=False)}"]
        lines += [f"    answer: {write_scalar(draft.answer, 4, inside=False)}", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


class _Page(HTMLParser):
    """Collects questions and their answers as Markdown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str, set[str]]] = []
        self._in_question = False
        self._unseen = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begins a question, a mark, a line, or something that is left out."""
        if tag in _QUESTION_TAGS:
            self._in_question = True
            self.found.append(("", "", set()))
        elif tag in _UNSEEN:
            self._unseen += 1
            self._drop(tag)
        elif tag == "img":
            self._drop("a picture")
        elif tag == "li":
            self._write("\n- ")
        elif tag in _BLOCKS:
            self._write("\n\n" if tag != "br" else "\n")
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""
            self._write("[")
        elif tag in _MARKS:
            self._write(_MARKS[tag])

    def handle_endtag(self, tag: str) -> None:
        """Ends what was begun."""
        if tag in _QUESTION_TAGS:
            self._in_question = False
        elif tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "a":
            self._write(f"]({self._link})")
        elif tag in _MARKS:
            self._write(_MARKS[tag])

    def handle_data(self, data: str) -> None:
        """Adds words to the question or to its answer."""
        self._write(re.sub(r"\s+", " ", data))

    def _write(self, text: str) -> None:
        if self._unseen or not self.found:
            return
        title, answer, dropped = self.found[-1]
        if self._in_question:
            self.found[-1] = (title + text.strip("*`[\n"), answer, dropped)
        else:
            self.found[-1] = (title, answer + (text.lstrip(" ") if answer.endswith("\n") else text), dropped)

    def _drop(self, what: str) -> None:
        if self.found:
            self.found[-1][2].add(what)
