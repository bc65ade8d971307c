"""Whose emissions are summed, and what is bought and sold inside that boundary.

What one enterprise sells to another within the boundary has no part in its total, on either side:
the energy and its emissions are counted where the fuel is burnt or the power enters the boundary.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.registry import Registry

NETTED = [
    "enterprise", "counterpart", "category", "carrier", "activity_amount", "activity_unit",
    "energy_tce_calorific", "co2e_t",
]  # fmt: skip


@dataclass(frozen=True)
class Boundary:
    """Codes of the ``enterprises`` inside, and the cluster of every enterprise of the park."""

    enterprises: frozenset[str]
    cluster_of: Mapping[str, str]

    @classmethod
    def of(cls, registry: Registry, enterprises: Collection[str] | None) -> Boundary:
        """That of these enterprises, of the whole park for None."""
        cluster_of = {one.code: one.cluster for one in registry.enterprises}
        return cls(frozenset(cluster_of if enterprises is None else enterprises), cluster_of)

    def inside(self, rows: pd.DataFrame, by: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Which rows (enterprise, counterpart) stay inside one sum when rows are summed ``by``.

        By enterprise none does; by cluster what both of a cluster have; else both of the boundary.
        """
        if "enterprise" in by or rows.empty:
            return np.zeros(len(rows), dtype=bool)
        if "cluster" in by:
            whose = {one: self.cluster_of[one] for one in self.enterprises}
        else:
            whose = dict.fromkeys(self.enterprises, "all")
        return within(rows, whose)


def within(rows: pd.DataFrame, whose: Mapping[str, str]) -> npt.NDArray[np.bool_]:
    """Which rows have an enterprise and a counterpart that ``whose`` gives the same to."""
    counterpart = rows["counterpart"]
    found = np.zeros(len(rows), dtype=bool)
    known = np.flatnonzero(counterpart.notna().to_numpy())
    if len(known):
        other = counterpart.iloc[known].map(whose)
        own = rows["enterprise"].iloc[known].map(whose)
        found[known] = (other.notna() & (other == own)).to_numpy()
    return found


def netted(rows: pd.DataFrame, inside: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """NETTED: what is left out of a total because it stays inside, by the two ends of it.

    Scope 2 by location; where only one of the two ends is metered, the other has no row.
    """
    some = rows[inside & ((rows["basis"] != "market") | rows["basis"].isna()).to_numpy()]
    keys = ["enterprise", "counterpart", "category", "carrier", "activity_unit"]
    sums = some.groupby(keys, dropna=False)[
        ["activity_amount", "energy_tce_calorific", "co2e_t"]
    ].sum(min_count=1)
    return sums.reset_index()[NETTED]
