"""From the peak to neutrality: the way that is left, and what an even path asks of every year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.monthly import By
from ledger.peaking.peak_series import YearlySeries, named, yearly_series
from models.progress.peak import neutrality_words
from models.progress.peak.names import Pair, name_of
from models.progress.peak.neutrality import Path, path_to
from models.progress.peak.rules import RULES
from models.progress.peak.verdict import Peak, peak_verdict

COLUMNS = [
    "name_zh", "name_en", "verdict", "verdict_zh", "verdict_en", "peak_year", "peak_value_t",
    "last_year", "level_t", "below_peak", "goal_year", "years_left", "residual_t",
    "reduction_t_per_year", "reduction_rate", "still_emitted_t", "fall_since_peak_t_per_year",
    "reason", "statement_zh", "statement_en",
]  # fmt: skip
NUMBERS = [
    "peak_value_t", "level_t", "below_peak", "residual_t", "reduction_t_per_year",
    "reduction_rate", "still_emitted_t", "fall_since_peak_t_per_year",
]  # fmt: skip


def neutrality(
    books: Books,
    *,
    by: By,
    code: str | None = None,
    residual_t: float = 0.0,
    goal_year: int | None = None,
) -> pd.DataFrame:
    """``by`` (its code) and COLUMNS of everyone or of one ``code``: from the last whole year's
    emissions (``level_t``, t CO2e) to ``residual_t`` in ``goal_year`` (by default 2060).

    ``residual_t`` is what sinks and removals must take up then; of many it is each one's.
    ``reduction_t_per_year`` and ``reduction_rate`` are those of an even path
    (models.progress.peak.neutrality), ``fall_since_peak_t_per_year`` is what came off a year since
    the maximum, to hold beside them. ``reason``: no_yearly_values, emissions_not_positive where
    there is nothing to reduce, or goal_passed. Without an established maximum the way counts from
    the last year all the same, and the statement says so.
    """
    registry = books.registry()
    goal = int(RULES.neutral_year) if goal_year is None else goal_year
    rows = [
        _row(one, by, named(registry, by, one.code), residual_t, goal)
        for one in yearly_series(books, by=by, code=code)
    ]
    table = pd.DataFrame(rows, columns=[by, *COLUMNS])
    table = table.astype(dict.fromkeys(NUMBERS, np.float64))
    return table.astype(
        dict.fromkeys(("peak_year", "last_year", "goal_year", "years_left"), "Int64")
    )


def _row(one: YearlySeries, by: By, who: Pair, residual: float, goal: int) -> dict[str, object]:
    found = peak_verdict(one.emitted, one.boundaries)
    verdict = name_of("verdict", found.verdict)
    row: dict[str, object] = dict.fromkeys(COLUMNS)
    row |= {
        by: one.code, "name_zh": who[0], "name_en": who[1], "verdict": found.verdict.value,
        "verdict_zh": verdict[0], "verdict_en": verdict[1], "peak_year": found.peak_year,
        "peak_value_t": found.peak_value, "last_year": found.last_year,
        "level_t": found.last_value, "goal_year": goal, "residual_t": residual,
    }  # fmt: skip
    path, reason = _path(found, residual, goal)
    if path is None or found.last_value is None or found.peak_value is None:
        row |= {"reason": reason}
        statement = neutrality_words.without_path(who, reason or "no_yearly_values", goal)
    else:
        row |= {
            "below_peak": (found.peak_value - found.last_value) / abs(found.peak_value),
            "years_left": path.years, "reduction_t_per_year": path.reduction_t,
            "reduction_rate": path.rate, "still_emitted_t": path.still_emitted_t,
            "fall_since_peak_t_per_year": neutrality_words.fall_a_year(found),
        }  # fmt: skip
        statement = neutrality_words.statement(
            neutrality_words.Said(who, found, path, residual, goal)
        )
    return row | {"statement_zh": statement[0], "statement_en": statement[1]}


def _path(found: Peak, residual: float, goal: int) -> tuple[Path | None, str | None]:
    if found.last_year is None or found.last_value is None:
        return None, "no_yearly_values"
    if found.last_value <= 0:
        return None, "emissions_not_positive"
    if goal <= found.last_year:
        return None, "goal_passed"
    return path_to(found.last_value, found.last_year, residual, goal), None
