"""Energy that dual control counts: without raw material and without proved renewables.

Both values of energy stay apart; what is deducted is told beside what is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ledger.energy import energy
from ledger.inventory import Inventory
from ledger.monthly import By, whose
from models.progress.control.dual_control import Deduction, Rule, growth
from models.progress.control.targets import beyond
from models.registry import CertificateKind, EnergyBasis, Registry
from models.units import conversion

RAW = {
    EnergyBasis.EQUIVALENT: "raw_material_tce_equivalent",
    EnergyBasis.CALORIFIC: "raw_material_tce_calorific",
}
ENERGY = {
    EnergyBasis.EQUIVALENT: "energy_tce_equivalent",
    EnergyBasis.CALORIFIC: "energy_tce_calorific",
}
ELECTRICITY = {
    EnergyBasis.EQUIVALENT: "electricity_tce_equivalent",
    EnergyBasis.CALORIFIC: "electricity_tce_calorific",
}
KWH_PER_MWH = 1000.0


@dataclass(frozen=True, slots=True)
class Counted:
    """An amount with what of it a rule leaves out, all in one unit; ``notes`` say what of the
    deductions is not known: ``renewable_base_missing``, ``raw_material_unknown``,
    ``renewables_unknown``, ``mwh_worth_unknown``.
    """

    gross: float
    raw_material: float = 0.0
    renewable: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def deducted(self) -> float:
        """What is left out, of both kinds."""
        return self.raw_material + self.renewable

    @property
    def value(self) -> float:
        """What counts."""
        return self.gross - self.deducted

    @property
    def impossible(self) -> bool:
        """Whether more raw material is left out than there is energy: one of the two is wrong."""
        return self.raw_material > 0 and beyond(max(self.gross, 0.0), self.raw_material)

    @property
    def open_deduction(self) -> bool:
        """Whether more may have to be left out than is known."""
        return "renewable_base_missing" in self.notes


def raw_material(found: Inventory, registry: Registry, by: By) -> pd.DataFrame:
    """Raw material in tce (both values) by month (``start``) and ``by``, null where there is none;
    what is sold inside the sum is left out as in ledger.totals.
    """
    keys = ["start"] if by == "park" else ["start", by]
    some = found.with_clusters(registry) if by == "cluster" else found
    table = energy(some, keys)[[*keys, *RAW.values()]]
    if by == "park":
        table["park"] = registry.park.code
    return table


def electricity(found: Inventory, registry: Registry, by: By) -> pd.DataFrame:
    """Electricity in tce (both values) by month (``start``) and ``by``: what was bought less what
    was sold, as it stands in the sums of ledger.totals.
    """
    keys = ["start"] if by == "park" else ["start", by]
    some = found.with_clusters(registry) if by == "cluster" else found
    rows = some.rows
    rows = rows[(rows["carrier"] == "electricity") & (rows["basis"] != "market")]
    rows = rows[~rows["renewable"].astype(bool)]
    rows = rows[~found.boundary.inside(rows, keys)]
    numbers = rows[[*ENERGY.values()]].astype(np.float64).set_axis([*ELECTRICITY.values()], axis=1)
    table = numbers.groupby([rows[name] for name in keys]).sum(min_count=1).reset_index()
    if by == "park":
        table["park"] = registry.park.code
    return table


def proved_renewables(found: Inventory, registry: Registry, by: By) -> pd.DataFrame:
    """Electricity (``mwh``) that certificates prove to be renewable, by ``by``, start (of the
    period), kind and technology: never more than was bought (ledger.market).

    Certificates that are not tradable are issued first for what their owner makes and uses itself.
    That is in no sum of energy, so what they prove of it is taken out of none: of an enterprise's
    year only what they have beyond its own renewables counts.
    """
    parts = found.parts[found.parts["certificate"].notna()]
    rows = found.rows.loc[parts["row"].to_numpy(dtype=np.int64)]
    certificates = registry.certificate_by_id
    table = pd.DataFrame(
        {
            "enterprise": rows["enterprise"].to_numpy(),
            "start": rows["start"].to_numpy(),
            "kind": [certificates[one].kind.value for one in parts["certificate"]],
            "technology": [certificates[one].technology for one in parts["certificate"]],
            "mwh": parts["amount"].to_numpy(dtype=np.float64) / KWH_PER_MWH,
        }
    )
    table["start"] = pd.to_datetime(table["start"], utc=True).astype("datetime64[us, UTC]")
    table["year"] = table["start"].dt.tz_convert(registry.zone).dt.year
    bound = table["kind"] == CertificateKind.GEC_NON_TRADABLE.value
    table["bound"] = table["mwh"].where(bound, 0.0)
    of_year = table.groupby(["enterprise", "year"])["bound"].transform("sum")
    table = table.merge(_own_renewables(found, registry), how="left", on=["enterprise", "year"])
    left = (of_year - table["own_mwh"].fillna(0.0)).clip(lower=0.0) / of_year.where(of_year > 0)
    table["mwh"] *= left.where(bound, 1.0)
    table[by] = table["enterprise"].map(whose(registry, by))
    return table.groupby([by, "start", "kind", "technology"])["mwh"].sum().reset_index()


def _own_renewables(found: Inventory, registry: Registry) -> pd.DataFrame:
    """Electricity (``own_mwh``) that enterprises made of renewables and used themselves, by
    enterprise and year of the park's time: what was made less what went to the grid.
    """
    rows = found.rows
    made, sold = (rows["category"] == name for name in ("self_generation", "exported_electricity"))
    used = (made | sold) & (rows["basis"] != "market") & rows["counterpart"].isna()
    rows, sold = rows[used & (rows["carrier"] == "electricity")], sold[used]
    scale = {one: conversion(one, "kWh")[0] for one in rows["activity_unit"].unique()}
    kwh = rows["activity_amount"].abs() * rows["activity_unit"].map(scale).astype(np.float64)
    kwh = kwh.where(~sold[rows.index], -kwh)
    starts = pd.to_datetime(rows["start"], utc=True)
    table = pd.DataFrame(
        {
            "enterprise": rows["enterprise"],
            "year": starts.dt.tz_convert(registry.zone).dt.year,
            "own_mwh": (kwh / KWH_PER_MWH).astype(np.float64),
        }
    )
    sums = table.groupby(["enterprise", "year"])["own_mwh"].sum().clip(lower=0.0)
    return sums.reset_index()


def tce_per_mwh(found: Inventory, registry: Registry) -> dict[int, dict[EnergyBasis, float]]:
    """Coal equivalent of one MWh bought, by year of the park's time and by value: what a deducted
    MWh is worth in the sum that it is deducted from.
    """
    rows = found.rows
    rows = rows[
        (rows["carrier"] == "electricity")
        & (rows["category"] == "purchased_electricity")
        & (rows["basis"] == "location")
        & (rows["activity_amount"] > 0)
    ]
    scale = {one: conversion(one, "kWh")[0] for one in rows["activity_unit"].unique()}
    mwh = rows["activity_amount"] * rows["activity_unit"].map(scale) / KWH_PER_MWH
    starts = pd.to_datetime(rows["start"], utc=True)
    sums = pd.DataFrame(
        {
            "year": starts.dt.tz_convert(registry.zone).dt.year,
            "mwh": mwh.astype(np.float64),
            **{name: rows[name].astype(np.float64) for name in ENERGY.values()},
        }
    )
    sums = sums.groupby("year").sum(min_count=1)
    return {
        int(str(year)): {
            basis: float(row[name] / row["mwh"])
            for basis, name in ENERGY.items()
            if np.isfinite(row[name])
        }
        for year, row in sums.iterrows()
    }


def renewable_mwh(
    rule: Rule, proved: dict[tuple[str, str], float], base_mwh: float | None, share: float
) -> tuple[float, tuple[str, ...]]:
    """MWh that a rule takes out of what is ``proved`` by (kind, technology), with notes.

    Of growth the base counts by the ``share`` of its year that the span has; without a base nothing
    is taken out, which errs to the safe side, and that is noted.
    """
    eligible = sum(
        amount
        for (kind, technology), amount in proved.items()
        if kind in rule.proofs and technology in rule.technologies
    )
    if Deduction.RENEWABLE_ALL in rule.deductions:
        return eligible, ()
    if Deduction.RENEWABLE_GROWTH not in rule.deductions or not eligible:
        return 0.0, ()
    if base_mwh is None:
        return 0.0, ("renewable_base_missing",)
    return growth(eligible, base_mwh * share), ()
