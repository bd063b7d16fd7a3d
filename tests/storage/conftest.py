"""A store on a real SQLite file, with a clock that the test turns."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.storage.database import Database
from adapters.storage.store import SqlStore
from tests.echo import HandClock


@pytest.fixture
def clock() -> HandClock:
    """Stands at `tests.echo.START`."""
    return HandClock()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    database = Database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def store(db: Database, clock: HandClock) -> SqlStore:
    """A store with nothing in it."""
    return SqlStore(db, clock)
