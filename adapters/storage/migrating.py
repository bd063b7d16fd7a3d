"""Brings a database to the tables of this version, by the steps in `migrations/`.

Each step is one transaction and writes its version last, so a step that fails or is killed changes nothing.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from adapters.storage.errors import NewerDataError, StorageError


def build_config(conn: Connection) -> Config:
    """Alembic's settings for the steps in this package, on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = conn
    return config


def check_version(conn: Connection) -> None:
    """Makes sure that the tables are those of this version.

    Raises:
        NewerDataError: They are from a newer one.
        StorageError: They are from an older one.
    """
    found, newest = _find_versions(conn)
    if found != newest:
        raise StorageError("The data is from an older firstline; start the server once, it brings the data up to date.")


def migrate(conn: Connection) -> None:
    """Runs the steps that are missing.

    Raises:
        NewerDataError: The data is from a newer version; nothing was changed.
    """
    found, newest = _find_versions(conn)
    conn.rollback()
    if found != newest:
        command.upgrade(build_config(conn), "head")


def _find_versions(conn: Connection) -> tuple[str | None, str | None]:
    """The version of the data and the one of this code."""
    steps = ScriptDirectory.from_config(build_config(conn))
    found = MigrationContext.configure(conn).get_current_revision()
    if found is not None and found not in {step.revision for step in steps.walk_revisions()}:
        raise NewerDataError(
            f"The data is of version {found}, which this firstline does not know. "
            "A newer one wrote it: install that version, or restore a backup made before."
        )
    return found, steps.get_current_head()
