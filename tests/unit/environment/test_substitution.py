"""Each row of HJ 75-2017's tables 5 and 6 by hand, and HJ 356-2019's means of gaps."""

from __future__ import annotations

import numpy as np
import pytest

from models.environment.substitution import (
    rules,
    substituted_flue_gas,
    substituted_water,
)

PAST = 3000  # valid hours before the failure


def history(lost: int) -> np.ndarray:
    """Hourly kilograms: 1.0 for 3,000 hours, but for five peaks, and then the hours lost.

    | hours before the failure | 100 | 250 | 500 | 1500 | 2500 |
    |--------------------------|-----|-----|-----|------|------|
    | kg                       | 2.0 | 2.5 | 3.0 | 4.0  | 5.0  |
    The last calibration was 200 hours before the failure, so before it they are
    |                          |  -  |  50 | 300 | 1300 | 2300 |
    """
    mass = np.full(PAST + lost, 1.0)
    for before, peak in ((100, 2.0), (250, 2.5), (500, 3.0), (1500, 4.0), (2500, 5.0)):
        mass[PAST - before] = peak
    mass[PAST:] = np.nan
    return mass


def calibration(lost: int) -> np.ndarray:
    return np.arange(PAST + lost) == PAST - 200


@pytest.mark.parametrize(
    ("capture_rate", "lost", "invalid", "out_of_control"),
    [
        # 180 valid hours before the failure hold the 2.0; before the calibration the 2.5.
        (1.00, 1, 2.0, 2.5),
        (0.90, 24, 2.0, 2.5),
        # Over 24 hours: 720 valid hours, 3.0 (500 before the failure, 300 before calibration).
        (0.90, 25, 3.0, 3.0),
        (0.95, 100, 3.0, 3.0),
        # 75 % to 90 %: 2,160 valid hours, 4.0, however few are lost; the 5.0 is out of reach.
        (0.899, 1, 4.0, 4.0),
        (0.75, 24, 4.0, 4.0),
        (0.80, 100, 4.0, 4.0),
        # Below 75 % there is no rule.
        (0.749, 1, None, None),
        (0.10, 100, None, None),
    ],
)
def test_each_row_of_both_tables(capture_rate, lost, invalid, out_of_control):
    mass = history(lost)
    for wanted, first_table in ((invalid, False), (out_of_control, True)):
        answer = substituted_flue_gas(
            mass,
            ~np.isnan(mass),
            capture_rate,
            out_of_control=first_table,
            calibrated=calibration(lost),
        )
        assert answer.values[:PAST].tolist() == mass[:PAST].tolist()
        assert not answer.there[:PAST].any()
        if wanted is None:
            assert np.isnan(answer.values[PAST:]).all()
            assert not answer.there.any()
            assert (answer.rule == -1).all()
        else:
            assert answer.values[PAST:].tolist() == [wanted] * lost
            assert answer.there[PAST:].all()
            table = {rules()[place].table for place in answer.rule[PAST:]}
            assert table == {"out_of_control" if first_table else "invalid"}


@pytest.mark.parametrize(("before", "seen"), [(180, 7.0), (181, 1.0)])
def test_180_valid_hours_not_181(before, seen):
    mass = np.full(400, 1.0)
    mass[399], mass[399 - before] = np.nan, 7.0
    assert substituted_flue_gas(mass, True, 1.0).values[399] == seen


def test_valid_hours_are_counted_not_hours_of_the_calendar():
    """A peak 190 hours before the failure, of which 15 were invalid: 175 valid hours, so seen."""
    mass = np.full(401, 1.0)
    mass[210], mass[300:315], mass[400] = 7.0, np.nan, np.nan
    answer = substituted_flue_gas(mass, True, 1.0)
    assert answer.values[400] == 7.0
    # What stood in for the 15 hours is no valid hour: it cannot be the greatest of later ones.
    assert answer.there.sum() == 16


