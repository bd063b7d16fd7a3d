"""Group commit: many writes share one commit, and none harms another."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from adapters.storage.database import Database
from adapters.storage.errors import StorageDownError
from adapters.storage.tables import counter


def _put(name: str) -> Callable[[Connection], str]:
    def put(conn: Connection) -> str:
        conn.execute(insert(counter).values(name=name, value=1))
        return name

    return put


def _names(conn: Connection) -> set[str]:
    return set(conn.scalars(select(counter.c.name)))


async def test_a_failing_write_takes_back_only_itself(db: Database) -> None:
    """Of many writes at once, those that break a rule fail alone."""
    names = [f"n{number % 40}" for number in range(60)]
    results = await asyncio.gather(*(db.write(_put(name)) for name in names), return_exceptions=True)
    assert sum(isinstance(result, IntegrityError) for result in results) == 20
    assert await db.read(_names) == {f"n{number}" for number in range(40)}


async def test_an_error_in_a_function_reaches_its_caller_and_leaves_nothing_behind(db: Database) -> None:
    """What a function wrote before it failed is taken back."""

    def fail(conn: Connection) -> None:
        conn.execute(insert(counter).values(name="half", value=1))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await db.write(fail)
    assert await db.read(_names) == set()


async def test_a_database_that_is_locked_by_somebody_else_fails_the_write_and_recovers(
    db: Database,
) -> None:
    """While another program holds the file nothing is acknowledged; afterwards writing works again by itself."""
    await db.write(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout=20"))
    other = sqlite3.connect(db.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageDownError):
        await db.write(_put("locked"))
    other.execute("ROLLBACK")
    other.close()
    assert await db.write(_put("free")) == "free"
    assert await db.read(_names) == {"free"}


async def test_a_full_disk_fails_the_write_and_recovers(db: Database) -> None:
    """What no longer fits is not acknowledged; once there is room writing works again by itself."""
    pages = await db.write(lambda conn: conn.exec_driver_sql("PRAGMA page_count").scalar())
    await db.write(lambda conn: conn.exec_driver_sql(f"PRAGMA max_page_count={pages}").scalar())
    with pytest.raises(StorageDownError, match="full"):
        await db.write(_put("x" * 100_000))
    await db.write(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count=1000000").scalar())
    assert await db.write(_put("small")) == "small"
    assert await db.read(_names) == {"small"}


async def test_closing_finishes_what_was_handed_in(tmp_path: Path) -> None:
    """Writes that wait when the database is closed are still done."""
    db = Database(tmp_path / "own")
    waiting = [asyncio.ensure_future(db.write(_put(f"n{number}"))) for number in range(20)]
    await asyncio.sleep(0)
    await asyncio.to_thread(db.close)
    assert len(await asyncio.gather(*waiting)) == 20
    with pytest.raises(StorageDownError):
        await db.write(_put("late"))
