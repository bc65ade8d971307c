"""The factor of every row of activity: one choice per enterprise, carrier and year or own factor.

Formulas are those of models.carbon and models.energy; here their operands are laid beside the rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ledger.books import Books
from models.carbon.chosen import ChosenFactor
from models.carbon.combustion import activity_scale
from models.carbon.declared import carrier_unit, declared_choice
from models.carbon.factors import FactorLibrary
from models.errors import FactorNotFoundError
from models.periods import local_start
from models.registry import Registry

FUEL_METHOD = "FC × NCV × CC × OF × 44/12"
ACTIVITY_METHOD = "activity × factor"
HEAT_METHOD = "activity × factor; no equivalent value is published for heat, calorific used"

COLUMNS = [
    "method", "factor_id", "factor_match", "factor_status", "factor_year", "coal_rate_year",
    "uncertainty_rel", "factor", "scale", "ncv", "carbon", "oxidation", "calorific", "coal_rate",
]  # fmt: skip


def _published(library: FactorLibrary, registry: Registry, carrier: str, year: int) -> ChosenFactor:
    if carrier == "electricity":
        return library.electricity(year, registry.park.province, registry.park.grid_region)
    if carrier == "heat":
        return library.heat()
    return library.fuel(carrier)


def _operands(
    library: FactorLibrary, chosen: ChosenFactor, carrier: str, year: int
) -> dict[str, Any]:
    """One row of COLUMNS; NaN or None where an operand does not belong to the carrier."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {
        "method": HEAT_METHOD if carrier == "heat" else ACTIVITY_METHOD,
        "factor_id": chosen.factor_id,
        "factor_match": chosen.match,
        "factor_status": chosen.status,
        "factor_year": chosen.year,
        "uncertainty_rel": chosen.uncertainty_rel,
        "factor": chosen.value,
    }
    if carrier == "electricity":
        rate = library.coal_rate(year)
        row["calorific"] = library.calorific_coefficient(carrier).value
        row["coal_rate"] = None if rate is None else rate.gce_per_kwh
        row["coal_rate_year"] = None if rate is None else rate.year
    elif carrier == "heat":
        row["calorific"] = library.calorific_coefficient(carrier).value
    else:
        # An enterprise's own factor gives the CO2; its heat is still that of the fuel set.
        fuel = (chosen if chosen.fuel is not None else library.fuel(carrier)).fuel
        if fuel is None:
            raise ValueError(f"fuel {carrier}: its factor row has no calorific value")
        row["scale"] = activity_scale(carrier_unit(carrier), fuel.unit)
        row["ncv"] = fuel.ncv_gj_per_unit
        if chosen.value is None:
            row["method"] = FUEL_METHOD
            row["carbon"], row["oxidation"] = fuel.carbon_tc_per_gj, fuel.oxidation
    return row


def with_factors(books: Books, registry: Registry, rows: pd.DataFrame) -> pd.DataFrame:
    """``rows`` (enterprise, carrier, begin UTC, and more) with COLUMNS of the factor of each.

    An enterprise's own factor goes first where it is valid on the local day of ``begin``; else the
    library chooses for the local year. Raises FactorNotFoundError, and UnitError for a declared
    factor in a unit that is not one of its carrier.
    """
    own = np.full(len(rows), -1)
    for index, factor in enumerate(registry.declared_factors):
        valid = (rows["enterprise"] == factor.enterprise) & (rows["carrier"] == factor.carrier)
        valid &= rows["begin"] >= local_start(factor.valid_from, registry.zone)
        if factor.valid_to is not None:
            valid &= rows["begin"] < local_start(factor.valid_to, registry.zone)
        own[valid.to_numpy() & (own < 0)] = index
    begins = rows["begin"].drop_duplicates()
    year_of = dict(zip(begins, begins.dt.tz_convert(registry.zone).dt.year, strict=True))
    rows = rows.assign(year=rows["begin"].map(year_of), own=own)
    wanted = rows[["carrier", "year", "own"]].drop_duplicates()
    found = []
    for carrier, year, index in wanted.itertuples(index=False):
        try:
            if index >= 0:
                chosen = declared_choice(registry.declared_factors[index])
            else:
                chosen = _published(books.factors, registry, carrier, int(year))
            found.append(_operands(books.factors, chosen, carrier, int(year)))
        except FactorNotFoundError as error:
            these = (rows["carrier"] == carrier) & (rows["year"] == year)
            names = ", ".join(sorted(rows.loc[these, "enterprise"].unique())[:5])
            sought = f"{error.sought}, needed for {carrier} of {names} in {year}"
            raise FactorNotFoundError(sought) from error
    choices = pd.concat(
        [wanted.reset_index(drop=True), pd.DataFrame(found, columns=COLUMNS)], axis="columns"
    )
    for name in COLUMNS[4:]:
        choices[name] = choices[name].astype(np.float64)
    return rows.merge(choices, on=["carrier", "year", "own"]).drop(columns=["year", "own"])
