"""Outlets, stations, their channels, permits and operating states."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_CODE = sa.String(length=64)
_POINT = sa.String(length=24)
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """The tables of monitoring points."""
    _versions(
        "monitoring_point",
        sa.Column("code", _POINT, nullable=False),
        sa.Column("medium", sa.String(length=16), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("mn", sa.String(length=24)),
        sa.Column("password", sa.String(length=6)),
        sa.Column("st", sa.String(length=2)),
        sa.Column("edition", sa.String(length=4), nullable=False),
        sa.Column("realtime_interval_s", sa.Integer(), nullable=False),
        sa.Column("minute_interval_s", sa.Integer(), nullable=False),
        sa.Column("duct_area_m2", sa.Double()),
        sa.Column("reference_oxygen_pct", sa.Double()),
        sa.Column("limit_classes", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=8)),
        sa.Column("load_meter", _CODE),
        sa.Column("treatment_meter", _CODE),
        sa.Column("fuel_meter", _CODE),
        sa.Column("longitude", sa.Double()),
        sa.Column("latitude", sa.Double()),
        sa.Column("valid_from", _INSTANT),
        sa.Column("valid_to", _INSTANT),
        _validity("monitoring_point"),
        holds_once=("enterprise", "code", "valid_from"),
        first=("enterprise", "code"),
    )
    _versions(
        "channel",
        sa.Column("point", _POINT, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=32)),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("wet", sa.Boolean(), nullable=False),
        sa.Column("standard_state", sa.Boolean(), nullable=False),
        sa.Column("range_low", sa.Double()),
        sa.Column("range_high", sa.Double()),
        sa.Column("valid_from", _INSTANT),
        sa.Column("valid_to", _INSTANT),
        _validity("channel"),
        holds_once=("enterprise", "point", "code", "valid_from"),
        first=("enterprise", "point", "code"),
    )
    _versions(
        "permit",
        sa.Column("point", _POINT, nullable=False),
        sa.Column("pollutant", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("averaging", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.Column("reference_oxygen_pct", sa.Double()),
        sa.Column("standard", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("evidence", sa.Text(), nullable=False),
        _validity("permit"),
        holds_once=("enterprise", "point", "pollutant", "kind", "averaging", "valid_from"),
    )
    _versions(
        "operating_state",
        sa.Column("point", _POINT, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("start", _INSTANT, nullable=False),
        sa.Column("end", _INSTANT),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.CheckConstraint('"end" > start', name=op.f("ck_operating_state_duration")),
        holds_once=("enterprise", "point", "start"),
    )


def downgrade() -> None:
    """Without them; what they held is gone."""
    for name in ("operating_state", "permit", "channel", "monitoring_point"):
        op.drop_table(name)


def _validity(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint("valid_to > valid_from", name=op.f(f"ck_{table}_validity"))


def _versions(
    name: str, *columns: Any, holds_once: tuple[str, ...], first: tuple[str, ...] = ()
) -> None:
    """A table of an enterprise's records of which one a ``holds_once`` holds at a time.

    ``first`` tells versions without a start apart.
    """
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise", _CODE, nullable=False),
        *columns,
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.Column("superseded_at", _INSTANT),
        sa.CheckConstraint("superseded_at > recorded_at", name=op.f(f"ck_{name}_record_time")),
        sa.ForeignKeyConstraint(
            ["enterprise"], ["enterprise.code"], name=op.f(f"fk_{name}_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    _one_holds(f"ix_{name}_holds", name, holds_once, "superseded_at IS NULL")
    if first:
        _one_holds(
            f"ix_{name}_holds_first", name, first, "superseded_at IS NULL AND valid_from IS NULL"
        )


def _one_holds(name: str, table: str, keys: tuple[str, ...], where: str) -> None:
    op.create_index(
        name, table, list(keys), unique=True,
        sqlite_where=sa.text(where), postgresql_where=sa.text(where),
    )  # fmt: skip
