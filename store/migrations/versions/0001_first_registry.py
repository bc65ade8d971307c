"""The registry's first tables: park, clusters, enterprises, meters, exchanges, outputs, factors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All tables."""
    op.create_table(
        "cluster",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_cluster")),
    )
    op.create_table(
        "enterprise",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_enterprise")),
    )
    op.create_table(
        "park",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("grid_region", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("superseded_at > recorded_at", name=op.f("ck_park_record_time")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_park")),
    )
    op.create_index(
        "ix_park_holds",
        "park",
        ["code"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "registry_change",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_registry_change")),
        sa.UniqueConstraint("recorded_at", name=op.f("uq_registry_change_recorded_at")),
    )
    op.create_table(
        "cluster_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "superseded_at > recorded_at", name=op.f("ck_cluster_version_record_time")
        ),
        sa.ForeignKeyConstraint(["code"], ["cluster.code"], name=op.f("fk_cluster_version_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_version")),
    )
    op.create_index(
        "ix_cluster_version_holds",
        "cluster_version",
        ["code"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "declared_factor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise", sa.String(length=64), nullable=False),
        sa.Column("carrier", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "superseded_at > recorded_at", name=op.f("ck_declared_factor_record_time")
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_declared_factor_validity")),
        sa.ForeignKeyConstraint(
            ["enterprise"], ["enterprise.code"], name=op.f("fk_declared_factor_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_factor")),
    )
    op.create_index(
        "ix_declared_factor_holds",
        "declared_factor",
        ["enterprise", "carrier", "valid_from"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "enterprise_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("cluster", sa.String(length=64), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("industry", sa.String(length=5), nullable=True),
        sa.Column("land_area_mu", sa.Double(), nullable=True),
        sa.Column("ets_sector", sa.Text(), nullable=True),
        sa.Column("key_energy_user", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "superseded_at > recorded_at", name=op.f("ck_enterprise_version_record_time")
        ),
        sa.ForeignKeyConstraint(
            ["cluster"], ["cluster.code"], name=op.f("fk_enterprise_version_cluster")
        ),
        sa.ForeignKeyConstraint(
            ["code"], ["enterprise.code"], name=op.f("fk_enterprise_version_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_version")),
    )
    op.create_index(
        "ix_enterprise_version_holds",
        "enterprise_version",
        ["code"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "meter",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("enterprise", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise"], ["enterprise.code"], name=op.f("fk_meter_enterprise")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meter")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meter_code", "meter", ["enterprise", "code"], unique=True)
    op.create_table(
        "output",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("output_1e4_yuan", sa.Double(), nullable=False),
        sa.Column("price_basis", sa.String(length=32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("superseded_at > recorded_at", name=op.f("ck_output_record_time")),
        sa.ForeignKeyConstraint(
            ["enterprise"], ["enterprise.code"], name=op.f("fk_output_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_output")),
    )
    op.create_index(
        "ix_output_holds",
        "output",
        ["enterprise", "period", "price_basis"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "exchange",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("ts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("final_value", sa.Double(), nullable=False),
        sa.Column("initial_value", sa.Double(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("superseded_at > recorded_at", name=op.f("ck_exchange_record_time")),
        sa.ForeignKeyConstraint(["meter_key"], ["meter.key"], name=op.f("fk_exchange_meter_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
    )
    op.create_index(
        "ix_exchange_holds",
        "exchange",
        ["meter_key", "ts"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "meter_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meter_key", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("multiplier", sa.Double(), nullable=False),
        sa.Column("register_max", sa.Double(), nullable=True),
        sa.Column("range_low", sa.Double(), nullable=True),
        sa.Column("range_high", sa.Double(), nullable=True),
        sa.Column("direction", sa.String(length=32), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=True),
        sa.Column("source_stream", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "superseded_at > recorded_at", name=op.f("ck_meter_version_record_time")
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_meter_version_validity")),
        sa.ForeignKeyConstraint(
            ["meter_key"], ["meter.key"], name=op.f("fk_meter_version_meter_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meter_version")),
    )
    op.create_index(
        "ix_meter_version_holds",
        "meter_version",
        ["meter_key", "valid_from"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "ix_meter_version_holds_first",
        "meter_version",
        ["meter_key"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL AND valid_from IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL AND valid_from IS NULL"),
    )


def downgrade() -> None:
    """No table."""
    op.drop_table("meter_version")
    op.drop_table("exchange")
    op.drop_table("output")
    op.drop_table("meter")
    op.drop_table("enterprise_version")
    op.drop_table("declared_factor")
    op.drop_table("cluster_version")
    op.drop_table("registry_change")
    op.drop_table("park")
    op.drop_table("enterprise")
    op.drop_table("cluster")
