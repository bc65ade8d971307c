"""The tables of monitoring points; like all of the registry they keep what was known when."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Integer,
    String,
    Text,
)

from store.registry_db.instants import Instant
from store.registry_db.tables import CODE, versions

POINT_CODE = String(24)

monitoring_point = versions(
    "monitoring_point",
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("code", POINT_CODE, nullable=False),
    Column("medium", String(16), nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("mn", String(24)),
    Column("password", String(6)),
    Column("st", String(2)),
    Column("edition", String(4), nullable=False),
    Column("realtime_interval_s", Integer, nullable=False),
    Column("minute_interval_s", Integer, nullable=False),
    Column("duct_area_m2", Double),
    Column("reference_oxygen_pct", Double),
    Column("limit_classes", Text, nullable=False),  # codes with | between them
    Column("zone", String(8)),
    Column("load_meter", CODE),
    Column("treatment_meter", CODE),
    Column("fuel_meter", CODE),
    Column("longitude", Double),
    Column("latitude", Double),
    Column("valid_from", Instant),
    Column("valid_to", Instant),
    CheckConstraint("valid_to > valid_from", name="validity"),
    holds_once=("enterprise", "code", "valid_from"),
)

channel = versions(
    "channel",
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("point", POINT_CODE, nullable=False),
    Column("code", String(16), nullable=False),
    Column("unit", String(32)),
    Column("fields", Text, nullable=False),  # codes with | between them
    Column("wet", Boolean, nullable=False),
    Column("standard_state", Boolean, nullable=False),
    Column("range_low", Double),
    Column("range_high", Double),
    Column("valid_from", Instant),
    Column("valid_to", Instant),
    CheckConstraint("valid_to > valid_from", name="validity"),
    holds_once=("enterprise", "point", "code", "valid_from"),
)

permit = versions(
    "permit",
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("point", POINT_CODE, nullable=False),
    Column("pollutant", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("averaging", String(8), nullable=False),
    Column("value", Double, nullable=False),
    Column("unit", String(32), nullable=False),
    Column("reference_oxygen_pct", Double),
    Column("standard", Text, nullable=False),
    Column("clause", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("evidence", Text, nullable=False),
    CheckConstraint("valid_to > valid_from", name="validity"),
    holds_once=("enterprise", "point", "pollutant", "kind", "averaging", "valid_from"),
)

operating_state = versions(
    "operating_state",
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("point", POINT_CODE, nullable=False),
    Column("state", String(16), nullable=False),
    Column("start", Instant, nullable=False),
    Column("end", Instant),
    Column("evidence", Text, nullable=False),
    Column("entered_by", Text, nullable=False),
    CheckConstraint('"end" > start', name="duration"),
    holds_once=("enterprise", "point", "start"),
)
