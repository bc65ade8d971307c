"""What was used of what rights allow: energy of a year, and discharges of a pollutant."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pandas as pd

from ledger.books import Books
from ledger.discharges import discharges
from ledger.discharging.before_watched import hours_before_watched
from ledger.inventory import Inventory
from ledger.monthly import months_of
from ledger.yearly import months_since, yearly_of
from models.environment.validity import NORMAL_SHARE
from models.periods import local_start

_ENERGY = "energy_tce_equivalent"


@dataclass(frozen=True, slots=True)
class Used:
    """``so_far`` in the unit of the right; ``expected`` of the whole running year, which is null
    where last year's course is not known. ``known_share`` of the hours; ``permitted`` what permits
    allow; ``reason`` why it is unknown: not_entered, coverage, not_measured, known_share.
    """

    so_far: float | None = None
    expected: float | None = None
    known_share: float | None = None
    permitted: float | None = None
    reason: str | None = None


def months_used(books: Books, year: int, enterprises: Collection[str]) -> Inventory | None:
    """The inventory that ``energy_used`` of all of these is told from: made once for them, as most
    of making it is not more work for one. None of a year to come, and of nobody.
    """
    if not enterprises or year > books.now().astimezone(books.registry().zone).year:
        return None
    return months_since(books, year - 1, year, frozenset(enterprises))


def energy_used(books: Books, months: Inventory | None, enterprise: str, year: int) -> Used:
    """Energy in tce at the equivalent value (ledger.yearly). Expected of the running year: the
    months that are over times last year's whole over last year's same months.
    """
    if months is None:
        return Used(reason="not_entered")
    registry, now = books.registry(), books.now()
    rows = yearly_of(months, registry, "enterprise", now, since=year, until=year, code=enterprise)
    if rows.empty or rows[_ENERGY].isna().all():
        reason = None if rows.empty else rows["reason"].iloc[0]
        return Used(reason=reason or "not_entered")
    row = rows.iloc[0]
    known = None if row["coverage"] != row["coverage"] else float(row["coverage"])
    expected = None
    if row["origin"] == "running":
        of_each = months_of(months, registry, "enterprise", now)
        expected = _expected_energy(of_each[of_each["enterprise"] == enterprise], year)
    return Used(float(row[_ENERGY]), expected, known)


def _expected_energy(months: pd.DataFrame, year: int) -> float | None:
    before = months[(months["year"] == year - 1) & months["complete"]]
    now = months[(months["year"] == year) & months["complete"]]
    same = before[before["month"].isin(now["month"])]
    known = len(before) == 12 and len(now) > 0 and bool(before[_ENERGY].notna().all())
    if not known or not now[_ENERGY].notna().all() or not same[_ENERGY].sum() > 0:
        return None
    # A month that is missing among this year's is filled by last year's course, too.
    return float(now[_ENERGY].sum() * before[_ENERGY].sum() / same[_ENERGY].sum())


def discharged(
    books: Books, permits: pd.DataFrame, enterprise: str, pollutant: str, year: int
) -> Used:
    """Mass in t of a pollutant (code of HJ 212-2017) from all outlets that measure it. Expected is
    what ``permits`` (ledger.budgets of the enterprise and the year) expect by last year's course,
    where every such outlet has an annual amount. Hours of the year before an outlet was watched are
    not known.
    """
    registry = books.registry()
    start, end = (local_start(date(one, 1, 1), registry.zone) for one in (year, year + 1))
    end = min(end, books.now())
    if start >= end:
        return Used(reason="not_measured")
    found = discharges(
        books, every="total", start=start, end=end, enterprise=enterprise, pollutant=pollutant
    )
    permits = permits[permits["pollutant"] == pollutant]
    permitted = float(permits["permitted_kg"].sum()) / 1e3 if len(permits) else None
    if found.empty or found["mass_kg"].isna().all():
        return Used(permitted=permitted, reason="not_measured")
    before = sum(
        hours_before_watched(registry, (enterprise, point), pollutant, start, end)
        for point in found["point"]
    )
    owed = float((found["hours"] - found["stopped_hours"]).sum()) + before
    known = float((found["known_hours"] - found["stopped_hours"]).sum())
    share = known / owed if owed > 0 else None
    mass_t = float(found["mass_kg"].sum()) / 1e3
    expected = permits["seasonal_expected_kg"]
    whole = set(found["point"]) <= set(permits["point"]) and bool(expected.notna().all())
    return Used(
        mass_t,
        float(expected.sum()) / 1e3 if whole and len(permits) else None,
        share,
        permitted,
        "known_share" if share is not None and share < NORMAL_SHARE else None,
    )
