"""What rights there are and how they move (``models/reference/instruments.csv``,
``movement_kinds.csv``), and what is wrong with a movement.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from math import isfinite
from types import MappingProxyType

from models.environment.hj212_codes import hj212_codes
from models.registry.progress import Movement

# Amounts are kept as whole millionths of their unit, so that the books balance to the last one.
MICRO = 1_000_000
MOST = 1e12  # of a unit; far above any park's, far below what millionths still count


class Account(StrEnum):
    """Where an amount is. Every movement takes it from one account and puts it into another."""

    ISSUER = "issuer"
    MARKET = "market"
    CARRIED = "carried"  # between two vintages
    HELD = "held"
    FROZEN = "frozen"
    SURRENDERED = "surrendered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


# What these owe the enterprise is negative; all others hold what is there, never less than nothing.
OUTSIDE = frozenset({Account.ISSUER, Account.MARKET, Account.CARRIED})


@dataclass(frozen=True, slots=True)
class Instrument:
    """A kind of right. ``whole``: there are no parts of a unit. ``vintage`` is required, optional
    or none; ``item`` is what an item names (a pollutant, a certificate; None: nothing).
    ``compared_with`` names what it is held against.
    """

    code: str
    name_zh: str
    name_en: str
    unit: str
    whole: bool
    vintage: str
    item: str | None
    compared_with: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class MovementKind:
    """A way to move: from one account to another. ``for_year`` and ``counterpart`` are required,
    optional or none.
    """

    code: str
    name_zh: str
    name_en: str
    from_account: Account
    to_account: Account
    instruments: frozenset[str]
    for_year: str
    counterpart: str
    source: str
    status: str


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every instrument by its code, in the order of the file."""
    return MappingProxyType(
        {
            row["code"]: Instrument(
                row["code"], row["name_zh"], row["name_en"], row["unit"],
                row["whole"] == "true", row["vintage"], row["item"] or None,
                row["compared_with"], row["source"], row["status"],
            )
            for row in _rows("instruments")
        }
    )  # fmt: skip


@cache
def movement_kinds() -> Mapping[str, MovementKind]:
    """Every kind of movement by its code, in the order of the file."""
    return MappingProxyType(
        {
            row["code"]: MovementKind(
                row["code"], row["name_zh"], row["name_en"], Account(row["from_account"]),
                Account(row["to_account"]), frozenset(row["instruments"].split("|")),
                row["for_year"], row["counterpart"], row["source"], row["status"],
            )
            for row in _rows("movement_kinds")
        }
    )  # fmt: skip


def movement_faults(movement: Movement) -> Iterator[tuple[str, str]]:
    """Field and reason of whatever is wrong with one movement, taken alone."""
    instrument = instruments().get(movement.instrument)
    kind = movement_kinds().get(movement.kind)
    if instrument is None:
        yield "instrument", f"{movement.instrument!r} is not one of: {', '.join(instruments())}"
    if kind is None:
        yield "kind", f"{movement.kind!r} is not one of: {', '.join(movement_kinds())}"
    yield from _amount(movement, instrument)
    if movement.price_yuan is not None and not (
        isfinite(movement.price_yuan) and movement.price_yuan >= 0
    ):
        yield "price_yuan", f"{movement.price_yuan:g} is no price"
    if instrument is not None:
        yield from _asked("vintage", movement.vintage, instrument.vintage, instrument.code)
        needed = "none" if instrument.item is None else "required"
        yield from _asked("item", movement.item, needed, instrument.code)
        known = instrument.item != "pollutant" or movement.item in (None, *hj212_codes())
        if not known:
            yield "item", f"{movement.item!r} is no pollutant of HJ 212-2017"
    if kind is not None:
        yield from _asked("for_year", movement.for_year, kind.for_year, kind.code)
        yield from _asked("counterpart", movement.counterpart, kind.counterpart, kind.code)
    if movement.for_year is not None and movement.for_year > movement.on.year:
        yield "for_year", f"{movement.for_year} has not begun on {movement.on}"
    if instrument is not None and kind is not None and instrument.code not in kind.instruments:
        yield "kind", f"{kind.code} is no movement of {instrument.code}"
    if movement.counterpart == movement.enterprise:
        yield "counterpart", f"{movement.enterprise} does not trade with itself"


def _amount(movement: Movement, instrument: Instrument | None) -> Iterator[tuple[str, str]]:
    amount = movement.amount
    if not isfinite(amount) or amount <= 0 or amount > MOST:
        yield "amount", f"{amount:g} is not above 0 and up to {MOST:g}; the kind says which way"
    elif instrument is not None and instrument.whole and amount != int(amount):
        yield "amount", f"{amount:.15g}: {instrument.code} has whole units only"
    elif abs(amount * MICRO - round(amount * MICRO)) > 1e-9 * amount * MICRO:
        yield "amount", f"{amount:.15g} has more than six decimals"


def _asked(field: str, value: object, asked: str, of: str) -> Iterator[tuple[str, str]]:
    if asked == "required" and value is None:
        yield field, f"is empty; {of} needs one"
    if asked == "none" and value is not None:
        yield field, f"{value!r}: {of} has none"


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("models") / "reference" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
