"""`firstline demo`: one command from a checkout to a talk; nothing to sign up for, nothing left behind."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import PortOption
from adapters.cli.output import is_terminal, tell

if TYPE_CHECKING:
    from adapters.cli.wiring import Parts
    from bot.model import Event

TEMPLATE = Path(__file__).parents[2] / "config" / "templates" / "isp"
LOGIN = "demo"

SAMPLES = (
    ("Anna", "en", ("hi, i was charged twice this month", "can i talk to a human please")),
    ("Jüri", "et", ("Tahan inimesega rääkida, internet on juba teist päeva maas",)),
    ("Мария", "ru", ("какой у меня пароль от вайфая",)),
)
"""Talks that wait: who, in which language, what they wrote."""


def demo(
    port: PortOption = None,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="Keep desk and data here; otherwise nothing is kept.")
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the browser.")] = False,
) -> None:
    """Serve a ready desk, an internet provider's, with web chat, console and conversations that wait.

    [bold]firstline demo[/]
    [bold]firstline demo --port 8001 --data /tmp/my-demo[/]
    """
    from adapters.cli.serve import serve_desk

    async def welcome(parts: "Parts") -> None:
        await parts.services.store.accept(list(_sample_events(parts)))
        _tell(parts, await _make_link(parts), is_kept=data is not None, opens=not no_open)

    with _home(data) as home:
        desk = home / "desk"
        if not desk.exists():
            shutil.copytree(TEMPLATE, desk, ignore=shutil.ignore_patterns(".firstline"))
        serve_desk(desk, port=port, data=home / "data", welcome=welcome)


@contextmanager
def _home(given: Path | None) -> Iterator[Path]:
    """The folder of the demo: the one that was named, or one that is gone afterwards."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="firstline-demo-") as folder:
        yield Path(folder)


def _sample_events(parts: "Parts") -> "Iterator[Event]":
    """What the customers of the samples wrote; the keys are fixed, so a second start adds nothing."""
    from bot.model import Address, Author, AuthorKind, Event, Said, Trust

    for customer, (name, language, lines) in enumerate(SAMPLES):
        for number, text in enumerate(lines):
            key = f"sample-{customer}-{number}"
            yield Event(
                key=key,
                at=Address(channel="web", account="site", chat=f"sample-{customer}"),
                author=Author(kind=AuthorKind.CUSTOMER, key=f"sample-{customer}", name=name, trust=Trust.ANONYMOUS),
                body=Said(text=text, external_id=key),
                sent_at=parts.services.clock.now(),
                language=language,
            )


async def _make_link(parts: "Parts") -> str:
    """A link that signs a throw-away admin in once."""
    from adapters.storage import sessions, staff
    from bot.model import Role

    database, now = parts.services.db, parts.services.clock.now()
    agent = await database.read(lambda conn: staff.find_login(conn, LOGIN))
    id_ = agent.id if agent else None
    if id_ is None:
        roles = [Role.ADMIN, Role.SUPERVISOR, Role.EDITOR, Role.AGENT]
        id_ = await database.write(lambda conn: staff.add_agent(conn, login=LOGIN, name="Kim", roles=roles, now=now))
    secret = await database.write(lambda conn: sessions.make_link(conn, id_, now))
    return f"{parts.services.public_url}/console/link/{secret}"


def _tell(parts: "Parts", link: str, *, is_kept: bool, opens: bool) -> None:
    import webbrowser

    web = parts.services.public_url
    desk = parts.loaded.desk
    tell(f"{desk.name}, an invented internet provider: {len(desk.articles)} articles, {len(desk.flows)} flows")
    tell(f"  customer   {web}/demo")
    tell(f"  agent      {link}")
    tell("             (signs you in once, as an admin made for this demo)")
    tell(f"  articles   {parts.root}/kb/articles: an edit is live within two seconds")
    tell("Desk and data stay." if is_kept else "Nothing is kept after Ctrl+C; --data DIR keeps desk and data.")
    if opens and _has_screen():
        webbrowser.open(f"{web}/demo")
        webbrowser.open(link)


def _has_screen() -> bool:
    """Whether a browser would open a window; on a bare server it would take the terminal instead."""
    import os
    import sys

    return is_terminal() and (sys.platform != "linux" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY"))))
