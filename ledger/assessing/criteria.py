"""Each criterion of the assessment, measured for an enterprise and a year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pandas as pd

from ledger.assessing.budget import against_budget
from ledger.assessing.facts import Facts, Row, accounts_reason
from ledger.assessing.products import against_quota
from ledger.assessing.told import Told, of_no_concern, unknown, worst_of
from ledger.assessing.yardsticks import (
    Yardstick,
    industry_yardstick,
    intensity,
    land_yardstick,
)
from ledger.discharging.before_watched import hours_before_watched
from ledger.years.entered import is_constant
from models.environment.validity import NORMAL_SHARE
from models.progress.assessment.rules import Criterion
from models.progress.assessment.score import Measured, ratio

PERMITTED = 1.0  # mass / permitted amount: what is more is beyond the permit
PER_MU = ("tax_per_mu", "output_per_mu", "energy_per_mu", "co2_per_mu")


def told(facts: Facts, code: str, year: int, criterion: Criterion) -> Told:
    """One criterion. Raises KeyError for one that nothing here measures."""
    name = criterion.code
    if name in PER_MU:
        return _per_mu(facts, code, year, criterion)
    if name in ("energy_intensity", "co2_intensity"):
        return _intensity(facts, code, year, criterion)
    return _OTHERS[name](facts, code, year)


def _against(criterion: Criterion, value: float, yardstick: Yardstick, source: str) -> Told:
    measured = Measured(
        criterion.code, value, yardstick.value, ratio(value, yardstick.value, criterion.code)
    )
    behind = source if yardstick.source is None else f"{source}; {yardstick.source}"
    return Told(measured, criterion.unit, yardstick.kind, yardstick.of, yardstick.n, behind)


def _intensity(facts: Facts, code: str, year: int, criterion: Criterion) -> Told:
    value, basis = intensity(facts, code, year, criterion.code)
    if value is None:
        return unknown(criterion.code, basis)
    if not is_constant(basis):
        return unknown(criterion.code, "prices_not_constant", missing=basis)
    yardstick = industry_yardstick(facts, code, year, criterion.code)
    if yardstick is None:
        return unknown(criterion.code, "no_yardstick")
    if not yardstick.value > 0:
        return unknown(criterion.code, "yardstick_not_positive", missing=yardstick.source)
    return _against(criterion, value, yardstick, _source(facts, code, year))


def _per_mu(facts: Facts, code: str, year: int, criterion: Criterion) -> Told:
    land = facts.enterprises[code].land_area_mu
    if not land:
        return unknown(criterion.code, "no_land")
    amount, basis = facts.for_land(code, year, criterion.code)
    if amount is None:
        return unknown(criterion.code, basis)
    yardstick = land_yardstick(facts, year, criterion.code, basis)
    if yardstick is None:
        return unknown(criterion.code, "no_yardstick")
    source = _source(facts, code, year)
    tax = facts.figure(code, year, "tax_1e4_yuan")
    if criterion.code == "tax_per_mu" and tax is not None:
        source = tax.source
    return _against(criterion, amount / land, yardstick, source)


def _reduction(facts: Facts, code: str, year: int) -> Told:
    """(Last year's - this year's carbon intensity) / last year's, at the same constant prices."""
    now, basis = intensity(facts, code, year, "co2_intensity")
    before, basis_before = intensity(facts, code, year - 1, "co2_intensity")
    if now is None:
        return unknown("reduction", basis)
    if before is None:
        return unknown("reduction", "no_year_before", missing=str(year - 1))
    rows = (facts.year(code, year - 1) or {}, facts.year(code, year) or {})
    boundaries = {row.get("boundary") or "" for row in rows}
    lacking = [
        (reason, missing)
        for is_so, reason, missing in (
            (basis != basis_before, "other_prices", basis_before),
            (not is_constant(basis), "prices_not_constant", basis),
            (len(boundaries) > 1, "boundary_changed", "|".join(sorted(boundaries))),
            (not before > 0, "year_before_not_positive", str(year - 1)),
        )
        if is_so
    ]
    if lacking:
        return unknown("reduction", lacking[0][0], missing=lacking[0][1])
    fall = (before - now) / before
    return Told(Measured("reduction", fall, None, fall), source=_source(facts, code, year))


def _clean(facts: Facts, code: str, year: int) -> Told:
    row = facts.year(code, year)
    figure = facts.figure(code, year, "clean_energy_share_pct")
    if row is not None and row["origin"] == "metered":
        share, source = facts.clean_share(code, year), "inventory"
    else:
        share = None if figure is None else figure.value / 100.0
        source = "" if figure is None else figure.source
    if share is None:
        return unknown("clean_energy", "clean_energy_unknown")
    return Told(Measured("clean_energy", share, None, share), source=source)


def _pollutants(facts: Facts, code: str, year: int) -> Told:
    rows = facts.permits(code, year)
    if not rows:
        return of_no_concern("pollutants", "no_permit")
    told_of = [(row, _is_known(facts, row)) for row in rows]
    known = [row for row, is_known in told_of if is_known]
    missing = "|".join(_place(row) for row, is_known in told_of if not is_known)
    lacking = [unknown("pollutants", "discharges_unknown", missing=missing)] if missing else []
    return worst_of([_against_permit(row) for row in known], lacking, PERMITTED)


def _is_known(facts: Facts, row: Row) -> bool:
    """Whether enough of the whole year's hours is known, or what is known is too much already."""
    if pd.isna(row["share"]):
        return False
    if row["share"] > PERMITTED:
        return True
    start, end = facts.span(row["year"])
    outlet = row["enterprise"], row["point"]
    before = hours_before_watched(facts.registry, outlet, row["pollutant"], start, end)
    watched = 1.0 - before / ((end - start) / timedelta(hours=1))
    return bool(row["known_share"] * watched >= NORMAL_SHARE)


def _against_permit(row: Row) -> Told:
    measured = Measured("pollutants", row["mass_kg"], row["permitted_kg"], row["share"])
    return Told(measured, "kg", "permit", _place(row), source=row["standard"])


def _place(row: Row) -> str:
    return f"{row['point']}/{row['pollutant']}"


def _data_quality(facts: Facts, code: str, year: int) -> Told:
    """Coverage x (1 - estimated share) of what meters were to tell."""
    row = facts.year(code, year)
    if row is None or row["coverage"] is None or not row["months_known"]:
        if row is not None and row["origin"] == "metered":
            return of_no_concern("data_quality", "records_only")
        return unknown("data_quality", "not_metered")
    estimated = row["estimated_share"] or 0.0
    value = row["coverage"] * (1.0 - estimated)
    return Told(Measured("data_quality", value, None, value), source="inventory")


def _source(facts: Facts, code: str, year: int) -> str:
    row = facts.year(code, year)
    return accounts_reason(row) if row is None else str(row["source"])


_OTHERS: dict[str, Callable[[Facts, str, int], Told]] = {
    "energy_quota": lambda facts, code, year: against_quota(facts, code, year, "energy"),
    "water_quota": lambda facts, code, year: against_quota(facts, code, year, "water"),
    "reduction": _reduction,
    "budget": against_budget,
    "clean_energy": _clean,
    "pollutants": _pollutants,
    "data_quality": _data_quality,
}
