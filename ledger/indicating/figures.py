"""Every figure that is computed, by its key in models/reference/indicators/figures.csv."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ledger.indicating import ratios, resources
from ledger.indicating.ratios import CO2E, ENERGY, GDP, VALUE_ADDED, Compute

FIGURES: Mapping[str, Compute] = MappingProxyType({
    "clean_energy_share": resources.clean_share("non_fossil"),
    "renewable_share": resources.clean_share("non_fossil"),
    "clean_energy_use": resources.clean_share("green_park"),
    "carbon_per_energy": resources.carbon_of_energy,
    "energy_per_gdp": ratios.per_money(ENERGY, GDP),
    "co2_per_gdp": ratios.per_money(CO2E, GDP),
    "energy_per_value_added": ratios.per_money(ENERGY, VALUE_ADDED),
    "co2_per_value_added": ratios.per_money(CO2E, VALUE_ADDED),
    "co2_per_value_added_fall": ratios.co2_fall,
    "co2_per_value_added_mean_fall": ratios.co2_mean_fall,
    "energy_productivity": ratios.energy_productivity,
    "land_productivity": ratios.land_productivity,
    "water_productivity": resources.water_productivity,
    "effluent_per_value_added": resources.effluent,
    "solid_waste_reuse": resources.waste_reuse,
    "solid_waste_handled": resources.waste_handled,
    "water_reuse": resources.water_reuse,
    "pollutant_mass": resources.pollutant_mass,
})  # fmt: skip
