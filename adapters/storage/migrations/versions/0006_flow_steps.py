"""Keeps what became of each step of the flows."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of steps."""
    op.create_table(
        "flow_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"], name="fk_flow_step_conversation"),
        sa.PrimaryKeyConstraint("id", name="pk_flow_step"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_flow_step_at", "flow_step", ["flow", "at"])
