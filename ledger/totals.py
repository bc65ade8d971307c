"""Sums of an inventory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from ledger.covered import coverage
from ledger.inventory import Inventory
from ledger.total_uncertainty import sums_uncertainty

Basis = Literal["location", "market"]

SUMMED = ["energy_gj", "energy_tce_calorific", "energy_tce_equivalent", "co2e_t", "biogenic_co2_t"]
SCOPES = ["scope1_co2e_t", "scope2_co2e_t", "scope2_market_co2e_t", "scope3_co2e_t"]
FIGURES = [
    *SUMMED, *SCOPES, "sink_co2_t", "renewable_tce_calorific", "coverage", "estimated_share",
    "uncertainty_rel",
]  # fmt: skip


def totals(found: Inventory, by: Sequence[str], basis: Basis = "location") -> pd.DataFrame:
    """Inventory rows summed by columns; without any, one row of the whole.

    Columns: ``by`` and FIGURES. What stays inside the summed boundary is left out (ledger.
    boundaries): by enterprise nothing, by cluster what its enterprises sell each other, else what
    all of the inventory's do. ``co2e_t`` is scope 1 and scope 2, by location or by market as
    ``basis`` says; scope 3 stands beside it, and so does what sinks take up. Energy is the
    comprehensive consumption without own renewables, whose calorific value stands apart.

    ``coverage`` is the share of all hours that the accounted meters were to cover, those of meters
    and periods without any reading among them; ``estimated_share`` is weighted by energy. A sum is
    null where all its values are; energy_tce_equivalent and the market's scope 2 also where they
    are unknown for a row that has energy or an amount, because the rest would pass for the whole.
    ``uncertainty_rel`` is that of ``co2e_t`` (ledger.total_uncertainty).
    """
    rows = found.rows
    outside = ~found.boundary.inside(rows, by)
    rows = rows[outside]
    by_market = (rows["basis"] == "market").to_numpy()
    scope = rows["scope"].to_numpy(dtype=np.float64, na_value=np.nan)
    renewable = rows["renewable"].to_numpy(dtype=bool)
    co2e = rows["co2e_t"].to_numpy(dtype=np.float64)
    work = rows[list(by)].copy()
    for name in SUMMED[:3]:
        energy = rows[name].to_numpy(dtype=np.float64)
        work[name] = np.where(renewable, np.nan, energy)
    counted = by_market if basis == "market" else ~by_market
    work["co2e_t"] = np.where(np.isin(scope, (1,)) | ((scope == 2) & counted), co2e, np.nan)
    work["biogenic_co2_t"] = rows["biogenic_co2_t"].to_numpy(dtype=np.float64)
    for name, here in zip(
        SCOPES,
        (scope == 1, (scope == 2) & ~by_market, (scope == 2) & by_market, scope == 3),
        strict=True,
    ):
        work[name] = np.where(here, co2e, np.nan)
    sink = (rows["category"] == "sink").to_numpy()
    work["sink_co2_t"] = np.where(sink, rows["gas_t"].to_numpy(dtype=np.float64), np.nan)
    calorific = rows["energy_tce_calorific"].to_numpy(dtype=np.float64)
    work["renewable_tce_calorific"] = np.where(renewable, calorific, np.nan)
    weight = np.abs(work["energy_gj"].to_numpy())
    share = rows["estimated_share"].to_numpy(dtype=np.float64)
    share = np.where(by_market, np.nan, share)
    work["share"] = share
    work["share_weight"] = np.where(np.isnan(share), np.nan, weight)
    work["share_part"] = weight * share
    work["partial"] = np.where(~np.isnan(weight) & np.isnan(work["energy_tce_equivalent"]), 1.0, 0)
    amount = rows["activity_amount"].to_numpy(dtype=np.float64)
    work["unpriced"] = np.where(by_market & ~np.isnan(amount) & np.isnan(co2e), 1.0, 0.0)
    numbers = [name for name in work.columns if name not in by]
    keys = list(by) or ["whole"]
    groups = work.assign(whole=0).groupby(keys, dropna=False)
    sums, means = groups[numbers].sum(min_count=1), groups["share"].mean()
    number = np.asarray(groups.ngroup(), dtype=np.int64)
    co2e = work["co2e_t"].to_numpy(dtype=np.float64)
    sums["uncertainty_rel"] = sums_uncertainty(rows, co2e, number, len(sums))
    if not by:
        sums, means = sums.reindex([0]), means.reindex([0])
    sums["energy_tce_equivalent"] = sums["energy_tce_equivalent"].where(~(sums["partial"] > 0))
    priced = ~(sums["unpriced"] > 0)
    sums["scope2_market_co2e_t"] = sums["scope2_market_co2e_t"].where(priced)
    if basis == "market":
        sums["co2e_t"] = sums["co2e_t"].where(priced)
    weighted = sums["share_part"] / sums["share_weight"].where(sums["share_weight"] != 0)
    # Without energy there is nothing to weigh by: the plain mean of the rows.
    sums["estimated_share"] = weighted.fillna(means)
    hours = found.hours if "category" in by else found.hours_of_sums
    covered = coverage(hours.assign(whole=0), keys)
    sums = sums.join(covered.rename("coverage")) if len(sums) else sums.assign(coverage=np.nan)
    return sums[FIGURES].reset_index(drop=not by)
