"""Energy means of noise by hand, and the night that has a midnight in it."""

from __future__ import annotations

import numpy as np
import pytest

from models.environment import noise


def test_levels_are_averaged_by_energy():
    # 60 and 60: 60. 90 dB half of the time and nothing else: 90 - 10 lg 2 = 86.9897.
    assert noise.energy_mean([60.0, 60.0]) == pytest.approx(60.0)
    assert noise.energy_mean([90.0, 0.0]) == pytest.approx(86.9897, abs=1e-4)
    # 50 dB for 3 hours, 60 dB for 1: (3 x 10^5 + 10^6) / 4 = 325,000, 10 lg = 55.1188.
    assert noise.energy_mean([50.0, 60.0], [3.0, 1.0]) == pytest.approx(55.1188, abs=1e-4)
    assert noise.energy_mean([50.0, np.nan]) == pytest.approx(50.0)
    assert np.isnan(noise.energy_mean([np.nan, np.nan]))


def test_a_night_is_one_period_across_midnight():
    """Two local days from midnight: a night's end, a day, a night, a day, a night's beginning."""
    hours = np.arange(48)
    period, daytime, first = noise.day_and_night_periods(hours)
    assert np.bincount(period).tolist() == [6, 16, 8, 16, 2]
    assert daytime.tolist() == [False, True, False, True, False]
    assert first.tolist() == [0, 6, 22, 30, 46]
    # 55 dB by day, 45 by night, but 65 in the hour after midnight of the night in the middle:
    # (7 x 10^4.5 + 10^6.5) / 8 = (221,359.4 + 3,162,277.7) / 8 = 422,954.6, 10 lg = 56.2629.
    levels = np.where(noise.is_daytime(hours % 24), 55.0, 45.0)
    levels[24] = 65.0
    means = noise.energy_means_by_period([levels, levels + 3], period)
    assert means[0] == pytest.approx([45.0, 55.0, 56.2629, 55.0, 45.0], abs=1e-4)
    assert means[1] == pytest.approx(means[0] + 3)


def test_an_unknown_night_is_unknown():
    period, *_ = noise.day_and_night_periods(np.arange(24))
    levels = np.where(noise.is_daytime(np.arange(24)), 55.0, np.nan)
    answer = noise.energy_means_by_period(levels, period)
    assert answer[1] == pytest.approx(55.0)
    assert np.isnan(answer[[0, 2]]).all()
