"""What the balances of water and solid waste are made of: codes by category.

Wastes (``models/reference/wastes.csv``): the categories HW01 to HW50 of the National Catalogue of
Hazardous Wastes, and the kinds SW01 to SW59 of general industrial solid waste. Flows of water
(``models/reference/water_flows.csv``). Both carry no CO2: no inventory has them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from models.carbon.categories import categories

WATER, WASTE = "water", "solid_waste"  # quantities of their meters; categories begin with them


@dataclass(frozen=True, slots=True)
class BalanceCode:
    """A kind of waste, or of water, that amounts of a category may be of.

    ``hazardous`` of a waste; ``unconventional`` of an intake: reclaimed or rain water.
    """

    category: str
    code: str
    name_zh: str
    name_en: str
    unit: str
    source: str
    status: str
    hazardous: bool = False
    unconventional: bool = False


@cache
def balance_codes() -> Mapping[tuple[str, str], BalanceCode]:
    """Every code by category and code; each waste in every category of solid waste."""
    found: dict[tuple[str, str], BalanceCode] = {}
    for row in _rows("water_flows"):
        found[row["category"], row["code"]] = BalanceCode(
            row["category"], row["code"], row["name_zh"], row["name_en"], row["unit"],
            row["source"], row["status"], unconventional=row["unconventional"] == "true",
        )  # fmt: skip
    for category in categories_of(WASTE):
        for row in _rows("wastes"):
            found[category, row["code"]] = BalanceCode(
                category, row["code"], row["name_zh"], row["name_en"], row["unit"],
                row["source"], row["status"], hazardous=row["hazardous"] == "true",
            )  # fmt: skip
    return MappingProxyType(found)


def categories_of(quantity: str) -> tuple[str, ...]:
    """The categories of a balance (WATER or WASTE), in their order."""
    return tuple(
        code
        for code, one in categories().items()
        if one.of_a_balance and code.startswith(f"{quantity}_")
    )


def code_in_stream(category: str, stream: str) -> str | None:
    """The code that a source stream of a category is of, by the beginning of the stream's own.

    A stream ``HW08-collected`` of ``solid_waste_generated`` is of HW08; ``foul`` or ``foul-2`` of
    ``water_discharged`` of foul water. None where it names none.
    """
    named = stream.replace("_", "-").split("-")
    # Codes of water have an underscore themselves: the longest beginning that is a code counts.
    for end in range(len(named), 0, -1):
        for sign in "_-":
            if (category, sign.join(named[:end])) in balance_codes():
                return sign.join(named[:end])
    return None


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("models") / "reference" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
