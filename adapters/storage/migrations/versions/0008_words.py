"""Keeps the words by which agents find a conversation, also of what was said before."""

import json
from collections import defaultdict

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
    words: defaultdict[int, set[str]] = defaultdict(set)
    for number, state, data in op.get_bind().execute(sa.text(_ABOUT)):
        words[number].update(words_of(cap(json.loads(data).get("name", ""))))
        words[number].update(f"#{fold(tag)}" for tag in json.loads(state).get("tags", ()))
    for number, text in op.get_bind().execute(sa.text(_SAID)):
        words[number].update(words_of(cap(text)))
    rows = [{"word": each, "number": number} for number, of in words.items() for each in sorted(of)]
    if rows:
        op.get_bind().execute(sa.text("INSERT INTO word (word, number) VALUES (:word, :number)"), rows)
