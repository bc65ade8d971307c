"""Figures as they are printed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.boards import SIGNIFICANT_DIGITS
from dashboards.console import numbers


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (313_245.6789, 0, "313,246"),
        (2_904.04, 0, "2,904"),
        (290.204, 0, "290.2"),
        (4.2137, 0, "4.214"),
        (0.041268, 0, "0.04127"),
        (0.0, 0, "0"),
        (-12.5, 0, "−12.50"),
        (1_234.5, 2, "1,234.50"),
        (None, 0, "—"),
        (float("nan"), 0, "—"),
    ],
)
def test_number(value: float | None, decimals: int, printed: str) -> None:
    assert numbers.number(value, decimals) == printed


@given(st.floats(min_value=1e-6, max_value=1e12))
def test_a_printed_number_is_within_half_its_last_digit(value: float) -> None:
    printed = numbers.number(value).replace(",", "")
    digits = len(printed.partition(".")[2])
    assert abs(float(printed) - value) <= 0.5 * 10**-digits * (1 + 1e-9) + value * 1e-15
    assert len(printed.replace(".", "").lstrip("0")) >= SIGNIFICANT_DIGITS


@pytest.mark.parametrize(
    ("share", "printed"),
    [
        (0.9964, "99.6%"),
        (1.0, "100%"),
        (0.99996, ">99.9%"),
        (0.9995, ">99.9%"),
        (0.0, "0%"),
        (0.0002, "<0.1%"),
        (0.0005, "0.1%"),
        (None, "—"),
        (float("nan"), "—"),
    ],
)
def test_a_share_is_whole_only_where_it_is_whole(share: float | None, printed: str) -> None:
    assert numbers.percent(share) == printed


@pytest.mark.parametrize(
    ("value", "printed"), [(1234.5, "1,234.5"), (10.0, "10"), (-0.25, "−0.25"), (None, "—")]
)
def test_reading(value: float | None, printed: str) -> None:
    assert numbers.reading(value) == printed


def test_units_are_set_in_type_in_both_languages() -> None:
    assert numbers.unit("tCO2e/1e4_yuan", "zh") == "tCO₂e/万元"
    assert numbers.unit("tCO2e/1e4_yuan", "en") == "tCO₂e/10⁴ yuan"
    assert numbers.unit("Nm3", "en") == "Nm³"
    assert numbers.unit("kWh", "zh") == "kWh"


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0.4, "刚刚", "now"),
        (3, "3 秒", "3 s"),
        (119, "1 分钟", "1 min"),
        (7_200, "2 小时", "2 h"),
        (200_000, "2 天", "2 d"),
        (-30, "刚刚", "now"),
    ],
)
def test_age(seconds: float, zh: str, en: str) -> None:
    now = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
    at = now - timedelta(seconds=seconds)
    assert (numbers.age(at, now, "zh"), numbers.age(at, now, "en")) == (zh, en)


def test_a_moment_is_told_in_the_park_s_time() -> None:
    at = numbers.instant("2026-11-24T17:00:05Z")
    assert numbers.moment(at, ZoneInfo("Asia/Shanghai")) == "2026-11-25 01:00:05"
