"""Inserts that know what to do when the row is there already. Both databases can do it, each in its own word."""

from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

Insert = sqlite.Insert | postgresql.Insert


def put(conn: Connection, table: Table, values: Mapping[str, object]) -> None:
    """Inserts a row, or replaces the values of the one with the same primary key."""
    conn.execute(_build_put(table, conn.dialect.name, tuple(values)), values)


def put_new(conn: Connection, table: Table, values: Mapping[str, object]) -> int | None:
    """Inserts a numbered row unless one of its unique keys is taken; returns its number, or none if it was taken."""
    number: int | None = conn.execute(_build_put_new(table, conn.dialect.name), values).scalar()
    return number


def put_missing(conn: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Inserts the rows that are not there yet."""
    if rows:
        conn.execute(_build_put_missing(table, conn.dialect.name), rows)


def _insert(table: Table, dialect: str) -> Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def _build_put(table: Table, dialect: str, names: tuple[str, ...]) -> Insert:
    insert = _insert(table, dialect)
    key = [column.name for column in table.primary_key]
    rest = {name: insert.excluded[name] for name in names if name not in key}
    return insert.on_conflict_do_update(index_elements=key, set_=rest)


@cache
def _build_put_missing(table: Table, dialect: str) -> Insert:
    return _insert(table, dialect).on_conflict_do_nothing()


@cache
def _build_put_new(table: Table, dialect: str) -> ReturningInsert[int]:
    return _insert(table, dialect).on_conflict_do_nothing().returning(table.c.id)
