"""Who is on the list of low-efficiency land use: worked by hand (half of the mean, two years)."""

from __future__ import annotations

import pytest

from models.progress.assessment.land_watch import LandYear, WatchVerdict, watch
from models.progress.assessment.rules import scheme_of

LOW, FINE = LandYear(0.3, 0.4, "C"), LandYear(1.2, 0.9, "B")
WORST = LandYear(0.8, 0.7, "D")


@pytest.mark.parametrize(
    ("land", "years", "verdict", "low", "d", "reason"),
    [
        (100.0, [LOW, LOW], "listed", 2, 0, None),
        (100.0, [LOW, FINE], "watched", 1, 0, None),
        (100.0, [FINE, LOW], "clear", 0, 0, None),
        (100.0, [WORST, WORST], "listed", 0, 2, None),
        (100.0, [WORST, LOW], "watched", 0, 1, None),
        (100.0, [LandYear(0.3, 0.4, "D"), LOW], "listed", 2, 1, None),
        # A poor grade on land that yields more than the mean is no poor use of land.
        (100.0, [LandYear(1.1, 1.3, "D"), LandYear(1.1, 1.3, "D")], "clear", 0, 0, None),
        # Graded D twice: with a tax below the mean it would be listed, above it clear.
        (100.0, [LandYear(1.1, None, "D"), LandYear(1.1, 0.9, "D")], "unknown", 0, 0, "no_tax"),
        # Just half is not below half.
        (100.0, [LandYear(0.5, 0.4, "C"), LOW], "clear", 0, 0, None),
        # Tax unknown: output at 0.3 alone decides nothing, at 1.2 it does.
        (100.0, [LandYear(0.3, None, "C"), LOW], "unknown", 0, 0, "no_tax"),
        (100.0, [LandYear(1.2, None, "C"), LOW], "clear", 0, 0, None),
        # Above the mean in both no grade makes it poor use; below it in one a D would.
        (100.0, [LandYear(1.2, 1.0, None), LOW], "clear", 0, 0, None),
        (100.0, [LandYear(1.2, 0.9, None), LOW], "unknown", 0, 0, "no_grade"),
        (
            100.0,
            [LandYear(0.3, None, "C", no_tax="no_yardstick"), LOW],
            "unknown",
            0,
            0,
            "no_yardstick",
        ),
        (100.0, [LandYear(None, 0.2, None), LOW], "unknown", 0, 0, "no_output"),
        # Not known for how long.
        (100.0, [LOW, LandYear(None, None, None)], "watched", 1, 0, "years_before_unknown"),
        (100.0, [LOW], "watched", 1, 0, None),
        (None, [LOW, LOW], "unknown", 0, 0, "no_land"),
        (3.0, [LOW, LOW], "exempt", 0, 0, "small_land"),
        (3.1, [LOW, LOW], "listed", 2, 0, None),
    ],
)
def test_the_watch(
    land: float | None,
    years: list[LandYear],
    verdict: str,
    low: int,
    d: int,
    reason: str | None,
) -> None:
    found = watch(scheme_of(2025), land, years)
    assert (found.verdict, found.low_years, found.d_years, found.reason) == (
        WatchVerdict(verdict), low, d, reason,
    )  # fmt: skip


def test_without_a_year_nothing_is_said() -> None:
    with pytest.raises(ValueError, match="the last year at least"):
        watch(scheme_of(2025), 100.0, [])
