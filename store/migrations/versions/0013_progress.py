"""Targets, yearly figures, measures, assumptions, titles, movements of rights."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_CODE = sa.String(length=64)
_SCOPE = sa.String(length=16)
_BASIS = sa.String(length=32)
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """The tables of what the park's progress is measured by."""
    _versions(
        "target",
        sa.Column("scope", _SCOPE, nullable=False),
        sa.Column("code", _CODE, nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=9), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("value", sa.Double()),
        sa.Column("reduction", sa.Double()),
        sa.Column("base_year", sa.Integer()),
        sa.Column("basis", _BASIS),
        sa.Column("price_basis", _BASIS),
        sa.Column("lead_unit", sa.Text()),
        sa.CheckConstraint(
            "(value IS NULL) <> (reduction IS NULL)", name=op.f("ck_target_value_or_reduction")
        ),
        holds_once=("scope", "code", "subject", "basis", "period", "document"),
        optional=("basis",),
    )
    _versions(
        "yearly_figure",
        sa.Column("scope", _SCOPE, nullable=False),
        sa.Column("code", _CODE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("indicator", _CODE, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("item", _CODE),
        sa.Column("price_basis", _BASIS),
        sa.Column("boundary", sa.Text(), nullable=False),
        holds_once=("scope", "code", "year", "indicator", "item", "price_basis"),
        optional=("item", "price_basis"),
    )
    _versions(
        "measure",
        sa.Column("code", _CODE, nullable=False),
        sa.Column("enterprise", _CODE),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("saving_tce", sa.Double(), nullable=False),
        sa.Column("saving_co2e_t", sa.Double(), nullable=False),
        sa.Column("cost_1e4_yuan", sa.Double(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ramp_years", sa.Integer(), nullable=False),
        sa.Column("life_years", sa.Integer()),
        sa.Column("uncertainty_pct", sa.Double()),
        sa.Column("scenarios", sa.Text(), nullable=False),
        sa.Column("overlaps", _CODE),
        _foreign("measure", "enterprise"),
        holds_once=("code",),
    )
    _versions(
        "assumption",
        sa.Column("scenario", _CODE, nullable=False),
        sa.Column("parameter", _CODE, nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("cluster", _CODE),
        sa.Column("low", sa.Double()),
        sa.Column("high", sa.Double()),
        _foreign("assumption", "cluster"),
        holds_once=("scenario", "parameter", "cluster", "from_year"),
        optional=("cluster",),
    )
    _versions(
        "title",
        sa.Column("scope", _SCOPE, nullable=False),
        sa.Column("code", _CODE, nullable=False),
        sa.Column("title", _CODE, nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("awarded", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.CheckConstraint("valid_to > awarded", name=op.f("ck_title_validity")),
        holds_once=("scope", "code", "title", "awarded"),
    )
    _versions(
        "movement",
        sa.Column("movement", _CODE, nullable=False),
        sa.Column("enterprise", _CODE, nullable=False),
        sa.Column("instrument", _CODE, nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("item", _CODE),
        sa.Column("vintage", sa.Integer()),
        sa.Column("for_year", sa.Integer()),
        sa.Column("counterpart", sa.Text()),
        sa.Column("price_yuan", sa.Double()),
        sa.CheckConstraint("amount > 0", name=op.f("ck_movement_amount")),
        _foreign("movement", "enterprise"),
        holds_once=("movement",),
    )


def downgrade() -> None:
    """Without them; what they held is gone."""
    for name in ("movement", "title", "assumption", "measure", "yearly_figure", "target"):
        op.drop_table(name)


def _foreign(table: str, column: str) -> sa.ForeignKeyConstraint:
    """Of a column named after the table that has the identities."""
    return sa.ForeignKeyConstraint([column], [f"{column}.code"], name=op.f(f"fk_{table}_{column}"))


def _versions(
    name: str, *columns: Any, holds_once: tuple[str, ...], optional: tuple[str, ...] = ()
) -> None:
    """A table with record time of which one row a ``holds_once`` holds at a time.

    Null does not equal null: rows without some of ``optional`` have an index of their own.
    """
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        *columns,
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.Column("superseded_at", _INSTANT),
        sa.CheckConstraint("superseded_at > recorded_at", name=op.f(f"ck_{name}_record_time")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    for missing in (some for n in range(len(optional) + 1) for some in combinations(optional, n)):
        where = " AND ".join(f"{key} IS NULL" for key in ("superseded_at", *missing))
        op.create_index(
            "_".join([f"ix_{name}_holds", *(f"no_{key}" for key in missing)]),
            name,
            [key for key in holds_once if key not in missing],
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
