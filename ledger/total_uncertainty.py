"""How uncertain sums of an inventory are: approach 1 of the IPCC, and approach 2 as its check.

Rows that share a factor go together in it, and so do the periods of one activity (the same
enterprise, category, source stream and carrier): its meters are as wrong in each.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.carbon.uncertainty import totals_rel
from models.carbon.uncertainty_simulated import Simulated, simulated_rel

Numbers = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]

_ACTIVITY = ["enterprise", "category", "source_stream", "carrier", "activity_origin"]


def sums_uncertainty(rows: pd.DataFrame, co2e_t: Numbers, group: Groups, groups: int) -> Numbers:
    """Relative uncertainty (95 %) of each of ``groups`` sums of ``co2e_t`` (NaN: not in the sum).

    ``rows`` are those of ledger.inventory, ``group`` the number of each row's sum. NaN where that
    of a row that counts is unknown, or the sum is zero.
    """
    return totals_rel(group, groups, np.nan_to_num(co2e_t), *_columns(rows))


def simulated_uncertainty(rows: pd.DataFrame, co2e_t: Numbers) -> Simulated:
    """The sum of ``co2e_t`` over these rows by simulation."""
    return simulated_rel(np.nan_to_num(co2e_t), *_columns(rows))


def _columns(rows: pd.DataFrame) -> tuple[Numbers, Numbers, Groups, Groups]:
    """Uncertainty of activity and factor, number of the factor and of the activity."""
    factor, _ = pd.factorize(rows["factor_id"])
    activity = np.zeros(len(rows), dtype=np.int64)
    for name in _ACTIVITY:
        number, known = pd.factorize(rows[name], use_na_sentinel=False)
        activity = activity * max(len(known), 1) + number
    return (
        rows["uncertainty_activity_rel"].to_numpy(dtype=np.float64),
        rows["uncertainty_factor_rel"].to_numpy(dtype=np.float64),
        factor.astype(np.int64),
        activity,
    )
