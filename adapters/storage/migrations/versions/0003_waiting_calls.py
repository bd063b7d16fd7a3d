"""Finds the calls that wait to be made."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the index."""
    waiting = sa.text("state = 'new'")
    op.create_index(
        "ix_call_waiting", "call", ["conversation", "number"], sqlite_where=waiting, postgresql_where=waiting
    )
