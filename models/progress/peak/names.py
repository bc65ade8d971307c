"""Names of verdicts, reasons, series, effects and states: models/reference/peak_names.csv."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Literal

List = Literal["verdict", "reason", "series", "effect", "state"]
Pair = tuple[str, str]  # Chinese, English


@cache
def _rows() -> dict[tuple[str, str], dict[str, str]]:
    text = (files("models") / "reference" / "peak_names.csv").read_text(encoding="utf-8")
    return {(row["list"], row["code"]): row for row in csv.DictReader(text.splitlines())}


def name_of(which: List, code: str) -> Pair:
    """What a code is called; KeyError where there is no such code."""
    row = _rows()[which, code]
    return row["name_zh"], row["name_en"]


def meaning_of(which: List, code: str) -> Pair:
    """What a code means, in a few words; empty where its name says all."""
    row = _rows()[which, code]
    return row["meaning_zh"], row["meaning_en"]


def codes(which: List) -> tuple[str, ...]:
    """All codes of a list, in their order."""
    return tuple(code for of, code in _rows() if of == which)
