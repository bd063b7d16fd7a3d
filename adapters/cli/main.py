"""The command `firstline`: its commands, and how it ends.

Each group of commands has its own file; heavy parts are imported when a command runs, so that `--help` is quick.
Exit codes: 0 all is well, 1 problems were found, 2 wrong usage or a refused start, 3 an error of firstline itself.
"""

import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from adapters.cli.agents import agents
from adapters.cli.answers import explain, match
from adapters.cli.chat import chat
from adapters.cli.check import check
from adapters.cli.customers import customers
from adapters.cli.db import db
from adapters.cli.demo import demo
from adapters.cli.doctor import doctor
from adapters.cli.export import export
from adapters.cli.flow import flow
from adapters.cli.fmt import fmt
from adapters.cli.import_ import import_drafts
from adapters.cli.init import init
from adapters.cli.names import find_foreign_packages
from adapters.cli.output import put, tell
from adapters.cli.preview import preview
from adapters.cli.rehearse import rehearse
from adapters.cli.rename import rename
from adapters.cli.schema import schema
from adapters.cli.serve import serve
from adapters.cli.translate import translate

app = typer.Typer(
    name="firstline",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="rich",
)
app.command()(demo)
app.command()(init)
app.command()(serve)
app.command()(chat)
app.command()(check)
app.command("test")(rehearse)
app.command()(explain)
app.command()(match)
app.command()(preview)
app.command("import")(import_drafts)
app.command()(export)
app.command()(fmt)
app.command()(rename)
app.command()(translate)
app.command()(schema)
app.command()(doctor)
app.add_typer(agents, name="agents")
app.add_typer(customers, name="customers")
app.add_typer(db, name="db")
app.add_typer(flow, name="flow")


def _show_version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        put(f"firstline {version('firstline')}")
        raise typer.Exit


@app.callback()
def firstline(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where in the code an error came from.")] = False,
) -> None:
    """First-line support that lives where people already chat.

    [bold]firstline demo[/]            a ready desk to look at: web chat and console, nothing to sign up for
    [bold]firstline check my-desk[/]   looks for mistakes in a desk folder
    [bold]firstline chat my-desk[/]    talks to it in this terminal
    [bold]firstline serve my-desk[/]   opens it to customers and agents
    """


def run(arguments: Sequence[str] | None = None) -> None:
    """Runs a command line and ends the process with its exit code; the console script calls it."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    if foreign := find_foreign_packages():
        tell(f"These packages in this environment are not firstline's own: {', '.join(foreign)}.")
        tell("Install firstline into a virtual environment of its own: python3.11 -m venv firstline-env")
        sys.exit(2)
    from config.errors import FirstlineError

    try:
        app([argument for argument in given if argument != "--debug"], prog_name="firstline")
    except FirstlineError as error:
        _tell_error(str(error), debug)
        sys.exit(2)
    except Exception as error:  # noqa: BLE001 - the edge of the process: whoever ran the command gets a sentence
        _tell_error(f"firstline itself went wrong: {type(error).__name__}: {error}", debug)
        if not debug:
            tell("Run it again with --debug to see where, and report that.")
        sys.exit(3)


def _tell_error(message: str, debug: bool) -> None:
    if debug:
        traceback.print_exc()
    tell(message)
