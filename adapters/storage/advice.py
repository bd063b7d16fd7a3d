"""What has been said below an agent's line about what became of it: said once, by whichever process.

Functions of a connection.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from adapters.storage.putting import put
from adapters.storage.tables import mark

ADVICE = "advice:"
"""Begins the name of such a mark; its value is the moment."""
KEPT = timedelta(days=1)
"""Nobody looks at older lines."""


def is_said(conn: Connection, name: str) -> bool:
    """Whether this has been said."""
    return conn.execute(select(mark.c.name).where(mark.c.name == f"{ADVICE}{name}")).first() is not None


def note_said(conn: Connection, name: str, now: datetime) -> None:
    """Notes that this has been said, and forgets what was said long ago."""
    put(conn, mark, {"name": f"{ADVICE}{name}", "value": now.isoformat()})
    old = mark.c.value < (now - KEPT).isoformat()
    conn.execute(delete(mark).where(mark.c.name.startswith(ADVICE, autoescape=True), old))
