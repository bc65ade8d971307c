"""Everything registered, as known at one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar
from zoneinfo import ZoneInfo

import pyarrow as pa

from models.registry.activity import ActivityRecord
from models.registry.certificates import Certificate, CertificateUse
from models.registry.declared import DeclaredFactor, Output
from models.registry.meter_tables import EXCHANGES, METER_SPECS, PROFILES
from models.registry.meters import DayType, Direction, Exchange, Meter, Profile
from models.registry.places import Building, Cluster, Enterprise, Group, Park
from models.registry.points import Channel, OperatingState, Permit, Point
from models.registry.progress import Assumption, Measure, Movement, Target, Title, YearlyFigure
from models.registry.streams import SourceStream

V = TypeVar("V", Point, Channel)


@dataclass(frozen=True)
class Registry:
    """Everything registered, as known at one moment (superseded rows left out).

    ``activity_records`` are those that hold: approved ones, which alone count, and open ones.
    """

    park: Park
    clusters: tuple[Cluster, ...] = ()
    enterprises: tuple[Enterprise, ...] = ()
    meters: tuple[Meter, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    profiles: tuple[Profile, ...] = ()
    outputs: tuple[Output, ...] = ()
    declared_factors: tuple[DeclaredFactor, ...] = ()
    source_streams: tuple[SourceStream, ...] = ()
    buildings: tuple[Building, ...] = ()
    groups: tuple[Group, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    certificate_uses: tuple[CertificateUse, ...] = ()
    activity_records: tuple[ActivityRecord, ...] = ()
    points: tuple[Point, ...] = ()
    channels: tuple[Channel, ...] = ()
    permits: tuple[Permit, ...] = ()
    operating_states: tuple[OperatingState, ...] = ()
    targets: tuple[Target, ...] = ()
    yearly_figures: tuple[YearlyFigure, ...] = ()
    measures: tuple[Measure, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    titles: tuple[Title, ...] = ()
    movements: tuple[Movement, ...] = ()
    version: int = field(default=0)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The park's time zone; it rules days, months and years."""
        return ZoneInfo(self.park.time_zone)

    @cached_property
    def enterprise_by_code(self) -> dict[str, Enterprise]:
        """Enterprises by code."""
        return {enterprise.code: enterprise for enterprise in self.enterprises}

    @cached_property
    def cluster_by_code(self) -> dict[str, Cluster]:
        """Clusters by code."""
        return {cluster.code: cluster for cluster in self.clusters}

    @cached_property
    def stream_by_code(self) -> dict[tuple[str, str], SourceStream]:
        """Declared source streams by (enterprise code, stream code)."""
        return {(stream.enterprise, stream.code): stream for stream in self.source_streams}

    @cached_property
    def building_by_code(self) -> dict[tuple[str, str], Building]:
        """Buildings by (enterprise code, building code)."""
        return {(building.enterprise, building.code): building for building in self.buildings}

    @cached_property
    def group_by_code(self) -> dict[str, Group]:
        """Groups by code."""
        return {group.code: group for group in self.groups}

    @cached_property
    def certificate_by_id(self) -> dict[str, Certificate]:
        """Certificates by the number they were issued with."""
        return {certificate.id: certificate for certificate in self.certificates}

    @cached_property
    def point_by_code(self) -> dict[tuple[str, str], Point]:
        """The latest version of each monitoring point by (enterprise code, point code)."""
        return {(point.enterprise, point.code): point for point in in_time(self.points)}

    @cached_property
    def point_versions(self) -> dict[tuple[str, str], tuple[Point, ...]]:
        """All versions of the monitoring points by (enterprise code, point code), in time."""
        found: dict[tuple[str, str], list[Point]] = defaultdict(list)
        for point in in_time(self.points):
            found[point.enterprise, point.code].append(point)
        return {place: tuple(versions) for place, versions in found.items()}

    @cached_property
    def point_by_mn(self) -> dict[str, Point]:
        """The latest version of the point of each HJ 212 device, by its MN."""
        return {point.mn: point for point in in_time(self.points) if point.mn is not None}

    @cached_property
    def channels_of(self) -> dict[tuple[str, str], tuple[Channel, ...]]:
        """All versions of the channels by (enterprise code, point code), in time."""
        found: dict[tuple[str, str], list[Channel]] = defaultdict(list)
        for channel in in_time(self.channels):
            found[channel.enterprise, channel.point].append(channel)
        return {place: tuple(channels) for place, channels in found.items()}

    @cached_property
    def permits_of(self) -> dict[tuple[str, str], tuple[Permit, ...]]:
        """The permits by (enterprise code, point code)."""
        found: dict[tuple[str, str], list[Permit]] = defaultdict(list)
        for permit in self.permits:
            found[permit.enterprise, permit.point].append(permit)
        return {place: tuple(permits) for place, permits in found.items()}

    @cached_property
    def states_of(self) -> dict[tuple[str, str], tuple[OperatingState, ...]]:
        """The declared operating states by (enterprise code, point code), in time."""
        found: dict[tuple[str, str], list[OperatingState]] = defaultdict(list)
        for state in sorted(self.operating_states, key=lambda state: state.start):
            found[state.enterprise, state.point].append(state)
        return {place: tuple(states) for place, states in found.items()}

    @cached_property
    def meter_by_key(self) -> dict[int, Meter]:
        """The latest version of each meter by its key."""
        return {meter.key: meter for meter in self._meters_in_time}

    @cached_property
    def key_of(self) -> dict[tuple[str, str], int]:
        """Meter key by (enterprise code, meter code)."""
        return {(meter.enterprise, meter.code): meter.key for meter in self.meters}

    @cached_property
    def _meters_in_time(self) -> list[Meter]:
        def order(meter: Meter) -> tuple[int, float]:
            start = meter.valid_from.timestamp() if meter.valid_from else float("-inf")
            return meter.key, start

        return sorted(self.meters, key=order)

    @cached_property
    def meter_specs(self) -> pa.Table:
        """METER_SPECS of all versions of all meters."""
        rows = []
        for meter in self._meters_in_time:
            scale, offset = meter.conversion
            rows.append(
                {
                    "meter_key": meter.key,
                    "kind": meter.kind.value,
                    "valid_from": meter.valid_from,
                    "valid_to": meter.valid_to,
                    "scale": scale,
                    "offset": offset,
                    "interval_s": meter.interval_s,
                    "register_max": meter.register_max,
                    "range_low": meter.range_low,
                    "range_high": meter.range_high,
                    "may_export": meter.direction is not Direction.IMPORT,
                    "gap_policy": meter.gap_policy.value,
                }
            )
        return pa.Table.from_pylist(rows, schema=METER_SPECS)

    @cached_property
    def exchange_table(self) -> pa.Table:
        """EXCHANGES, ordered by meter and time."""
        ordered = sorted(self.exchanges, key=lambda exchange: (exchange.meter_key, exchange.ts))
        rows = [
            {
                "meter_key": exchange.meter_key,
                "ts": exchange.ts,
                "final_value": exchange.final_value,
                "initial_value": exchange.initial_value,
            }
            for exchange in ordered
        ]
        return pa.Table.from_pylist(rows, schema=EXCHANGES)

    @cached_property
    def profile_table(self) -> pa.Table:
        """PROFILES of all meters (models.usage.profiles)."""
        rows = [
            {
                "meter_key": profile.meter_key,
                "day_type": list(DayType).index(profile.day_type),
                "hour": profile.hour,
                "amount": profile.amount,
                "valid_from": profile.valid_from,
                "valid_to": profile.valid_to,
            }
            for profile in self.profiles
        ]
        return pa.Table.from_pylist(rows, schema=PROFILES)


def in_time(versions: Iterable[V]) -> list[V]:
    """Versions by the time from which on they are valid; no start comes first."""
    return sorted(
        versions, key=lambda one: one.valid_from.timestamp() if one.valid_from else float("-inf")
    )
