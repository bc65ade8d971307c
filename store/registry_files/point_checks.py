"""What must be right of monitoring points and of what they measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from models.environment.hj212_codes import codes_of_2005, hj212_codes
from models.environment.limits import limit_classes
from models.errors import Fault, UnitError
from models.quantities import quantities
from models.registry import Medium
from models.registry.channel_fields import FIELDS
from models.units import conversion
from store.registry_db import kinds
from store.registry_files.merging import IN_DATABASE, Identity, Merged
from store.registry_files.placed import Placed, RegistryFiles

ZONES = {
    Medium.NOISE: ("0", "1", "2", "3", "4", "4a", "4b"),  # GB 3096-2008, clause 4
    Medium.SURFACE_WATER: ("I", "II", "III", "IV", "V"),  # GB 3838-2002, clause 3
}
_OF_GAS = ("duct_area_m2", "reference_oxygen_pct")
_METERS = ("load_meter", "treatment_meter", "fuel_meter")
_MINUTES = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)  # MinInterval: HJ 212-2017, table 4


def point_faults(files: RegistryFiles, merged: Merged) -> Iterator[Fault]:
    """Every fault of points and channels; which enterprises there are is checked elsewhere."""
    meters = merged.lines(kinds.METER)
    for placed in files.records[kinds.POINT]:
        yield from _point(placed)
        yield from _meters(placed, files, meters)
    yield from _one_medium(merged)
    yield from _devices(merged)
    points = merged.lines(kinds.POINT)
    for placed in files.records[kinds.CHANNEL]:
        if (line := points.get(point_of(placed))) is None:
            yield from no_such_point(placed, files)
        else:
            yield from _channel(placed, line)
    yield from _typed_meters(files, merged)


def point_of(placed: Placed) -> Identity:
    """The point that a record names: enterprise and code."""
    return placed.values["enterprise"], placed.values["point"]


def no_such_point(placed: Placed, files: RegistryFiles) -> Iterator[Fault]:
    """That a record names no point, unless the point's own row was refused."""
    enterprise, point = point_of(placed)
    if (enterprise, point) not in files.refused[kinds.POINT]:
        yield placed.fault("point", f"{point!r}: no such point of {enterprise}")


def _point(point: Placed) -> Iterator[Fault]:
    values, medium = point.values, point.values["medium"]
    for field in _OF_GAS:
        if values[field] is not None and medium is not Medium.WASTE_GAS:
            yield point.fault(field, f"only an outlet of waste gas has one, not {medium.value}")
    if values["password"] is not None and values["mn"] is None:
        yield point.fault("password", "without an mn there is no device that it is of")
    if values["minute_interval_s"] not in {60 * minutes for minutes in _MINUTES}:
        allowed = ", ".join(str(60 * minutes) for minutes in _MINUTES)
        yield point.fault(
            "minute_interval_s", f"{values['minute_interval_s']}: HJ 212 allows {allowed}"
        )
    zone, zones = values["zone"], ZONES.get(medium)
    if zone is not None and zones is None:
        yield point.fault("zone", f"only noise and surface water have one, not {medium.value}")
    elif zone is not None and zones is not None and zone not in zones:
        yield point.fault("zone", f"{zone!r}: {medium.value} knows {', '.join(zones)}")
    for code in values["limit_classes"]:
        known = limit_classes().get(code)
        if known is None:
            yield point.fault("limit_classes", f"{code!r}: there is no such class of limits")
        elif medium not in known.media:
            of = ", ".join(sorted(known.media))
            yield point.fault("limit_classes", f"{code!r} is of {of}, not of {medium.value}")


def _meters(
    point: Placed, files: RegistryFiles, meters: dict[Identity, list[Placed]]
) -> Iterator[Fault]:
    enterprise = point.values["enterprise"]
    for field in _METERS:
        code = point.values[field]
        if code is None or (enterprise, code) in meters:
            continue
        if (enterprise, code) not in files.refused[kinds.METER]:
            yield point.fault(field, f"{code!r}: no such meter of {enterprise}")


