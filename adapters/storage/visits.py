"""What the web chat keeps beside conversations: how far customers have read, and who showed a signature first.

Functions of a connection.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select

from adapters.storage.putting import put
from adapters.storage.tables import conversation, seen, signature

Claims = Mapping[str, tuple[str, int]]
"""By the digest of a nonce, the digest of the browser that showed it first, and when it runs out, in seconds."""


def note_seen(conn: Connection, lane: str, of: str, number: int, now: datetime) -> None:
    """Writes down that a customer has the messages up to this one before him.

    Args:
        conn: The transaction.
        lane: The customer's lane; of another one's conversation nothing is written.
        of: The conversation.
        number: The message; no higher than the last one there is.
        now: The moment.
    """
    mine = (conversation.c.id == of, conversation.c.lane == lane, conversation.c.last_number >= number)
    if conn.execute(select(conversation.c.id).where(*mine)).first() is not None and read_seen(conn, of) < number:
        put(conn, seen, {"conversation": of, "number": number, "at": now})


def read_seen(conn: Connection, of: str) -> int:
    """The last message that the customer of a conversation has had before him; 0 if none."""
    return conn.execute(select(seen.c.number).where(seen.c.conversation == of)).scalar() or 0


def keep_claims(conn: Connection, claims: Claims, now: datetime) -> None:
    """Keeps who showed signatures first, and drops those that have run out."""
    conn.execute(delete(signature).where(signature.c.expires_at < now))
    for nonce, (browser, expires) in claims.items():
        moment = datetime.fromtimestamp(expires, UTC)
        put(conn, signature, {"nonce": nonce, "browser": browser, "expires_at": moment})


def read_claims(conn: Connection) -> Claims:
    """Who showed signatures first, those that run out next first."""
    rows = conn.execute(select(signature).order_by(signature.c.expires_at))
    return {row.nonce: (row.browser, int(row.expires_at.timestamp())) for row in rows}
