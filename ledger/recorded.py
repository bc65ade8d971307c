"""Activity that was entered rather than metered: approved records as parts of an inventory.

A record that is asked for by periods shorter than its own, or of which the span holds a part only,
is spread over them evenly by time, and marked estimated; its sum is kept. So is one during whose
period an own factor of its enterprise begins or ends: else its months would not sum to its year.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd

from ledger.activity import Span
from ledger.covered import period_starts_of
from ledger.instants import instants
from models.carbon.categories import category
from models.carbon.materials import materials
from models.carbon.methods import method
from models.periods import local_start, parse_period, to_us
from models.registry import ActivityOrigin, ActivityRecord

COLUMNS = [
    "record", "line", "start", "begin", "end", "amount", "estimated", "covered_h", "hours_h",
    "enterprise", "scope", "category", "source_stream", "use", "counterpart", "carrier",
    "activity_unit", "origin", "own_renewable", "accuracy_rel", "years",
]  # fmt: skip

HOURS_OF_YEAR = 8760.0


def recorded(
    span: Span, enterprises: frozenset[str] | None, *, of_balances: bool = False
) -> tuple[pd.DataFrame, list[dict[str, str]]]:
    """COLUMNS of the approved records of these enterprises in the span, and those that wait.

    One row a record, period and piece of it in which the same own factors hold. Records that are
    drafts or wait for approval are left out with the reason (ledger.accounted's LEFT_OUT, ``meter``
    naming the record). Records of water and solid waste are no part of an inventory: they are
    found, and no others, with ``of_balances``.
    """
    inside: list[tuple[ActivityRecord, datetime, datetime]] = []  # pieces of records
    left_out = []
    for one in span.registry.activity_records:
        if enterprises is not None and one.enterprise not in enterprises:
            continue
        if category(one.category).of_a_balance != of_balances:
            continue
        begin, end = parse_period(one.period, span.registry.zone)
        if begin >= span.end or end <= span.start:
            continue
        if one.counts:
            inside += [(one, *piece) for piece in pairwise((begin, *_changes(span, one), end))]
        elif one.is_open:
            left_out.append({
                "meter": f"record {one.id}", "enterprise": one.enterprise,
                "reason": f"activity record of {one.code} in {one.period} is {one.state.value}, "
                "not approved",
            })  # fmt: skip
    if not inside:
        return pd.DataFrame(columns=COLUMNS), left_out
    return _spread(span, inside), left_out


def _changes(span: Span, one: ActivityRecord) -> list[datetime]:
    """Instants inside a record's period at which an own factor for it begins or ends."""
    zone = span.registry.zone
    begin, end = parse_period(one.period, zone)
    days = {
        local_start(day, zone)
        for factor in span.registry.declared_factors
        if factor.carrier == one.code
        and factor.enterprise in (None, one.enterprise)
        and factor.category in (None, one.category)
        for day in (factor.valid_from, factor.valid_to)
        if day is not None
    }
    return sorted(day for day in days if begin < day < end)


def _spread(span: Span, inside: list[tuple[ActivityRecord, datetime, datetime]]) -> pd.DataFrame:
    registry = span.registry
    starts = period_starts_of(registry, span.every, span.start, span.end)
    bounds = np.array([to_us(at) for at in (*starts, span.end)])
    bounds[0] = max(bounds[0], to_us(span.start))
    begin = np.array([to_us(since) for _, since, _ in inside])
    end = np.array([to_us(until) for _, _, until in inside])
    whole_periods = [parse_period(one.period, registry.zone) for one, _, _ in inside]
    length = np.array([to_us(until) - to_us(since) for since, until in whole_periods])
    # For every piece of a record the run of periods that it has a part of.
    first = np.searchsorted(bounds, begin, side="right") - 1
    last = np.searchsorted(bounds, end, side="left")
    first, last = np.maximum(first, 0), np.minimum(last, len(bounds) - 1)
    count = last - first
    record = np.repeat(np.arange(len(inside)), count)
    period = np.arange(len(record)) - np.repeat(np.cumsum(count) - count, count) + first[record]
    since = np.maximum(bounds[period], begin[record])
    until = np.minimum(bounds[period + 1], end[record])
    share = (until - since) / length[record]
    amount = np.array([one.amount for one, _, _ in inside])[record] * share
    whole = (share == 1.0) & np.array(
        [one.origin is not ActivityOrigin.ESTIMATED for one, _, _ in inside]
    )[record]
    told = [
        _of(span, one, hours) for (one, _, _), hours in zip(inside, length / 3.6e9, strict=True)
    ]
    rows = pd.DataFrame(told).iloc[record].reset_index(drop=True)
    of_period = np.array([to_us(one) for one in starts])[period]
    for name, values in (("start", of_period), ("begin", since), ("end", until)):
        rows[name] = instants(values)
    rows["amount"] = amount
    rows["estimated"] = np.where(whole, 0.0, amount)
    rows["covered_h"] = rows["hours_h"] = np.nan  # readings cover nothing of a record
    return rows[COLUMNS]


def _of(span: Span, one: ActivityRecord, hours: float) -> dict[str, object]:
    stream = span.registry.stream_by_code.get((one.enterprise, one.source_stream or ""))
    uncertainty = one.uncertainty_pct
    return {
        "record": one.id,
        "line": None,
        "enterprise": one.enterprise,
        "scope": category(one.category).scope,
        "category": one.category,
        "source_stream": one.source_stream,
        "use": "use" if stream is None else stream.use.value,
        "counterpart": None,
        "carrier": one.code,
        "activity_unit": one.unit,
        "origin": f"record:{one.origin.value}",
        "own_renewable": False,
        "accuracy_rel": np.nan if uncertainty is None else uncertainty / 100,
        "years": round(hours / HOURS_OF_YEAR * 12) / 12 if _by_year(one) else np.nan,
    }


def _by_year(one: ActivityRecord) -> bool:
    """Whether what a record states (an area, a charge) emits or takes up by the year."""
    return one.category == "sink" or (one.category, one.code) in _rates()


@cache
def _rates() -> frozenset[tuple[str, str]]:
    """Category and code of what a published row loses at a yearly rate."""
    return frozenset(
        (row["category"], row["code"])
        for row in materials()
        if "years" in method(row["method"]).inputs
    )
