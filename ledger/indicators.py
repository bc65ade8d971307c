"""Indicators of the park by table: value, target, how it stands, and the sentence that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.indicating.accounts import Found, YearAccounts
from ledger.indicating.goals import Aim, aim_of
from ledger.indicating.levels import entered_level, value_of
from ledger.unknown_texts import none_where_unknown
from models.progress.indicators.states import Goal, Standing, State, standing
from models.progress.indicators.tables import (
    IndicatorRow,
    IndicatorTable,
    Measure,
    formulas,
    indicator_rows,
    indicator_tables,
)
from models.progress.indicators.words import Said, statement, summary

COLUMNS = [
    "table", "code", "name_zh", "name_en", "unit", "measure", "direction", "kind", "judged",
    "year", "running", "value", "origin", "value_source_zh", "value_source_en", "value_on",
    "entered_value", "coverage", "estimated_share", "missing", "baseline_year", "baseline",
    "target", "target_year", "target_document_zh", "target_document_en", "target_clause",
    "target_entered", "expected", "margin", "state", "reason", "statement_zh", "statement_en",
    "formula_zh", "formula_en", "note_zh", "note_en", "source", "clause", "status",
]  # fmt: skip
_NUMBERS = ["value", "entered_value", "coverage", "estimated_share", "baseline", "target",
            "expected", "margin"]  # fmt: skip
TABLE_COLUMNS = [
    "code", "name_zh", "name_en", "document_zh", "document_en", "published", "baseline_year",
    "target_year", "judged", "year", "rows", *(state.value for state in State), "statement_zh",
    "statement_en", "source", "status",
]  # fmt: skip


def last_whole_year(books: Books) -> int:
    """The last year of the park's time that is over."""
    return books.now().astimezone(books.registry().zone).year - 1


