"""What must be right of permits and of the states in which a point is operated."""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import pairwise

from models.environment.hj212_codes import hj212_codes
from models.errors import Fault, UnitError
from models.quantities import quantities
from models.registry import OUTLET_MEDIA, Averaging, Medium, PermitKind
from models.units import conversion
from store.registry_db import kinds
from store.registry_files.merging import IN_DATABASE, Identity, Merged
from store.registry_files.placed import Placed, RegistryFiles
from store.registry_files.point_checks import no_such_point, point_of

_MASS = {PermitKind.RATE: ("kg/h", "a mass an hour"), PermitKind.ANNUAL_AMOUNT: ("kg", "a mass")}
_PARTS = {"a21002": ("a21003", "a21004")}  # NOx of NO and NO2: HJ 212-2017, annex D
_OVER = {PermitKind.RATE: Averaging.HOUR, PermitKind.ANNUAL_AMOUNT: Averaging.YEAR}


def permit_faults(files: RegistryFiles, merged: Merged) -> Iterator[Fault]:
    """Every fault of permits and operating states."""
    points = merged.lines(kinds.POINT)
    channels = merged.lines(kinds.CHANNEL)
    for placed in files.records[kinds.PERMIT]:
        if (line := points.get(point_of(placed))) is None:
            yield from no_such_point(placed, files)
            continue
        yield from _permit(placed, line[0].values["medium"])
        yield from _measured(placed, {*channels, *files.refused[kinds.CHANNEL]})
    for placed in files.records[kinds.OPERATING_STATE]:
        start, end = placed.values["start"], placed.values["end"]
        if end is not None and end <= start:
            yield placed.fault("end", "not after start")
        if point_of(placed) not in points:
            yield from no_such_point(placed, files)
    yield from _states_apart(merged)


def _measured(permit: Placed, channels: Set[Identity]) -> Iterator[Fault]:
    """That a pollutant is measured by no channel, nor by those of its parts."""
    enterprise, point = point_of(permit)
    pollutant = permit.values["pollutant"]
    parts = _PARTS.get(pollutant, ())
    if (enterprise, point, pollutant) in channels or (
        parts and all((enterprise, point, part) in channels for part in parts)
    ):
        return
    made = f", nor {' and '.join(parts)}" if parts else ""
    yield permit.fault(
        "pollutant", f"{pollutant!r}: {enterprise} {point} has no such channel{made}"
    )


def _permit(permit: Placed, medium: Medium) -> Iterator[Fault]:
    values = permit.values
    if medium not in OUTLET_MEDIA:
        yield permit.fault("point", f"nothing is discharged where {medium.value} is watched")
    if values["reference_oxygen_pct"] is not None and medium is not Medium.WASTE_GAS:
        yield permit.fault(
            "reference_oxygen_pct", f"only waste gas is converted, not {medium.value}"
        )
    kind, averaging, unit = values["kind"], values["averaging"], values["unit"]
    over = _OVER.get(kind, averaging)
    if averaging is not over:
        yield permit.fault("averaging", f"{averaging.value!r}: of {kind.value} it is {over.value}")
    code = hj212_codes().get(values["pollutant"])
    if kind in _MASS:
        canonical, what = _MASS[kind]
    elif code is not None:
        canonical = quantities()[code.quantity].unit
        what = f"a unit of {code.name_en} like {canonical}"
    else:
        return  # that there is no such channel is told
    try:
        conversion(unit, canonical)
    except UnitError as error:
        yield permit.fault("unit", f"{unit!r} is not {what}: {error.why}")


def _states_apart(merged: Merged) -> Iterator[Fault]:
    """A point is in one state at a time."""
    points: dict[Identity, list[Placed]] = {}
    for placed in merged.after[kinds.OPERATING_STATE].values():
        points.setdefault(point_of(placed), []).append(placed)
    for states in points.values():
        states.sort(key=lambda state: state.values["start"])
        for state, following in pairwise(states):
            end = state.values["end"]
            if end is not None and end <= following.values["start"]:
                continue
            at, other = (following, state) if following.row is not None else (state, following)
            where = IN_DATABASE if other.row is None else f"line {other.row}"
            yield at.fault(
                "start", f"it overlaps the state {other.values['state'].value} in {where}"
            )
