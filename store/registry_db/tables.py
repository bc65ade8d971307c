"""The tables. Identities stay; their versions carry record time and are never overwritten.

``recorded_at`` is when a row became known, ``superseded_at`` when another took its place (null:
it holds). At most one row of an identity holds at a time; partial unique indexes see to it.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.schema import SchemaItem

from store.registry_db.instants import Instant

CODE = String(64)
WRITERS = 1000  # a writer's number is the last three digits of what it stores

# Names are fixed, so that a later migration can drop a constraint on every database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row an applied change; the greatest version is the registry's.
registry_change = Table(
    "registry_change",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("recorded_at", Instant, nullable=False, unique=True),
)

# Processes that write to a shared store; no part of what is registered, and never given anew.
writer = Table(
    "writer",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", CODE, nullable=False, unique=True),
    Column("recorded_at", Instant, nullable=False),
    CheckConstraint(f"number BETWEEN 0 AND {WRITERS - 1}", name="number"),
)


def _versions(name: str, *columns: SchemaItem, holds_once: tuple[str, ...]) -> Table:
    """A table with record time of which one row per ``holds_once`` may hold at a time."""
    table = Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True),
        *columns,
        Column("recorded_at", Instant, nullable=False),
        Column("superseded_at", Instant),
        CheckConstraint("superseded_at > recorded_at", name="record_time"),
    )
    holds = table.c.superseded_at.is_(None)
    _unique_where(f"ix_{name}_holds", table, holds_once, holds)
    if "valid_from" in holds_once and table.c.valid_from.nullable:
        # Null does not equal null: the version without a start needs an index of its own.
        line = tuple(key for key in holds_once if key != "valid_from")
        first = holds & table.c.valid_from.is_(None)
        _unique_where(f"ix_{name}_holds_first", table, line, first)
    return table


def _unique_where(
    name: str, table: Table, keys: tuple[str, ...], where: ColumnElement[bool]
) -> None:
    columns = [table.c[key] for key in keys]
    Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


park = _versions(
    "park",
    Column("code", CODE, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("grid_region", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    holds_once=("code",),
)

cluster = Table("cluster", metadata, Column("code", CODE, primary_key=True))
cluster_version = _versions(
    "cluster_version",
    Column("code", CODE, ForeignKey("cluster.code"), nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    holds_once=("code",),
)

enterprise = Table("enterprise", metadata, Column("code", CODE, primary_key=True))
enterprise_version = _versions(
    "enterprise_version",
    Column("code", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("cluster", CODE, ForeignKey("cluster.code"), nullable=False),
    Column("uscc", String(18)),
    Column("industry", String(5)),
    Column("land_area_mu", Double),
    Column("ets_sector", Text),
    Column("key_energy_user", Boolean, nullable=False),
    holds_once=("code",),
)

# ``key`` is the meter's number in the store of readings; it never changes and is never given anew.
meter = Table(
    "meter",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("code", CODE, nullable=False),
    Index("ix_meter_code", "enterprise", "code", unique=True),
    sqlite_autoincrement=True,
)
meter_version = _versions(
    "meter_version",
    Column("meter_key", Integer, ForeignKey("meter.key"), nullable=False),
    Column("quantity", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("unit", String(32), nullable=False),
    Column("interval_s", Integer, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("multiplier", Double, nullable=False),
    Column("register_max", Double),
    Column("range_low", Double),
    Column("range_high", Double),
    Column("direction", String(32), nullable=False),
    Column("parent", CODE),
    Column("source_stream", Text),
    Column("gap_policy", String(16), nullable=False, server_default="linear"),
    Column("formula", Text),
    Column("valid_from", Instant),
    Column("valid_to", Instant),
    CheckConstraint("valid_to > valid_from", name="validity"),
    holds_once=("meter_key", "valid_from"),
)

exchange = _versions(
    "exchange",
    Column("meter_key", Integer, ForeignKey("meter.key"), nullable=False),
    Column("ts", Instant, nullable=False),
    Column("final_value", Double, nullable=False),
    Column("initial_value", Double, nullable=False),
    holds_once=("meter_key", "ts"),
)

profile = _versions(
    "profile",
    Column("meter_key", Integer, ForeignKey("meter.key"), nullable=False),
    Column("day_type", String(16), nullable=False),
    Column("hour", Integer, nullable=False),
    Column("amount", Double, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("evidence", Text, nullable=False),
    CheckConstraint("valid_to > valid_from", name="validity"),
    CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
    holds_once=("meter_key", "day_type", "hour", "valid_from"),
)

output = _versions(
    "output",
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("period", String(7), nullable=False),
    Column("output_1e4_yuan", Double, nullable=False),
    Column("price_basis", String(32), nullable=False),
    holds_once=("enterprise", "period", "price_basis"),
)

declared_factor = _versions(
    "declared_factor",
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("carrier", String(32), nullable=False),
    Column("value", Double, nullable=False),
    Column("unit", String(32), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("evidence", Text, nullable=False),
    CheckConstraint("valid_to > valid_from", name="validity"),
    holds_once=("enterprise", "carrier", "valid_from"),
)
