"""What outlets discharge: concentrations, flows and masses by outlet, pollutant and period.

Computed when asked, from the hourly usage of the channels' meters: minute means to hours (45 valid
minutes), hours to days (20 valid hours); of waste gas dry, at standard state, amounts from the
measured concentration, limits from the one at reference oxygen; lost hours by HJ 75 and HJ 356.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby

import pandas as pd

from ledger.books import Books
from ledger.discharging.channel_hours import Asked, grid_of
from ledger.discharging.layouts import Layout, layouts
from ledger.discharging.outlet_hours import OutletHours, outlet_hours
from ledger.discharging.period_sums import COLUMNS, period_sums
from ledger.discharging.stand_ins import stand_ins
from models.periods import Every
from models.registry.points import OUTLET_MEDIA

__all__ = ["COLUMNS", "discharges", "grid_of", "outlets_hours"]

CELLS_AT_ONCE = 1_000_000  # pollutants times hours: bounds memory, keeps arrays near the processor


def discharges(
    books: Books,
    *,
    every: Every,
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
    point: str | None = None,
    pollutant: str | None = None,
    places: Collection[tuple[str, str]] | None = None,
) -> pd.DataFrame:
    """COLUMNS of the outlets that fit, by enterprise, point, pollutant and period of the park.

    ``places`` are codes of enterprises and points, None for all.

    Hours that begin in [start, end) and are over now (or complete) count: ``hours`` of each period,
    of which ``valid_hours`` have a valid concentration, in ``stopped_hours`` nothing ran, and in
    ``substituted_hours`` another amount stands in; in ``known_hours`` the mass is known (measured,
    stood in, or nothing ran), in ``flow_hours`` the flow. ``conc_measured`` is of dry gas at
    standard state (or in the water), ``conc_converted`` the one that limits speak of, both in
    ``conc_unit`` and null where too few hours are valid. ``mass_kg`` is the sum of the known hours
    with ``substituted_kg`` of it standing in for lost ones, null where no hour is known.
    ``flow_basis`` and ``converted_basis`` are ledger.discharging.bases; ``mark`` a letter of
    HJ 212; ``state`` what was declared.
    """
    parts = [
        period_sums(asked.registry, hours, stand_ins(asked, some, hours, pollutant), every)
        for asked, some, hours in outlets_hours(
            books, start=start, end=end, enterprise=enterprise, point=point, pollutant=pollutant,
            places=places,
        )
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def outlets_hours(
    books: Books,
    *,
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
    point: str | None = None,
    pollutant: str | None = None,
    places: Collection[tuple[str, str]] | None = None,
    least_minutes: float | None = None,
) -> Iterator[tuple[Asked, Sequence[Layout], OutletHours]]:
    """The hours of the outlets that fit (``ledger.discharging.layouts``), some at a time."""
    asked = Asked(books, books.registry(), grid_of(books, start, end))
    every = layouts(asked.registry, OUTLET_MEDIA, enterprise=enterprise, point=point, places=places)
    for some in _together(every, asked.grid.count):
        hours = outlet_hours(asked, some, pollutant=pollutant, least_minutes=least_minutes)
        yield asked, some, hours


def _together(every: Sequence[Layout], hours: int) -> Iterator[list[Layout]]:
    """So many whole points as make CELLS_AT_ONCE cells."""
    some: list[Layout] = []
    for _, of_point in groupby(every, key=lambda one: one.place):
        some += of_point
        if sum(len(one.pollutants) for one in some) * hours >= CELLS_AT_ONCE:
            yield some
            some = []
    if some and hours:
        yield some
