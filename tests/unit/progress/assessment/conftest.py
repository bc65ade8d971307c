"""The park of three enterprises."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.registry import Enterprise, Subject
from tests.unit.carbon.conftest import Ledger
from tests.unit.progress.assessment.assessed_park import (
    BEFORE,
    ENTERED,
    budget,
    figure,
)


@pytest.fixture
def park(ledger: Ledger) -> Ledger:
    figures = [
        figure(code, 2025, name, value)
        for code, of in ENTERED.items()
        for name, value in of.items()
    ]
    for code, (co2e, output) in BEFORE.items():
        figures += [
            figure(code, 2024, "co2e_t", co2e), figure(code, 2024, "output_1e4_yuan", output),
        ]  # fmt: skip
    figures.append(figure("a", 2025, "product_amount", 1000.0, item="iron_castings"))
    ledger.registry = replace(
        ledger.registry,
        enterprises=(
            Enterprise("a", "甲厂", "A", "c1", industry="C3611", land_area_mu=100.0),
            Enterprise("b", "乙厂", "B", "c1", industry="3670", land_area_mu=50.0),
            Enterprise("c", "丙厂", "C", "c2", industry="C3660", land_area_mu=200.0),
        ),
        meters=(),
        yearly_figures=tuple(figures),
        targets=(
            budget("a", Subject.CO2_TOTAL, 900.0), budget("b", Subject.ENERGY_TOTAL, 100.0),
        ),
    )  # fmt: skip
    return ledger
