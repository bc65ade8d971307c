"""The methods that emissions are computed by (``models/reference/methods.csv``, ``operands.csv``).

Every method gives tonnes of its gas from operands by name; tonnes of CO2e are that times the gas's
warming potential (models.carbon.warming). ``amount`` is the activity in the unit of the factor: the
unit conversion comes before. Signs (exports, recovery, products) are the category's.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Operand:
    """An operand of a method; ``name`` is its name in functions, expressions and columns."""

    name: str
    symbol: str
    name_zh: str
    name_en: str
    unit: str


@dataclass(frozen=True, slots=True)
class Method:
    """A method as the guideline has it.

    ``formula`` is for people, in the guideline's symbols; ``expression`` the arithmetic of the
    tonnes of gas, in the operands' names (``+ - * /``, parentheses, numbers; ``gwp`` stands outside
    it). ``gas`` is CO2, CH4, ``any`` (the factor names it) or ``none``. ``status`` is that of the
    clause, as of factors. ``function`` is ``module:name`` of what computes it.
    """

    code: str
    name_zh: str
    name_en: str
    formula: str
    expression: str
    gas: str
    operands: tuple[Operand, ...]
    function: str
    clause: str
    source: str
    status: str
    note: str

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the operands of ``expression``, in the order of the function's parameters."""
        return tuple(one.name for one in self.operands if one.name != "gwp")

    def gas_t(self, operands: Mapping[str, Numbers]) -> Numbers:
        """Tonnes of the gas; KeyError names an operand that is not there."""
        return _function(self.function)(*(operands[name] for name in self.inputs))


@cache
def methods() -> dict[str, Method]:
    """Every method by its code."""
    known = {row["name"]: row for row in _rows("operands")}
    return {
        row["code"]: Method(
            **{name: text for name, text in row.items() if name != "operands"},
            operands=tuple(_operand(known, part) for part in row["operands"].split("|")),
        )
        for row in _rows("methods")
    }


def method(code: str) -> Method:
    """One method; KeyError that lists the codes where there is none of this name."""
    try:
        return methods()[code]
    except KeyError:
        raise KeyError(f"method {code!r} is not one of: {', '.join(methods())}") from None


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("models") / "reference" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _operand(known: Mapping[str, Mapping[str, str]], text: str) -> Operand:
    """``name:unit``, or ``name=symbol:unit`` where the formula has another symbol for it."""
    named, _, unit = text.partition(":")
    name, _, symbol = named.partition("=")
    row = known[name]
    return Operand(name, symbol or row["symbol"], row["name_zh"], row["name_en"], unit)


@cache
def _function(path: str) -> Callable[..., Numbers]:
    module, _, name = path.partition(":")
    found: Callable[..., Numbers] = getattr(import_module(module), name)
    return found
