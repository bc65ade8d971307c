"""Yearly emissions as a peak is judged by them: as they are, without weather, without output."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ledger.books import Books
from ledger.monthly import By
from ledger.yearly import yearly
from ledger.years.entered import entered, is_constant
from ledger.years.yearly_rows import RUNNING
from models.progress.peak.adjusted_trend import Adjusted, output_adjusted, weather_adjusted
from models.progress.peak.names import Pair, name_of
from models.progress.peak.verdict import boundary_changes
from models.registry import Registry

RAW, WEATHER, OUTPUT = "raw", "weather", "output"
SERIES = (RAW, WEATHER, OUTPUT)

COLUMNS = [
    "name_zh", "name_en", "series", "series_zh", "series_en", "year", "co2e_t", "origin",
    "judged", "boundary", "imported_co2e_t", "reason", "missing",
]  # fmt: skip


@dataclass(frozen=True)
class YearlySeries:
    """The years of one enterprise, cluster or park, as ledger.yearly has them.

    ``emitted`` (t) and ``boundaries`` are those of whole years, unknown ones None: the running year
    is not judged. ``output`` (10^4 yuan) has the years known at ``price_basis``: of the constant
    prices that the last year is known at those of most years; where there are none it is empty.
    """

    code: str
    rows: pd.DataFrame
    emitted: dict[int, float | None]
    boundaries: dict[int, str | None]
    output: dict[int, float]
    price_basis: str | None
    degree_days: dict[int, float]

    @property
    def known(self) -> dict[int, float]:
        """The values that are known."""
        return {year: value for year, value in self.emitted.items() if value is not None}

    @property
    def changes(self) -> tuple[int, ...]:
        """The first years of another boundary."""
        return boundary_changes(self.known, self.boundaries)

    @property
    def comparable(self) -> dict[int, float]:
        """Known values since the last change of boundary."""
        since = next(reversed(self.changes), 0)
        return {year: value for year, value in self.known.items() if year >= since}

    def adjusted(self, series: str) -> Adjusted:
        """The comparable values without the influence that ``series`` names."""
        known = self.comparable
        named = dict.fromkeys(known, "")
        if series == WEATHER:
            return weather_adjusted(known, self.degree_days, named)
        if not self.output:
            return Adjusted(reason="not_constant_prices")
        return output_adjusted(known, self.output, named)

    def form(self, series: str) -> tuple[dict[int, float | None], Adjusted | None]:
        """Values of one of SERIES, and how they were adjusted (None for those as they are)."""
        if series == RAW:
            return self.emitted, None
        found = self.adjusted(series)
        return dict(found.values), found


def yearly_series(books: Books, *, by: By, code: str | None = None) -> list[YearlySeries]:
    """Of everyone or of one ``code`` that has yearly accounts, by code. Those of everyone are
    shared by questions that come close together (ledger.kept): eight of the peak's ask for them.
    """
    if code is not None:
        return _series_of(books, by, code)
    found: tuple[YearlySeries, ...] = books.kept.of(
        ("series", by), books.registry(), books.now(), lambda: tuple(_series_of(books, by, None))
    )  # fmt: skip
    return list(found)


def _series_of(books: Books, by: By, code: str | None) -> list[YearlySeries]:
    table = yearly(books, by=by, code=code)
    days = degree_days(books.registry())
    return [_series(str(one), rows, days) for one, rows in table.groupby(by, sort=True)]


def degree_days(registry: Registry) -> dict[int, float]:
    """Heating degree days (K.d) of the park's place by year, as entered."""
    figures, park = entered(registry), registry.park.code
    found = {
        year: figures.figure("park", park, year, "heating_degree_days")
        for year in sorted(figures.years("park", park))
    }
    return {year: one.value for year, one in found.items() if one is not None}


def series_table(
    books: Books,
    *,
    by: By,
    code: str | None = None,
    adjusted: bool = True,
    running: bool = True,
) -> pd.DataFrame:
    """``by`` (its code) and COLUMNS: emissions (t CO2e) of every year by series, for drawing; with
    the adjusted ones and the running year where asked for.

    ``judged`` is false for the running year (of which ``co2e_t`` is what is known so far), for
    years before the last change of boundary and for unknown ones; adjusted series have judged years
    only, and none where nothing could be adjusted.
    """
    registry, frames = books.registry(), []
    for one in yearly_series(books, by=by, code=code):
        who = named(registry, by, one.code)
        rows = one.rows.assign(judged=one.rows["year"].isin(list(one.comparable)))
        rows = rows.assign(name_zh=who[0], name_en=who[1])
        if not running:
            rows = rows[rows["origin"] != RUNNING]
        frames.append(_of_series(rows, RAW))
        for series in (WEATHER, OUTPUT) if adjusted else ():
            values, _ = one.form(series)
            of = rows[rows["year"].isin(list(values))]
            of = of.assign(co2e_t=of["year"].map(values), reason=None)
            frames.append(_of_series(of, series))
    if not frames:
        return pd.DataFrame(columns=[by, *COLUMNS]).astype({"year": "int64", "co2e_t": "float64"})
    return pd.concat(frames, ignore_index=True)[[by, *COLUMNS]]


def named(registry: Registry, by: By, code: str) -> Pair:
    """The name of an enterprise, a cluster or the park, in Chinese and English."""
    if by == "park":
        return registry.park.name_zh, registry.park.name_en
    known = registry.cluster_by_code if by == "cluster" else registry.enterprise_by_code
    one = known.get(code)
    return (code, code) if one is None else (one.name_zh, one.name_en)


def _of_series(rows: pd.DataFrame, series: str) -> pd.DataFrame:
    said = name_of("series", series)
    return rows.assign(series=series, series_zh=said[0], series_en=said[1])


def _series(code: str, rows: pd.DataFrame, days: dict[int, float]) -> YearlySeries:
    whole = rows[rows["origin"] != RUNNING]
    years = [int(year) for year in whole["year"]]
    known = whole["co2e_t"].notna()
    values = {
        year: float(value) if there else None
        for year, value, there in zip(years, whole["co2e_t"], known, strict=True)
    }
    boundaries = dict(zip(years, whole["boundary"], strict=True))
    output, basis = constant_output(whole)
    return YearlySeries(code, rows, values, boundaries, output, basis, days)


def constant_output(whole: pd.DataFrame) -> tuple[dict[int, float], str | None]:
    """Output by year at constant prices that the last year with such is known at, and these: of
    several those of most years, then the newest (a year told at new prices too is no new series).
    """
    by_year: dict[int, dict[str, float]] = {
        year: {basis: value for basis, value in of.items() if is_constant(basis)}
        for year, of in zip(whole["year"], whole["output_by_basis"], strict=True)
        if of
    }
    years = sorted(year for year, of in by_year.items() if of)
    if not years:
        return {}, None
    basis = max(by_year[years[-1]], key=lambda one: sum(one in of for of in by_year.values()))
    return {year: by_year[year][basis] for year in years if basis in by_year[year]}, basis
