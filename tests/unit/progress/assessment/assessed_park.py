"""What was entered of three enterprises of division 36 (test_enterprises_assessed.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from ledger.assessment import (
    assessment_points,
)
from models.registry import EnergyBasis, Scope, Subject, Target, YearlyFigure
from tests.unit.carbon.conftest import Ledger

CONSTANT = "constant 2020"


def figure(
    code: str, year: int, indicator: str, value: float, scope: Scope = Scope.ENTERPRISE, **more: Any
) -> YearlyFigure:
    money = {"price_basis": CONSTANT if "output" in indicator else "current"}
    return YearlyFigure(
        scope, code, year, indicator, value, "yearbook", date(2026, 1, 1),
        **((money if "yuan" in indicator else {}) | more),
    )  # fmt: skip


def budget(code: str, subject: Subject, value: float) -> Target:
    basis = EnergyBasis.EQUIVALENT if subject is Subject.ENERGY_TOTAL else None
    return Target(Scope.ENTERPRISE, code, subject, "2025", "notice 7", "1", value, basis=basis)


ENTERED = {
    "a": {"co2e_t": 1000.0, "energy_tce_equivalent": 500.0, "energy_tce_calorific": 400.0,
          "output_1e4_yuan": 10_000.0, "tax_1e4_yuan": 500.0, "clean_energy_share_pct": 30.0},
    "b": {"co2e_t": 300.0, "energy_tce_equivalent": 100.0, "energy_tce_calorific": 80.0,
          "output_1e4_yuan": 10_000.0, "tax_1e4_yuan": 1000.0},
    "c": {"co2e_t": 700.0, "energy_tce_equivalent": 400.0, "energy_tce_calorific": 300.0,
          "output_1e4_yuan": 20_000.0, "tax_1e4_yuan": 400.0, "clean_energy_share_pct": 90.0},
}  # fmt: skip
BEFORE = {"a": (1000.0, 10_000.0), "b": (330.0, 10_000.0), "c": (700.0, 17_500.0)}


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def by_enterprise(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["enterprise"]: row for row in rows_of(frame)}


def points_of(ledger: Ledger, code: str) -> dict[str, dict[str, Any]]:
    frame = assessment_points(ledger.books, enterprise=code)
    return {row["criterion"]: row for row in rows_of(frame)}


def change(ledger: Ledger, *figures: YearlyFigure, without: str | None = None) -> None:
    """Add figures; without those of an indicator of a in 2025."""
    kept = [
        one for one in ledger.registry.yearly_figures
        if (one.code, one.year, one.indicator) != ("a", 2025, without)
    ]  # fmt: skip
    ledger.registry = replace(ledger.registry, yearly_figures=(*kept, *figures))
