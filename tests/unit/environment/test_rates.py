"""Capture, transmission and validity rates by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.environment.rates import capture_rate, transmission_rate, validity_rate


def test_rates_of_two_quarters():
    """First quarter of 10 hours: 2 stopped, 2 of the other 8 invalid: 6 / 8 = 0.75.

    Second of 4 hours: stopped throughout, so nothing was owed: unknown, not 0 and not 1.
    """
    quarter = np.repeat([0, 1], [10, 4])
    owed = np.array([True] * 8 + [False] * 6)
    valid = np.array([True] * 6 + [False] * 2 + [True] * 2 + [False] * 4)  # stopped: not asked
    rate = capture_rate(valid, owed, quarter)
    assert rate[0] == pytest.approx(0.75)
    assert np.isnan(rate[1])
    # Of the 8 hours owed 7 came (7 / 8), and of these 6 were valid (6 / 7).
    received = np.array([True] * 7 + [False] * 7)
    assert transmission_rate(received, owed, quarter)[0] == pytest.approx(0.875)
    assert validity_rate(valid & received, received & owed, quarter)[0] == pytest.approx(6 / 7)


def test_periods_must_ascend():
    with pytest.raises(ValueError, match="period"):
        capture_rate([True, True], [True, True], [0, 2])
