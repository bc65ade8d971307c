"""What permits allow, beside what the standards of the same outlet allow.

A permit goes before the standards (ledger.discharging.bounds): one that allows more than they do is
worth a look, because it hides what they would call an exceedance.
"""

from __future__ import annotations

import math
from datetime import date

import pandas as pd

from ledger.books import Books
from ledger.discharging.bounds import version_on
from models.environment.flue_gas import OXYGEN_OF_AIR_PCT
from models.environment.limits import Bound, LimitRow, limits_of
from models.registry import Permit
from models.registry.points import PermitKind, Point
from models.units import conversion

COLUMNS = [
    "enterprise", "point", "medium", "pollutant", "kind", "averaging", "value", "unit",
    "reference_oxygen_pct", "standard", "clause", "valid_from", "valid_to", "days_left",
    "evidence", "limit_class", "limit", "looser",
]  # fmt: skip


def permits(
    books: Books, *, on: date, enterprise: str | None = None, point: str | None = None
) -> pd.DataFrame:
    """COLUMNS of the permits in force on a day of the park, by enterprise, outlet and pollutant.

    ``days_left`` to the end of validity, null where it is open. ``limit`` is the strictest of the
    limit classes (of the outlet's version of then) in force that day of the same pollutant, kind
    and averaging, in ``unit`` and at the permit's reference oxygen; null where they have none, or
    where only one of the two is converted. ``looser`` tells whether the permit allows more.
    """
    registry = books.registry()
    points = {place: version_on(registry, place, on) for place in registry.point_versions}
    rows = [
        _row(permit, points[permit.enterprise, permit.point], on)
        for permit in registry.permits
        if enterprise in (None, permit.enterprise)
        and point in (None, permit.point)
        and permit.valid_from <= on
        and (permit.valid_to is None or on < permit.valid_to)
        and (permit.enterprise, permit.point) in points
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    order = ["enterprise", "point", "pollutant", "kind", "averaging"]
    return frame.sort_values(order, kind="stable", ignore_index=True)


def _row(permit: Permit, point: Point, on: date) -> list[object]:
    strictest = min(
        (
            (value, row.limit_class)
            for code in point.limit_classes
            for row in limits_of(code, permit.pollutant, on=on)
            if _alike(permit, row) and not math.isnan(value := _as_permitted(permit, row))
        ),
        default=None,
    )
    end = permit.valid_to
    return [
        permit.enterprise, permit.point, point.medium.value, permit.pollutant, permit.kind.value,
        permit.averaging.value, permit.value, permit.unit, permit.reference_oxygen_pct,
        permit.standard, permit.clause, permit.valid_from.isoformat(),
        None if end is None else end.isoformat(), None if end is None else (end - on).days,
        permit.evidence, None if strictest is None else strictest[1],
        None if strictest is None else strictest[0],
        None if strictest is None else permit.value > strictest[0],
    ]  # fmt: skip


def _alike(permit: Permit, row: LimitRow) -> bool:
    """Whether both bound the same: a highest concentration or rate over the same mean."""
    kind = PermitKind.RATE if row.is_rate else PermitKind.CONCENTRATION
    return (
        permit.kind is kind
        and row.bound is Bound.MAX
        and row.averaging.value == permit.averaging.value
    )


def _as_permitted(permit: Permit, row: LimitRow) -> float:
    """The limit in the permit's unit and at its reference oxygen: x (21 - O_p) / (21 - O_s).

    HJ 212-2017 annex D, C_ref = C (21 - O_s) / (21 - O). NaN where one of the two is not converted.
    """
    scale, offset = conversion(row.unit, permit.unit)
    value = row.value * scale + offset
    of_permit, of_standard = permit.reference_oxygen_pct, row.reference_oxygen_pct
    if of_permit == of_standard:
        return value
    if of_permit is None or of_standard is None:
        return math.nan
    return value * (OXYGEN_OF_AIR_PCT - of_permit) / (OXYGEN_OF_AIR_PCT - of_standard)
