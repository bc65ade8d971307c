"""How meters bridge gaps, their typical profiles, and meters computed by formula."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

HOLDS = sa.text("superseded_at IS NULL")


def upgrade() -> None:
    """Columns of meters, and the table of typical profiles."""
    with op.batch_alter_table("meter_version") as meters:
        meters.add_column(
            sa.Column("gap_policy", sa.String(length=16), nullable=False, server_default="linear")
        )
        meters.add_column(sa.Column("formula", sa.Text()))
    op.create_table(
        "profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("day_type", sa.String(length=16), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_profile_validity")),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_profile_hour")),
        sa.CheckConstraint("superseded_at > recorded_at", name=op.f("ck_profile_record_time")),
        sa.ForeignKeyConstraint(
            ["meter_key"], ["meter.key"], name=op.f("fk_profile_meter_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
    )
    op.create_index(
        "ix_profile_holds",
        "profile",
        ["meter_key", "day_type", "hour", "valid_from"],
        unique=True,
        sqlite_where=HOLDS,
        postgresql_where=HOLDS,
    )


def downgrade() -> None:
    """Without them: profiles, formulas and policies are lost, all else stays."""
    op.drop_table("profile")
    with op.batch_alter_table("meter_version") as meters:
        meters.drop_column("formula")
        meters.drop_column("gap_policy")
