"""`firstline schema`: the JSON Schemas from which editors complete and explain content."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.output import put_json, tell


def schema(
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write one file a kind, such as my-desk/.schema.")
    ] = None,
) -> None:
    """Write the schema of each kind of content, for completion and hover texts in an editor.

    [bold]firstline schema --out my-desk/.schema[/]
    """
    if out is None:
        from bot.content import schemas

        put_json(schemas(), indent=1)
        return
    number = write_schemas(out)
    tell(f"Wrote {number} schemas to {out}. In an article's file, name it in the first line:")
    tell("# yaml-language-server: $schema=../../.schema/articles.schema.json")


def write_schemas(folder: Path) -> int:
    """Writes one file for each kind of content; returns how many."""
    from bot.content import schemas
    from config.schema import write_schema

    folder.mkdir(parents=True, exist_ok=True)
    for kind, drawn in schemas().items():
        (folder / f"{kind}.schema.json").write_text(write_schema(drawn), encoding="utf-8")
    return len(schemas())
