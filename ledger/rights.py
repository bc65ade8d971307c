"""Energy-use rights and discharge rights against what was used of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from ledger.allocating.rights_used import Used, discharged, energy_used, months_used
from ledger.books import Books
from ledger.budgets import budgets
from ledger.movements import balance_sheet
from models.environment.hj212_codes import hj212_codes
from models.progress.rights.instruments import instruments
from models.registry import Registry

COLUMNS = [
    "enterprise", "year", "instrument", "instrument_zh", "instrument_en", "item", "item_zh",
    "item_en", "unit", "granted", "frozen", "used", "expected", "left", "share", "known_share",
    "permitted", "state", "reason", "statement_zh", "statement_en",
]  # fmt: skip
ENERGY, DISCHARGE = "energy_right", "discharge_right"
STATES = {
    "within": ("未超出权利", "within its right"),
    "short": ("超出权利", "beyond its right"),
    "expected_within": ("预计全年不超出", "expected to stay within it"),
    "expected_short": ("预计全年超出", "expected to go beyond it"),
    "running": ("年度未结束，无法推算全年", "the year is not over and cannot be expected"),
    "unknown": ("用量未知", "what was used is unknown"),
}
REASONS = {
    "not_entered": ("没有计量也没有录入", "neither metered nor entered"),
    "coverage": ("计量数据不足90%", "less than 90 % of the hours are covered"),
    "not_measured": ("没有排放监测数据", "no discharges are measured"),
    "known_share": ("已知小时不足75%", "less than 75 % of the hours are known"),
}


def rights(books: Books, *, year: int, enterprise: str | None = None) -> pd.DataFrame:
    """COLUMNS of every right that is held for the year, by enterprise, instrument and item.

    ``granted`` is what came in and was not given away: of energy that of the vintage of the year up
    to today, in tce, whether or not it is surrendered or has expired since (rights of a year are
    still traded after it); of discharges the stock at the year's end, in t a year. ``frozen`` is
    part of it. ``used`` is energy at the equivalent value, or the mass discharged, so far; ``left``
    = granted - used, ``share`` = used / granted. ``state``: within or short of a finished year,
    expected_within or expected_short of the running one (short already where more is used),
    running where the rest cannot be expected, unknown with its ``reason``
    (ledger.allocating.rights_used).
    """
    registry = books.registry()
    today = books.now().astimezone(registry.zone).date()
    over = today.year > year
    rows = []
    all_held = list(_held(registry, year, enterprise, today))
    months = months_used(
        books, year, {str(one["enterprise"]) for one in all_held if one["instrument"] == ENERGY}
    )
    permits: dict[str, pd.DataFrame] = {}
    for held in all_held:
        code, item = str(held["enterprise"]), held["item"]
        # A column without any item comes back as not a number.
        held["item"] = item if isinstance(item, str) else None
        if held["instrument"] == ENERGY:
            used = energy_used(books, months, code, year)
        else:
            if code not in permits:
                permits[code] = budgets(books, year=year, enterprise=code)
            used = discharged(books, permits[code], code, str(item), year)
        rows.append(_row(registry, year, held, used, over=over))
    return pd.DataFrame(rows, columns=COLUMNS)


def _held(
    registry: Registry, year: int, enterprise: str | None, today: date
) -> Iterator[dict[str, object]]:
    of = {ENERGY: today, DISCHARGE: min(today, date(year, 12, 31))}
    rows = [
        row
        for instrument, on in of.items()
        for row in balance_sheet(
            registry, enterprise=enterprise, instrument=instrument, on=on
        ).to_dict("records")
        if instrument == DISCHARGE or row["vintage"] == year
    ]
    for row in sorted(
        rows, key=lambda row: (row["enterprise"], row["instrument"], str(row["item"]))
    ):
        granted = row["held"] + row["frozen"] + row["surrendered"]
        # Rights of a year expire after it: until then they were there to be used.
        granted += row["expired"] if row["instrument"] == ENERGY else 0.0
        yield {str(name): value for name, value in row.items()} | {"granted": granted}


def _row(
    registry: Registry, year: int, held: dict[str, object], used: Used, *, over: bool
) -> dict[str, object]:
    granted = float(str(held["granted"]))
    state = _state(granted, used, over=over)
    row: dict[str, object] = dict.fromkeys(COLUMNS)
    row |= {name: held[name] for name in ("enterprise", "instrument", "instrument_zh",
                                          "instrument_en", "item", "unit", "frozen")}  # fmt: skip
    row |= {
        "year": year, "granted": granted, "used": used.so_far, "expected": used.expected,
        "known_share": used.known_share, "permitted": used.permitted, "state": state,
        "reason": None if state == "short" else used.reason,
    }  # fmt: skip
    if used.so_far is not None:
        row["left"] = granted - used.so_far
        row["share"] = used.so_far / granted if granted > 0 else None
    pollutant = hj212_codes().get(str(held["item"]))
    if pollutant is not None:
        row |= {"item_zh": pollutant.name_zh, "item_en": pollutant.name_en}
    row["statement_zh"], row["statement_en"] = _statement(registry, row)
    return row


def _state(granted: float, used: Used, *, over: bool) -> str:
    if used.so_far is not None and used.so_far > granted:
        return "short"  # already, whatever is not known of the rest
    if used.so_far is None or used.reason is not None:
        return "unknown"
    if over:
        return "within"
    if used.expected is None:
        return "running"
    return "expected_within" if used.expected <= granted else "expected_short"


def _statement(registry: Registry, row: dict[str, object]) -> tuple[str, str]:
    one = registry.enterprise_by_code.get(str(row["enterprise"]))
    name_zh, name_en = (row["enterprise"],) * 2 if one is None else (one.name_zh, one.name_en)
    kind = instruments()[str(row["instrument"])]
    of_zh = f"（{row['item_zh'] or row['item']}）" if row["item"] else ""
    of_en = f" ({row['item_en'] or row['item']})" if row["item"] else ""
    state_zh, state_en = STATES[str(row["state"])]
    zh = f"{name_zh}{row['year']}年度{kind.name_zh}{of_zh}{row['granted']:,.6g} {kind.unit}"
    en = f"{name_en}, {row['year']}: {kind.name_en}{of_en} of {row['granted']:,.6g} {kind.unit}"
    if row["used"] is not None:
        zh += f"，已用{row['used']:,.6g}"
        en += f", {row['used']:,.6g} used"
    if row["expected"] is not None:
        zh += f"，预计全年{row['expected']:,.6g}"
        en += f", {row['expected']:,.6g} expected of the whole year"
    if row["reason"] is not None:
        why_zh, why_en = REASONS.get(str(row["reason"]), (row["reason"],) * 2)
        return f"{zh}：{state_zh}，因为{why_zh}。", f"{en}: {state_en}, because {why_en}."
    return f"{zh}：{state_zh}。", f"{en}: {state_en}."
