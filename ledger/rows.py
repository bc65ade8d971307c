"""Rows of an inventory: parts of one heading, period and choice of factor, summed and accounted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ledger.chosen_factors import MARKET, OPERANDS, TEXTS, YEARS, Rules, choices_of
from ledger.emitted import EMITTED, ENERGY, energies, gases
from ledger.instants import instants, microseconds
from ledger.parts import HEADING, Parts
from ledger.uncertainty import activity_uncertainty
from models.carbon.uncertainty import combined_rel

COLUMNS = [
    "period", "start", "enterprise", "scope", "category", "source_stream", "use", "counterpart",
    "carrier", "activity_amount", "activity_unit", *ENERGY, "gas", *EMITTED, "basis", "method",
    "factor_id", "factor_match", "factor_status", "factor_year", "coal_rate_year", "gwp",
    "activity_origin", "renewable", "coverage", "estimated_share", "uncertainty_activity_rel",
    "uncertainty_factor_rel", "uncertainty_rel",
]  # fmt: skip

NUMBERS = [
    "activity_amount", *ENERGY, *EMITTED, "coverage", "estimated_share",
    "uncertainty_activity_rel", "uncertainty_factor_rel", "uncertainty_rel",
]  # fmt: skip

# What a row is the sum of; ``certificate`` covers ``amount`` kWh of a market-based row.
PARTS = [
    "row", "line", "meter_key", "meter", "record", "certificate", "begin", "end", "amount",
    "estimated", "covered_h", "hours_h", "uncertainty_rel",
]  # fmt: skip

_SUMS = ["amount", "estimated", "covered_h", "hours_h"]


@dataclass(frozen=True)
class Accounted:
    """``rows`` (COLUMNS without period, any order) with ``operands`` of the same index and
    ``parts`` (PARTS and heading, start), ``row`` being the place of its row.
    """

    rows: pd.DataFrame
    operands: pd.DataFrame
    parts: pd.DataFrame


def accounted(rules: Rules, found: Parts) -> Accounted:
    """Rows of everything but the market-based scope 2."""
    parts = found.parts
    if parts.empty:
        nothing = pd.DataFrame(columns=COLUMNS)
        return Accounted(nothing, pd.DataFrame(columns=OPERANDS), pd.DataFrame(columns=PARTS))
    choices, choice = choices_of(rules, found.headings, parts)
    starts, at = np.unique(microseconds(parts["start"]), return_inverse=True)
    heading = parts["heading"].to_numpy(dtype=np.int64)
    key = (at * len(found.headings) + heading) * len(choices) + choice
    distinct, first, row = np.unique(key, return_index=True, return_inverse=True)
    parts = parts.assign(row=row, certificate=None, covered_h=np.minimum(
        parts["covered_h"].to_numpy(dtype=np.float64), parts["hours_h"].to_numpy(dtype=np.float64)
    ))  # fmt: skip
    parts["uncertainty_rel"] = activity_uncertainty(found.headings, parts)
    rows = found.headings.iloc[heading[first]][HEADING].reset_index(drop=True)
    of_choice = choices.iloc[choice[first]].reset_index(drop=True)
    told = of_choice[[*TEXTS, *YEARS, "uncertainty_factor_rel", *MARKET]]
    rows = rows.drop(columns=["origin", "own_renewable", "years"]).join(told)
    rows["start"] = instants(starts)[at[first]]
    rows["activity_origin"] = found.headings["origin"].to_numpy()[heading[first]]
    operands = of_choice[OPERANDS].copy()
    years = found.headings["years"].to_numpy(dtype=np.float64)[heading[first]]
    operands["years"] = np.where(np.isnan(years), operands["years"], years)
    operands = operands.where(operands.notna())
    _sum(rows, parts, len(distinct))
    rows["basis"] = np.where(in_scope(rows, 2), "location", None)  # type: ignore[call-overload]
    rows["gwp"] = rules.gwp
    for name, values in (gases(rows, operands) | energies(rows, operands)).items():
        rows[name] = values
    return Accounted(rows, operands, parts)


def _sum(rows: pd.DataFrame, parts: pd.DataFrame, count: int) -> None:
    """Amount, coverage, estimated share and uncertainty of the rows, of their parts."""
    row = parts["row"].to_numpy()
    sums = {name: sum_known(parts[name].to_numpy(dtype=np.float64), row, count) for name in _SUMS}
    rows["activity_amount"] = sums["amount"]
    rows["coverage"] = _ratio(sums["covered_h"], sums["hours_h"])
    share = _ratio(sums["estimated"], sums["amount"])
    share = np.where(sums["amount"] != 0, share, 0.0)
    rows["estimated_share"] = np.where(np.isnan(sums["amount"]), np.nan, share)
    squared = _squares(parts, row, count)
    relative = _ratio(np.sqrt(squared), np.abs(sums["amount"]))
    rows["uncertainty_activity_rel"] = relative
    rows["uncertainty_rel"] = combined_rel(
        relative, rows["uncertainty_factor_rel"].to_numpy(dtype=np.float64)
    )


def _squares(
    parts: pd.DataFrame, row: npt.NDArray[np.int64], count: int
) -> npt.NDArray[np.float64]:
    """Squared absolute uncertainty of rows: meters and records are independent, but what is cut of
    one of them is as wrong in each of its pieces.
    """
    absolute = parts["amount"].to_numpy(dtype=np.float64) * parts["uncertainty_rel"].to_numpy()
    meter, record = (parts[name].to_numpy(dtype=np.float64) for name in ("meter_key", "record"))
    source = np.where(np.isnan(record), meter, -1 - record)
    _, number = np.unique(source, return_inverse=True)
    one, piece = np.unique(row * (number.max() + 1) + number, return_inverse=True)
    of_source = sum_known(absolute, piece, len(one))
    return sum_known(of_source**2, one // (number.max() + 1), count)


def in_scope(rows: pd.DataFrame, scope: int) -> npt.NDArray[np.bool_]:
    """Which rows are of a scope; those outside the scopes are of none."""
    found: npt.NDArray[np.bool_] = rows["scope"].to_numpy(dtype=float, na_value=np.nan) == scope
    return found


def sum_known(
    values: npt.NDArray[np.float64], group: npt.NDArray[np.int64], count: int
) -> npt.NDArray[np.float64]:
    """Sums of the known values by group; NaN where none is known."""
    known = ~np.isnan(values)
    sums = np.bincount(group[known], values[known], minlength=count)
    return np.where(np.bincount(group[known], minlength=count) > 0, sums, np.nan)


def _ratio(
    part: npt.NDArray[np.float64], whole: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Part of a whole; NaN where the whole is zero or unknown."""
    found: npt.NDArray[np.float64] = np.divide(
        part, whole, out=np.full_like(part, np.nan), where=(whole != 0) & ~np.isnan(whole)
    )
    return found
