"""`firstline customers`: what is held about one customer, given to him or erased."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import DataOption
from adapters.cli.output import UsageError, put, tell

if TYPE_CHECKING:
    from adapters.storage.database import Database
    from adapters.storage.persons import Person

customers = typer.Typer(help="Give a customer what is held about him, or erase it.", no_args_is_help=True)

NumberArgument = Annotated[int, typer.Argument(metavar="CASE", help="The number of any of his cases.")]
DeskOption = Annotated[Path, typer.Option("--desk", metavar="DESK", help="The desk folder, or a path in it.")]


@customers.command("export")
def export_data(
    case: NumberArgument,
    out: Annotated[Path, typer.Option(metavar="DIR", help="A new folder for data, page and files.")],
    desk: DeskOption = Path(),
    data: DataOption = None,
) -> None:
    """Write what is held about a customer to a new folder: JSON, a page to read, and his files; no colleagues' notes.

    [bold]firstline customers export 1042 --out anna[/]
    """
    import json
    import shutil

    from adapters.cli.opening import data_folder
    from adapters.desk_folder import find_root
    from adapters.files import find_file
    from adapters.own_data import build_data, render_page
    from adapters.storage.views import read_messages

    with _open(desk, data, writable=False) as database:
        person = _get_person(database, case)
        talks = database.read_now(lambda conn: [(talk, read_messages(conn, talk.id)) for talk in person.conversations])
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is not empty; name a new folder with --out.")
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    root = find_root(desk)
    written = json.dumps(build_data(person, talks), ensure_ascii=False, indent=2)
    (out / "data.json").write_text(f"{written}\n", encoding="utf-8")
    (out / "index.html").write_text(render_page(person, talks, root.resolve().name), encoding="utf-8")
    folder = data_folder(root, data) / "files"
    for found in filter(None, (find_file(folder, id_) for id_ in person.files)):
        shutil.copy2(found.path, out / f"{found.attachment.id[:8]}-{found.attachment.name}")
    put(str(out))


@customers.command()
def erase(
    case: NumberArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it is only said what would go.")] = False,
    desk: DeskOption = Path(),
    data: DataOption = None,
) -> None:
    """Erase a customer's words, files and identities in all his cases, on a stopped server; only numbers stay.

    [bold]firstline customers erase 1042[/]
    [bold]firstline customers erase 1042 --yes[/]
    """
    from datetime import UTC, datetime

    from adapters.cli.opening import data_folder
    from adapters.desk_folder import find_root
    from adapters.erasing import erase_person
    from adapters.files import FileStore
    from adapters.storage.sessions import write_audit

    with _open(desk, data, writable=yes) as database:
        person = _get_person(database, case)
        cases = ", ".join(f"#{talk.number}" for talk in person.conversations)
        what = f"{person.messages} messages and {len(person.files)} files in {cases}"
        if not yes:
            tell(f"This would erase {person.customer.name or person.customer.key}: {what}.")
            tell(f"To do it, stop the server and run: firstline customers erase {case} --yes")
            return
        now = datetime.now(UTC)
        files = FileStore(data_folder(find_root(desk), data) / "files")
        erase_person(database, files, person, now)
        database.write_now(lambda conn: write_audit(conn, "command line", "erase", f"case:{case}", now))
    tell(f"Erased: {what}. Backups made before still hold it; delete them, or erase again after a restore.")


@contextmanager
def _open(desk: Path, data: Path | None, *, writable: bool) -> Iterator["Database"]:
    from adapters.cli.opening import data_folder
    from adapters.desk_folder import find_root
    from adapters.storage.database import Database

    database = Database(data_folder(find_root(desk), data), writable=writable)
    try:
        yield database
    finally:
        database.close()


def _get_person(database: "Database", case: int) -> "Person":
    from adapters.storage.persons import find_person

    person = database.read_now(lambda conn: find_person(conn, case))
    if person is None:
        raise UsageError(f"There is no case {case}, or its customer has been erased.")
    return person
