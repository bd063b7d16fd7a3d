"""Inserts that know what to do when the row is there already. Both databases can do it, each in its own word."""

from collections.abc import Mapping

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def put(conn: Connection, table: Table, values: Mapping[str, object]) -> None:
    """Inserts a row, or replaces the values of the one with the same primary key."""
    insert = (sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert)(table)
    key = [column.name for column in table.primary_key]
    rest = {name: insert.excluded[name] for name in values if name not in key}
    conn.execute(insert.on_conflict_do_update(index_elements=key, set_=rest), values)


def put_new(conn: Connection, table: Table, values: Mapping[str, object]) -> int | None:
    """Inserts a numbered row unless one of its unique keys is taken; returns its number, or none if it was taken."""
    insert = (sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert)(table)
    number: int | None = conn.execute(insert.on_conflict_do_nothing().returning(table.c.id), values).scalar()
    return number
