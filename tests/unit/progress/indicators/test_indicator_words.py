"""Numbers as sentences have them."""

from __future__ import annotations

import pytest

from models.progress.indicators.words import amount


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (43.074, "%", "43.07%", "43.07 %"),
        (0.0, "%", "0%", "0 %"),
        (0.30004, "t/tce", "0.3吨二氧化碳/吨标准煤", "0.3 tCO2/tce"),
        (12_345.6, "yuan/m3", "12,346元/立方米", "12,346 yuan/m³"),
        (1_500.0, "yuan/m3", "1500元/立方米", "1500 yuan/m³"),
        (0.00004, "t/tce", "0.00004吨二氧化碳/吨标准煤", "0.00004 tCO2/tce"),
        (3.0, "10^4 yuan/tce", "3万元/吨标准煤", "3 × 10⁴ yuan/tce"),
    ],
)
def test_amounts(value: float, unit: str, zh: str, en: str) -> None:
    assert (amount(value, unit, "zh"), amount(value, unit, "en")) == (zh, en)
