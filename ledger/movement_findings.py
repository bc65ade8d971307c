"""What does not agree in the record of movements of rights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pandas as pd

from ledger.movements import NAMES, named
from models.progress.rights.instruments import MICRO, instruments
from models.progress.rights.movements import carried_apart, overdrawn
from models.registry import Registry

COLUMNS = [
    "enterprise", "finding", *NAMES, "on", "amount", "unit", "statement_zh", "statement_en",
]  # fmt: skip
_ROW = ["enterprise", "finding", "instrument", "item", "vintage", "on", "amount", "statement_zh",
        "statement_en"]  # fmt: skip
_INWARD = {"purchase": True, "transfer_in": True, "sale": False, "transfer_out": False}

# Giver, taker, instrument, item, vintage, day, amount.
_Trade = tuple[str, str, str, str, int, date, float]


def movement_findings(registry: Registry, enterprise: str | None = None) -> pd.DataFrame:
    """COLUMNS of the whole record, by enterprise and day; ``amount`` in ``unit``.

    ``overdrawn``: at the end of a day more had gone than there was. ``carried_apart``: carried out
    of vintages is not what was carried into others. ``one_sided``: a trade between two enterprises
    of the park that only one of them recorded.
    """
    rows = [*_overdrawn(registry), *_carried(registry), *_one_sided(registry)]
    table = named(pd.DataFrame(rows, columns=_ROW))[COLUMNS]
    if enterprise is not None:
        table = table[table["enterprise"] == enterprise]
    return table.sort_values(["enterprise", "on", "finding"], kind="stable", ignore_index=True)


def _overdrawn(registry: Registry) -> Iterator[list[object]]:
    for row in overdrawn(registry.movements).to_dict("records"):
        amount = -row["micro"] / MICRO
        zh, en = _thing(row["instrument"], row["vintage"], amount)
        yield [
            row["enterprise"], "overdrawn", row["instrument"], row["item"], row["vintage"],
            row["on"], amount,
            f"{row['on']}日终，{row['enterprise']}的账户（{row['account']}）透支{zh}：记录不全或有误。",
            f"At the end of {row['on']} the account {row['account']} of {row['enterprise']} was "
            f"overdrawn by {en}: the record is incomplete or wrong.",
        ]  # fmt: skip


def _carried(registry: Registry) -> Iterator[list[object]]:
    for row in carried_apart(registry.movements).to_dict("records"):
        amount = row["micro"] / MICRO
        zh, en = _thing(row["instrument"], 0, abs(amount))
        more_zh, more_en = ("转出比转入多", "more carried out of vintages than into others")
        if amount < 0:
            more_zh, more_en = ("转入比转出多", "more carried into vintages than out of others")
        yield [
            row["enterprise"], "carried_apart", row["instrument"], row["item"], 0, None, amount,
            f"{row['enterprise']}的结转{more_zh}：{zh}。",
            f"{row['enterprise']} has {en} {more_en}.",
        ]  # fmt: skip


def _one_sided(registry: Registry) -> Iterator[list[object]]:
    """Trades inside the park, each side against the other's record."""
    given: Counter[_Trade] = Counter()
    taken: Counter[_Trade] = Counter()
    for one in registry.movements:
        inward, other = _INWARD.get(one.kind), one.counterpart
        if inward is None or other is None or other not in registry.enterprise_by_code:
            continue
        giver, taker = (other, one.enterprise) if inward else (one.enterprise, other)
        trade = (giver, taker, one.instrument, one.item or "", one.vintage or 0, one.on, one.amount)
        (taken if inward else given)[trade] += 1
    for apart, by_giver in ((given - taken, True), (taken - given, False)):
        for trade in sorted(apart.elements()):
            giver, taker, instrument, item, vintage, on, amount = trade
            told, silent = (giver, taker) if by_giver else (taker, giver)
            zh, en = _thing(instrument, vintage, amount)
            yield [
                told, "one_sided", instrument, item, vintage, on, amount,
                f"{on}，{giver}向{taker}转让{zh}，{silent}没有对应记录。",
                f"On {on} {giver} gave {taker} {en}; {silent} has no record of it.",
            ]  # fmt: skip


def _thing(instrument: str, vintage: int, amount: float) -> tuple[str, str]:
    """So much of what, in both languages."""
    one = instruments()[instrument]
    zh = f"{vintage}年度{one.name_zh}" if vintage else one.name_zh
    en = f"{one.name_en} of vintage {vintage}" if vintage else one.name_en
    return f"{zh}{amount:,.15g} {one.unit}", f"{amount:,.15g} {one.unit} ({en})"