def test_hours_in_a_row_end_at_a_valid_hour_only():
    """20 hours lost, 5 of standing still, 20 lost: 40 in a row, so 720 hours; 24 alone would not.

    The stopped hours owe nothing and stay unknown.
    """
    mass = np.full(1000, 1.0)
    mass[955 - 500], mass[955 - 100] = 3.0, 2.0
    mass[955:] = np.nan
    owed = np.ones(1000, dtype=bool)
    owed[975:980] = False
    answer = substituted_flue_gas(mass, True, 1.0, owed=owed)
    assert answer.values[955:975].tolist() == [3.0] * 20
    assert np.isnan(answer.values[975:980]).all()
    assert answer.values[980:].tolist() == [3.0] * 20
    # A valid hour between them: two stretches of 20 and 24.
    mass[975] = 1.0
    answer = substituted_flue_gas(mass, True, 1.0)
    assert np.unique(answer.values[955:975]).tolist() == [2.0]
    assert np.unique(answer.values[976:]).tolist() == [2.0]


def test_a_change_of_mark_does_not_begin_anew():
    """13 hours out of control and 13 of maintenance in a row are 26 lost: the rows of over 24."""
    mass = history(26)
    out = np.arange(PAST + 26) < PAST + 13
    answer = substituted_flue_gas(mass, True, 1.0, out_of_control=out, calibrated=calibration(26))
    assert answer.values[PAST:].tolist() == [3.0] * 26


def test_nothing_before_gives_nothing():
    answer = substituted_flue_gas([np.nan, np.nan, 4.0, np.nan], True, 1.0)
    assert np.isnan(answer.values[:2]).all()
    assert answer.values[2:].tolist() == [4.0, 4.0]
    assert answer.there.tolist() == [False, False, False, True]


def test_without_a_known_calibration_the_failure_counts():
    mass = history(1)
    answer = substituted_flue_gas(mass, True, 1.0, out_of_control=True)
    assert answer.values[PAST] == 2.0


def test_outlets_and_pollutants_at_once():
    """Two outlets x two pollutants; capture rates an outlet (1.0 and 0.5)."""
    mass = np.tile([1.0, 9.0, 2.0, np.nan], (2, 2, 1))
    mass[0, 1] *= 10
    answer = substituted_flue_gas(mass, True, [[[1.0]], [[0.5]]])
    assert answer.values[0, :, 3].tolist() == [9.0, 90.0]
    assert np.isnan(answer.values[1, :, 3]).all()


def test_a_gap_of_water_takes_the_mean_of_as_many_hours():
    """Three hours lost after 10, 50, 20, 30, 40: (20 + 30 + 40) / 3 = 30.0; two later after 7, 9:
    of the same number of valid hours before, (7 + 9) / 2 = 8.0.
    """
    lost = np.nan
    cod = [10.0, 50.0, 20.0, 30.0, 40.0, lost, lost, lost, 7.0, 9.0, lost, lost]
    answer = substituted_water(cod, True)
    assert answer.values[5:8].tolist() == [30.0] * 3
    assert answer.values[10:].tolist() == [8.0, 8.0]
    assert answer.there.sum() == 5
    # A gap longer than what is known before takes what there is: (3 + 5) / 2.
    assert substituted_water([3.0, 5.0, lost, lost, lost], True).values[2:].tolist() == [4.0] * 3


def test_a_gap_of_ph_takes_the_median():
    """Before the gap of four: 6.0, 7.0, 7.5, 9.9; the two in the middle give 7.25, not 7.6.

    Before the gap of three: 7.0, 7.5, 9.9 give 7.5. The second row is no pH: a mean.
    """
    lost = np.nan
    values = np.array([[6.0, 7.0, 7.5, 9.9, lost, lost, lost, lost]] * 2)
    answer = substituted_water(values, True, median=[[True], [False]])
    assert answer.values[0, 4:] == pytest.approx([7.25] * 4)
    assert answer.values[1, 4:] == pytest.approx([7.6] * 4)
    three = substituted_water([6.0, 7.0, 7.5, 9.9, lost, lost, lost], True, median=True)
    assert three.values[4:] == pytest.approx([7.5] * 3)


def test_an_invalid_number_is_replaced_and_never_a_source():
    answer = substituted_water([10.0, 20.0, 999.0], [True, True, False])
    assert answer.values.tolist() == [10.0, 20.0, 20.0]


def test_no_hours_at_all():
    assert substituted_flue_gas(np.zeros((3, 0)), True, 1.0).values.shape == (3, 0)
    assert substituted_water(np.zeros((0, 4)), True).values.shape == (0, 4)
