"""Clean energy in what is consumed, and emissions per unit of energy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from ledger.inventory import Inventory
from ledger.totals import totals
from models.energy.comprehensive import share_of
from models.energy.standard_coal import electricity_calorific_tce
from models.progress.indicators.tables import clean_carriers

Meaning = Literal["non_fossil", "green_park"]

FIGURES = [
    "own_renewable_tce", "by_certificate_tce", "clean_carriers_tce", "clean_tce", "total_tce",
    "clean_share", "coverage", "estimated_share",
]  # fmt: skip


def clean_energy(
    found: Inventory, by: Sequence[str], meaning: Meaning = "non_fossil"
) -> pd.DataFrame:
    """``by`` and FIGURES, one row a group of inventory rows; without ``by`` one of the whole.

    All in tce at the calorific value (当量值). ``total_tce`` is the comprehensive consumption with
    own renewables (GB/T 2589; ledger.energy tells them apart), ``clean_tce`` = own renewables +
    bought electricity that certificates and contracts cover (ledger.market) + what is consumed of
    carriers that ``meaning`` calls clean (models/reference/indicators/clean_carriers.csv), and
    ``clean_share`` its part of the total. Where electricity is clean as such, certificates make no
    more of it. Nothing sold inside the boundary is counted. Of who sells energy on no more is clean
    than it consumes itself. The share is null where no energy is known, and where more is sold than
    bought and made.
    """
    rows, operands = found.rows, found.operands
    outside = ~found.boundary.inside(rows, by)
    market = (rows["basis"] == "market").to_numpy()
    own = rows["renewable"].to_numpy(dtype=bool)
    tce = rows["energy_tce_calorific"].to_numpy(dtype=np.float64)
    clean = {carrier for (of, carrier), is_clean in clean_carriers().items()
             if of == meaning and is_clean}  # fmt: skip
    of_clean = rows["carrier"].isin(clean).to_numpy()
    covered = electricity_calorific_tce(
        operands["covered"].to_numpy(dtype=np.float64),
        operands["calorific"].to_numpy(dtype=np.float64),
    )
    certified = market & ~own & (rows["category"] == "purchased_electricity").to_numpy()
    if "electricity" in clean:
        certified[:] = False
    work = rows[list(by)].assign(
        whole=0,
        own_renewable_tce=np.where(own & ~market, tce, np.nan),
        by_certificate_tce=np.where(certified, covered, np.nan),
        clean_carriers_tce=np.where(of_clean & ~own & ~market, tce, np.nan),
    )[outside]
    keys = list(by) or ["whole"]
    parts = work.groupby(keys, dropna=False)[FIGURES[:3]].sum(min_count=1)
    parts = parts.reindex([0]) if not by else parts
    sums = totals(found, by)
    for name in FIGURES[:3]:
        sums[name] = parts[name].to_numpy()
    energy = sums["energy_tce_calorific"]
    sums["total_tce"] = energy + sums["own_renewable_tce"].fillna(0.0)
    # No renewables, certificates or clean carriers among what is known are none of them.
    clean_tce = sums[FIGURES[:3]].fillna(0.0).sum(axis=1).where(energy.notna())
    consumed = sums["total_tce"].where(sums["total_tce"] > 0)
    # What is made of renewables and sold on as heat is consumed by others.
    sums["clean_tce"] = np.fmin(clean_tce, consumed.fillna(clean_tce))
    sums["clean_share"] = share_of(sums["clean_tce"].to_numpy(), consumed.to_numpy(np.float64))
    return sums[[*by, *FIGURES]]


def carbon_per_energy(found: Inventory) -> pd.DataFrame:
    """One row of the whole: co2e_t, total_tce, t_per_tce, coverage, estimated_share.

    Emissions of scopes 1 and 2, market-based: what certificates cover and own renewables give
    counts zero. ``total_tce`` is the consumption with own renewables at the equivalent value
    (等价值), null where it is none. Both are null where a part of them is unknown (ledger.totals).
    The zero-carbon park's core indicator (NDRC 2025 No. 910); that its energy is at the equivalent
    value is an assumption.
    """
    sums = totals(found, [], basis="market")
    rows = found.rows[~found.boundary.inside(found.rows, []) & (found.rows["basis"] != "market")]
    own = rows.loc[rows["renewable"].astype(bool), "energy_tce_equivalent"]
    known = float(own.sum()) if own.notna().all() else np.nan
    total = sums["energy_tce_equivalent"] + known
    total = total.where(total > 0)  # who sells more than it has consumes nothing
    ratio = share_of(sums["co2e_t"].to_numpy(dtype=np.float64), total.to_numpy(dtype=np.float64))
    return pd.DataFrame({
        "co2e_t": sums["co2e_t"], "total_tce": total, "t_per_tce": ratio,
        "coverage": sums["coverage"], "estimated_share": sums["estimated_share"],
    })  # fmt: skip
