"""Keeps how far customers have read, and which browser showed which signature first."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes both tables."""
    op.create_table(
        "seen",
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"], name="fk_seen_conversation"),
        sa.PrimaryKeyConstraint("conversation", name="pk_seen"),
    )
    op.create_table(
        "signature",
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name="pk_signature"),
    )
    op.create_index("ix_signature_expires_at", "signature", ["expires_at"])
