"""Finds quickly whether something that came later has taken effect already."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the index of order keys."""
    op.create_index(
        "ix_inbox_order",
        "inbox",
        ["source", "order_key"],
        sqlite_where=sa.text("order_key <> ''"),
        postgresql_where=sa.text("order_key <> ''"),
    )
