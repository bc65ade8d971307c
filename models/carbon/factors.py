"""The factor library: which published factor holds for a carrier, a year and a place.

Sets are asked in their order and one is exhausted before the next is asked; outside them nothing
is mixed in. Electricity rows of another basis than the one asked for (the average of the grid, or
that without market-traded non-fossil power) never match.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Literal

import models.carbon.gwp
import models.carbon.materials
from models.carbon.chosen import (
    ChosenFactor,
    CoalCoefficient,
    CoalRate,
    FuelProperties,
    Gwp,
    Match,
)
from models.carbon.factor_files import Row, number, optional_number, rows_of
from models.carbon.guidelines import DEFAULT_GUIDELINE, Guideline, guideline
from models.carbon.gwp import DEFAULT_ASSESSMENT
from models.errors import FactorNotFoundError

Basis = Literal["average", "excluding_market_non_fossil"]
Level = Literal["province", "grid", "nation"]
Edition = Literal["2020", "2008"]
NATION = "全国"

_EXACT: tuple[Match, ...] = ("province_exact", "grid_exact", "nation_exact")
_EARLIER: tuple[Match, ...] = ("province_earlier", "grid_earlier", "nation_earlier")
_LEVELS = ("province", "grid", "nation")


def _uncertainty(row: Row) -> float | None:
    percent = optional_number(row, "uncertainty_pct")
    return None if percent is None else percent / 100


class FactorLibrary:
    """Choices among the published factors; reads its files when first asked, never changes."""

    # The sets that a choice is made from, in their order.
    sets: Mapping[str, tuple[str, ...]] = MappingProxyType(
        {
            "electricity": ("mee_nbs", "ncsc"),
            "heat": ("ndrc_sector",),
            "fuel": ("ndrc_sector",),
            "standard_coal": ("gbt2589",),
            "coal_rate": ("cec",),
        }
    )

    @cached_property
    def _electricity(self) -> dict[tuple[str, str, int, str, str], Row]:
        """Factors by (basis, set, data year, level, region)."""
        return {
            (row["basis"], row["set"], int(row["data_year"]), row["level"], row["region"]): row
            for row in rows_of("electricity")
        }

    def electricity(
        self,
        year: int,
        province: str,
        grid_region: str,
        *,
        basis: Basis = "average",
        level: Level = "province",
    ) -> ChosenFactor:
        """Factor of purchased electricity, kgCO2/kWh, of a year.

        Within a set: the year itself by province, grid region, nation; then the latest earlier
        year that any of the three has, in the same order. ``level`` is the first of the three that
        is asked: of ``nation`` the national factor is taken. ``excluding_market_non_fossil`` (the
        remainder of market-based scope 2) is published for the nation only, which the match tells.
        Raises FactorNotFoundError where no set has the year or an earlier one.
        """
        first = _LEVELS.index(level)
        regions = tuple(zip(_LEVELS, (province, grid_region, NATION), strict=True))[first:]
        matches = tuple(zip(regions, _EXACT[first:], _EARLIER[first:], strict=True))
        for name in self.sets["electricity"]:
            years = {
                at
                for basis_, set_, at, level_, region in self._electricity
                if (basis_, set_) == (basis, name) and at <= year and (level_, region) in regions
            }
            if not years:
                continue
            latest = max(years)
            for (level_, region), exact, earlier in matches:
                row = self._electricity.get((basis, name, latest, level_, region))
                if row is not None:
                    return _emission_choice(row, exact if latest == year else earlier, latest)
        places = " or ".join((", ".join(region for _, region in regions[:-1]), NATION)).lstrip(
            " or"
        )
        raise FactorNotFoundError(
            f"electricity, basis {basis}, of {year} or earlier, in {places} "
            f"(sets: {', '.join(self.sets['electricity'])})"
        )

    def heat(self) -> ChosenFactor:
        """Default factor of purchased heat, tCO2/GJ."""
        for name in self.sets["heat"]:
            for row in rows_of("heat"):
                if row["set"] == name:
                    return _emission_choice(row, "set_default", None)
        raise FactorNotFoundError(f"heat (sets: {', '.join(self.sets['heat'])})")

    def guideline(self, code: str, year: int | None = None) -> Guideline:
        """The edition of a guideline for an accounting year, the latest without a year."""
        return guideline(code, year)

    def fuel(
        self, carrier: str, guideline: str = DEFAULT_GUIDELINE, year: int | None = None
    ) -> ChosenFactor:
        """NCV, carbon content and oxidation of a fuel by the fuel sets of a guideline.

        ``year`` is the accounting year whose edition of the guideline is asked; the latest one
        without it. ``method`` of the answer is that edition's formula of combustion. Raises
        FactorNotFoundError, which names the sets asked and other sets that have the fuel.
        """
        edition = self.guideline(guideline, year)
        for name in edition.fuel_sets:
            for row in rows_of("fuels"):
                if row["set"] == name and row["code"] == carrier and row["ncv_gj_per_unit"]:
                    return _fuel_choice(row, edition)
        others = [
            row["set"]
            for row in rows_of("fuels")
            if row["code"] == carrier and row["set"] not in edition.fuel_sets
        ]
        mixed = f"; {', '.join(others)} would be another guideline's" if others else ""
        raise FactorNotFoundError(
            f"fuel {carrier} (guideline {guideline}, sets: {', '.join(edition.fuel_sets)}{mixed})"
        )

    def material(
        self,
        category: str,
        code: str,
        guideline: str = DEFAULT_GUIDELINE,
        year: int | None = None,
    ) -> ChosenFactor:
        """Published default of a material, gas or activity; see models.carbon.materials."""
        return models.carbon.materials.material(category, code, guideline, year)

    def gwp(self, gas: str, assessment: str = DEFAULT_ASSESSMENT) -> Gwp:
        """GWP-100 of a gas or blend, t CO2e per t; see models.carbon.gwp."""
        return models.carbon.gwp.gwp(gas, assessment)

    def coal_rate(self, year: int) -> CoalRate | None:
        """Coal rate of power supply of the year or the latest earlier one, None before the first.

        The year found is told; the equivalent value (等价值) of electricity stands on it.
        """
        known = [
            row
            for row in rows_of("coal_rate")
            if row["set"] in self.sets["coal_rate"] and int(row["data_year"]) <= year
        ]
        if not known:
            return None
        row = max(known, key=lambda one: int(one["data_year"]))
        return CoalRate(
            factor_id=row["id"],
            gce_per_kwh=number(row, "value"),
            year=int(row["data_year"]),
            status=row["status"],
            source=row["source"],
        )

    def calorific_coefficient(self, carrier: str, edition: Edition = "2020") -> CoalCoefficient:
        """Standard coal per unit of a carrier (kgce/kWh, tce/GJ, tce/t ...), 当量值.

        ``edition`` of GB/T 2589: 2020 (in force from 2021-04-01) or 2008. Raises
        FactorNotFoundError for a carrier without a single published value.
        """
        other_ends = "valid_to" if edition == "2020" else "valid_from"
        for row in rows_of("standard_coal"):
            known = row["code"] == carrier and row["basis"] == "calorific" and row["value"]
            if known and not row[other_ends]:
                return CoalCoefficient(
                    factor_id=row["id"],
                    value=number(row, "value"),
                    unit=row["unit"],
                    status=row["status"],
                    source=row["source"],
                )
        raise FactorNotFoundError(f"standard coal of {carrier} (GB/T 2589-{edition})")


def _fuel_choice(row: Row, edition: Guideline) -> ChosenFactor:
    return ChosenFactor(
        factor_id=row["id"],
        set=row["set"],
        carrier=row["code"],
        value=None,
        unit=f"tCO2/{row['unit']}",
        match="set_default",
        status=row["status"],
        year=None,
        source=row["source"],
        fuel=FuelProperties(
            unit=row["unit"],
            ncv_gj_per_unit=number(row, "ncv_gj_per_unit"),
            carbon_tc_per_gj=number(row, "carbon_tc_per_gj"),
            oxidation=number(row, "oxidation_pct") / 100,
        ),
        uncertainty_rel=_uncertainty(row),
        clause=row["clause"],
        method=edition.combustion,
    )


def _emission_choice(row: Row, match: Match, year: int | None) -> ChosenFactor:
    return ChosenFactor(
        factor_id=row["id"],
        set=row["set"],
        carrier=row["code"],
        value=number(row, "value"),
        unit=row["unit"],
        match=match,
        status=row["status"],
        year=year,
        source=row["source"],
        uncertainty_rel=_uncertainty(row),
        gas=row["gas"],
        clause=row["clause"],
    )
