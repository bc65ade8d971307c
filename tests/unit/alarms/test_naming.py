"""What tells alarms apart, and how they say what is over."""

from __future__ import annotations

from datetime import date

import pytest

from alarms.sources.naming import subject_of
from alarms.sources.permitted import used_up


@pytest.mark.parametrize("unit", ["kg/h", "g/h"])
def test_a_rate_is_another_matter_than_a_concentration_in_whatever_unit(unit: str) -> None:
    assert subject_of("a21002", "hour", unit) == "a21002/hour/rate"


@pytest.mark.parametrize("unit", ["mg/m3", "1", "dB"])
def test_a_concentration_ph_or_level_is_no_rate(unit: str) -> None:
    assert subject_of("a21002", "hour", unit) == "a21002/hour"


def test_an_amount_that_is_used_up_does_not_run_out_in_the_past() -> None:
    day = date(2026, 9, 3)
    assert used_up(day, 0.9) == ("，预计 2026-09-03 用尽", ", runs out on 2026-09-03")
    assert used_up(day, 1.02) == ("，已于 2026-09-03 用尽", ", used up on 2026-09-03")
