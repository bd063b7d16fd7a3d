"""A copy of the data of one firstline, made beside a running server."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from adapters.storage.database import FILE
from adapters.storage.errors import StorageError
from adapters.storage.upkeep import COPY

LAST = "last-backup"
"""The file in a data folder that says when it was copied last."""


def find_last_copy(folder: Path) -> datetime | None:
    """When a data folder was copied last; None if it never was, as far as is known here."""
    try:
        return datetime.fromisoformat((folder / LAST).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None


def copy_data(folder: Path, target: Path) -> None:
    """Copies a data folder to a new one, which can be served as it is.

    The database is copied page by page as of one moment; files come after it, so that every file it speaks of is
    there. The copy is marked: whoever serves it first does not answer, send or call what the copy had left to do, as
    that may have happened since.

    Args:
        folder: The data folder.
        target: Where the copy goes; it must not exist, or be empty.

    Raises:
        StorageError: There is no database, or the target is in use.
    """
    if not (folder / FILE).exists():
        raise StorageError(f"There is no database in {folder}; nothing was copied.")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise StorageError(f"{target} is not empty; name a new folder for the copy.")
    with (
        closing(sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target / FILE)) as copy,
    ):
        source.backup(copy)
        copy.execute("INSERT OR REPLACE INTO mark (name, value) VALUES (?, 'yes')", (COPY,))
        copy.commit()
        state = copy.execute("PRAGMA quick_check").fetchone()[0]
    if state != "ok":
        raise StorageError(f"The copy is damaged ({state}), and so is the database: restore an older copy.")
    (folder / LAST).write_text(datetime.now(UTC).isoformat(timespec="seconds"), encoding="ascii")
    for name in ("files", "secret"):
        if (folder / name).is_dir():
            shutil.copytree(folder / name, target / name)
        elif (folder / name).exists():
            shutil.copy2(folder / name, target / name)
