"""Columns of the files of progress: targets, yearly figures, measures, assumptions, titles, rights.

Field names are those of the records in ``models.registry``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from models.registry import EnergyBasis, Scope, Subject
from store.registry_files.cells import (
    Code,
    Column,
    Day,
    Number,
    Positive,
    PriceBasis,
    Several,
    Whole,
    Words,
    period_or_years,
)
from store.registry_files.row import Row

_Year = Annotated[Whole, Field(ge=1949, le=2200)]
_Item = Annotated[str, StringConstraints(min_length=1, max_length=64)]  # a code, or "table/row"
_Span = Annotated[str, AfterValidator(period_or_years)]


class TitleLevel(StrEnum):
    """Who awards a title."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    CITY = "city"


class TargetRow(Row):
    """A target of the park, a cluster or an enterprise for a period."""

    scope: Annotated[Scope, Column("whose target it is; a peer has none", "enterprise")]
    code: Annotated[
        Code, Column("code of the park, of its cluster or of its enterprise", "axle-01")
    ]
    subject: Annotated[Subject, Column("what it controls; its unit follows", "energy_intensity")]
    period: Annotated[_Span, Column("a year, a month, or years from the first to the last",
                                    "2021-2025")]  # fmt: skip
    document: Annotated[Words, Column("document that sets it", "park's 14th five-year plan")]
    clause: Annotated[Words, Column("clause or table of it", "table 3, row 2")]
    value: Annotated[
        Number | None,
        Field(ge=0),
        Column("target value; either this or `reduction`", "11200",
               "energy: tce, CO2: t; intensity: of these per 10^4 yuan"),
    ] = None  # fmt: skip
    reduction: Annotated[
        Number | None,
        Field(ge=-1, le=1),
        Column("share by which the period's last year lies below `base_year`", "0.18", "1"),
    ] = None
    base_year: Annotated[
        _Year | None,
        Column("of a reduction, or a value of several years: year it starts from", "2020"),
    ] = None
    basis: Annotated[
        EnergyBasis | None,
        Column("of energy: at which value electricity counts; of CO2 empty", "equivalent"),
    ] = None
    price_basis: Annotated[
        PriceBasis | None, Column("of intensities: prices of the output", "constant 2020")
    ] = None
    lead_unit: Annotated[
        Words | None, Column("office that answers for it", "Economic Development Bureau")
    ] = None


class YearlyFigureRow(Row):
    """A figure of a year that was not measured here."""

    scope: Annotated[Scope, Column("whose figure it is; `peer`: another park's", "enterprise")]
    code: Annotated[
        Code, Column("code of the park, cluster, enterprise, or of the peer", "axle-01")
    ]
    year: Annotated[_Year, Column("local year", "2019")]
    indicator: Annotated[
        Code, Column("code of the list of yearly figures, which has its unit", "output_1e4_yuan")
    ]
    value: Annotated[Number, Column("its value", "31250.5", "the indicator's")]
    source: Annotated[Words, Column("where it stands", "statistical yearbook 2020, table 4-2")]
    source_date: Annotated[Day, Column("date of the source", "2020-10-01")]
    item: Annotated[
        _Item | None,
        Column("carrier, product or unit class where the indicator has such; empty: all",
               "electricity"),
    ] = None  # fmt: skip
    price_basis: Annotated[
        PriceBasis | None, Column("of amounts of money: prices they are in", "constant 2020")
    ] = None
    boundary: Annotated[
        str,
        Field(max_length=200),
        Column("what it covers; years of different boundaries do not compare", "with branch 2"),
    ] = ""


