"""Knows agents by their ids on Slack and Telegram."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of identities."""
    op.create_table(
        "staff_identity",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agent"], ["staff.id"], name="fk_staff_identity_agent"),
        sa.PrimaryKeyConstraint("channel", "key", name="pk_staff_identity"),
    )
    op.create_index("ix_staff_identity_agent", "staff_identity", ["agent"])
