"""The titles that a park or an enterprise may hold: models/reference/titles.csv.

The levels and issuers are those of the document that the row names as its source.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

LEVELS = ("national", "provincial", "city")
SCOPES = ("park", "enterprise")


@dataclass(frozen=True, slots=True)
class TitleKind:
    """One title: who may hold it (``scope``), at which ``levels``, and who awards it."""

    code: str
    scope: str
    name_zh: str
    name_en: str
    levels: tuple[str, ...]
    issuer_zh: str
    issuer_en: str
    source: str
    status: str


@cache
def title_kinds() -> Mapping[str, TitleKind]:
    """Every title by its code, in the file's order."""
    text = (files("models") / "reference" / "titles.csv").read_text(encoding="utf-8")
    found = {
        row["code"]: TitleKind(
            row["code"], row["scope"], row["name_zh"], row["name_en"],
            tuple(row["levels"].split("|")), row["issuer_zh"], row["issuer_en"],
            row["source"], row["status"],
        )
        for row in csv.DictReader(text.splitlines())
    }  # fmt: skip
    return MappingProxyType(found)
