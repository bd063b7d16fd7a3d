"""`firstline init`: a desk of one's own, to change instead of to begin from nothing."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.output import UsageError, put, tell

TEMPLATES = Path(__file__).parents[2] / "config" / "templates"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the desk.")],
    template: Annotated[str, typer.Option(help="What to begin with: isp, an internet provider.")] = "isp",
) -> None:
    """Make a desk folder with articles, scripted talks, a hand-off policy and tests, in six languages, to change.

    [bold]firstline init new-desk[/]
    """
    from adapters.cli.schema import write_schemas
    from adapters.desk_folder import read_folder

    present = sorted(path.name for path in TEMPLATES.iterdir() if (path / "config").is_dir())
    if template not in present:
        raise UsageError(f"There is no template '{template}'; there are: {', '.join(present)}.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already, and nothing is overwritten. Name a new folder.")
    shutil.copytree(TEMPLATES / template, folder, ignore=shutil.ignore_patterns(".firstline"), dirs_exist_ok=True)
    write_schemas(folder / ".schema")
    tell(f"Made {folder} of {len(read_folder(folder).content)} files. No account or key is needed.")
    tell(f"  talk to it   firstline chat {folder}")
    tell(f"  change it    {folder / 'kb' / 'articles'}, then: firstline check {folder}")
    tell(f"  open it      firstline serve {folder}")
    put(str(folder))
