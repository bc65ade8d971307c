"""The kinds of alarms: models/reference/alarm_kinds.csv. The numbers are our own, dated."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from models.alarms import Severity


@dataclass(frozen=True, slots=True)
class AlarmKind:
    """What is true of all alarms of a kind.

    Their condition must be gone for ``clear`` before they are resolved; of those that
    ``need_handling`` only once a person has handled them. What comes back within ``reopen`` reopens
    the last alarm, later it raises a new one. Occurrences older than ``lookback`` raise nothing;
    zero: the kind is of what holds now. Meters that fell silent within ``group`` of one another are
    one alarm; zero: each is its own.
    """

    code: str
    severity: Severity
    needs_handling: bool
    clear: timedelta
    reopen: timedelta
    lookback: timedelta
    group: timedelta
    name_zh: str
    name_en: str

    @property
    def lasts(self) -> bool:
        """Whether its condition holds now or does not, rather than having occurred."""
        return not self.lookback


@cache
def kinds() -> Mapping[str, AlarmKind]:
    """Every kind by its code."""
    text = (files("models") / "reference" / "alarm_kinds.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["kind"]: _kind(row) for row in csv.DictReader(text.splitlines())})


def kind_names(code: str) -> tuple[str, str]:
    """Chinese and English name of a kind; of one that the file no longer has its code: alarms of
    it are still on record.
    """
    kind = kinds().get(code)
    return (code, code) if kind is None else (kind.name_zh, kind.name_en)


def _kind(row: Mapping[str, str]) -> AlarmKind:
    spans = {
        name: timedelta(seconds=float(row[f"{name}_s"]))
        for name in ("clear", "reopen", "lookback", "group")
    }
    return AlarmKind(
        code=row["kind"],
        severity=Severity(row["severity"]),
        needs_handling=row["needs_handling"] == "yes",
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        **spans,
    )
