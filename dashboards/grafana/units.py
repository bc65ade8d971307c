"""Units and decimals of our fields as Grafana sets them."""

from __future__ import annotations

from dashboards.boards import ROW_UNIT, SHARE, Field

UNITS = {
    SHARE: "percentunit",
    "s": "s",
    "kg": "suffix: kg",
    "kg/d": "suffix: kg/d",
    "tCO2e": "suffix: tCO₂e",
    "tCO2e/a": "suffix: tCO₂e/a",
    "tce": "suffix: tce",
    "t": "suffix: t",
    "MWh": "suffix: MWh",
    "GJ": "suffix: GJ",
    "t/MWh": "suffix: t/MWh",
    "t/GJ": "suffix: t/GJ",
    "%": "percent",
    "yuan/tCO2e": "suffix: 元/tCO₂e",
    "1e4_yuan": "suffix: 万元 10⁴ yuan",
    "tce/1e4_yuan": "suffix: tce/万元",
    "tCO2e/1e4_yuan": "suffix: tCO₂e/万元",
}


def unit(field: Field) -> str | None:
    """Grafana's unit; None where the field has none, or where the meter or the row tells it."""
    if field.unit in ("", ROW_UNIT) or field.unit.startswith("{"):
        return None
    return UNITS[field.unit]


def decimals(field: Field) -> int | None:
    """Decimals; None leaves it to Grafana, which shows more of small numbers."""
    return 1 if field.unit == SHARE else field.decimals or None
