"""Rejections that were replayed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table of replays."""
    op.create_table(
        "replay",
        sa.Column("rejection_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("superseded", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("batch", sa.BigInteger()),
        sa.Column("reason", sa.String(length=32)),
        sa.Column("detail", sa.Text()),
        sa.Column("replayed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replayed_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'superseded', 'partly', 'refused')",
            name=op.f("ck_replay_outcome"),
        ),
        sa.PrimaryKeyConstraint("rejection_id", name=op.f("pk_replay")),
    )


def downgrade() -> None:
    """No replay: what was replayed is open again, and a replay then finds duplicates."""
    op.drop_table("replay")
