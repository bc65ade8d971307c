"""Titles on a day: held, ended, not yet; counted once, at their highest level."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.titles import title_counts, titles
from models.registry import Registry, Scope, Title
from tests.unit.carbon.conftest import REGISTRY

FACTORY = Title(
    Scope.ENTERPRISE, "a", "green_factory", "national", date(2024, 3, 1), "list 8",
    valid_to=date(2027, 3, 1),
)  # fmt: skip
PARK = Title(Scope.PARK, "p", "green_park", "national", date(2018, 1, 29), "list 1")


@pytest.fixture
def registry() -> Registry:
    """a: a national and an earlier city title of the same; b: one that ended; the park: one."""
    earlier = replace(FACTORY, level="city", awarded=date(2022, 1, 1), valid_to=None)
    ended = replace(FACTORY, code="b", level="provincial", awarded=date(2020, 1, 1),
                    valid_to=date(2023, 1, 1))  # fmt: skip
    return replace(REGISTRY, titles=(FACTORY, earlier, ended, PARK))


@pytest.mark.parametrize(
    ("on", "state", "left"),
    [
        (date(2024, 2, 29), "not_yet", None),
        (date(2024, 3, 1), "held", 1095),  # three years, one of them with 29 February 2024 past
        (date(2027, 2, 28), "held", 1),
        (date(2027, 3, 1), "ended", None),
    ],
)
def test_a_title_is_held_from_its_award_to_its_end(on: date, state: str, left: int | None) -> None:
    (row,) = titles(replace(REGISTRY, titles=(FACTORY,)), on=on).to_dict("records")
    assert row["state"] == state
    assert (None if left is None else row["days_left"]) == left
    assert "2027-03-01" in row["statement_zh"]


def test_the_park_s_first_and_an_enterprise_s_own(registry: Registry) -> None:
    found = titles(registry, on=date(2026, 1, 1))
    assert found["code"].tolist() == ["p", "a", "a", "b"]
    assert found["state"].tolist() == ["held", "held", "held", "ended"]
    assert titles(registry, on=date(2026, 1, 1), enterprise="b")["code"].tolist() == ["b"]


def test_counts(registry: Registry) -> None:
    rows = {
        row["title"]: row for row in title_counts(registry, on=date(2026, 1, 1)).to_dict("records")
    }
    factory = rows["green_factory"]
    assert (factory["holders"], factory["national"], factory["city"], factory["of"]) == (1, 1, 0, 3)
    assert factory["holder_codes"] == "a"
    assert factory["statement_en"] == (
        "1 of 3 enterprises hold the title Green factory (1 national)."
    )
    assert rows["green_park"]["statement_zh"] == "园区已获得“绿色工业园区”称号（国家级）。"
    assert rows["zero_carbon_park"]["statement_en"] == (
        "The park does not hold the title Zero-carbon park."
    )
    before = {
        row["title"]: row for row in title_counts(registry, on=date(2022, 6, 1)).to_dict("records")
    }
    factory = before["green_factory"]
    assert (factory["holders"], factory["provincial"], factory["city"]) == (2, 1, 1)


def test_nobody_holds_any() -> None:
    assert titles(REGISTRY, on=date(2026, 1, 1)).empty
    assert set(title_counts(REGISTRY, on=date(2026, 1, 1))["holders"]) == {0}