def _one_medium(merged: Merged) -> Iterator[Fault]:
    for line in merged.lines(kinds.POINT).values():
        for version in line[1:]:
            if version.values["medium"] is not line[0].values["medium"]:
                at = version if version.row is not None else line[0]
                yield at.fault(
                    "medium", "versions of a point watch the same; give the new point a code"
                )


def _devices(merged: Merged) -> Iterator[Fault]:
    """An MN says which point a frame is of, so no two have it at a time."""
    owners: dict[str, list[Placed]] = defaultdict(list)
    for placed in merged.after[kinds.POINT].values():
        if (mn := placed.values["mn"]) is None:
            continue
        for other in owners[mn]:
            if _same_point(placed, other) or not _overlap(placed.values, other.values):
                continue
            at, with_it = (placed, other) if placed.row is not None else (other, placed)
            where = IN_DATABASE if with_it.row is None else f"line {with_it.row}"
            named = f"{with_it.values['enterprise']} {with_it.values['code']}"
            yield at.fault("mn", f"{mn!r} is already that of {named} in {where}")
            break
        owners[mn].append(placed)


def _same_point(one: Placed, other: Placed) -> bool:
    return kinds.POINT.line_of(one.values) == kinds.POINT.line_of(other.values)


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    def ends_before(first: dict[str, Any], second: dict[str, Any]) -> bool:
        end, start = first["valid_to"], second["valid_from"]
        return end is not None and start is not None and bool(end <= start)

    return not ends_before(one, other) and not ends_before(other, one)


def _channel(channel: Placed, point: list[Placed]) -> Iterator[Fault]:
    values, medium = channel.values, point[0].values["medium"]
    low, high = values["range_low"], values["range_high"]
    if low is not None and high is not None and low >= high:
        yield channel.fault("range_high", f"{high:.15g} is not above range_low {low:.15g}")
    if values["wet"] and medium is not Medium.WASTE_GAS:
        yield channel.fault("wet", f"only waste gas is measured moist, not {medium.value}")
    if not any(_overlap(values, version.values) for version in point):
        yield channel.fault("valid_from", "the point is never valid while this channel is")
    yield from _fields(channel)
    code = hj212_codes().get(values["code"])
    if code is None:
        newer = codes_of_2005().get(values["code"])
        hint = f"; in HJ 212-2017 it is {newer}" if newer else ""
        yield channel.fault("code", f"{values['code']!r} is no code of HJ 212-2017{hint}")
        return
    if medium not in code.media:
        of = ", ".join(sorted(code.media))
        yield channel.fault("code", f"{code.code} ({code.name_en}) is of {of}, not {medium.value}")
    unit = values["unit"] or code.unit
    quantity = quantities()[code.quantity_in(unit)]
    try:
        conversion(unit, quantity.unit)
    except UnitError as error:
        yield channel.fault("unit", f"{unit!r} is not a unit like {code.unit}: {error.why}")
    if code.amount_unit is None:
        for field in values["fields"]:
            if field in FIELDS and FIELDS[field].is_amount:
                yield channel.fault("fields", f"{field!r}: {code.code} has no amounts")


def _fields(channel: Placed) -> Iterator[Fault]:
    named: set[str] = set()
    for field in channel.values["fields"]:
        if field not in FIELDS:
            yield channel.fault("fields", f"{field!r}: known are {', '.join(FIELDS)}")
        elif field in named:
            yield channel.fault("fields", f"{field!r} is named twice")
        named.add(field)


def _typed_meters(files: RegistryFiles, merged: Merged) -> Iterator[Fault]:
    """Of a channel's meters there is one truth: channels.csv."""
    lines = {kinds.METER.line_of(one.values): one for one in merged.of_channels.values()}
    for placed in files.records[kinds.METER]:
        if (made := lines.get(kinds.METER.line_of(placed.values))) is not None:
            where = "the database" if made.row is None else f"line {made.row} of {made.file}"
            yield placed.fault("code", f"is the meter of a channel ({where}) and made of it")
