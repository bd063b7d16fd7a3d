"""The arguments and options that several commands share, so that they read the same everywhere."""

from pathlib import Path
from typing import Annotated

import typer

DeskArgument = Annotated[Path, typer.Argument(metavar="[DESK]", help="The desk folder, or a path in it.")]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Where database, files and caches are; .firstline in the desk folder."),
]
PortOption = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="The port to listen on; 0: any free.")]
LanguageOption = Annotated[
    str | None, typer.Option("--lang", metavar="CODE", help="The language, such as et; guessed if not given.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Data as JSON, for the next program.")]
WatchOption = Annotated[bool, typer.Option("--watch", help="Do it again after each change, until Ctrl-C.")]
