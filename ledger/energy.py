"""Comprehensive energy consumption: what is bought and not sold, with its uses told apart.

GB/T 2589: every kind of energy by its coefficient, what is sold deducted, electricity by calorific
value (当量值) or by what its supply takes (等价值). Own renewables stand apart, and so does raw
material, which targets of dual control leave out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ledger.inventory import Inventory
from ledger.totals import totals

_TCE = ("energy_tce_calorific", "energy_tce_equivalent")
FIGURES = [
    "energy_gj", *_TCE, "raw_material_tce_calorific", "raw_material_tce_equivalent",
    "without_raw_material_tce_calorific", "without_raw_material_tce_equivalent",
    "renewable_tce_calorific", "sold_tce_calorific", "coverage", "estimated_share",
]  # fmt: skip


def energy(found: Inventory, by: Sequence[str]) -> pd.DataFrame:
    """``by`` and FIGURES, one row a group of inventory rows; without ``by`` one of the whole.

    ``energy_*`` is the consumption, raw material among it, own renewables not; ``sold`` is what was
    deducted as sold out of the boundary (positive). What is sold inside is left out as in
    ledger.totals. Null where all its values are; an equivalent value also where one is unknown.
    """
    sums = totals(found, by)
    rows = found.rows[~found.boundary.inside(found.rows, by)]
    own = rows["renewable"].to_numpy(dtype=bool)
    raw = (rows["use"] == "raw_material").to_numpy() & ~own  # no consumption counts the others
    calorific, equivalent = (rows[name].to_numpy(dtype=np.float64) for name in _TCE)
    sold = rows["category"].str.startswith("exported_").to_numpy(dtype=bool) & ~own
    work = rows[list(by)].assign(
        whole=0,
        raw_material_tce_calorific=np.where(raw, calorific, np.nan),
        raw_material_tce_equivalent=np.where(raw, equivalent, np.nan),
        sold_tce_calorific=np.where(sold, -calorific, np.nan),
    )
    keys = list(by) or ["whole"]
    names = [name for name in work.columns if name not in keys and name != "whole"]
    parts = work.groupby(keys, dropna=False)[names].sum(min_count=1)
    parts = parts.reindex([0]) if not by else parts
    for name in names:
        sums[name] = parts[name].to_numpy()
    for name in _TCE:
        kind = name.removeprefix("energy_")
        rest = sums[name] - sums[f"raw_material_{kind}"].fillna(0.0)
        sums[f"without_raw_material_{kind}"] = rest
    return sums[[*by, *FIGURES]]
