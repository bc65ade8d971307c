"""The factor library: which published factor holds for a carrier, a year and a place.

Sets are asked in their order and one is exhausted before the next is asked; outside them nothing
is mixed in. Rows of another basis than the average of the grid (compliance, footprint, operating
margin, fossil only, without market-traded non-fossil power) never match.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from models.carbon.chosen import ChosenFactor, CoalCoefficient, CoalRate, FuelProperties, Match
from models.carbon.factor_files import Row, number, optional_number, rows_of
from models.errors import FactorNotFoundError

AVERAGE = "average"
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
    def _electricity(self) -> dict[tuple[str, int, str, str], Row]:
        """Average factors by (set, data year, level, region)."""
        return {
            (row["set"], int(row["data_year"]), row["level"], row["region"]): row
            for row in rows_of("electricity")
            if row["basis"] == AVERAGE
        }

    def electricity(self, year: int, province: str, grid_region: str) -> ChosenFactor:
        """Average factor of purchased electricity, kgCO2/kWh, of a year.

        Within a set: the year itself by province, grid region, nation; then the latest earlier
        year that any of the three has, in the same order. Raises FactorNotFoundError where no
        set has the year or an earlier one.
        """
        regions = tuple(zip(_LEVELS, (province, grid_region, NATION), strict=True))
        for name in self.sets["electricity"]:
            years = {
                at
                for set_, at, level, region in self._electricity
                if set_ == name and at <= year and (level, region) in regions
            }
            if not years:
                continue
            latest = max(years)
            for (level, region), exact, earlier in zip(regions, _EXACT, _EARLIER, strict=True):
                row = self._electricity.get((name, latest, level, region))
                if row is not None:
                    return _emission_choice(row, exact if latest == year else earlier, latest)
        raise FactorNotFoundError(
            f"electricity, basis {AVERAGE}, of {year} or earlier, in {province}, {grid_region} or "
            f"{NATION} (sets: {', '.join(self.sets['electricity'])})"
        )

    def heat(self) -> ChosenFactor:
        """Default factor of purchased heat, tCO2/GJ."""
        for name in self.sets["heat"]:
            for row in rows_of("heat"):
                if row["set"] == name:
                    return _emission_choice(row, "set_default", None)
        raise FactorNotFoundError(f"heat (sets: {', '.join(self.sets['heat'])})")

    def fuel(self, carrier: str) -> ChosenFactor:
        """NCV, carbon content and oxidation of a fuel; raises FactorNotFoundError."""
        for name in self.sets["fuel"]:
            for row in rows_of("fuels"):
                if row["set"] == name and row["code"] == carrier and row["ncv_gj_per_unit"]:
                    return ChosenFactor(
                        factor_id=row["id"],
                        set=name,
                        carrier=carrier,
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
                    )
        raise FactorNotFoundError(f"fuel {carrier} (sets: {', '.join(self.sets['fuel'])})")

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

    def calorific_coefficient(self, carrier: str) -> CoalCoefficient:
        """Standard coal per unit of electricity (kgce/kWh) or heat (tce/GJ), 当量值.

        Raises FactorNotFoundError for a carrier without a single published value.
        """
        for row in rows_of("standard_coal"):
            if row["code"] == carrier and row["basis"] == "calorific" and row["value"]:
                return CoalCoefficient(
                    factor_id=row["id"],
                    value=number(row, "value"),
                    unit=row["unit"],
                    status=row["status"],
                    source=row["source"],
                )
        raise FactorNotFoundError(f"standard coal of {carrier}")


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
    )
