"""From the tables to a snapshot, and from a snapshot back to the values its files would have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from models.quantities import Kind
from models.registry import (
    ActivityRecord,
    Assumption,
    Averaging,
    Building,
    BuildingKind,
    Certificate,
    CertificateKind,
    CertificateUse,
    Channel,
    Cluster,
    DayType,
    DeclaredFactor,
    Direction,
    Edition,
    EnergyBasis,
    Enterprise,
    Exchange,
    GapPolicy,
    Group,
    Measure,
    Medium,
    Meter,
    Movement,
    OperatingState,
    Output,
    Parameter,
    Park,
    Permit,
    PermitKind,
    Point,
    Profile,
    Registry,
    Scope,
    SourceStream,
    State,
    Subject,
    Target,
    Title,
    Use,
    YearlyFigure,
)
from store.registry_db import kinds, tables
from store.registry_db.activity_table import read_activity
from store.registry_db.kinds import RecordKind, Values
from store.registry_db.plain import listed

R = TypeVar("R")

_OUTSIDE_FILES = {"key", "meter_key", "recorded_at", "superseded_at"}


def version_at(connection: Connection, as_of: datetime | None = None) -> int:
    """Number of the last change applied up to ``as_of`` (default: ever); 0 before the first."""
    query = select(func.max(tables.registry_change.c.version))
    if as_of is not None:
        query = query.where(tables.registry_change.c.recorded_at <= as_of)
    return connection.scalar(query) or 0


def read_registry(
    connection: Connection,
    as_of: datetime | None = None,
    activity: tuple[ActivityRecord, ...] | None = None,
) -> Registry | None:
    """All rows that hold, or held in the knowledge of ``as_of``; None without a park.

    Activity records are those given, or read like all else.
    """
    parks = _rows(connection, kinds.PARK, as_of)
    if not parks:
        return None

    def records(of: RecordKind, record: type[R], **parsed: Callable[[Any], Any]) -> tuple[R, ...]:
        return tuple(
            record(
                **(_only(record, row) | {name: parse(row[name]) for name, parse in parsed.items()})
            )
            for row in _rows(connection, of, as_of)
        )

    return Registry(
        park=Park(**_only(Park, parks[0])),
        clusters=records(kinds.CLUSTER, Cluster),
        enterprises=records(kinds.ENTERPRISE, Enterprise),
        meters=_meters(connection, as_of),
        exchanges=records(kinds.EXCHANGE, Exchange),
        profiles=records(kinds.PROFILE, Profile, day_type=DayType),
        outputs=records(kinds.OUTPUT, Output),
        declared_factors=records(kinds.DECLARED_FACTOR, DeclaredFactor, parameter=Parameter),
        source_streams=records(kinds.SOURCE_STREAM, SourceStream, use=Use),
        buildings=records(kinds.BUILDING, Building, kind=BuildingKind),
        groups=_groups(_rows(connection, kinds.GROUP, as_of)),
        certificates=records(kinds.CERTIFICATE, Certificate, kind=CertificateKind),
        certificate_uses=records(kinds.CERTIFICATE_USE, CertificateUse),
        points=records(kinds.POINT, Point, medium=Medium, edition=Edition, limit_classes=listed),
        channels=records(kinds.CHANNEL, Channel, fields=listed),
        permits=records(kinds.PERMIT, Permit, kind=PermitKind, averaging=Averaging),
        operating_states=records(kinds.OPERATING_STATE, OperatingState, state=State),
        targets=records(kinds.TARGET, Target, scope=Scope, subject=Subject, basis=_energy_basis),
        yearly_figures=records(kinds.YEARLY_FIGURE, YearlyFigure, scope=Scope),
        measures=records(kinds.MEASURE, Measure, scenarios=listed),
        assumptions=records(kinds.ASSUMPTION, Assumption),
        titles=records(kinds.TITLE, Title, scope=Scope),
        movements=records(kinds.MOVEMENT, Movement),
        activity_records=read_activity(connection, as_of) if activity is None else activity,
        version=version_at(connection, as_of),
    )


def as_filed(registry: Registry | None) -> dict[RecordKind, list[Values]]:
    """Every record of a snapshot with the fields that its file has."""
    if registry is None:
        return {kind: [] for kind in kinds.KINDS}
    meters = registry.meter_by_key

    def of_meters(records: Iterable[Exchange | Profile]) -> list[Values]:
        return [
            {
                "enterprise": meters[record.meter_key].enterprise,
                "meter": meters[record.meter_key].code,
                **_filed(record),
            }
            for record in records
        ]

    return {
        kinds.PARK: [_filed(registry.park)],
        kinds.CLUSTER: [_filed(record) for record in registry.clusters],
        kinds.ENTERPRISE: [_filed(record) for record in registry.enterprises],
        kinds.POINT: [_filed(record) for record in registry.points],
        kinds.CHANNEL: [_filed(record) for record in registry.channels],
        kinds.METER: [_filed(record) for record in registry.meters],
        kinds.EXCHANGE: of_meters(registry.exchanges),
        kinds.PROFILE: of_meters(registry.profiles),
        kinds.OUTPUT: [_filed(record) for record in registry.outputs],
        kinds.DECLARED_FACTOR: [_filed(record) for record in registry.declared_factors],
        kinds.SOURCE_STREAM: [_filed(record) for record in registry.source_streams],
        kinds.BUILDING: [_filed(record) for record in registry.buildings],
        kinds.GROUP: [
            {"group": one.code, "name_zh": one.name_zh, "name_en": one.name_en, "enterprise": code}
            for one in registry.groups
            for code in one.enterprises
        ],
        kinds.CERTIFICATE: [_filed(record) for record in registry.certificates],
        kinds.CERTIFICATE_USE: [_filed(record) for record in registry.certificate_uses],
        kinds.PERMIT: [_filed(record) for record in registry.permits],
        kinds.OPERATING_STATE: [_filed(record) for record in registry.operating_states],
        kinds.TARGET: [_filed(record) for record in registry.targets],
        kinds.YEARLY_FIGURE: [_filed(record) for record in registry.yearly_figures],
        kinds.MEASURE: [_filed(record) for record in registry.measures],
        kinds.ASSUMPTION: [_filed(record) for record in registry.assumptions],
        kinds.TITLE: [_filed(record) for record in registry.titles],
        kinds.MOVEMENT: [_filed(record) for record in registry.movements],
    }


def _filed(record: Any) -> Values:
    names: Iterable[str] = record.__dataclass_fields__  # fields() takes half the time of a snapshot
    return {name: getattr(record, name) for name in names if name not in _OUTSIDE_FILES}


def _energy_basis(value: str | None) -> EnergyBasis | None:
    return None if value is None else EnergyBasis(value)


def _only(record: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in record.__dataclass_fields__}


def _groups(members: list[Mapping[str, Any]]) -> tuple[Group, ...]:
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in members:
        found[row["group"], row["name_zh"], row["name_en"]].append(row["enterprise"])
    return tuple(Group(*names, enterprises=tuple(codes)) for names, codes in found.items())


def _meters(connection: Connection, as_of: datetime | None) -> tuple[Meter, ...]:
    version, meter = tables.meter_version, tables.meter
    query = (
        select(meter.c.key, meter.c.enterprise, meter.c.code, version)
        .join_from(meter, version)
        .where(_held(kinds.METER, as_of))
        .order_by(meter.c.key, version.c.valid_from.nulls_first(), version.c.id)
    )
    found = []
    for row in connection.execute(query).mappings():
        values = _only(Meter, dict(row))
        values |= {
            "kind": Kind(values["kind"]),
            "direction": Direction(values["direction"]),
            "gap_policy": GapPolicy(values["gap_policy"]),
        }
        found.append(Meter(**values))
    return tuple(found)


def _rows(
    connection: Connection, kind: RecordKind, as_of: datetime | None
) -> list[Mapping[str, Any]]:
    query = select(kind.table).where(_held(kind, as_of)).order_by(kind.table.c.id)
    own = (
        kind.column("id") if "id" in kind.identity else "id"
    )  # the record's; the table's is the number of the row
    return [{**row, "id": row[own]} for row in connection.execute(query).mappings()]


def _held(kind: RecordKind, as_of: datetime | None) -> ColumnElement[bool]:
    superseded_at = kind.table.c.superseded_at
    if as_of is None:
        return superseded_at.is_(None)
    recorded = kind.table.c.recorded_at <= as_of
    return and_(recorded, or_(superseded_at.is_(None), superseded_at > as_of))
