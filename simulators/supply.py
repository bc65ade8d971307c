"""What is measured where energy changes hands: heat sold, power sold, the fuel that it took.

Such a meter carries shares of what other meters carry (``supply.csv``); a virtual one takes no
readings, and what it must come to is a share too (``virtual.csv``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from simulators.park import table

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Supply:
    """A meter whose amount is the sum of ``parts``: another meter's amount times a factor.

    ``formula`` is that of a virtual meter, else empty; ``unit`` then that of its quantity.
    """

    enterprise: str
    code: str
    quantity: str
    unit: str
    direction: str
    counterpart: str | None
    parts: tuple[tuple[Key, float], ...]
    formula: str
    name_zh: str
    name_en: str

    @property
    def key(self) -> Key:
        """Enterprise and code."""
        return self.enterprise, self.code


def _parts(text: str) -> tuple[tuple[Key, float], ...]:
    found = []
    for part in text.split():
        meter, factor = part.split("*")
        enterprise, code = meter.split("/")
        found.append(((enterprise, code), float(factor)))
    return tuple(found)


def _read(name: str) -> dict[Key, Supply]:
    rows = [
        Supply(
            enterprise=row["enterprise"],
            code=row["meter"],
            quantity=row["quantity"],
            unit=row.get("unit", ""),
            direction=row["direction"],
            counterpart=row["counterpart"] or None,
            parts=_parts(row["of"]),
            formula=row.get("formula", ""),
            name_zh=row["name_zh"],
            name_en=row["name_en"],
        )
        for row in table(name)
    ]
    return {row.key: row for row in rows}


@cache
def supplies() -> dict[Key, Supply]:
    """Meters with readings, by enterprise and code."""
    return _read("supply.csv")


@cache
def virtual_meters() -> dict[Key, Supply]:
    """Virtual meters, by enterprise and code."""
    return _read("virtual.csv")


@cache
def suppliers() -> dict[Key, str]:
    """Who of the park is at the other end of a customer's meter."""
    return {
        part: supply.enterprise
        for supply in supplies().values()
        if supply.direction == "export"
        for part, _ in supply.parts
        if part[0] == supply.counterpart
    }
