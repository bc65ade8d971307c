"""Numbers of the processes that write to a shared store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table of writers."""
    op.create_table(
        "writer",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number BETWEEN 0 AND 999", name=op.f("ck_writer_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_writer")),
        sa.UniqueConstraint("name", name=op.f("uq_writer_name")),
    )


def downgrade() -> None:
    """No writer: their numbers are lost, all else stays."""
    op.drop_table("writer")
