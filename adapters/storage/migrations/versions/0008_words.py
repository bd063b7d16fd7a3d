"""Keeps the words by which agents find a conversation, also of what was said before."""

import json
from collections.abc import Iterator
from itertools import islice

import sqlalchemy as sa
from alembic import op

from kb.normalise import cap, fold, words_of

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ABOUT = "SELECT v.number, v.state, c.data FROM conversation v JOIN customer c ON c.id = v.customer"
_SAID = """SELECT v.number, m.text FROM message m JOIN conversation v ON v.id = m.conversation
    WHERE m.kind IN ('customer', 'agent', 'note') AND NOT m.withdrawn"""
_KEEP = "INSERT INTO word (word, number) VALUES (:word, :number) ON CONFLICT DO NOTHING"
_AT_ONCE = 10_000


def upgrade() -> None:
    """Makes the table and an index for teams, and reads what there is."""
    op.create_table(
        "word",
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("word", "number", name="pk_word"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_conversation_team",
        "conversation",
        ["team", "number"],
        sqlite_where=sa.text("team IS NOT NULL"),
        postgresql_where=sa.text("team IS NOT NULL"),
    )
    rows = _find_words(op.get_bind())
    while part := list(islice(rows, _AT_ONCE)):
        op.get_bind().execute(sa.text(_KEEP), part)


def _find_words(conn: sa.Connection) -> Iterator[dict[str, object]]:
    for number, state, data in conn.execute(sa.text(_ABOUT)):
        yield from ({"word": each, "number": number} for each in words_of(cap(json.loads(data).get("name", ""))))
        yield from ({"word": f"#{fold(tag)}", "number": number} for tag in json.loads(state).get("tags", ()))
    for number, text in conn.execute(sa.text(_SAID)):
        yield from ({"word": each, "number": number} for each in words_of(cap(text)))
