"""The rows of the roadmap's answers."""

from __future__ import annotations

from pydantic import BaseModel

from api.answers import column


class CourseRow(BaseModel):
    """The park's emissions of one year in one scenario, or in its history."""

    scenario: str = column("code of the scenario; history: years that are known", "planned")
    name_zh: str = column("its name", "规划情景")
    name_en: str = column("its name in English", "Planned")
    year: int = column("the year", 2030)
    origin: str | None = column("metered, imported, or projected", "projected")
    co2e_t: float | None = column("emissions of scopes 1 and 2, by location", 1_612_000.0, "tCO2e")
    low_t: float | None = column("5 % quantile of the draws", 1_498_000.0, "tCO2e")
    high_t: float | None = column("95 % quantile of the draws", 1_731_000.0, "tCO2e")
    baseline_t: float | None = column("without the measures", 1_845_000.0, "tCO2e")
    saved_t: float | None = column("what the measures take off", 233_000.0, "tCO2e")
    sinks_t: float | None = column("of it: taken up by sinks", 810.0, "tCO2e")
    energy_tce_calorific: float | None = column(
        "energy, calorific value; of the base year what carriers have", 402_000.0, "tce"
    )


class ScenarioRow(BaseModel):
    """What a scenario comes to."""

    scenario: str = column("code of the scenario", "planned")
    name_zh: str = column("its name", "规划情景")
    name_en: str = column("its name in English", "Planned")
    base_year: int | None = column("the last whole year, projected from", 2025)
    base_co2e_t: float | None = column("its emissions", 1_900_000.0, "tCO2e")
    verdict: str | None = column("peak_behind, peak_ahead or no_peak (by 2060)", "peak_ahead")
    peak_year: int | None = column("the highest year of history and projection", 2027)
    peak_year_low: int | None = column("5 % quantile of the draws", 2026)
    peak_year_high: int | None = column("95 % quantile of the draws", 2031)
    peak_t: float | None = column("emissions of that year", 1_930_000.0, "tCO2e")
    peak_low_t: float | None = column("5 % quantile of the highest value", 1_905_000.0, "tCO2e")
    peak_high_t: float | None = column("95 % quantile of the highest value", 2_010_000.0, "tCO2e")
    probability_by_2030: float | None = column(
        "share of the draws whose highest year is 2030 or earlier", 0.97, "1"
    )
    co2e_2030_t: float | None = column("emissions of 2030", 1_612_000.0, "tCO2e")
    low_2030_t: float | None = column("5 % quantile", 1_498_000.0, "tCO2e")
    high_2030_t: float | None = column("95 % quantile", 1_731_000.0, "tCO2e")
    co2e_2035_t: float | None = column("emissions of 2035", 1_380_000.0, "tCO2e")
    low_2035_t: float | None = column("5 % quantile", 1_190_000.0, "tCO2e")
    high_2035_t: float | None = column("95 % quantile", 1_590_000.0, "tCO2e")
    co2e_2060_t: float | None = column("emissions of 2060", 420_000.0, "tCO2e")
    low_2060_t: float | None = column("5 % quantile", 260_000.0, "tCO2e")
    high_2060_t: float | None = column("95 % quantile", 640_000.0, "tCO2e")
    measures_counted: str | None = column("codes, joined by |", "M01|M02")
    measures_not_counted: str | None = column("codes of those told only, joined by |", "M20")
    reason: str | None = column("why it is not projected: no_assumption ...", None)
    statement_zh: str = column("all of it in a paragraph", "规划情景：预计 2027 年达峰……")
    statement_en: str = column("the same in English", "Planned: the peak comes in 2027 ...")


class MeasureRow(BaseModel):
    """A measure in a scenario."""

    scenario: str | None = column("code of the scenario; null: in none", "planned")
    code: str = column("code of the measure", "M01")
    enterprise: str | None = column("code of the enterprise; null: of the park", "EQ01")
    name_zh: str = column("its name", "屋顶光伏")
    name_en: str = column("its name in English", "Photovoltaics on the roofs")
    kind: str = column("code of its kind", "photovoltaics")
    kind_zh: str = column("the kind's name", "光伏发电自用")
    kind_en: str = column("the kind's name in English", "Photovoltaics used on site")
    saving_tce: float = column("energy it saves a year, calorific value", 6_145.0, "tce")
    saving_co2e_t: float = column("emissions it avoids a year, as stated", 23_350.0, "tCO2e")
    cost_1e4_yuan: float = column("what it costs once", 12_800.0, "1e4_yuan")
    start_year: int = column("begins on 1 January of", 2027)
    ramp_years: int = column("years that it grows over", 2)
    life_years: int | None = column("years that it lasts", 25)
    uncertainty_pct: float | None = column("of the savings, at 95 % confidence", 10.0, "%")
    overlaps: str | None = column("code of the measure that saves the same energy", None)
    counted: bool = column("whether the scenario's course has it", True)
    reason: str | None = column("why not: saving_above_energy, market_based ...", None)
    saved_2030_t: float | None = column("taken off in 2030", 19_800.0, "tCO2e")
    saved_2035_t: float | None = column("taken off in 2035", 16_400.0, "tCO2e")
    saved_2060_t: float | None = column("taken off in 2060", 0.0, "tCO2e")
    cost_yuan_per_t: float | None = column(
        "cost over the discounted emissions avoided in its life", 743.0, "yuan/tCO2e"
    )
    cumulated_2030_t: float | None = column(
        "saved in 2030 by it and all cheaper ones", 61_000.0, "tCO2e"
    )
    statement_zh: str | None = column("why it does not count, in words", None)
    statement_en: str | None = column("the same in English", None)
    source: str = column("where its figures stand", "feasibility study of 2025")


class AssumptionRow(BaseModel):
    """One assumption of a scenario."""

    scenario: str = column("code of the scenario", "planned")
    name_zh: str = column("its name", "规划情景")
    name_en: str = column("its name in English", "Planned")
    parameter: str = column("code of the parameter", "grid_factor_fall")
    parameter_zh: str = column("its name", "电网排放因子年下降率")
    parameter_en: str = column("its name in English", "Fall of the grid's emission factor")
    cluster: str | None = column("of one cluster; null: of all without their own", None)
    cluster_zh: str = column("the cluster's name; of all", "全部集群")
    cluster_en: str = column("the same in English", "All clusters")
    from_year: int = column("until the next one", 2026)
    value_pct: float = column("% a year", 3.0, "%")
    low_pct: float | None = column("lower end of the 90 % interval", 2.0, "%")
    high_pct: float | None = column("upper end of the 90 % interval", 4.0, "%")
    source: str = column("where it stands", "plan of the park, table 3")
