"""Sums of an inventory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ledger.covered import coverage
from ledger.inventory import Inventory

SUMMED = ["energy_gj", "energy_tce_calorific", "energy_tce_equivalent", "co2e_t", "biogenic_co2_t"]


def totals(found: Inventory, by: Sequence[str]) -> pd.DataFrame:
    """Inventory rows summed by columns; without any, one row of the whole.

    Columns: ``by``, energy_gj, energy_tce_calorific, energy_tce_equivalent, co2e_t,
    biogenic_co2_t, scope1_co2e_t, scope2_co2e_t, coverage and estimated_share. ``coverage`` is the
    share of all hours that the accounted meters were to cover, those of meters and periods without
    any reading among them; ``estimated_share`` is weighted by energy. A sum is null where all its
    values are; energy_tce_equivalent also where it is unknown for a row whose energy is known,
    because the rest would pass for the whole.
    """
    rows = found.rows
    weight = rows["energy_gj"].astype(np.float64)
    work = rows[list(by)].assign(**{name: rows[name].astype(np.float64) for name in SUMMED})
    for scope in (1, 2):
        work[f"scope{scope}_co2e_t"] = work["co2e_t"].where(rows["scope"] == scope)
    share = rows["estimated_share"].astype(np.float64)
    work["share"] = share
    work["share_weight"] = weight.where(share.notna())
    work["share_part"] = weight * share
    work["partial"] = (weight.notna() & rows["energy_tce_equivalent"].isna()).astype(np.float64)
    numbers = [name for name in work.columns if name not in by]
    keys = list(by) or ["whole"]
    groups = work.assign(whole=0).groupby(keys, dropna=False)
    sums, means = groups[numbers].sum(min_count=1), groups["share"].mean()
    if not by:
        sums, means = sums.reindex([0]), means.reindex([0])
    sums["energy_tce_equivalent"] = sums["energy_tce_equivalent"].where(~(sums["partial"] > 0))
    weighted = sums["share_part"] / sums["share_weight"].where(sums["share_weight"] != 0)
    # Without energy there is nothing to weigh by: the plain mean of the rows.
    sums["estimated_share"] = weighted.fillna(means)
    covered = coverage(found.hours.assign(whole=0), keys)
    sums = sums.join(covered.rename("coverage")) if len(sums) else sums.assign(coverage=np.nan)
    kept = [*SUMMED, "scope1_co2e_t", "scope2_co2e_t", "coverage", "estimated_share"]
    return sums[kept].reset_index(drop=not by)
