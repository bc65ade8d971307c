"""The position of obligated enterprises in the national ETS, and what it is made of."""

from __future__ import annotations

from datetime import date

import pandas as pd

from ledger.allocating.allowance_statements import statement
from ledger.allocating.ets_standing import Standing, Standings
from ledger.books import Books
from models.progress.rights.allowance_rules import Price, Stage, price_on, rule
from models.progress.rights.ets_position import Verdict

COLUMNS = [
    "enterprise", "year", "sector", "verdict", "reason", "notes", "emissions_origin",
    "emissions_t", "emissions_so_far_t", "coverage", "allocation_t", "computed_allocation_t",
    "benchmark_stage", "preallocation_t", "due_t", "waived_t", "over_t", "short_t",
    "ccer_limit_t", "ccer_t", "ccer_usable_t", "surrendered_t", "outstanding_t", "held_t",
    "booked_t", "to_come_t", "to_return_t", "to_buy_t", "left_t", "price_yuan", "price_on",
    "price_source", "cost_1e4_yuan", "fine_least_1e4_yuan", "fine_most_1e4_yuan", "surrender_by",
    "days_left",
    "statement_zh", "statement_en",
]  # fmt: skip
UNITS = [
    "enterprise", "year", "unit_class", "electricity_generated_mwh", "heat_supplied_gj",
    "load_factor", "load_correction", "electricity_benchmark_t_per_mwh",
    "heat_benchmark_t_per_gj", "benchmark_stage", "benchmarks", "amount_t", "allocation_t",
    "reason", "notes",
]  # fmt: skip
_STOOD = (
    "over_t", "short_t", "ccer_limit_t", "ccer_t", "ccer_usable_t", "outstanding_t", "to_come_t",
    "to_return_t", "to_buy_t", "left_t",
)  # fmt: skip


def allowances(
    books: Books,
    *,
    first: int,
    last: int,
    enterprise: str | None = None,
    price_yuan: float | None = None,
) -> pd.DataFrame:
    """COLUMNS of every enterprise with a sector of the ETS (or of the one that is asked for) and
    year, in allowances of 1 t CO2e, by enterprise and year.

    ``due_t`` is to be surrendered of ``emissions_t``, ``waived_t`` not; ``short_t`` or ``over_t``
    is the allocation against it, ``to_buy_t`` or ``left_t`` what is at hand and to come against
    what is ``outstanding_t``. The cost is that of ``to_buy_t`` at ``price_yuan`` a tonne, given or
    the last in allowance_prices.csv; fines are of what is outstanding after the last day, at that
    price. ``notes`` are codes joined by |. What each is: models.progress.rights.allocation,
    ets_position.
    """
    today = books.now().astimezone(books.registry().zone).date()
    price = price_on("allowance", today)
    if price_yuan is not None:
        price = Price("allowance", today, price_yuan, "given", "given", "assumption")
    rows = [_row(one, price, today) for one in _standings(books, first, last, enterprise)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table["days_left"] = table["days_left"].astype("Int64")
    return table


def unit_allocations(
    books: Books, *, first: int, last: int, enterprise: str | None = None
) -> pd.DataFrame:
    """UNITS: the allocation of each class of units, with amounts and benchmarks.

    Of years before ``last`` as entered; ``benchmarks`` are ids of benchmarks.csv joined by |.
    """
    rows = [
        [
            stands.enterprise.code, stands.year, one.units.unit_class, one.units.electricity_mwh,
            one.units.heat_gj, one.units.load_factor, one.load, one.electricity_benchmark,
            one.heat_benchmark, None if one.stage is None else one.stage.value,
            "|".join(one.benchmark_ids), one.amount_t, one.allocation_t, one.reason,
            "|".join(one.notes),
        ]
        for stands in _standings(books, first, last, enterprise)
        for one in stands.classes
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=UNITS)


def _standings(books: Books, first: int, last: int, enterprise: str | None) -> list[Standing]:
    standings = Standings(books)
    return [
        found
        for one in sorted(books.registry().enterprises, key=lambda one: one.code)
        if enterprise == one.code or (enterprise is None and one.ets_sector is not None)
        for found in standings.of(one, first, last)
    ]


def _row(stands: Standing, price: Price | None, today: date) -> dict[str, object]:
    stages = [one.stage for one in stands.classes if one.stage is not None]
    stage = max(stages, key=list(Stage).index, default=None)
    zh, en = statement(stands, price, today)
    row: dict[str, object] = dict.fromkeys(COLUMNS)
    row |= {
        "enterprise": stands.enterprise.code, "year": stands.year,
        "sector": stands.enterprise.ets_sector, "verdict": stands.verdict.value,
        "reason": stands.reason, "notes": "|".join(stands.notes) or None,
        "emissions_origin": stands.emitted.origin, "emissions_t": stands.emitted.whole_t,
        "emissions_so_far_t": stands.emitted.so_far_t, "coverage": stands.emitted.coverage,
        "allocation_t": stands.allocation_t, "computed_allocation_t": stands.computed_t,
        "benchmark_stage": None if stage is None else stage.value,
        "preallocation_t": stands.preallocation_t, "surrender_by": stands.surrender_by,
        "statement_zh": zh, "statement_en": en,
    }  # fmt: skip
    if stands.surrender_by is not None:
        row["days_left"] = (stands.surrender_by - today).days
    owed, stood = stands.obligation, stands.position
    if stands.verdict is not Verdict.NOT_OBLIGATED:
        row |= {"surrendered_t": stands.held.surrendered_t, "held_t": stands.held.held_t,
                "booked_t": stands.held.booked_t}  # fmt: skip
    if owed is None or stood is None:
        return row
    row |= {"emissions_t": owed.emissions_t, "due_t": owed.due_t,
            "waived_t": owed.gas_waived_t + owed.cap_waived_t}  # fmt: skip
    row |= {name: getattr(stood, name) for name in _STOOD}
    if price is not None:
        row |= {"price_yuan": price.price_yuan, "price_on": price.on, "price_source": price.source,
                "cost_1e4_yuan": stood.to_buy_t * price.price_yuan / 1e4}  # fmt: skip
        if stood.verdict is Verdict.OVERDUE:
            for end in ("least", "most"):
                times = rule(f"fine_{end}", stands.enterprise.ets_sector or "", stands.year)
                if times is not None:
                    fine = stood.outstanding_t * price.price_yuan * times.value / 1e4
                    row[f"fine_{end}_1e4_yuan"] = fine
    return row
