"""Rows of the answers of /factors."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.answers import column


class FactorRow(BaseModel):
    """One published factor. Fuels have NCV, carbon content and oxidation in place of a value."""

    id: str = column("what inventory rows name it by", "ncsc/electricity/average/2012/东北")
    file: str = column("factor file that it stands in", "electricity")
    category: str | None = column("category of the inventory, of materials", None)
    set: str = column("factor set", "ncsc")
    carrier: str = column("energy carrier, or what else it is of", "electricity")
    name_zh: str | None = column("name", "天然气")
    name_en: str | None = column("name in English", "natural gas")
    region: str | None = column("region of validity", "东北")
    level: str | None = column("province, grid, nation or set", "grid")
    basis: str | None = column(
        "what the value is of (average, excluding_market_non_fossil ...), AR4 to AR6 of potentials",
        "average",
    )
    gas: str | None = column("greenhouse gas", "CO2")
    value: float | None = column("the factor", 0.7769, "{unit}")
    unit: str = column("unit of value; of fuels, what a quantity is measured in", "kgCO2/kWh")
    ncv_gj_per_unit: float | None = column("net calorific value", None, "GJ/{unit}")
    carbon_tc_per_gj: float | None = column("carbon content", None, "tC/GJ")
    oxidation_pct: float | None = column("share of the carbon oxidized", None, "%")
    derived_tco2_per_unit: float | None = column(
        "CO2 by the formula of the set's guideline", None, "tCO2/{unit}"
    )
    method: str | None = column("method that uses it, of materials", None)
    operands: str | None = column("what the value is made of, by name", None)
    derivation: str | None = column("arithmetic of the value", None)
    year: int | None = column("year of the data", 2012)
    valid_from: str | None = column("first day of validity", None)
    valid_to: str | None = column("day on which validity ends", None)
    published: str | None = column("day, month or year of publication", "2014")
    source: str = column("where it was published", "NCSC, regional grid averages")
    clause: str | None = column("clause or table there", None)
    status: str = column("whether the value was checked against its source", "verified-secondary")
    uncertainty_pct: float | None = column("relative uncertainty", None, "%")
    note: str | None = column("what else must be known of it", None)


class FactorUseRow(BaseModel):
    """What an inventory chooses the factor for."""

    guideline: str | None = column("code of the guideline, null where each chooses so", "steel")
    name_zh: str | None = column("name of its sector", "钢铁生产")
    name_en: str | None = column("name of its sector in English", "iron and steel")
    year_from: int | None = column("first accounting year, null where open", 2024)
    year_to: int | None = column("last accounting year, null where open", None)
    category: str | None = column("category of the inventory", "stationary_combustion")
    method: str | None = column("code of the method", "combustion_no_oxidation")
    formula: str = column("formula of the method", "E = FC × NCV × CC × 44/12")
    clause: str | None = column("where the formula stands", "CETS-AG-03.01-V01-2024, equation (1)")
    rule: str | None = column("what an inventory's factor_match says of it", "set_default")


class FactorDetail(FactorRow):
    """One factor with what it is chosen for."""

    uses: list[FactorUseRow] = Field(description="empty where no inventory chooses it")


class ComparedRow(BaseModel):
    """One of the rows that answer to a code."""

    id: str = column("what inventory rows name it by", "cets_steel_2024/natural_gas")
    set: str = column("factor set", "cets_steel_2024")
    region: str | None = column("region of validity", None)
    level: str | None = column("province, grid, nation or set", "set")
    basis: str | None = column("what the value is of", "fuel")
    category: str | None = column("category of the inventory, of materials", None)
    year: int | None = column("year of the data", None)
    valid_from: str | None = column("first day of validity", None)
    valid_to: str | None = column("day on which validity ends", None)
    value: float | None = column("the factor", None, "{unit}")
    unit: str = column("unit of value; of fuels, what a quantity is measured in", "10^4 Nm3")
    ncv_gj_per_unit: float | None = column("net calorific value", 389.31, "GJ/{unit}")
    carbon_tc_per_gj: float | None = column("carbon content", 0.01532, "tC/GJ")
    oxidation_pct: float | None = column("share of the carbon oxidized", 99.0, "%")
    per_unit: float | None = column(
        "what is compared: value, or the CO2 of a fuel by its set's formula in tCO2/{unit}",
        21.8688,
        "{unit}",
    )
    difference_pct: float | None = column("against the reference", 1.14, "%")
    change_pct: float | None = column("against the year before in the same set", None, "%")
    status: str = column("whether the value was checked against its source", "verified")
    source: str = column("where it was published", "MEE CETS-AG-03.01-V01-2024 (steel)")
    clause: str | None = column("clause or table there", "annex A, table A.1")
    note: str | None = column("what else must be known of it", None)


class GuidelineRow(BaseModel):
    """One edition of a sector's accounting guideline."""

    code: str = column("what an enterprise names it by", "steel")
    name_zh: str = column("sector", "钢铁生产")
    name_en: str = column("sector in English", "iron and steel")
    document: str = column("title and number", "CETS-AG-03.01-V01-2024")
    year_from: int | None = column("first accounting year, null where open", 2024)
    year_to: int | None = column("last accounting year, null where open", None)
    fuel_sets: str = column("fuel sets in their order", "cets_steel_2024 ipcc_2006_biomass")
    material_sets: str = column("sets of materials in their order", "cets_steel_2024 ipcc_2006")
    combustion: str = column("method of burnt fuels", "combustion_no_oxidation")
    electricity_in_obligation: bool = column("whether purchased electricity counts in it", False)
    heat_in_obligation: bool = column("whether purchased heat counts in it", False)
    published: str = column("day, month or year of publication", "2024")
    source: str = column("where it was read", "full text in a public transcription")
    clause: str = column("clause of the formula", "formula (1)")
    status: str = column("how it was checked", "verified")
    note: str = column("what else must be known of it", "enterprise level: no oxidation term")
