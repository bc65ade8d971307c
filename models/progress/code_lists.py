"""The closed lists that records of progress name codes of: ``models/reference/NAME.csv``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

LISTS = (
    "yearly_figures", "scenario_parameters", "measure_kinds", "titles", "instruments",
    "movement_kinds",
)  # fmt: skip

Row = Mapping[str, str]


@cache
def code_list(name: str) -> Mapping[str, Row]:
    """The rows of one of LISTS as text, by ``code``, in their order; KeyError for another name."""
    if name not in LISTS:
        raise KeyError(name)
    text = (files("models") / "reference" / f"{name}.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["code"]: MappingProxyType(row) for row in rows})
