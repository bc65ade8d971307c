"""How uncertain the activity and the factors of an inventory are; relative, 95 % confidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.carbon.chosen import ChosenFactor
from models.carbon.uncertainty import combined_rel, gap_rel
from models.carbon.uncertainty_defaults import activity_uncertainty as default_activity
from models.carbon.uncertainty_defaults import default_uncertainty
from models.registry import DeclaredFactor, Parameter

Numbers = npt.NDArray[np.float64]


def activity_uncertainty(headings: pd.DataFrame, parts: pd.DataFrame) -> Numbers:
    """Of the amount of each part (ledger.parts): that of its meter or record, by default that of
    its origin and carrier, and what is estimated of it.
    """
    defaults = np.array([
        default_activity(origin.removeprefix("record:"), carrier).rel
        for origin, carrier in headings[["origin", "carrier"]].itertuples(index=False)
    ], dtype=np.float64)  # fmt: skip
    own = parts["accuracy_rel"].to_numpy(dtype=np.float64)
    rel = np.where(np.isnan(own), defaults[parts["heading"].to_numpy(dtype=np.int64)], own)
    amount = parts["amount"].to_numpy(dtype=np.float64)
    # A record that says it is estimated has the uncertainty of that already.
    metered = parts["record"].isna().to_numpy()
    estimated = np.where(metered, parts["estimated"].to_numpy(dtype=np.float64), 0.0)
    share = np.divide(estimated, amount, out=np.zeros(len(parts)), where=amount != 0)
    found: Numbers = combined_rel(rel, gap_rel(np.nan_to_num(share)))
    return found


def factor_uncertainty(
    category: str, chosen: ChosenFactor, own: Sequence[DeclaredFactor] = ()
) -> float:
    """Of a chosen factor: what is published or declared with it, else the default of a fuel's
    calorific value and carbon content, or of the category.

    ``own`` are the own parameters that a fuel is made of: what is declared of one of them stands in
    the place of its default.
    """
    if chosen.uncertainty_rel is not None:
        return chosen.uncertainty_rel
    if chosen.fuel is not None:
        rels = {
            Parameter.NCV: default_uncertainty("ncv", category, chosen.carrier).rel,
            Parameter.CARBON_CONTENT: default_uncertainty("carbon", category, chosen.carrier).rel,
        }
        rels |= {
            one.parameter: one.uncertainty_pct / 100
            for one in own
            if one.uncertainty_pct is not None and one.parameter is not Parameter.EMISSION_FACTOR
        }
        return float(combined_rel(*rels.values()))
    return default_uncertainty("factor", category).rel
