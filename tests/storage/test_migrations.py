"""The steps that make the tables, and who may open the data."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from adapters.storage import conversations
from adapters.storage.database import FILE, Database
from adapters.storage.errors import DataInUseError, NewerDataError, StorageDownError, StorageError
from adapters.storage.search import Search, search_talks
from adapters.storage.tables import metadata
from bot.model import Audience, Author, AuthorKind, Customer, Message, MessageKind
from tests.making import MONDAY, make_conversation


def _schema(path: Path) -> dict[str, list[str]]:
    """Every table and index by name, with the parts of its definition in no particular order."""
    conn = sqlite3.connect(path)
    rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'")
    schema = {name: sorted(part.strip(" \n\t)") for part in sql.replace('"', "").split(",")) for name, sql in rows}
    conn.close()
    return schema


def test_all_migrations_together_make_the_tables_of_the_code(tmp_path: Path, db: Database) -> None:
    """A database brought up step by step is the same as one made from the tables at once."""
    engine = create_engine(f"sqlite:///{tmp_path / 'whole.db'}")
    metadata.create_all(engine)
    with engine.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []
    engine.dispose()
    assert _schema(db.path) == _schema(tmp_path / "whole.db")


def test_what_was_said_before_there_was_a_search_is_found(tmp_path: Path) -> None:
    """A database from before has its words read when it is brought up: what people said, and their names."""
    talk = make_conversation(customer=Customer(key="anna", name="Anna Ödegård"), last_number=1)
    said = Message(
        number=1,
        audience=Audience.CUSTOMER,
        kind=MessageKind.CUSTOMER,
        author=Author(kind=AuthorKind.CUSTOMER, key="anna"),
        text="My Zeppelin is broken",
        at=MONDAY,
    )
    db = Database(tmp_path)
    db.write_now(lambda conn: conversations.store_customer(conn, talk))
    db.write_now(lambda conn: conversations.store_conversation(conn, talk, None, MONDAY))
    db.write_now(lambda conn: conversations.store_messages(conn, talk, [said], 0))
    db.close()
    conn = sqlite3.connect(tmp_path / FILE)
    conn.executescript(
        "DROP TABLE word; DROP INDEX ix_conversation_team; UPDATE alembic_version SET version_num = '0007'"
    )
    conn.close()
    db = Database(tmp_path)
    found = db.read_now(lambda conn: search_talks(conn, Search(words=("odegard", "zepp")), 10))
    db.close()
    assert [each.words for each in found] == ["My Zeppelin is broken"]


def test_data_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    """An older firstline does not touch what a newer one wrote."""
    Database(tmp_path).close()
    conn = sqlite3.connect(tmp_path / FILE)
    conn.execute("UPDATE alembic_version SET version_num = '9999'")
    conn.commit()
    conn.close()
    with pytest.raises(NewerDataError, match="9999"):
        Database(tmp_path)


def test_data_of_an_older_version_is_not_read_without_migration(tmp_path: Path) -> None:
    """A command that only reads does not migrate, and says what to do."""
    conn = sqlite3.connect(tmp_path / FILE)
    conn.execute("CREATE TABLE old (id)")
    conn.close()
    with pytest.raises(StorageError, match="older firstline"):
        Database(tmp_path, writable=False)


def _try_to_open(folder: Path, answer: "multiprocessing.Queue[str]") -> None:
    try:
        Database(folder).close()
    except DataInUseError as error:
        answer.put(str(error))


def test_a_second_process_is_refused_while_the_first_lives(tmp_path: Path, db: Database) -> None:
    """Two servers on one file cannot happen: the second hears who holds it, the first notices nothing."""
    context = multiprocessing.get_context("spawn")
    answer: multiprocessing.Queue[str] = context.Queue()
    process = context.Process(target=_try_to_open, args=(tmp_path, answer))
    process.start()
    assert "Another firstline" in answer.get(timeout=30)
    process.join()


def test_reading_works_beside_the_server_and_cannot_write(tmp_path: Path, db: Database) -> None:
    """A command that only reads opens the data of a running server, and can change nothing."""
    reader = Database(tmp_path, writable=False)
    with pytest.raises(StorageDownError):
        reader.read_now(lambda conn: conn.exec_driver_sql("DELETE FROM inbox"))
    reader.close()


def test_a_folder_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    """A file in place of the data folder is told in one sentence."""
    (tmp_path / "data").write_text("")
    with pytest.raises(StorageDownError, match="cannot be used"):
        Database(tmp_path / "data")
