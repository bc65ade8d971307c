"""Emissions that an enterprise of the national ETS must surrender allowances for, by year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from ledger.books import Books
from ledger.inventory import inventory
from models.carbon.factor_files import rows_of
from models.carbon.guidelines import guideline
from models.carbon.obligation import in_obligation
from models.periods import local_start
from models.senders.rules import RULES


@dataclass(frozen=True, slots=True)
class Obliged:
    """Emissions of a year in t: of the whole year, and ``so_far_t`` up to now.

    ``gas_t`` is the part of gaseous fuels, ``heat_gj`` the heat sold by meter. ``origin``:
    ``verified``, ``computed`` from a finished year's inventory, ``expected`` of the running one.
    ``last_year_t`` are those of last year's inventory, of the running year; ``by_verified`` says
    that last year's verified emissions stand in for them. ``reason`` why the whole year is unknown:
    nothing_metered, coverage, last_year_unknown.
    """

    whole_t: float | None = None
    so_far_t: float | None = None
    gas_t: float | None = None
    heat_gj: float | None = None
    coverage: float | None = None
    origin: str | None = None
    reason: str | None = None
    last_year_t: float | None = None
    by_verified: bool = False


def obliged(books: Books, enterprise: str, sector: str, year: int) -> Obliged:
    """By the inventory: scope 1, and bought energy where the sector's guideline of the year counts
    it (models.carbon.obligation).

    Of the running year the whole is expected: what is known so far times last year's whole over
    last year's part up to the same time, so that the season counts.
    """
    registry = books.registry()
    now = books.now()
    begin, end = (local_start(date(one, 1, 1), registry.zone) for one in (year, year + 1))
    if begin >= now:
        return Obliged(reason="nothing_metered")
    found = _span(books, enterprise, sector, begin, min(end, now))
    if found.so_far_t is None:
        return replace(found, reason="nothing_metered")
    if found.coverage is not None and found.coverage < RULES.completeness_min:
        return replace(found, reason="coverage")
    if end <= now:
        return replace(found, whole_t=found.so_far_t, origin="computed")
    before = local_start(date(year - 1, 1, 1), registry.zone)
    whole = _span(books, enterprise, sector, before, begin)
    part = _span(books, enterprise, sector, before, _year_before(now, registry.zone))
    spans = (whole, part)
    known = all(one.coverage is None or one.coverage >= RULES.completeness_min for one in spans)
    if not known or not whole.so_far_t or not part.so_far_t:
        return replace(found, reason="last_year_unknown")
    scale = whole.so_far_t / part.so_far_t
    return replace(
        found,
        whole_t=found.so_far_t * scale,
        gas_t=None if found.gas_t is None else found.gas_t * scale,
        heat_gj=None if found.heat_gj is None else found.heat_gj * scale,
        origin="expected",
        last_year_t=whole.so_far_t,
    )


def _span(books: Books, enterprise: str, sector: str, start: datetime, end: datetime) -> Obliged:
    """What is known of [start, end), which lies in one year."""
    year = start.astimezone(books.registry().zone).year
    found = inventory(books, every="total", start=start, end=end, enterprises={enterprise})
    rows = found.rows
    edition = guideline(sector, year)
    counts = in_obligation(
        rows["category"].to_numpy(dtype=object),
        electricity=edition.electricity_in_obligation,
        heat=edition.heat_in_obligation,
    ) & (rows["basis"] != "market").to_numpy(dtype=bool)
    mine = rows[counts]
    sold = rows[rows["category"] == "exported_heat"]["activity_amount"]
    gas = mine[mine["carrier"].isin(_gaseous())]["co2e_t"]
    hours = found.hours_of_sums
    owed = float(hours["hours_h"].sum()) if len(hours) else 0.0
    # A sum with an unknown part would pass for the whole.
    known = len(mine) > 0 and bool(mine["co2e_t"].notna().all())
    return Obliged(
        so_far_t=float(mine["co2e_t"].sum()) if known else None,
        gas_t=float(gas.sum()) if known else None,
        heat_gj=float(np.abs(sold).sum()) if len(sold) and sold.notna().all() else None,
        coverage=float(hours["covered_h"].sum()) / owed if owed > 0 else None,
    )


def _year_before(at: datetime, zone: ZoneInfo) -> datetime:
    """The same local time a year earlier; of 29 February the end of the 28th."""
    local = at.astimezone(zone)
    if (local.month, local.day) == (2, 29):
        return local_start(date(local.year - 1, 3, 1), zone)
    return local.replace(year=local.year - 1)


@cache
def _gaseous() -> frozenset[str]:
    rows: tuple[Mapping[str, str], ...] = rows_of("fuels")
    return frozenset(row["code"] for row in rows if row["unit"] == "10^4 Nm3")
