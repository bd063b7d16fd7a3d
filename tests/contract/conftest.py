"""The parts that the contracts are held against: a store on SQLite, and the channels that write to a platform."""

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
def store(tmp_path: Path, clock: HandClock) -> Iterator[SqlStore]:
    """A store with nothing in it."""
    db = Database(tmp_path)
    yield SqlStore(db, clock)
    db.close()
