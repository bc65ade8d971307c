"""The kinds of record: what tells one from another, and where each is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Table

from store.registry_db import point_tables, progress_tables, tables

Values = Mapping[str, object]  # a record's fields as its file has them


@dataclass(frozen=True)
class RecordKind:
    """One kind. ``identity`` are the fields that say which record it is.

    Kinds with ``dated`` have several versions in time: the last field of their identity is
    ``valid_from``, the others name the line of versions.
    """

    name: str
    identity: tuple[str, ...]
    table: Table
    identities: Table | None = None
    dated: bool = False
    secret: frozenset[str] = frozenset()  # fields that are never shown

    def column(self, field: str) -> str:
        """The column of a field: every table's own ``id`` is the number of its row."""
        return self.name if field == "id" else field

    def identify(self, values: Values) -> tuple[object, ...]:
        """Which record these values are of."""
        return tuple(values[field] for field in self.identity)

    @cached_property
    def line(self) -> tuple[str, ...]:
        """The fields of the identity without ``valid_from``: what all versions have in common."""
        return tuple(field for field in self.identity if field != "valid_from")

    def line_of(self, values: Values) -> tuple[object, ...]:
        """Which line of versions these values belong to."""
        return tuple(values[field] for field in self.line)


PARK = RecordKind("park", ("code",), tables.park)
CLUSTER = RecordKind("cluster", ("code",), tables.cluster_version, tables.cluster)
ENTERPRISE = RecordKind("enterprise", ("code",), tables.enterprise_version, tables.enterprise)
METER = RecordKind(
    "meter", ("enterprise", "code", "valid_from"), tables.meter_version, tables.meter, dated=True
)
POINT = RecordKind(
    "point",
    ("enterprise", "code", "valid_from"),
    point_tables.monitoring_point,
    dated=True,
    secret=frozenset({"password"}),
)
CHANNEL = RecordKind(
    "channel", ("enterprise", "point", "code", "valid_from"), point_tables.channel, dated=True
)
PERMIT = RecordKind(
    "permit",
    ("enterprise", "point", "pollutant", "kind", "averaging", "valid_from"),
    point_tables.permit,
    dated=True,
)
OPERATING_STATE = RecordKind(
    "operating_state", ("enterprise", "point", "start"), point_tables.operating_state
)
EXCHANGE = RecordKind("exchange", ("enterprise", "meter", "ts"), tables.exchange)
PROFILE = RecordKind(
    "profile", ("enterprise", "meter", "day_type", "hour", "valid_from"), tables.profile, dated=True
)
OUTPUT = RecordKind("output", ("enterprise", "period", "price_basis"), tables.output)
DECLARED_FACTOR = RecordKind(
    "declared_factor",
    ("enterprise", "carrier", "parameter", "valid_from"),
    tables.declared_factor,
    dated=True,
)
SOURCE_STREAM = RecordKind("source_stream", ("enterprise", "code"), tables.source_stream)
BUILDING = RecordKind("building", ("enterprise", "code"), tables.building)
GROUP = RecordKind("group", ("group", "enterprise"), tables.group_member)  # a record a member
CERTIFICATE = RecordKind("certificate", ("id",), tables.certificate)
CERTIFICATE_USE = RecordKind("certificate_use", ("certificate", "period"), tables.certificate_use)
TARGET = RecordKind(
    "target",
    ("scope", "code", "subject", "basis", "period", "document"),
    progress_tables.target,
)
YEARLY_FIGURE = RecordKind(
    "yearly_figure",
    ("scope", "code", "year", "indicator", "item", "price_basis"),
    progress_tables.yearly_figure,
)
MEASURE = RecordKind("measure", ("code",), progress_tables.measure)
ASSUMPTION = RecordKind(
    "assumption", ("scenario", "parameter", "cluster", "from_year"), progress_tables.assumption
)
TITLE = RecordKind("title", ("scope", "code", "title", "awarded"), progress_tables.title)
MOVEMENT = RecordKind("movement", ("id",), progress_tables.movement)

# In the order in which they refer to each other; channels become meters.
KINDS = (
    PARK, CLUSTER, ENTERPRISE, SOURCE_STREAM, BUILDING, POINT, CHANNEL, METER, EXCHANGE, PROFILE,
    OUTPUT, DECLARED_FACTOR, GROUP, CERTIFICATE, CERTIFICATE_USE, PERMIT, OPERATING_STATE, TARGET,
    YEARLY_FIGURE, MEASURE, ASSUMPTION, TITLE, MOVEMENT,
)  # fmt: skip
