"""What looks implausible at outlets and stations: findings with evidence, for an officer to judge.

Computed when asked, from the hours of usage of the channels' meters and of the meters of load,
treatment and fuel; what is usual is told by the ``history_days`` before. None is a verdict.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from ledger.as_of import registry_as_of
from ledger.books import Books
from ledger.discharges import grid_of, outlets_hours
from ledger.discharging.channel_hours import Asked
from ledger.discharging.layouts import layouts
from ledger.instants import instants
from ledger.judging.found import COLUMNS, Found
from ledger.judging.outlets import Outlets, judge_fuel, judge_outlets
from ledger.judging.series import judge_series
from ledger.judging.stated import judge_stated
from ledger.judging.texts import KINDS
from models.environment.plausibility import RULES
from models.registry.points import Medium

__all__ = ["COLUMNS", "KINDS", "SPAN_DAYS_MAX", "plausibility"]

SPAN_DAYS_MAX = 100  # of one question: a quarter and some; all its hours are held at once


def plausibility(
    books: Books,
    *,
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
    point: str | None = None,
) -> pd.DataFrame:
    """COLUMNS of the findings that reach into [start, end), newest first.

    ``ts`` to ``until`` (UTC) is what a finding is about, in ``hours``; ``pollutant`` is the code of
    what is measured, null where it is of the whole outlet; ``seen`` and ``expected`` are in
    ``unit``, null where the kind has no such number; ``source`` is the enterprise/point/pollutant
    that another series is the same as; ``detail`` and ``detail_zh`` say it in words
    (models/reference/plausibility_rules.csv has what bounds each kind) that name no other
    enterprise. Copies between points are
    sought among those asked about. Raises ValueError for more than ``SPAN_DAYS_MAX`` days.
    """
    if end - start > timedelta(days=SPAN_DAYS_MAX):
        raise ValueError(f"start, end: at most {SPAN_DAYS_MAX} days at once")
    registry = registry_as_of(books, None)
    since = start - timedelta(days=RULES.history_days)
    asked = Asked(books, registry, grid_of(books, since, end))
    found = Found(asked)
    mine = layouts(registry, frozenset(Medium), enterprise=enterprise, point=point)
    judge_series(asked, mine, found)
    parts = []
    for of_part, some, hours in outlets_hours(
        books, start=since, end=end, enterprise=enterprise, point=point
    ):
        if not hours.keys:
            continue
        outlets = Outlets.of(of_part, some, hours)
        judge_outlets(of_part, hours, outlets, found)
        judge_stated(of_part, hours, outlets, found)
        parts.append(outlets)
    judge_fuel(asked, parts, found)
    frame = _frame(found)
    within = frame[(frame["until"] > start) & (frame["ts"] < end)]
    order = ["ts", "enterprise", "point", "kind", "pollutant"]
    ordered = within.sort_values(order, ascending=[False, True, True, True, True], kind="stable")
    return ordered.reset_index(drop=True)


def _frame(found: Found) -> pd.DataFrame:
    columns: list[list[object]] = [list(one) for one in zip(*found.rows, strict=True)]
    of = dict(zip(COLUMNS, columns or [[] for _ in COLUMNS], strict=True))
    return pd.DataFrame(
        {
            **{name: np.array(values, dtype=object) for name, values in of.items()},
            **{name: instants(np.array(of[name], dtype=np.int64)) for name in ("ts", "until")},
            "hours": np.array(of["hours"], dtype=np.int64),
            **{name: np.array(of[name], dtype=np.float64) for name in ("seen", "expected")},
        },
        columns=COLUMNS,
    )
