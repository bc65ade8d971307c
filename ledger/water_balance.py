"""Water of each enterprise: taken in, used again, led away clean and foul, and what is left of it.

Where no meter and no record tells what an enterprise leads away, its outlets of waste water do:
that is foul water.

Reuse rate R = V_r / (V_i + V_r): V_r water reused, V_i water taken in (GB/T 7119: the total use is
the sum of both).
"""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from ledger.activity import Span
from ledger.books import Books
from ledger.discharges import discharges
from ledger.material_flows import material_flows
from models.environment.balance_codes import WATER, balance_codes
from models.periods import Every, label
from models.registry.points import Medium

COLUMNS = [
    "period", "start", "enterprise", "intake_m3", "unconventional_m3", "supplied_m3", "reused_m3",
    "reuse_rate", "discharged_m3", "foul_m3", "clean_m3", "rain_m3", "mixed_m3", "diversion_rate",
    "consumed_m3", "coverage", "estimated_share", "origins",
]  # fmt: skip
_DISCHARGED = ("foul", "clean", "rain", "mixed")


def water_balance(
    books: Books,
    *,
    every: Every = "year",
    start: datetime,
    end: datetime,
    enterprise: str | None = None,
) -> pd.DataFrame:
    """COLUMNS, one row a period and enterprise of which any water is known, in [start, end).

    ``intake_m3`` with ``unconventional_m3`` of it (reclaimed and rain water), ``supplied_m3``
    handed on to others. ``diversion_rate`` (清污分流) is the share of ``discharged_m3`` that is not
    ``mixed_m3``: clean, foul and rain water led away apart. ``consumed_m3`` = intake - supplied -
    (discharged - rain): what evaporates, goes into products or leaks; null where intake or
    discharge is unknown. What nothing is stated of is null. ``coverage`` is that of the meters'
    hours, null without meters; ``estimated_share`` that of all amounts without evidence in
    readings or records.
    """
    registry = books.registry()
    span = Span(registry, every, start, min(end, books.now()))
    rows = material_flows(books, span, WATER, enterprise).rows
    rows = pd.concat([rows, _of_outlets(books, span, enterprise, rows)], ignore_index=True)
    keys = ["start", "enterprise"]
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    amounts = rows.set_index(keys)
    index = amounts.index.unique().sort_values()

    def of(category: str, *codes: str) -> pd.Series:
        wanted = (amounts["category"] == category) & (
            amounts["code"].isin(codes) if codes else True
        )
        some = amounts.loc[wanted, "amount"]
        return some.groupby(level=keys).sum(min_count=1).reindex(index)

    found = pd.DataFrame(index=index)
    found["intake_m3"] = of("water_intake")
    found["unconventional_m3"] = of("water_intake", *_unconventional())
    found["supplied_m3"] = of("water_supplied")
    found["reused_m3"] = of("water_reused")
    found["reuse_rate"] = _share(found["reused_m3"], found["intake_m3"] + found["reused_m3"])
    found["discharged_m3"] = of("water_discharged")
    for code in _DISCHARGED:
        found[f"{code}_m3"] = of("water_discharged", code)
    apart = found["discharged_m3"] - found["mixed_m3"].fillna(0.0)
    found["diversion_rate"] = _share(apart, found["discharged_m3"])
    found["consumed_m3"] = (
        found["intake_m3"]
        - found["supplied_m3"].fillna(0.0)
        - (found["discharged_m3"] - found["rain_m3"].fillna(0.0))
    )
    sums = amounts.groupby(level=keys)[["amount", "estimated", "covered_h", "hours_h"]].sum()
    found["coverage"] = _share(sums["covered_h"], sums["hours_h"]).clip(upper=1.0)
    found["estimated_share"] = _share(sums["estimated"], sums["amount"])
    found["origins"] = amounts.groupby(level=keys)["origins"].agg(joined)
    found = found.reset_index()
    names = {at: label(at.to_pydatetime(), every, registry.zone) for at in found["start"].unique()}
    return found.assign(period=found["start"].map(names))[COLUMNS]


def _of_outlets(
    books: Books, span: Span, enterprise: str | None, rows: pd.DataFrame
) -> pd.DataFrame:
    """ledger.material_flows' rows of what outlets measure, of those who state no discharge."""
    declared = set(rows.loc[rows["category"] == "water_discharged", "enterprise"])
    places = {
        (one.enterprise, one.code)
        for one in span.registry.points
        if one.medium is Medium.WASTE_WATER
        and one.enterprise not in declared
        and enterprise in (None, one.enterprise)
    }
    if not places or span.start >= span.end:
        return rows.iloc[:0]
    found = discharges(books, every=span.every, start=span.start, end=span.end, places=places)
    # The water of an outlet stands beside each of its pollutants.
    flows = found.groupby(["start", "enterprise", "point"], as_index=False).agg(
        amount=("flow_m3", "max"), covered_h=("flow_hours", "max"), hours_h=("hours", "max")
    )
    return flows.assign(category="water_discharged", code="foul", estimated=0.0, origins="outlets")[
        list(rows.columns)
    ]


def joined(origins: pd.Series) -> str:
    """All origins that several rows have, joined by ``|``."""
    return "|".join(sorted({one for some in origins for one in some.split("|")}))


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Part / whole, null where the whole is zero or unknown."""
    share: pd.Series = part / whole.where(whole > 0)
    return share


def _unconventional() -> list[str]:
    return [one.code for one in balance_codes().values() if one.unconventional]
