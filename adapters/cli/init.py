"""`firstline init`: a desk of one's own, to change instead of to begin from nothing."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.output import UsageError, is_terminal, put, tell

TEMPLATES = Path(__file__).parents[2] / "config" / "templates"
ABOUT = {
    "isp": "an internet provider: 20 articles and 4 scripted talks in six languages",
    "saas": "software in a browser: accounts, boards, invoices; English and Estonian",
    "shop": "a web shop: orders, returns, advice; English",
    "empty": "one article in the language you name",
}
"""What each template is."""


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the desk.")],
    template: Annotated[
        str | None, typer.Option(metavar="NAME", help=f"What to begin with: {', '.join(ABOUT)}.")
    ] = None,
    lang: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Its languages, the main one first, such as et,ru.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
) -> None:
    """Make a desk folder to change: articles, scripted talks, a hand-off policy and tests.

    On a terminal it asks what it was not told.

    [bold]firstline init new-desk[/]
    [bold]firstline init new-desk --template saas --yes[/]
    [bold]firstline init new-desk --lang et,ru[/]
    """
    from adapters.cli.schema import write_schemas
    from adapters.desk_folder import read_folder

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already, and nothing is overwritten. Name a new folder.")
    asks = is_terminal() and not yes
    chosen = template or (_ask_template() if asks else "isp")
    if chosen not in ABOUT:
        raise UsageError(f"There is no template '{chosen}'; there are: {', '.join(ABOUT)}.")
    given = _codes(",".join(lang or ()))
    languages = given or (_ask_languages(_languages_of(chosen)) if asks else [])
    _refuse_languages(chosen, languages)
    shutil.copytree(TEMPLATES / chosen, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".firstline"))
    if languages:
        _write_languages(folder, chosen, languages)
    write_schemas(folder / ".schema")
    tell(f"Made {folder} of {len(read_folder(folder).content)} files. No account or key is needed.")
    tell(f"  talk to it   firstline chat {folder}")
    tell(f"  change it    {folder / 'kb' / 'articles'}, then: firstline check {folder}")
    tell(f"  open it      firstline serve {folder}")
    put(str(folder))


def _ask_template() -> str:
    tell("What is the desk for?")
    for name, about in ABOUT.items():
        tell(f"  {name:<6} {about}")
    return str(typer.prompt("Template", default="isp", err=True)).strip()


def _ask_languages(known: Sequence[str]) -> Sequence[str]:
    answer = typer.prompt("Languages, the main one first", default=", ".join(known), err=True)
    return _codes(str(answer))


def _codes(text: str) -> Sequence[str]:
    return list(dict.fromkeys(code for code in re.split(r"[\s,]+", text) if code))


def _languages_of(template: str) -> list[str]:
    """The languages in which a template is written, as its desk file says."""
    text = (TEMPLATES / template / "config" / "desk.yml").read_text(encoding="utf-8")
    found = re.search(r"^ {2}languages: \[(.*)\]$", text, re.MULTILINE)
    return found[1].split(", ") if found else []


def _refuse_languages(template: str, languages: Sequence[str]) -> None:
    """A template cannot be had in languages it is not written in; the empty one says little, so it can."""
    from config.languages import is_language_code

    known = _languages_of(template)
    for code in languages:
        if not is_language_code(code):
            raise UsageError(f"'{code}' is not a language code; codes are such as en, et, ru.")
    if template != "empty" and not set(languages) <= set(known):
        raise UsageError(
            f"The template '{template}' is written in {', '.join(known)}. Begin with those, add a language to "
            "config/desk.yml, and firstline translate --missing lists what to write; or take --template empty."
        )


def _write_languages(folder: Path, template: str, languages: Sequence[str]) -> None:
    """Leaves the languages that were asked for; the empty template says little, so it takes any."""
    from adapters.desk_folder import read_folder
    from bot.content import FILE_KINDS
    from config.narrowing import narrow

    known = _languages_of(template)
    content = read_folder(folder).content
    narrowed = narrow(content, known[0], languages, FILE_KINDS)
    for name in content:
        if name in narrowed:
            (folder / name).write_bytes(narrowed[name])
        else:
            (folder / name).unlink()
