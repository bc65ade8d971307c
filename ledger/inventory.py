"""The greenhouse gas inventory and the energy behind it, by period, enterprise and source."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from ledger.accounted import LEFT_OUT, NO_USAGE, accounted_meters
from ledger.activity import activity
from ledger.books import Books
from ledger.chosen_factors import with_factors
from ledger.covered import COLUMNS as HOURS
from ledger.covered import covered_hours
from models.carbon.combustion import combustion_co2_t
from models.carbon.purchased import electricity_co2_t, heat_co2_t
from models.energy.heat_content import electricity_gj, fuel_gj
from models.energy.standard_coal import (
    electricity_calorific_tce,
    electricity_equivalent_tce,
    fuel_tce,
    heat_tce,
)
from models.periods import Every, label
from models.registry import Registry

COLUMNS = [
    "period", "start", "enterprise", "scope", "category", "source_stream", "carrier",
    "activity_amount", "activity_unit", "energy_gj", "energy_tce_calorific",
    "energy_tce_equivalent", "gas", "gas_t", "co2e_t", "biogenic_co2_t", "basis", "method",
    "factor_id", "factor_match", "factor_status", "factor_year", "coal_rate_year",
    "activity_origin", "coverage", "estimated_share", "uncertainty_rel",
]  # fmt: skip

_ROW = [
    "start", "enterprise", "scope", "category", "source_stream", "carrier", "activity_unit",
    "method", "factor_id", "factor_match", "factor_status", "factor_year", "coal_rate_year",
    "uncertainty_rel", "factor", "scale", "ncv", "carbon", "oxidation", "calorific", "coal_rate",
]  # fmt: skip

_NUMBERS = [
    "energy_gj", "energy_tce_calorific", "energy_tce_equivalent", "co2e_t", "biogenic_co2_t",
    "activity_amount", "gas_t", "coverage", "estimated_share",
]  # fmt: skip


@dataclass(frozen=True)
class Inventory:
    """Rows (COLUMNS), the hours that they were to cover (ledger.covered, with period), the meters
    left out (meter, enterprise, reason), and the factor sets that were chosen from, in their order.
    """

    rows: pd.DataFrame
    hours: pd.DataFrame
    left_out: pd.DataFrame
    sets: dict[str, list[str]]

    def part(self, **wanted: object) -> Inventory:
        """The rows and hours whose columns have these values."""
        rows, hours = self.rows, self.hours
        for name, value in wanted.items():
            rows, hours = rows[rows[name] == value], hours[hours[name] == value]
        return replace(self, rows=rows, hours=hours)

    def with_clusters(self, registry: Registry) -> Inventory:
        """The same with a column ``cluster``, of the enterprise, in rows and hours."""
        of = {one.code: one.cluster for one in registry.enterprises}
        rows, hours = (
            frame.assign(cluster=frame["enterprise"].map(of)) for frame in (self.rows, self.hours)
        )
        return replace(self, rows=rows, hours=hours)


def inventory(
    books: Books,
    *,
    every: Every = "year",
    start: datetime,
    end: datetime,
    enterprises: Collection[str] | None = None,
) -> Inventory:
    """Scopes 1 and 2 (location-based) of the main meters of imported energy, in [start, end).

    ``end`` is cut at now. One row a period (of the park's time), enterprise, scope, category,
    source stream, carrier and factor; ``total`` is computed by year and summed by factor. Amounts
    that are unknown stay null. ``coverage`` is that of the row's meters in the hours that the
    period has within the span; ``estimated_share`` the part of the amount without readings.

    Raises FactorNotFoundError, UnitError (see ledger.chosen_factors).
    """
    registry = books.registry()
    end = min(end, books.now())
    sets = {name: list(of) for name, of in books.factors.sets.items()}
    meters, left_out = accounted_meters(registry, enterprises)
    if meters.empty or start >= end:
        nothing = pd.DataFrame(columns=["period", *HOURS])
        return Inventory(_empty(), nothing, pd.DataFrame(left_out, columns=LEFT_OUT), sets)
    used = activity(books, registry, meters, every=every, start=start, end=end)
    hours = covered_hours(registry, meters, used, every=every, start=start, end=end)
    hours.insert(0, "period", _labels(hours["start"], every, registry))
    silent = meters[~meters["line"].isin(used.loc[used["n"].notna(), "line"])]
    left_out += [
        {"meter": meter, "enterprise": enterprise, "reason": NO_USAGE}
        for meter, enterprise in silent[["meter", "enterprise"]].itertuples(index=False)
    ]
    left = pd.DataFrame(left_out, columns=LEFT_OUT)
    if used.empty:
        return Inventory(_empty(), hours, left, sets)
    rows = with_factors(books, registry, used.merge(meters, on="line"))
    rows = _accounted(_by_source(rows))
    rows["period"] = _labels(rows["start"], every, registry)
    for name in ("factor_year", "coal_rate_year"):
        rows[name] = rows[name].astype("Int64")
    order = ["start", "enterprise", "scope", "carrier", "source_stream", "factor_id"]
    rows = rows.sort_values(order, na_position="first", kind="stable")
    return Inventory(rows[COLUMNS].reset_index(drop=True), hours, left, sets)


def _empty() -> pd.DataFrame:
    frame = pd.DataFrame(columns=COLUMNS)
    frame[_NUMBERS] = frame[_NUMBERS].astype(np.float64)
    return frame


def _labels(starts: pd.Series, every: Every, registry: Registry) -> pd.Series:
    names = {at: label(at.to_pydatetime(), every, registry.zone) for at in starts.drop_duplicates()}
    return starts.map(names)


def _by_source(rows: pd.DataFrame) -> pd.DataFrame:
    """Meters and pieces of a period summed to rows of _ROW: amount, estimated, coverage."""
    rows = rows.assign(covered_h=np.minimum(rows["covered_h"], rows["hours_h"]))
    groups = rows.groupby(_ROW, dropna=False, sort=False)
    sums = groups[["amount", "estimated", "covered_h", "hours_h"]].sum(min_count=1).reset_index()
    sums["coverage"] = _ratio(sums["covered_h"], sums["hours_h"])
    share = _ratio(sums["estimated"], sums["amount"])
    sums["estimated_share"] = share.where(sums["amount"] != 0, 0.0).where(sums["amount"].notna())
    return sums.rename(columns={"amount": "activity_amount"})


def _ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Part of a whole; null where the whole is zero or unknown."""
    return part / whole.where(whole != 0)


def _accounted(rows: pd.DataFrame) -> pd.DataFrame:
    """Energy and CO2 of each row by the formulas of models.carbon and models.energy."""
    column: dict[str, Any] = {
        name: rows[name].to_numpy(dtype=np.float64)
        for name in ("factor", "scale", "ncv", "carbon", "oxidation", "calorific", "coal_rate")
    }
    amount = rows["activity_amount"].to_numpy(dtype=np.float64)
    electricity = (rows["carrier"] == "electricity").to_numpy()
    heat = (rows["carrier"] == "heat").to_numpy()
    own = ~np.isnan(column["factor"])
    which = [electricity, heat]
    fuel_amount = amount * column["scale"]
    burnt_gj = fuel_gj(fuel_amount, column["ncv"])
    burnt_t = combustion_co2_t(fuel_amount, column["ncv"], column["carbon"], column["oxidation"])
    calorific = np.select(
        which,
        [electricity_calorific_tce(amount, column["calorific"]),
         heat_tce(amount, column["calorific"])],
        fuel_tce(burnt_gj),
    )  # fmt: skip
    co2_t = np.select(
        which,
        [electricity_co2_t(amount, column["factor"]), heat_co2_t(amount, column["factor"])],
        np.where(own, amount * column["factor"], burnt_t),
    )
    equivalent = electricity_equivalent_tce(amount, column["coal_rate"])
    purchased = rows["scope"] == 2
    return rows.assign(
        energy_gj=np.select(which, [electricity_gj(amount), amount], burnt_gj),
        energy_tce_calorific=calorific,
        energy_tce_equivalent=np.where(electricity, equivalent, calorific),
        gas="CO2",
        gas_t=co2_t,
        co2e_t=co2_t,  # the warming potential of CO2 is 1 by definition
        biogenic_co2_t=np.where(purchased | np.isnan(amount), np.nan, 0.0),  # fossil fuels only
        basis=purchased.map({True: "location", False: None}),
        activity_origin="meters",
    )
