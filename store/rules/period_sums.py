"""Hours summed into days, and days into longer periods: one arithmetic, repeatable to the last bit.

Sums run from the first row of a group to the last, in order of time, so that the same rows always
give the same bits however they were read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from store.hour_ranges import Ints, ints, times

Floats = npt.NDArray[np.float64]

# What a period's row holds, but for meter and time. ``mean_h`` is the coverage of the hours that
# have a mean: the weight of ``mean``.
SUMS = ("amount", "estimated", "covered_h", "mean", "mean_h", "min", "max", "n")


def from_hours(hours: pa.Table, period: Ints) -> pa.Table:
    """Hour rows (columns of USAGE), each with its own period start in µs, as rows to sum.

    Columns meter_key, period and SUMS; an hour's covered hours are its coverage.
    """
    coverage, mean = hours["coverage"].combine_chunks(), hours["mean"].combine_chunks()
    weight = np.zeros(len(mean))
    if mean.null_count < len(mean):
        known = mean.is_valid().to_numpy(zero_copy_only=False)
        weight = np.where(known, _zeroed(coverage), weight)
    return pa.table(
        {
            "meter_key": hours["meter_key"],
            "period": times(period),
            "amount": hours["amount"],
            "estimated": hours["estimated"],
            "covered_h": coverage,
            "mean": mean,
            "mean_h": pa.array(weight),
            "min": hours["min"],
            "max": hours["max"],
            "n": hours["n"].cast(pa.int64()),
        }
    )


def summed(rows: pa.Table) -> pa.Table:
    """One row for each (meter_key, period) of rows ordered by meter, period and time.

    A sum is null where all its values are; ``mean`` is weighted by ``mean_h`` and null without.
    """
    if rows.num_rows == 0:
        return rows
    rows = rows.combine_chunks()
    meter, period = ints(rows["meter_key"]), ints(rows["period"])
    begins = np.ones(len(meter), dtype=bool)
    begins[1:] = (meter[1:] != meter[:-1]) | (period[1:] != period[:-1])
    first = np.flatnonzero(begins)
    if len(first) == rows.num_rows:
        return rows
    group = np.cumsum(begins) - 1

    nothing = pa.nulls(
        len(first), pa.float64()
    )  # of registers no mean is known, of levels no amount

    def total(name: str) -> pa.Array:
        column = rows[name].chunk(0)
        if column.null_count == len(column):
            return nothing
        return pa.array(np.bincount(group, _zeroed(column)), mask=_none_known(column, first))

    def extreme(name: str, choose: Callable[..., Any], worst: float) -> pa.Array:
        column = rows[name].chunk(0)
        if column.null_count == len(column):
            return nothing
        values = column.fill_null(worst).to_numpy(zero_copy_only=False)
        return pa.array(choose.reduceat(values, first), mask=_none_known(column, first))  # type: ignore[attr-defined]

    weight = _zeroed(rows["mean_h"].chunk(0))
    weights = np.bincount(group, weight)
    mean, means = nothing, rows["mean"].chunk(0)
    if means.null_count < len(means):
        weighted = np.bincount(group, weight * _zeroed(means))
        unweighted = weights == 0
        mean = pa.array(weighted / np.where(unweighted, 1.0, weights), mask=unweighted)
    counts = _zeroed(rows["n"].chunk(0))
    return pa.table(
        {
            "meter_key": pa.array(meter[first], pa.int32()),
            "period": times(period[first]),
            "amount": total("amount"),
            "estimated": total("estimated"),
            "covered_h": total("covered_h"),
            "mean": mean,
            "mean_h": pa.array(weights),
            "min": extreme("min", np.minimum, np.inf),
            "max": extreme("max", np.maximum, -np.inf),
            "n": pa.array(np.add.reduceat(counts, first)),
        },
        schema=rows.schema,
    )


def _zeroed(array: pa.Array) -> npt.NDArray[Any]:
    known = array.fill_null(0) if array.null_count else array
    result: npt.NDArray[Any] = known.to_numpy(zero_copy_only=False)
    return result


def _none_known(array: pa.Array, first: Ints) -> npt.NDArray[np.bool_]:
    if array.null_count == 0:
        return np.zeros(len(first), dtype=bool)
    known = array.is_valid().to_numpy(zero_copy_only=False).astype(np.int64)
    result: npt.NDArray[np.bool_] = np.add.reduceat(known, first) == 0
    return result
