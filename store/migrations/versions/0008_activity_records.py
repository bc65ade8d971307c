"""Activity that is entered rather than metered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CODE = sa.String(length=64)
INSTANT = sa.DateTime(timezone=True)
HOLDS = sa.text("superseded_at IS NULL")


def upgrade() -> None:
    """The table of activity records."""
    op.create_table(
        "activity_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("enterprise", CODE, nullable=False),
        sa.Column("category", CODE, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("source_stream", sa.Text()),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64)),
        sa.Column("uncertainty_pct", sa.Double()),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("submitted_by", sa.Text()),
        sa.Column("submitted_at", INSTANT),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", INSTANT),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("superseded_at", INSTANT),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'refused', 'withdrawn')",
            name=op.f("ck_activity_record_state"),
        ),
        sa.CheckConstraint(
            "superseded_at > recorded_at", name=op.f("ck_activity_record_record_time")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise"], ["enterprise.code"], name=op.f("fk_activity_record_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_record")),
    )
    op.create_index(
        "ix_activity_record_holds",
        "activity_record",
        ["number", "revision"],
        unique=True,
        sqlite_where=HOLDS,
        postgresql_where=HOLDS,
    )
    op.create_index(
        "ix_activity_record_subject",
        "activity_record",
        ["enterprise", "category", "code", "period"],
    )
    op.create_index("ix_activity_record_recorded_at", "activity_record", ["recorded_at"])
    op.create_index("ix_activity_record_superseded_at", "activity_record", ["superseded_at"])


def downgrade() -> None:
    """Without it: what was entered is lost."""
    op.drop_table("activity_record")
