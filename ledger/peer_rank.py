"""Where the park stands among its peers: by the year of the peak, and by emissions per output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.peaking.peak_series import YearlySeries, yearly_series
from ledger.years.entered import entered, is_constant
from models.progress.peak.names import name_of
from models.progress.peak.peer_places import Place, Standing, place_of
from models.progress.peak.peer_words import statement
from models.progress.peak.verdict import Peak, Verdict, peak_verdict
from models.registry import Registry, Scope

NUMBERS = ["peak_value_t", "last_value_t", "below_peak", "intensity_t_per_1e4_yuan"]
COUNTS = [
    "peak_year", "first_year", "last_year", "judged_until", "rank", "rank_best", "rank_worst",
    "intensity_rank", "intensity_rank_best", "intensity_rank_worst", "parks",
]  # fmt: skip
COLUMNS = [
    "peer", "own", "name_zh", "name_en", "verdict", "verdict_zh", "verdict_en", "first_year",
    "last_year", "judged_until", "peak_year", "peak_value_t", "last_value_t", "below_peak",
    "missing_years", "boundary_changes", "intensity_t_per_1e4_yuan", "price_basis", "parks", "rank",
    "rank_best", "rank_worst", "intensity_rank", "intensity_rank_best", "intensity_rank_worst",
    "reason", "unknown_peers", "statement_zh", "statement_en",
]  # fmt: skip


@dataclass(frozen=True)
class _Park:
    """One park's years, and what the verdict on them is."""

    code: str
    own: bool
    names: tuple[str, str]
    found: Peak
    missing: tuple[int, ...]
    intensity: float | None
    price_basis: str | None


def peer_rank(books: Books) -> pd.DataFrame:
    """COLUMNS: the park itself and each peer of which figures are entered, ranked; the best first,
    those whose rank is not known last.

    All are judged to the same year, ``judged_until``: the park's last whole one. ``rank`` is by the
    peak (models.progress.peak.peer_places): peaked before plateau, then past its maximum, then the
    others; among those peaked the earlier year first. ``intensity_rank`` is by t CO2e per 10^4 yuan
    of output of that year at the park's constant prices, the least first. A peer with a year
    missing between the park's first and last one could have its maximum there: it has no rank, and
    the others' are ``rank_best`` to ``rank_worst``; ``rank`` is null where these two differ.
    ``reason``: no_own_series, no_peers, series_missing (``missing_years``), not_enough_years,
    peers_unknown (one of ``unknown_peers`` could stand before or behind).
    """
    registry = books.registry()
    own = next(iter(yearly_series(books, by="park")), None)
    until = max(own.known, default=None) if own is not None else None
    codes = sorted(entered(registry).codes(Scope.PEER))
    parks = [_own(registry, own), *(_peer(registry, code, own, until) for code in codes)]
    by_peak = place_of([Standing.of(one.found, one.missing) for one in parks])
    by_level = place_of([Standing.by_level(one.intensity) for one in parks])
    unknown = [one.code for one, place in zip(parks, by_peak, strict=True) if not place.known]
    rows = [
        _row(one, peak, level, unknown) | {"parks": len(parks), "judged_until": until}
        for one, peak, level in zip(parks, by_peak, by_level, strict=True)
    ]
    if len(parks) == 1 and rows[0]["reason"] is None:
        rows[0] |= {"rank": None, "rank_best": None, "rank_worst": None, "reason": "no_peers"}
    for row in rows:
        row["statement_zh"], row["statement_en"] = statement(row)
    rows.sort(key=lambda row: (row["rank_best"] is None, row["rank_best"] or 0, not row["own"]))
    table = pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(NUMBERS, np.float64))
    return table.astype(dict.fromkeys(COUNTS, "Int64"))


def _own(registry: Registry, own: YearlySeries | None) -> _Park:
    park = registry.park
    names = park.name_zh, park.name_en
    if own is None:
        return _Park(park.code, True, names, peak_verdict({}), (), None, None)
    found = peak_verdict(own.emitted, own.boundaries)
    output, basis = _priced(own, found.last_year)
    level = _intensity(own.known.get(found.last_year or 0), output)
    return _Park(park.code, True, names, found, found.missing_years, level, basis)


def _priced(own: YearlySeries | None, year: int | None) -> tuple[float | None, str | None]:
    """The park's output of the year at its newest constant prices, and these."""
    rows = [] if own is None else own.rows[own.rows["year"] == year]["output_by_basis"].to_list()
    constant = (
        [(value, basis) for basis, value in (rows[0] or {}).items() if is_constant(basis)]
        if rows
        else []
    )
    return constant[0] if constant else (None, None)


def _peer(registry: Registry, code: str, own: YearlySeries | None, until: int | None) -> _Park:
    figures = entered(registry)
    years = [one for one in sorted(figures.years("peer", code)) if until is None or one <= until]
    known = {one: figures.figure("peer", code, one, "co2e_t") for one in years}
    values = {year: one.value for year, one in known.items() if one is not None}
    boundaries = {year: one.boundary for year, one in known.items() if one is not None}
    found = peak_verdict(values, boundaries)
    missing = found.missing_years
    if until is not None and found.last_year is not None and values:
        # Before its first figure it could have had its maximum, as in any other missing year.
        since = min(own.comparable, default=until) if own is not None else until
        missing = (*range(since, min(values)), *missing, *range(found.last_year + 1, until + 1))
    basis = _priced(own, until)[1]
    output = figures.by_basis("peer", code, until or 0, "output_1e4_yuan").get(basis)
    level = _intensity(values.get(until or 0), None if output is None else output.value)
    return _Park(code, False, (code, code), found, missing, level, basis)


def _intensity(emitted: float | None, output: float | None) -> float | None:
    """T CO2e per 10^4 yuan; None where either is unknown or the output not above zero."""
    return None if emitted is None or output is None or output <= 0 else emitted / output


def _row(one: _Park, peak: Place, level: Place, unknown: list[str]) -> dict[str, Any]:
    found, verdict = one.found, name_of("verdict", one.found.verdict)
    top, last = found.peak_value, found.last_value
    others = [code for code in unknown if code != one.code]
    reason = None
    if not peak.known:
        reason = "series_missing" if one.missing else "not_enough_years"
        if found.verdict is Verdict.NOT_ENOUGH_YEARS and found.n == 0 and one.own:
            reason = "no_own_series"
    elif peak.rank is None:
        reason = "peers_unknown"
    return dict.fromkeys(COLUMNS) | {
        "peer": one.code, "own": one.own, "name_zh": one.names[0], "name_en": one.names[1],
        "verdict": found.verdict.value, "verdict_zh": verdict[0], "verdict_en": verdict[1],
        "first_year": found.first_year, "last_year": found.last_year,
        "peak_year": found.peak_year, "peak_value_t": top, "last_value_t": last,
        "below_peak": 1 - last / top if top and last is not None else None,
        "missing_years": "|".join(map(str, one.missing)) or None,
        "boundary_changes": "|".join(map(str, found.boundary_changes)) or None,
        "intensity_t_per_1e4_yuan": one.intensity,
        "price_basis": one.price_basis if one.intensity is not None else None,
        "rank": peak.rank, "rank_best": peak.best, "rank_worst": peak.worst,
        "intensity_rank": level.rank, "intensity_rank_best": level.best,
        "intensity_rank_worst": level.worst, "reason": reason,
        "unknown_peers": "|".join(others) or None,
    }  # fmt: skip
