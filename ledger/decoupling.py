"""Decoupling of emissions from output, year by year and over the whole series."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.monthly import By
from ledger.peaking.peak_series import YearlySeries, named, yearly_series
from ledger.years.entered import is_constant, preferred
from models.progress.peak import change_words
from models.progress.peak.names import Pair, name_of
from models.progress.peak.rules import RULES
from models.progress.peak.tapio import Decoupled, Decoupling, decoupled

Of = Literal["output", "value_added", "gdp"]
PRICES: Mapping[Of, str] = {
    "output": "price_basis",
    "value_added": "value_added_price_basis",
    "gdp": "gdp_price_basis",
}

COLUMNS = [
    "name_zh", "name_en", "span", "first_year", "last_year", "co2e_first_t", "co2e_last_t",
    "of", "of_first_1e4_yuan", "of_last_1e4_yuan", "price_basis", "elasticity", "state",
    "state_zh", "state_en", "reason", "statement_zh", "statement_en",
]  # fmt: skip
NUMBERS = [
    "co2e_first_t", "co2e_last_t", "of_first_1e4_yuan", "of_last_1e4_yuan", "elasticity",
]  # fmt: skip


def decoupling(books: Books, *, by: By, code: str | None = None, of: Of = "output") -> pd.DataFrame:
    """``by`` (its code) and COLUMNS: Tapio's state (models.progress.peak.tapio) of everyone or of
    one ``code``, from each whole year with known emissions to the next (``span`` year), and from
    the first to the last of one boundary (``span`` whole).

    ``of`` is what emissions (t CO2e) are held against: output, value added or gross domestic
    product in 10^4 yuan at constant prices, the same in both years. Where there is no state
    ``reason`` says why: emissions_unknown, output_unknown, output_not_positive, output_unchanged,
    emissions_not_positive, not_constant_prices, price_bases_differ, boundary_changed.
    """
    registry = books.registry()
    rows = [
        row
        for one in yearly_series(books, by=by, code=code)
        for row in _rows(one, of, by, named(registry, by, one.code))
    ]
    table = pd.DataFrame(rows, columns=[by, *COLUMNS])
    table = table.astype(dict.fromkeys(NUMBERS, np.float64))
    return table.astype({"first_year": "int64", "last_year": "int64"})


def _rows(one: YearlySeries, of: Of, by: By, who: Pair) -> list[dict[str, object]]:
    pairs = [("year", first, last) for first, last in pairwise(sorted(one.known))]
    whole = sorted(one.comparable)
    if len(whole) > 1:
        pairs.append(("whole", whole[0], whole[-1]))
    made = []
    for span, first, last in pairs:
        row = {by: one.code, "name_zh": who[0], "name_en": who[1], "span": span}
        made.append(row | _row(one, (first, last), of, who))
    return made


def _row(one: YearlySeries, years: tuple[int, int], of: Of, who: Pair) -> dict[str, object]:
    first, last = years
    rows = one.rows.set_index("year")
    money, prices = rows[f"{of}_1e4_yuan"], rows[PRICES[of]]
    emissions = one.known[first], one.known[last]
    basis = _shared(rows[f"{of}_by_basis"], years)
    if basis is None:
        output = tuple(None if pd.isna(money[year]) else float(money[year]) for year in years)
    else:
        output = tuple(float(rows[f"{of}_by_basis"][year][basis]) for year in years)
        prices = pd.Series(basis, index=rows.index)
    found = decoupled(emissions, (output[0], output[1]), (RULES.coupled_from, RULES.coupled_to))
    if any(first < changed <= last for changed in one.changes):
        found = Decoupled(Decoupling.NOT_DEFINED, None, "boundary_changed")
    elif None not in output:
        reason = _prices(prices[first], prices[last])
        found = found if reason is None else Decoupled(Decoupling.NOT_DEFINED, None, reason)
    state = name_of("state", found.state)
    said = change_words.Years(who, first, last, emissions, (output[0], output[1]), of)
    statement = change_words.decoupling_statement(said, found)
    return {
        "first_year": first, "last_year": last, "co2e_first_t": emissions[0],
        "co2e_last_t": emissions[1], "of": of, "of_first_1e4_yuan": output[0],
        "of_last_1e4_yuan": output[1], "price_basis": prices[last], "elasticity": found.elasticity,
        "state": found.state.value, "state_zh": state[0], "state_en": state[1],
        "reason": found.reason, "statement_zh": statement[0], "statement_en": statement[1],
    }  # fmt: skip


def _shared(by_basis: pd.Series, years: tuple[int, int]) -> str | None:
    """The preferred constant prices at which both years are known."""
    first, last = (by_basis[year] or {} for year in years)
    both = preferred(set(first) & set(last))
    return next((one for one in both if is_constant(one)), None)


def _prices(first: object, last: object) -> str | None:
    """Why amounts at these prices do not compare."""
    if not (isinstance(first, str) and isinstance(last, str)):
        return "not_constant_prices"
    if not (is_constant(first) and is_constant(last)):
        return "not_constant_prices"
    return None if first == last else "price_bases_differ"
