"""The ledger of rights: movements with their running balance, and balances as of a day."""

from __future__ import annotations

from datetime import date

import pandas as pd

from models.progress.rights.instruments import MICRO, Account, instruments, movement_kinds
from models.progress.rights.movements import balances, postings
from models.registry import Movement, Registry

NAMES = ["instrument", "instrument_zh", "instrument_en", "item", "vintage"]
MOVEMENTS = [
    "on", "id", "enterprise", *NAMES, "kind", "kind_zh", "kind_en", "from_account", "to_account",
    "amount", "change", "held", "unit", "for_year", "counterpart", "price_yuan", "value_1e4_yuan",
    "document", "recorded_at",
]  # fmt: skip
BALANCES = [
    "enterprise", *NAMES, "unit", "on", "issued", "bought", "carried_in", "held", "frozen",
    "surrendered", "cancelled", "expired", "sum",
]  # fmt: skip


def movements(
    registry: Registry,
    *,
    enterprise: str | None = None,
    instrument: str | None = None,
    on: date | None = None,
) -> pd.DataFrame:
    """MOVEMENTS up to the end of day ``on``, by enterprise, instrument, item, vintage and day.

    ``change`` is that of what the enterprise has at its disposal (account ``held``), and ``held``
    what it has after it; amounts in ``unit``. ``value_1e4_yuan`` is amount times price.
    """
    mine = [one for one in registry.movements if _asked(one, enterprise, instrument)]
    found = postings(mine, on)
    before = found.drop_duplicates(["id"], keep="first").set_index("id")
    both = found.groupby("id")["account"].agg(list)
    table = before.assign(
        from_account=both.str[0], to_account=both.str[1], amount=before["micro"].abs() / MICRO
    ).reset_index()
    held = found[found["account"] == Account.HELD].set_index("id")
    table["change"] = table["id"].map(held["micro"]) / MICRO
    table["held"] = table["id"].map(held["balance_micro"]) / MICRO
    kinds = movement_kinds()
    table["kind_zh"] = table["kind"].map({code: one.name_zh for code, one in kinds.items()})
    table["kind_en"] = table["kind"].map({code: one.name_en for code, one in kinds.items()})
    price = pd.to_numeric(table["price_yuan"])
    table["value_1e4_yuan"] = table["amount"] * price / 1e4
    table = named(table).sort_values(
        ["enterprise", "instrument", "item", "vintage"], kind="stable", na_position="first"
    )
    table["recorded_at"] = pd.to_datetime(table["recorded_at"], utc=True).astype(
        "datetime64[us, UTC]"
    )
    return table[MOVEMENTS].reset_index(drop=True)


def balance_sheet(
    registry: Registry,
    *,
    enterprise: str | None = None,
    instrument: str | None = None,
    on: date | None = None,
) -> pd.DataFrame:
    """BALANCES at the end of day ``on`` (None: after all that is recorded), in ``unit``.

    ``issued``, ``bought`` and ``carried_in`` are net: what came in from the issuer, from other
    holders and from older vintages, less what went there. issued + bought + carried_in = held +
    frozen + surrendered + cancelled + expired; ``sum`` over all accounts is zero.
    """
    mine = [one for one in registry.movements if _asked(one, enterprise, instrument)]
    found = balances(mine, on)
    keys = ["enterprise", "instrument", "item", "vintage"]
    wide = found.pivot_table(
        index=keys, columns="account", values="micro", aggfunc="sum", fill_value=0
    ).reindex(columns=[one.value for one in Account], fill_value=0)
    table = (wide / MICRO).reset_index()
    for name, account in (("issued", "issuer"), ("bought", "market"), ("carried_in", "carried")):
        table[name] = 0.0 - table[account]
    table["sum"] = wide.sum(axis=1).to_numpy() / MICRO
    table["on"] = pd.Series([on] * len(table), dtype=object)
    return named(table)[BALANCES]


def _asked(one: Movement, enterprise: str | None, instrument: str | None) -> bool:
    return enterprise in (None, one.enterprise) and instrument in (None, one.instrument)


def named(table: pd.DataFrame) -> pd.DataFrame:
    """With names and unit of the instrument; an item or vintage that is none is null."""
    known = instruments()
    for column, name in (("instrument_zh", "name_zh"), ("instrument_en", "name_en"),
                         ("unit", "unit")):  # fmt: skip
        of = {code: getattr(one, name) for code, one in known.items()}
        table[column] = table["instrument"].map(of)
    items = [one or None for one in table["item"]]
    table["item"] = pd.Series(items, index=table.index, dtype=object)
    for name in ("vintage", "for_year"):
        if name in table:
            years = pd.to_numeric(table[name])
            table[name] = years.where(years > 0).astype("Int64")
    return table
