"""Rows and sums of an inventory as the API gives them: columns, units, meaning."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from api.answers import Items, column


class Place(BaseModel):
    """When, whose and what: the columns to group by."""

    period: str = column("the period in the park's time", "2026-03")
    start: datetime = column("when the period begins", "2026-02-28T16:00:00Z")
    enterprise: str = column("code of the enterprise", "axle-01")
    scope: int | None = column(
        "1 direct, 2 purchased electricity and heat, 3 value chain; null: only told, or energy", 2
    )
    category: str = column("category of the source", "purchased_electricity")
    carrier: str = column("energy carrier, or code of the material, gas or activity", "electricity")


class Figures(BaseModel):
    """What is summed, with what it is worth."""

    energy_gj: float | None = column("energy, own renewables left out", 18_720.0, "GJ")
    energy_tce_calorific: float | None = column("calorific value, 当量值", 639.1, "tce")
    energy_tce_equivalent: float | None = column("equivalent value, 等价值", 1_570.0, "tce")
    co2e_t: float | None = column("emissions of scopes 1 and 2, by the basis", 4_039.9, "tCO2e")
    scope1_co2e_t: float | None = column("emissions of scope 1", None, "tCO2e")
    scope2_co2e_t: float | None = column("of scope 2, location-based", 4_039.9, "tCO2e")
    scope2_market_co2e_t: float | None = column("of scope 2, market-based", 3_102.1, "tCO2e")
    scope3_co2e_t: float | None = column("declared scope 3, not in co2e_t", None, "tCO2e")
    biogenic_co2_t: float | None = column("biogenic CO2, not in co2e_t", None, "tCO2")
    sink_co2_t: float | None = column("taken up by sinks (negative), not in co2e_t", None, "tCO2")
    renewable_tce_calorific: float | None = column("own renewables used", None, "tce")
    coverage: float | None = column("share of the hours that readings cover", 0.998, "1")
    estimated_share: float | None = column("share not backed by readings", 0.001, "1")
    uncertainty_rel: float | None = column("relative uncertainty of co2e_t (95 %)", 0.05, "1")


class InventorySum(Figures, Place):
    """Sums; only the columns of `by` are there (`start` goes with `period`)."""

    cluster: str | None = column("code of the cluster", "equipment")


class InventoryRow(Place):
    """One activity of one enterprise in one period, for one gas, with the factor behind it."""

    source_stream: str | None = column("source stream of the monitoring plan", None)
    use: str = column("use, conversion or raw_material", "use")
    counterpart: str | None = column("enterprise of the park at the other end", None)
    activity_amount: float | None = column("what was used", 5_200_000.0, "{activity_unit}")
    activity_unit: str | None = column("unit of activity_amount", "kWh")
    energy_gj: float | None = column("energy; negative: sold", 18_720.0, "GJ")
    energy_tce_calorific: float | None = column("calorific value, 当量值", 639.1, "tce")
    energy_tce_equivalent: float | None = column("equivalent value, 等价值", 1_570.0, "tce")
    gas: str | None = column("greenhouse gas", "CO2")
    gas_t: float | None = column("mass of the gas; negative: deducted", 4_039.9, "t")
    co2e_t: float | None = column("emissions; null: only told", 4_039.9, "tCO2e")
    biogenic_co2_t: float | None = column("biogenic CO2, not in co2e_t", None, "tCO2")
    basis: str | None = column("location or market, of scope 2", "location")
    method: str | None = column("code of the method", "purchased_electricity")
    formula: str | None = column("the method's formula", "E = AD × EF")
    factor_id: str | None = column("the factor used", "ncsc/electricity/average/2012/东北")
    factor_match: str | None = column("rule that chose the factor", "grid_earlier")
    factor_status: str | None = column("how far the factor was checked", "verified-secondary")
    factor_year: int | None = column("year of the factor", 2012)
    coal_rate_year: int | None = column("year of the coal rate in the equivalent value", 2023)
    gwp: str | None = column("assessment report of the warming potential", "AR5")
    activity_origin: str | None = column("meters, or record: and its origin", "meters")
    renewable: bool = column("own renewable energy or biomass", example=False)
    coverage: float | None = column("share of the hours that readings cover", 0.998, "1")
    estimated_share: float | None = column("share not backed by readings", 0.001, "1")
    uncertainty_activity_rel: float | None = column("of the amount (95 %)", 0.01, "1")
    uncertainty_factor_rel: float | None = column("of the factor (95 %)", 0.055, "1")
    uncertainty_rel: float | None = column("of the emissions (95 %)", 0.056, "1")


class LeftOut(BaseModel):
    """A meter or record that the inventory does not account, and why."""

    meter: str = Field(examples=["EL-02"])
    enterprise: str = Field(examples=["axle-01"])
    reason: str = Field(examples=["sub-meter of EL-01"])


class Netted(BaseModel):
    """What is left out of the totals because it is bought and sold inside the boundary."""

    enterprise: str = Field(examples=["heat-plant"])
    counterpart: str = Field(examples=["axle-01"])
    category: str = Field(examples=["exported_heat"])
    carrier: str = Field(examples=["heat"])
    activity_amount: float | None = Field(examples=[1_200.0])
    activity_unit: str = Field(examples=["GJ"])
    energy_tce_calorific: float | None = Field(examples=[-40.9])
    co2e_t: float | None = Field(examples=[-132.0])


class InventoryAnswer(Items[InventoryRow]):
    """An inventory; with `by`, items are sums (InventorySum)."""

    items: list[InventoryRow] | list[InventorySum]  # type: ignore[assignment]
    totals: Figures = Field(description="sums of the whole answer")
    sets: dict[str, list[str]] = Field(
        description="the factor sets chosen from, in their order",
        examples=[{"electricity": ["mee_nbs", "ncsc"]}],
    )
    left_out: list[LeftOut]
    netted: list[Netted] = Field(description="what the totals leave out on both its ends")
    basis: str = Field(examples=["location"])
    start: datetime = Field(examples=["2025-12-31T16:00:00Z"])
    end: datetime = Field(description="cut at now", examples=["2026-11-20T03:15:43Z"])


SUMS = list(Figures.model_fields)
