"""What a pollutant and a period are called in the texts of alarms."""

from __future__ import annotations

from functools import cache

from models.environment.hj212_codes import hj212_codes
from models.errors import UnitError
from models.units import conversion

PERIODS = {
    "hour": ("小时均值", "hour mean", 3_600),
    "day": ("日均值", "day mean", 86_400),
    "month": ("月均值", "month mean", 31 * 86_400),
    "year": ("年均值", "year mean", 366 * 86_400),
    "daytime": ("昼间等效声级", "day-time level", 86_400),
    "nighttime": ("夜间等效声级", "night-time level", 86_400),
    "max_8_hours": ("日最大8小时均值", "largest 8-hour mean of the day", 86_400),
}


def period_names(averaging: str) -> tuple[str, str, int]:
    """Chinese and English name of a mean over such a period, and its length in seconds."""
    return PERIODS.get(averaging, (averaging, averaging, 86_400))


def pollutant_names(code: str) -> tuple[str, str]:
    """Chinese and English name; the code itself where it is none of HJ 212."""
    found = hj212_codes().get(code)
    return (code, code) if found is None else (found.name_zh, found.name_en)


def subject_of(pollutant: str, averaging: str, unit: str) -> str:
    """What tells exceedances of one outlet apart; a rate is judged beside the concentration."""
    return f"{pollutant}/{averaging}" + ("/rate" if _is_rate(unit) else "")


@cache
def _is_rate(unit: str) -> bool:
    """Whether it is of a mass an hour: a permit may say it in g/h."""
    try:
        conversion(unit, "kg/h")
    except UnitError:
        return False
    return True
