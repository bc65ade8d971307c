"""Appeals against assessments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table of appeals."""
    op.create_table(
        "assessment_appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=64)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Double()),
        sa.Column("grade", sa.String(length=8)),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text()),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)", name=op.f("ck_assessment_appeal_answered")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_appeal")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("assessment_appeal", schema=None) as batch:
        batch.create_index(batch.f("ix_assessment_appeal_enterprise"), ["enterprise"], unique=False)


def downgrade() -> None:
    """Without it; the appeals are gone."""
    op.drop_table("assessment_appeal")