def indicators(
    books: Books, *, year: int | None = None, table: str | None = None, code: str | None = None
) -> pd.DataFrame:
    """COLUMNS, a row an indicator of a ``table`` (of all), in the tables' order; ``year`` by
    default the last one that is over.

    ``value`` is computed where it can be (``origin`` computed), else what was entered, in ``unit``;
    a reduction is that since ``baseline_year``. ``expected`` is what an even course to the target
    asks for in the year, ``margin`` how much better than the target the value is (negative:
    worse), ``state`` one of models.progress.indicators.states.State. ``reason`` tells why there is
    no value or no target. Rows of tables that are not ``judged`` are goals of others, told for
    orientation. ``missing`` names enterprises without a part in the value (joined by |).
    """
    accounts = YearAccounts(books)
    of_year = last_whole_year(books) if year is None else year
    rows = [
        _row(accounts, row, indicator_tables()[row.table], of_year)
        for row in indicator_rows().values()
        if table in (None, row.table) and code in (None, row.code)
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame["value_on"] = [one.isoformat() if one else None for one in frame["value_on"]]
    texts = frame.columns.difference([*_NUMBERS, "year", "baseline_year", "target_year"])
    frame = none_where_unknown(frame, texts)
    frame[["baseline_year", "target_year"]] = frame[["baseline_year", "target_year"]].astype(
        "Int64"
    )
    return frame.astype(dict.fromkeys(_NUMBERS, np.float64))


def tables(books: Books, *, year: int | None = None) -> pd.DataFrame:
    """TABLE_COLUMNS: every table with its document and how many of its ``rows`` are in each state,
    in a ``year`` (by default the last one that is over).
    """
    found = indicators(books, year=year)
    rows = []
    for one in indicator_tables().values():
        of_it = found[found["table"] == one.code]
        states = {state: int((of_it["state"] == state.value).sum()) for state in State}
        of_year = int(of_it["year"].iloc[0])
        said = summary(one, of_year, states)
        rows.append({
            "code": one.code, "name_zh": one.name_zh, "name_en": one.name_en,
            "document_zh": one.document_zh, "document_en": one.document_en,
            "published": one.published or None, "baseline_year": one.baseline_year,
            "target_year": one.target_year, "judged": one.judged,
            "year": of_year, "rows": len(of_it),
            **{state.value: count for state, count in states.items()},
            "statement_zh": said[0], "statement_en": said[1], "source": one.source,
            "status": one.status,
        })  # fmt: skip
    frame = pd.DataFrame(rows, columns=TABLE_COLUMNS)
    return frame.astype({"baseline_year": "Int64", "target_year": "Int64"})


def _row(
    accounts: YearAccounts, row: IndicatorRow, table: IndicatorTable, year: int
) -> dict[str, Any]:
    found = value_of(accounts, row, table, year)
    aim = aim_of(accounts.registry, row, table, year)
    over = accounts.over(year)
    state, reason, stands = _judged(_Case(accounts, row, table, year), found, aim)
    typed = entered_level(accounts, row, year) if row.measure is Measure.LEVEL else None
    said = Said(
        row, table, year, over, state, reason, found.value, found.source, aim.value, aim.year,
        aim.document, stands.margin if stands else None, stands.expected if stands else None,
    )  # fmt: skip
    zh, en = statement(said)
    formula = formulas()[row.computed.key] if row.computed else None
    return {
        "table": row.table, "code": row.code, "name_zh": row.name_zh, "name_en": row.name_en,
        "unit": row.unit, "measure": row.measure.value, "direction": row.direction.value,
        "kind": row.kind.value, "judged": table.judged, "year": year, "running": not over,
        "value": found.value, "origin": found.origin if found.value is not None else None,
        "value_source_zh": found.source[0] or None, "value_source_en": found.source[1] or None,
        "value_on": found.on, "entered_value": typed.value if typed else None,
        "coverage": found.coverage, "estimated_share": found.estimated_share,
        "missing": "|".join(found.missing) or None,
        "baseline_year": table.baseline_year, "baseline": row.baseline,
        "target": aim.value, "target_year": aim.year,
        "target_document_zh": aim.document[0] or None,
        "target_document_en": aim.document[1] or None, "target_clause": aim.clause,
        "target_entered": aim.entered, "expected": said.expected, "margin": said.margin,
        "state": state.value, "reason": reason, "statement_zh": zh, "statement_en": en,
        "formula_zh": formula.formula_zh if formula else None,
        "formula_en": formula.formula_en if formula else None,
        "note_zh": row.note_zh or None, "note_en": row.note_en or None, "source": row.source,
        "clause": row.clause, "status": row.status,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Case:
    accounts: YearAccounts
    row: IndicatorRow
    table: IndicatorTable
    year: int


def _judged(case: _Case, found: Found, aim: Aim) -> tuple[State, str | None, Standing | None]:
    row, year = case.row, case.year
    asked = _asked_of(case.accounts, row, year)
    if asked is False:
        return State.NOT_ASKED, "another_size", None
    if found.value is None:
        return State.UNKNOWN, found.reason, None
    if asked is None:
        return State.UNKNOWN, "size_unknown", None
    if aim.value is None:
        return State.NO_TARGET, aim.reason, None
    baseline = 0.0 if row.measure is Measure.REDUCTION else row.baseline
    base_year = case.table.baseline_year
    goal = Goal(row.measure, row.direction, aim.value, aim.year, baseline, base_year)
    stands = standing(goal, found.value, year, over=case.accounts.over(year))
    return stands.state, None, stands


def _asked_of(accounts: YearAccounts, row: IndicatorRow, year: int) -> bool | None:
    """Whether the row is asked of a park of this size (tce a year at the equivalent value)."""
    if row.from_tce is None and row.below_tce is None:
        return True
    totals = accounts.totals(year) if accounts.over(year) else accounts.totals(year - 1)
    if totals is None or pd.isna(totals["energy_tce_equivalent"]):
        return None
    return row.asked_of(float(totals["energy_tce_equivalent"]))
