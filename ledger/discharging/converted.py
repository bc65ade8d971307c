"""The concentration that limits speak of: of waste gas, at the outlet's reference oxygen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ledger.discharging.bases import Bits, ConvertedBasis
from ledger.discharging.channel_hours import Asked, Place, channel_means
from ledger.discharging.gas import OXYGEN
from ledger.discharging.layout_channels import is_fraction, weighed
from ledger.discharging.layouts import Layout
from models.environment.arrays import Numbers, known_where
from models.environment.flue_gas import at_reference_oxygen
from models.environment.limits import limits_of
from models.environment.validity import valid_hours
from models.registry import Registry
from models.registry.points import Medium, PermitKind


def reference_oxygens(registry: Registry, rows: Sequence[tuple[Layout, str]]) -> Numbers:
    """``reference_oxygen`` of each row, NaN for None."""
    found = [reference_oxygen(registry, *row) for row in rows]
    return np.array([np.nan if one is None else one for one in found], dtype=np.float64)


def reference_oxygen(registry: Registry, layout: Layout, pollutant: str) -> float | None:
    """Reference oxygen in % of a pollutant's limits: the point's own, else that of its permit, else
    that of its first class of limits that has one; None where the measured value is judged.
    """
    point = layout.point
    if point.medium is not Medium.WASTE_GAS:
        return None
    if point.reference_oxygen_pct is not None:
        return point.reference_oxygen_pct
    permits = [
        one.reference_oxygen_pct
        for one in registry.permits_of.get(layout.place, ())
        if one.pollutant == pollutant and one.kind is PermitKind.CONCENTRATION
    ]
    classes = [row.reference_oxygen_pct for one in point.limit_classes
               for row in limits_of(one, pollutant)]  # fmt: skip
    return next((one for one in [*permits, *classes] if one is not None), None)


def converted(
    asked: Asked,
    rows: Sequence[tuple[Layout, str]],
    measured: Numbers,
    oxygen: Numbers,
    reference: Numbers,
    *,
    least_minutes: float | None = None,
) -> tuple[Numbers, Bits]:
    """Of ``measured`` [rows, hours] at each row's reference oxygen, and how it was found.

    A row is a pollutant of a layout. ``least_minutes`` are enough instead of 45 valid ones.

    Where the outlet has no channel of oxygen the device's own converted mean stands; where the
    hour's oxygen is unknown or near that of air there is none.
    """
    has_none = np.isnan(reference)[:, None]
    values = at_reference_oxygen(measured, oxygen, reference[:, None])
    known = ~np.isnan(measured)
    basis = np.where(
        has_none, ConvertedBasis.MEASURED,
        np.where(np.isnan(values), ConvertedBasis.OXYGEN_UNUSABLE, ConvertedBasis.COMPUTED),
    )  # fmt: skip
    basis = np.where(known, basis, 0).astype(np.uint8)
    without = [
        not np.isnan(one) and OXYGEN not in layout.channels
        for one, (layout, _) in zip(reference, rows, strict=True)
    ]
    if any(without):
        places = [
            (*layout.place, code) if lacks else None
            for (layout, code), lacks in zip(rows, without, strict=True)
        ]
        in_ppm = [is_fraction(layout.channels[code]) if lacks and code in layout.channels else False
                  for (layout, code), lacks in zip(rows, without, strict=True)]  # fmt: skip
        said, minutes = said_by_device(asked, places, in_ppm)
        enough = valid_hours(minutes) if least_minutes is None else minutes >= least_minutes
        said = known_where(enough, said)
        there = np.array(without, dtype=bool)[:, None] & known
        values = np.where(there, said, values)
        device = np.where(np.isnan(said), 0, ConvertedBasis.DEVICE)
        basis = np.where(there, device, basis).astype(np.uint8)
    return values, basis


def said_by_device(
    asked: Asked, places: Sequence[Place | None], in_ppm: Sequence[bool]
) -> tuple[Numbers, Numbers]:
    """What devices converted themselves (-ZsAvg) [places, hours], in mg/m3 also where their channel
    gives a part of the volume, and the minutes behind it.
    """
    said, minutes, _ = channel_means(asked, places, "zs")
    if any(in_ppm):
        codes = ["" if one is None else one[2] for one in places]
        said = np.where(np.array(in_ppm, dtype=bool)[:, None], weighed(said, codes), said)
    return said, minutes
