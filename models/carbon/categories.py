"""The closed list of categories an inventory row may have (``models/reference/categories.csv``)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Counted(StrEnum):
    """What a category's rows count in."""

    EMISSIONS = "emissions"  # the total in t CO2e
    MEMO = "memo"  # told beside the total, never added to it
    ENERGY = "energy"  # energy only: nothing is emitted
    BALANCE = "balance"  # a balance of water or solid waste; no inventory has them


@dataclass(frozen=True, slots=True)
class Category:
    """One row: ``scope`` 1, 2, 3 or None (outside the scopes); ``sign`` -1 where the amount is
    deducted; ``guideline_term`` the name in the sector guidelines' tables, empty where none.
    """

    code: str
    scope: int | None
    sign: int
    counted: Counted
    name_zh: str
    name_en: str
    guideline_term: str
    source: str

    @property
    def of_a_balance(self) -> bool:
        """Whether its amounts carry no CO2 and need no factor: water and solid waste."""
        return self.counted is Counted.BALANCE


@cache
def categories() -> dict[str, Category]:
    """Every category by its code, in the order that reports list them."""
    text = (files("models") / "reference" / "categories.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Category(
            code=row["code"],
            scope=int(row["scope"]) if row["scope"] else None,
            sign=int(row["sign"]),
            counted=Counted(row["counted"]),
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            guideline_term=row["guideline_term"],
            source=row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def category(code: str) -> Category:
    """One category; KeyError that lists the codes where there is none of this name."""
    try:
        return categories()[code]
    except KeyError:
        raise KeyError(f"category {code!r} is not one of: {', '.join(categories())}") from None
