"""The tables. Identities stay; their versions carry record time and are never overwritten.

``recorded_at`` is when a row became known, ``superseded_at`` when another took its place (null:
it holds). At most one row of an identity holds at a time; partial unique indexes see to it.
"""

from __future__ import annotations

from itertools import combinations

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
    and_,
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


_WITHOUT = {"valid_from": "first", "enterprise": "park"}  # in names of indexes


def versions(name: str, *columns: SchemaItem, holds_once: tuple[str, ...]) -> Table:
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
    # Null does not equal null: where a part of the identity may be missing (the version without a
    # start, what the park declares for all), those without it need an index of their own.
    optional = [key for key in holds_once if table.c[key].nullable]
    for missing in (some for n in range(len(optional)) for some in combinations(optional, n + 1)):
        named = "_".join(_WITHOUT.get(key, f"no_{key}") for key in missing)
        nulls = [table.c[key].is_(None) for key in missing]
        others = tuple(key for key in holds_once if key not in missing)
        _unique_where(f"ix_{name}_holds_{named}", table, others, and_(holds, *nulls))
    return table


def _unique_where(
    name: str, table: Table, keys: tuple[str, ...], where: ColumnElement[bool]
) -> None:
    columns = [table.c[key] for key in keys]
    Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


park = versions(
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
cluster_version = versions(
    "cluster_version",
    Column("code", CODE, ForeignKey("cluster.code"), nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    holds_once=("code",),
)

enterprise = Table("enterprise", metadata, Column("code", CODE, primary_key=True))
enterprise_version = versions(
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
    Column("guideline", CODE, nullable=False, server_default="other_industry"),
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
meter_version = versions(
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
    Column("counterpart", CODE, ForeignKey("enterprise.code")),
    Column("accuracy_pct", Double),
    Column("building", CODE),
    Column("valid_from", Instant),
    Column("valid_to", Instant),
    CheckConstraint("valid_to > valid_from", name="validity"),
    holds_once=("meter_key", "valid_from"),
)

exchange = versions(
    "exchange",
    Column("meter_key", Integer, ForeignKey("meter.key"), nullable=False),
    Column("ts", Instant, nullable=False),
    Column("final_value", Double, nullable=False),
    Column("initial_value", Double, nullable=False),
    holds_once=("meter_key", "ts"),
)

profile = versions(
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

output = versions(
    "output",
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("period", String(7), nullable=False),
    Column("output_1e4_yuan", Double, nullable=False),
    Column("price_basis", String(32), nullable=False),
    holds_once=("enterprise", "period", "price_basis"),
)

# Without an enterprise it is the park's, for all of them.
declared_factor = versions(
    "declared_factor",
    Column("enterprise", CODE, ForeignKey("enterprise.code")),
    Column("carrier", String(32), nullable=False),
    Column("parameter", String(32), nullable=False, server_default="emission_factor"),
    Column("value", Double, nullable=False),
    Column("unit", String(32), nullable=False),
    Column("uncertainty_pct", Double),
    Column("category", CODE),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("evidence", Text, nullable=False),
    CheckConstraint("valid_to > valid_from", name="validity"),
    holds_once=("enterprise", "carrier", "parameter", "valid_from"),
)

source_stream = versions(
    "source_stream",
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("code", Text, nullable=False),
    Column("category", CODE, nullable=False),
    Column("use", String(16), nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    holds_once=("enterprise", "code"),
)

building = versions(
    "building",
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("code", CODE, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    holds_once=("enterprise", "code"),
)

# A group is the set of its members.
group_member = versions(
    "group_member",
    Column("group", CODE, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    holds_once=("group", "enterprise"),
)

certificate = versions(
    "certificate",
    Column("certificate", CODE, nullable=False),
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("technology", Text, nullable=False),
    Column("generated", String(7), nullable=False),
    Column("amount_mwh", Double, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("cancelled_on", Date),
    holds_once=("certificate",),
)

certificate_use = versions(
    "certificate_use",
    Column("certificate", CODE, nullable=False),
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("period", String(7), nullable=False),
    Column("amount_mwh", Double, nullable=False),
    holds_once=("certificate", "period"),
)
