"""What accounting needs of the registry: streams, groups, buildings, certificates, own parameters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CODE = sa.String(length=64)
HOLDS = sa.text("superseded_at IS NULL")
OF_THE_PARK = sa.text("superseded_at IS NULL AND enterprise IS NULL")


def upgrade() -> None:
    """The tables and columns."""
    with op.batch_alter_table("enterprise_version") as enterprises:
        enterprises.add_column(
            sa.Column("guideline", CODE, nullable=False, server_default="other_industry")
        )
    with op.batch_alter_table("meter_version") as meters:
        meters.add_column(sa.Column("counterpart", CODE))
        meters.add_column(sa.Column("accuracy_pct", sa.Double()))
        meters.add_column(sa.Column("building", CODE))
        meters.create_foreign_key(
            op.f("fk_meter_version_counterpart"), "enterprise", ["counterpart"], ["code"]
        )
    _declared_parameters()
    _versions(
        "source_stream",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("category", CODE, nullable=False),
        sa.Column("use", sa.String(length=16), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        holds_once=["enterprise", "code"],
    )
    _versions(
        "building",
        sa.Column("code", CODE, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        holds_once=["enterprise", "code"],
    )
    _versions(
        "group_member",
        sa.Column("group", CODE, nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        holds_once=["group", "enterprise"],
    )
    _versions(
        "certificate",
        sa.Column("certificate", CODE, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("technology", sa.Text(), nullable=False),
        sa.Column("generated", sa.String(length=7), nullable=False),
        sa.Column("amount_mwh", sa.Double(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("cancelled_on", sa.Date()),
        holds_once=["certificate"],
    )
    _versions(
        "certificate_use",
        sa.Column("certificate", CODE, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("amount_mwh", sa.Double(), nullable=False),
        holds_once=["certificate", "period"],
    )


def _declared_parameters() -> None:
    """A declared factor may be of any parameter, and the park's instead of an enterprise's."""
    op.drop_index("ix_declared_factor_holds", "declared_factor")
    with op.batch_alter_table("declared_factor") as factors:
        factors.add_column(
            sa.Column(
                "parameter",
                sa.String(length=32),
                nullable=False,
                server_default="emission_factor",
            )
        )
        factors.add_column(sa.Column("uncertainty_pct", sa.Double()))
        factors.add_column(sa.Column("category", CODE))
        factors.alter_column("enterprise", existing_type=CODE, nullable=True)
    _unique(
        "ix_declared_factor_holds",
        "declared_factor",
        ["enterprise", "carrier", "parameter", "valid_from"],
    )
    _unique(
        "ix_declared_factor_holds_park",
        "declared_factor",
        ["carrier", "parameter", "valid_from"],
        OF_THE_PARK,
    )


def _versions(name: str, *columns: sa.Column[object], holds_once: list[str]) -> None:
    """A table with record time whose rows are an enterprise's."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise", CODE, nullable=False),
        *columns,
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("superseded_at > recorded_at", name=op.f(f"ck_{name}_record_time")),
        sa.ForeignKeyConstraint(
            ["enterprise"], ["enterprise.code"], name=op.f(f"fk_{name}_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    _unique(f"ix_{name}_holds", name, holds_once)


def _unique(name: str, table: str, columns: list[str], where: sa.TextClause = HOLDS) -> None:
    op.create_index(
        name, table, columns, unique=True, sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    """Without them: what only they can hold is lost, emission factors of enterprises stay."""
    for table in ("certificate_use", "certificate", "group_member", "building", "source_stream"):
        op.drop_table(table)
    op.execute(
        "DELETE FROM declared_factor WHERE enterprise IS NULL OR parameter <> 'emission_factor'"
    )
    op.drop_index("ix_declared_factor_holds_park", "declared_factor")
    op.drop_index("ix_declared_factor_holds", "declared_factor")
    with op.batch_alter_table("declared_factor") as factors:
        factors.alter_column("enterprise", existing_type=CODE, nullable=False)
        factors.drop_column("category")
        factors.drop_column("uncertainty_pct")
        factors.drop_column("parameter")
    _unique("ix_declared_factor_holds", "declared_factor", ["enterprise", "carrier", "valid_from"])
    with op.batch_alter_table("meter_version") as meters:
        meters.drop_constraint(op.f("fk_meter_version_counterpart"), type_="foreignkey")
        meters.drop_column("building")
        meters.drop_column("accuracy_pct")
        meters.drop_column("counterpart")
    with op.batch_alter_table("enterprise_version") as enterprises:
        enterprises.drop_column("guideline")
