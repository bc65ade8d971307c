"""Even paths to neutrality, by hand."""

from __future__ import annotations

import pytest

from models.progress.peak.neutrality import path_to


def test_to_zero():
    """1000 t in 2025 to 0 in 2060: 35 years, 28.571 t each; 971.43, ..., 28.571, 0 are emitted:
    28.571 * (34 * 35 / 2) = 17000.
    """
    found = path_to(1000, 2025, 0, 2060)
    assert (found.years, found.rate) == (35, None)
    assert found.reduction_t == pytest.approx(28.571, abs=1e-3)
    assert found.still_emitted_t == pytest.approx(17000)


def test_to_a_residual():
    """1000 t to 250 t in two years: halved each year; evenly 625 and 250 are emitted."""
    found = path_to(1000, 2025, 250, 2027)
    assert found.rate == pytest.approx(0.5)
    assert (found.reduction_t, found.still_emitted_t) == (375, 875)


@pytest.mark.parametrize(
    ("level", "year", "residual", "goal", "refused"),
    [
        (1000, 2060, 0, 2060, "goal"),
        (1000, 2025, -1, 2060, "residual"),
        (0, 2025, 0, 2060, "level"),
    ],
)
def test_what_has_no_path(level, year, residual, goal, refused):
    with pytest.raises(ValueError, match=refused):
        path_to(level, year, residual, goal)
