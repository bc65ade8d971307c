"""The panels of the accounts: the park's, and the same ones of one enterprise.

An enterprise's figures are the park's questions with one parameter more.
"""

from __future__ import annotations

from types import MappingProxyType

from dashboards.boards.fields import (
    CARRIER,
    CO2E,
    COVERAGE,
    EMISSION_INTENSITY,
    ENERGY_INTENSITY,
    ESTIMATED,
    INTENSITY_BASIS,
    MONTH,
    SCOPE_1,
    SCOPE_2,
    TCE_CALORIFIC,
    TCE_EQUIVALENT,
    YEAR,
)
from dashboards.boards.vocabulary import Panel, Picture, Query, Text

API = "/api/v1"
FIRST_YEAR = "2015"  # years before it are not compared


def ask(noun: str, root: str = "items", **params: str) -> Query:
    """A question to a noun of the API."""
    return Query(f"{API}/{noun}", MappingProxyType(params), root)


def inventory(root: str = "items", **params: str) -> Query:
    """A question to the inventory."""
    return ask("inventory", root, **params)


def amounts(who: Text, **whose: str) -> tuple[Panel, ...]:
    """Emissions this year and today, and energy this year."""
    # The year by carrier answers several panels at once: totals for figures, items for shares.
    year = inventory("totals", start="this_year", every="total", by="carrier", **whose)
    return (
        Panel(
            id="year-co2e",
            title=Text("今年累计排放", "Emissions this year to date"),
            question=Text(
                f"今年到现在，{who.zh}排放了多少？（范围一和范围二，基于位置）",
                f"How much has {who.en} emitted this year? (scopes 1 and 2, location-based)",
            ),
            query=year,
            picture=Picture.FIGURE,
            fields=(CO2E, SCOPE_1, SCOPE_2, COVERAGE, ESTIMATED),
            width=8,
        ),
        Panel(
            id="today-co2e",
            title=Text("今日排放", "Emissions today"),
            question=Text(
                f"从零点到现在，{who.zh}排放了多少？",
                f"How much has {who.en} emitted since midnight?",
            ),
            query=inventory("totals", start="today", every="total", by="carrier", **whose),
            picture=Picture.FIGURE,
            fields=(CO2E, SCOPE_1, SCOPE_2, COVERAGE, ESTIMATED),
            width=8,
        ),
        Panel(
            id="year-energy",
            title=Text("今年累计能耗", "Energy this year to date"),
            question=Text(
                f"今年到现在，{who.zh}用了多少能源？",
                f"How much energy has {who.en} used this year?",
            ),
            query=year,
            picture=Picture.FIGURE,
            fields=(TCE_CALORIFIC, TCE_EQUIVALENT, COVERAGE, ESTIMATED),
            width=8,
        ),
    )


def intensities(by: str, **whose: str) -> tuple[Panel, ...]:
    """Energy and emissions per output."""
    query = ask("intensity", start="this_year", every="year", by=by, **whose)
    return (
        Panel(
            id="year-energy-intensity",
            title=Text("能耗强度", "Energy intensity"),
            question=Text(
                "今年每万元产值用了多少能源？", "How much energy goes into 10⁴ yuan of output?"
            ),
            query=query,
            picture=Picture.FIGURE,
            fields=(ENERGY_INTENSITY, *INTENSITY_BASIS),
        ),
        Panel(
            id="year-emission-intensity",
            title=Text("碳排放强度", "Emission intensity"),
            question=Text(
                "今年每万元产值排放了多少？", "How much is emitted for 10⁴ yuan of output?"
            ),
            query=query,
            picture=Picture.FIGURE,
            fields=(EMISSION_INTENSITY, *INTENSITY_BASIS),
        ),
    )


def comparisons(who: Text, **whose: str) -> tuple[Panel, ...]:
    """Years, months and carriers."""
    return (
        Panel(
            id="years",
            title=Text("历年排放（本年截至目前）", "Emissions by year (this year to date)"),
            question=Text(
                f"与往年相比，{who.zh}的排放在上升还是下降，最高是哪一年？",
                f"Does {who.en} emit more or less than in the years before, and which was highest?",
            ),
            query=inventory(start=FIRST_YEAR, every="year", by="period", **whose),
            picture=Picture.YEARS,
            fields=(CO2E, YEAR, COVERAGE, ESTIMATED),
        ),
        Panel(
            id="months",
            title=Text("逐月排放", "Emissions by month"),
            question=Text(
                "今年各月与去年同月相比如何？",
                "How does each month compare with the same month last year?",
            ),
            query=inventory(
                start="last_year", end="this_year", every="month", by="period", **whose
            ),
            picture=Picture.MONTHS,
            fields=(CO2E, MONTH, COVERAGE, ESTIMATED),
        ),
        Panel(
            id="carriers",
            title=Text("能源品种构成", "By energy carrier"),
            question=Text(
                "今年的排放和能耗来自哪些能源？",
                "Which carriers do this year's emissions and energy come from?",
            ),
            query=inventory(start="this_year", every="total", by="carrier", **whose),
            picture=Picture.SHARES,
            fields=(CARRIER, CO2E, TCE_CALORIFIC),
        ),
    )
