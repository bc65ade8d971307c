"""Whether the park, its clusters and enterprises have peaked: verdicts with what they rest on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.monthly import By
from ledger.peaking.peak_series import RAW, SERIES, YearlySeries, named, yearly_series
from ledger.years.yearly_rows import METERED
from models.progress.peak import words as peak_words
from models.progress.peak.adjusted_trend import Adjusted
from models.progress.peak.names import Pair, name_of
from models.progress.peak.next_year import next_verdicts
from models.progress.peak.rules import RULES
from models.progress.peak.verdict import Peak, peak_verdict
from models.progress.rights.amounts_in_words import interval

__all__ = ["COLUMNS", "named", "peak"]

NUMBERS = [
    "last_value_t", "peak_value_t", "mk_z", "mk_p", "slope_t", "slope_low_t", "slope_high_t",
    "overall_mk_p", "overall_slope_t", "overall_slope_low_t", "overall_slope_high_t",
    "coefficient", "coefficient_error", "output_change",
]  # fmt: skip
COUNTS = [
    "n", "first_year", "last_year", "peak_year", "years_after", "values_after", "mk_s",
    "earliest_year", "metered_years", "imported_years",
]  # fmt: skip
COLUMNS = [
    "name_zh", "name_en", "series", "series_zh", "series_en", "verdict", "verdict_zh",
    "verdict_en", "reason", "n", "first_year", "last_year", "last_value_t", "peak_year",
    "peak_value_t", "years_after", "values_after", "mk_s", "mk_z", "mk_p", "slope_t",
    "slope_low_t", "slope_high_t",
    "overall_mk_p", "overall_slope_t", "overall_slope_low_t", "overall_slope_high_t",
    "missing_years", "boundary_changes", "earliest_year", "next_verdicts", "coefficient",
    "coefficient_error", "output_change", "metered_years", "imported_years", "statement_zh",
    "statement_en",
]  # fmt: skip


def peak(books: Books, *, by: By, code: str | None = None, adjusted: bool = True) -> pd.DataFrame:
    """``by`` (its code) and COLUMNS: a row for each of everyone's series, or of one ``code``'s.

    The verdict of models.progress.peak.verdict on whole years (t CO2e of scopes 1 and 2, by
    location; ledger.yearly), with ``series`` raw and, where ``adjusted``, weather and output
    beside it: as if every year had the mean heating degree days entered for the park, or the last
    year's output at constant prices (models.progress.peak.adjusted_trend). An adjusted series that
    cannot be made has no verdict, and ``reason`` says why. ``mk_*`` and ``slope_*`` (t a year) are
    of the values after the maximum, ``overall_*`` of all judged ones. ``missing_years`` and
    ``boundary_changes`` are joined by |. ``next_verdicts`` gives the verdict by the next year's
    value as ranges in t, joined by |. ``output_change`` is that since the maximum.
    """
    registry = books.registry()
    rows = [
        _row(by, one, series, named(registry, by, one.code))
        for one in yearly_series(books, by=by, code=code)
        for series in (SERIES if adjusted else (RAW,))
    ]
    table = pd.DataFrame(rows, columns=[by, *COLUMNS])
    table = table.astype(dict.fromkeys(NUMBERS, np.float64))
    return table.astype(dict.fromkeys(COUNTS, "Int64"))


def _row(by: By, one: YearlySeries, series: str, who: Pair) -> dict[str, object]:
    values, adjusted = one.form(series)
    row: dict[str, object] = dict.fromkeys(COLUMNS)
    form = name_of("series", series)
    row |= {by: one.code, "name_zh": who[0], "name_en": who[1]}
    row |= {"series": series, "series_zh": form[0], "series_en": form[1]}
    if adjusted is not None:
        row |= {"coefficient": adjusted.coefficient, "coefficient_error": adjusted.error}
        if adjusted.reason is not None:
            statement = peak_words.not_adjusted(who, series, adjusted)
            row |= {"reason": adjusted.reason}
            return row | {"statement_zh": statement[0], "statement_en": statement[1]}
    return row | _judged(one, series, values, adjusted, who)


def _judged(
    one: YearlySeries,
    series: str,
    values: dict[int, float | None],
    adjusted: Adjusted | None,
    who: Pair,
) -> dict[str, object]:
    boundaries = one.boundaries if series == RAW else None
    found = peak_verdict(values, boundaries)
    ranges = next_verdicts(values, boundaries)
    change = _output_change(one, found)
    said = peak_words.Said(who, series, found, ranges, adjusted, change, _break(one, found))
    statement, verdict = peak_words.statement(said), name_of("verdict", found.verdict)
    origins = one.rows.set_index("year")["origin"]
    judged = [year for year, value in values.items() if value is not None]
    judged = [year for year in judged if year >= (found.first_year or year)]
    after, overall = found.after, found.overall
    # Of fewer values no p could be significant, so none is told.
    tested = after if found.n_after >= RULES.values_after else None
    overall = overall if found.n >= RULES.years_needed else None
    slope, whole = found.slope_after, found.slope_overall
    return {
        "verdict": found.verdict.value, "verdict_zh": verdict[0], "verdict_en": verdict[1],
        "reason": found.why.value, "n": found.n, "first_year": found.first_year,
        "last_year": found.last_year, "last_value_t": found.last_value,
        "peak_year": found.peak_year, "peak_value_t": found.peak_value,
        "years_after": found.years_after, "values_after": found.n_after,
        "mk_s": after and after.s, "mk_z": tested and tested.z, "mk_p": tested and tested.p,
        "slope_t": slope and slope.value, "slope_low_t": slope and slope.low,
        "slope_high_t": slope and slope.high, "overall_mk_p": overall and overall.p,
        "overall_slope_t": whole and whole.value, "overall_slope_low_t": whole and whole.low,
        "overall_slope_high_t": whole and whole.high,
        "missing_years": "|".join(map(str, found.missing_years)) or None,
        "boundary_changes": "|".join(map(str, found.boundary_changes)) or None,
        "earliest_year": found.earliest_year,
        "next_verdicts": " | ".join(map(interval, ranges)) or None,
        "output_change": change,
        "metered_years": int((origins[judged] == "metered").sum()),
        "imported_years": int((origins[judged] == "imported").sum()),
        "statement_zh": statement[0], "statement_en": statement[1],
    }  # fmt: skip


def _break(one: YearlySeries, found: Peak) -> peak_words.Break | None:
    """Where what was entered of a judged metered year is another value: the year they lie furthest
    apart in; None where they lie within what counts as near, or nowhere stand beside each other.
    """
    rows = one.rows[(one.rows["origin"] == METERED) & one.rows["imported_co2e_t"].notna()]
    rows = rows[rows["co2e_t"].notna() & (rows["year"] >= (found.first_year or 0))]
    apart = [
        peak_words.Break(int(year), float(metered), float(entered))
        for year, metered, entered in zip(
            rows["year"], rows["co2e_t"], rows["imported_co2e_t"], strict=True
        )
        if abs(metered - entered) > RULES.near_maximum * max(abs(metered), abs(entered))
    ]
    return max(apart, key=lambda one: abs(one.metered - one.entered), default=None)


def _output_change(one: YearlySeries, found: Peak) -> float | None:
    """Change of output since the maximum, a share; None where either year's is not known."""
    before = one.output.get(found.peak_year or 0)
    now = one.output.get(found.last_year or 0)
    if before is None or now is None or before <= 0:
        return None
    return (now - before) / before
