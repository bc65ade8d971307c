"""How figures, units and times are printed. Unknown is printed as unknown, never as zero."""

from __future__ import annotations

import math
from datetime import datetime
from zoneinfo import ZoneInfo

from dashboards.boards import SIGNIFICANT_DIGITS

UNKNOWN = "—"

# Units as the API writes them -> as they are set in type, Chinese and English.
UNITS = {
    "tCO2e": ("tCO₂e", "tCO₂e"),
    "tCO2e/a": ("tCO₂e/年", "tCO₂e/year"),
    "tce": ("tce", "tce"),
    "1e4_yuan": ("万元", "10⁴ yuan"),
    "t/1e4_yuan": ("t/万元", "t/10⁴ yuan"),
    "t/(10^4 yuan)": ("t/万元", "t/10⁴ yuan"),
    "tce/(10^4 yuan)": ("tce/万元", "tce/10⁴ yuan"),
    "10^4 yuan/mu": ("万元/亩", "10⁴ yuan/mu"),
    "10^4 yuan/tce": ("万元/tce", "10⁴ yuan/tce"),
    "10^8 yuan/km2": ("亿元/km²", "10⁸ yuan/km²"),
    "yuan/m3": ("元/m³", "yuan/m³"),
    "tce/mu": ("tce/亩", "tce/mu"),
    "t/mu": ("t/亩", "t/mu"),
    "%/a": ("%/年", "%/year"),
    "tce/1e4_yuan": ("tce/万元", "tce/10⁴ yuan"),
    "tCO2e/1e4_yuan": ("tCO₂e/万元", "tCO₂e/10⁴ yuan"),
    "yuan/tCO2e": ("元/tCO₂e", "yuan/tCO₂e"),
    "m3": ("m³", "m³"),
    "Nm3": ("Nm³", "Nm³"),
    "Sm3": ("Sm³", "Sm³"),
    "m3/h": ("m³/h", "m³/h"),
    "Nm3/h": ("Nm³/h", "Nm³/h"),
    "mg/m3": ("mg/m³", "mg/m³"),
    "ug/m3": ("µg/m³", "µg/m³"),
    "m3/s": ("m³/s", "m³/s"),
    "uS/cm": ("µS/cm", "µS/cm"),
    "dB": ("dB(A)", "dB(A)"),
    "degC": ("°C", "°C"),
    "1": ("", ""),
}

AGE_STEPS = (
    (86_400, "天", "d"),
    (3_600, "小时", "h"),
    (60, "分钟", "min"),
    (1, "秒", "s"),
)


def known(value: object) -> bool:
    """Whether a value of an answer is a number at all: neither null nor NaN."""
    return isinstance(value, int | float) and math.isfinite(value)


def number(value: float | None, decimals: int = 0, significant: int = SIGNIFICANT_DIGITS) -> str:
    """A figure with thousands separators.

    At least ``decimals`` decimals, and as many more as ``significant`` digits take.
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return f"{0:.{decimals}f}"
    before_point = math.floor(math.log10(abs(value))) + 1
    return f"{value:,.{max(decimals, significant - before_point)}f}".replace("-", "−")


def reading(value: float | None) -> str:
    """A meter's value as it came: all its digits up to three decimals, no padding."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def measured(value: float | None) -> str:
    """A measured value or a limit: four significant digits, no padding."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = number(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(value: float | None, decimals: int) -> str:
    """A figure with exactly so many decimals; what is not zero is not printed as zero."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    least = 10.0**-decimals
    if 0 < value < least / 2:
        return f"<{least:.{decimals}f}"
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")


def count(value: float | None) -> str:
    """A count with thousands separators."""
    return UNKNOWN if value is None else f"{value:,.0f}".replace("-", "−")


def percent(share: float | None) -> str:
    """A share in per cent, one decimal; what is not all is not printed as 100 %, nor some as 0."""
    if share is None or not math.isfinite(share):
        return UNKNOWN
    if 0 < share < 0.0005:
        return "<0.1%"
    if 0.9995 <= share < 1:
        return ">99.9%"
    if share in (0, 1):
        return f"{share * 100:.0f}%"
    return f"{share * 100:.1f}%".replace("-", "−")


def unit(code: str, language: str) -> str:
    """A unit as it is set in type; one that has no other form stays as it is."""
    zh, en = UNITS.get(code, (code, code))
    return en if language == "en" else zh


def instant(text: str) -> datetime:
    """An instant as the API writes it (RFC 3339)."""
    return datetime.fromisoformat(text)


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Date and time of day in the park, to the second."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def age(at: datetime, now: datetime, language: str) -> str:
    """How long ago ``at`` was at ``now``, in its largest unit; a time ahead has no age."""
    seconds = int((now - at).total_seconds())
    for size, zh, en in AGE_STEPS:
        if seconds >= size:
            return f"{seconds // size} {en if language == 'en' else zh}"
    return "刚刚" if language != "en" else "now"
