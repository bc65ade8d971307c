"""Quotas per product: levels as the standards print them, and places between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.progress.assessment.quotas import (
    QuotaError,
    adjusted,
    level,
    place,
    quota_in,
    quotas,
    specific_use,
    value_at,
)


def test_levels_are_those_of_the_standards() -> None:
    # GB 16780-2021, GB 29436-2023 and GB 21342-2025 as quoted in public pages, typed in again.
    printed = {
        "cement": (80, 87, 94),
        "cement_clinker": (100, 107, 117),
        "cement_clinker_electricity": (48, 57, 61),
        "cement_clinker_coal": (94, 100, 109),
        "cement_grinding": (26, 29, 34),
        "methanol_bituminous": (1380, 1400, 1800),
        "methanol_gas": (1130, 1150, 1380),
        "ethylene_glycol_coal": (2450, 2850, 3100),
        "coke_top_charged": (110, 110, 135),
        "coke_stamp_charged": (115, 115, 140),
    }
    for product, levels in printed.items():
        assert quotas("energy")[product][-1].levels == levels, product


def test_every_quota_has_three_growing_levels_and_a_source() -> None:
    for tables in (quotas("energy"), quotas("water")):
        for product, of in tables.items():
            for one in of:
                assert one.levels[0] <= one.levels[1] <= one.levels[2], product
                assert one.levels[0] > 0, product
                assert all((one.source, one.standard)), product


def test_cement_is_adjusted_by_its_clinker() -> None:
    # 70 % clinker, 5 points below 75: 80 - 5 x 1.10, 87 - 5 x 1.15, 94 - 5 x 1.20
    cement = quotas("energy")["cement"][0]
    assert adjusted(cement, clinker_pct=70.0).levels == pytest.approx((74.5, 81.25, 88.0))
    assert adjusted(cement).levels == (80, 87, 94)
    with pytest.raises(QuotaError, match="moisture: GB 16780-2021 adjusts nothing of cement"):
        adjusted(cement, moisture=1.0)


@pytest.mark.parametrize(
    ("value", "at", "kept"),
    [
        (60.0, 1.0, 1),
        (80.0, 1.0, 1),  # compared by <=
        (83.5, 1.5, 2),  # half way from 80 to 87
        (87.0, 2.0, 2),
        (88.75, 2.25, 3),  # a quarter from 87 to 94
        (94.0, 3.0, 3),
        (94.47, 3.05, None),  # 0.5 % beyond 94: a twentieth of 10 %
        (103.4, 4.0, None),  # 10 % beyond
    ],
)
def test_a_product_stands_between_the_levels(value: float, at: float, kept: int | None) -> None:
    cement = quotas("energy")["cement"][0]
    assert place(cement, value) == pytest.approx(at)
    assert level(cement, value) == kept


def test_of_two_equal_levels_the_better_one_counts() -> None:
    coke = quotas("energy")["coke_top_charged"][0]  # 110, 110, 135
    assert place(coke, 110.0) == 1.0
    assert level(coke, 110.0) == 1
    assert place(coke, 122.5) == pytest.approx(2.5)


@given(st.floats(min_value=81.0, max_value=150.0))
def test_a_place_leads_back_to_its_value(value: float) -> None:
    cement = quotas("energy")["cement"][0]
    assert value_at(cement, place(cement, value)) == pytest.approx(value, rel=1e-12)


def test_a_use_needs_a_product() -> None:
    assert specific_use(520.0, 4.0) == 130.0
    for amount in (0.0, -1.0, float("nan")):
        with pytest.raises(QuotaError, match="product_amount"):
            specific_use(520.0, amount)
    with pytest.raises(QuotaError, match="use: -1 is negative"):
        specific_use(-1.0, 4.0)


def test_a_quota_holds_from_its_year_on() -> None:
    assert quota_in("energy", "cement", 2021) is None  # in force from 2022-11-01
    assert quota_in("energy", "cement", 2022) is not None
    assert quota_in("energy", "paper", 2025) is None