class MeasureRow(Row):
    """A measure of the roadmap."""

    code: Annotated[Code, Column("code of the measure, unique in the park", "PV-roofs")]
    enterprise: Annotated[
        Code | None, Column("code of the enterprise; empty: the park's", "axle-01")
    ] = None
    kind: Annotated[Code, Column("code of the list of kinds of measures", "photovoltaics")]
    name_zh: Annotated[Words, Column("Chinese name", "屋顶光伏")]
    name_en: Annotated[Words, Column("English name", "Roof photovoltaics")]
    saving_tce: Annotated[
        Number, Column("energy saved in a whole year after the ramp, calorific value", "1229",
                       "tce"),
    ]  # fmt: skip
    saving_co2e_t: Annotated[
        Number, Column("emissions saved in a whole year after the ramp", "5300", "t")
    ]
    cost_1e4_yuan: Annotated[Number, Field(ge=0), Column("investment", "4200", "10^4 yuan")]
    start_year: Annotated[_Year, Column("it begins on 1 January of this year", "2027")]
    source: Annotated[Words, Column("where its figures stand", "feasibility study 2026-03")]
    ramp_years: Annotated[
        Whole, Field(ge=0, le=50), Column("time over which it grows evenly to the whole", "2", "a")
    ] = 0
    life_years: Annotated[
        Whole | None, Field(ge=1, le=100), Column("how long it works; empty: no end", "25", "a")
    ] = None
    uncertainty_pct: Annotated[
        Number | None,
        Field(ge=0, le=500),
        Column("uncertainty of the savings, 95 % confidence", "20", "%"),
    ] = None
    scenarios: Annotated[
        Several, Column("codes of the scenarios that contain it, with `|` between them",
                        "planned|accelerated"),
    ] = ()  # fmt: skip
    overlaps: Annotated[
        Code | None, Column("code of a measure that saves the same energy", "LED-lamps")
    ] = None


class AssumptionRow(Row):
    """An assumption of a scenario, from a year on until its next one."""

    scenario: Annotated[Code, Column("code of the scenario", "planned")]
    parameter: Annotated[Code, Column("code of the list of scenario parameters", "output_growth")]
    from_year: Annotated[_Year, Column("first year for which it holds", "2026")]
    value: Annotated[Number, Column("most likely value", "5.5", "% a year")]
    source: Annotated[Words, Column("what it rests on", "park's plan, chapter 2")]
    cluster: Annotated[Code | None, Column("code of the cluster; empty: all", "equipment")] = None
    low: Annotated[Number | None, Column("lower end of its 90 % interval", "4.0", "% a year")] = (
        None
    )
    high: Annotated[Number | None, Column("upper end of its 90 % interval", "7.0", "% a year")] = (
        None
    )


class TitleRow(Row):
    """A title that the park or an enterprise was awarded."""

    scope: Annotated[Scope, Column("`park` or `enterprise`", "enterprise")]
    code: Annotated[Code, Column("code of the park or of its enterprise", "axle-01")]
    title: Annotated[Code, Column("code of the list of titles", "green_factory")]
    level: Annotated[TitleLevel, Column("who awarded it", "national")]
    awarded: Annotated[Day, Column("first local day on which it is held", "2025-02-10")]
    document: Annotated[Words, Column("document that awards it", "list of 2024, no. 17")]
    valid_to: Annotated[
        Day | None, Column("local day on which it is no longer held; empty: open", "2028-02-10")
    ] = None


class MovementRow(Row):
    """A movement of rights on an enterprise's account."""

    id: Annotated[Code, Column("number of the movement, unique in the park", "A-2026-0007")]
    enterprise: Annotated[Code, Column("code of the enterprise whose account it is", "heat-01")]
    instrument: Annotated[Code, Column("code of the list of instruments", "allowance")]
    kind: Annotated[Code, Column("code of the list of kinds; it says which way", "purchase")]
    on: Annotated[Day, Column("local day of the movement", "2026-11-20")]
    amount: Annotated[Positive, Column("how much", "1200", "the instrument's")]
    document: Annotated[Words, Column("what proves it", "registry statement 2026-11")]
    item: Annotated[
        Code | None,
        Column("of a discharge right: code of HJ 212-2017; of a certificate: its number", "a21002"),
    ] = None
    vintage: Annotated[_Year | None, Column("year it was issued for", "2025")] = None
    for_year: Annotated[_Year | None, Column("accounting year it is surrendered for", "2025")] = (
        None
    )
    counterpart: Annotated[
        Words | None, Column("who stands at the other end", "Example Power Co., Ltd.")
    ] = None
    price_yuan: Annotated[
        Number | None, Field(ge=0), Column("price of one unit", "68.5", "yuan")
    ] = None
