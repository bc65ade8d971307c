"""Signs of implausible measurement by hand: each made on purpose, and its honest neighbour."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from models.environment import plausibility as p
from models.environment.flue_gas import at_reference_oxygen

HOURS = 40 * 24
DAY = np.arange(HOURS) // 24


def honest(rows: int = 1, seed: int = 6) -> np.ndarray:
    """Hourly means about 60 with a daily course and noise of 3, to four decimals."""
    random = np.random.default_rng(seed)
    course = 60 + 10 * np.sin(np.arange(HOURS) * 2 * np.pi / 24)
    return np.round(course + random.normal(0, 3, (rows, HOURS)), 4)


def test_honest_series_give_nothing():
    mean = honest(20)
    assert not len(p.stuck(mean, mean - 1, mean + 1))
    assert not len(p.stuck(mean, mean, mean))  # a point that sends hours only
    assert not len(p.copied_days(mean).runs)
    assert not len(p.copied_series(mean, np.zeros(20, dtype=np.intp)).runs)
    assert not len(p.too_smooth(mean, DAY).runs)


def test_stuck():
    mean = honest(3)
    mean[:, 800:806] = mean[:, [799]]  # 7 hours of one value
    mean[1, 805] += 0.1  # only 6, of which 799 to 804
    mean[2, 804] += 0.1  # 5: too few
    assert list(p.stuck(mean, mean, mean)) == [(0, 799, 806), (1, 799, 805)]
    # The mean is the same, but within the hours the value moves: not stuck.
    assert not len(p.stuck(mean, mean - 0.5, mean + 0.5))


def test_an_instrument_that_often_stands_still_must_do_so_longer():
    """Standing still for 10 hours before: 20 hours are no news, 21 are."""
    mean = honest(2)
    mean[:, 100:110] = 55.0
    mean[0, 800:820] = 57.0
    mean[1, 800:821] = 57.0
    # The first ten are found themselves where nothing stood still before; so 5 hours lead up.
    mean[:, 50:55] = 54.0
    assert list(p.stuck(mean, mean, mean)) == [(1, 800, 821)]


def test_zero_and_unknown_are_not_stuck():
    mean = honest(2)
    mean[0, 800:840], mean[1, 800:840] = 0.0, np.nan
    assert not len(p.stuck(mean, mean, mean))


def test_values_change_from_one_plateau_to_the_next():
    """4 hours of 50, 4 of 51, 4 of 52: no run of 6, although all 12 hours are flat."""
    mean = honest()
    mean[0, 800:812] = np.repeat([50.0, 51.0, 52.0], 4)
    assert not len(p.stuck(mean, mean, mean))


def test_a_copied_day():
    mean = honest(2)
    mean[0, 720:732] = mean[0, 696:708]  # half a day from the day before
    mean[1, 720:744] = mean[1, 576:600]  # a day from six days before
    found = p.copied_days(mean)
    assert list(found.runs) == [(0, 720, 732), (1, 720, 744)]
    assert found.lag.tolist() == [24, 144]
    assert (found.chance <= 1e-9).all()
    # Five hours are too few.
    short = honest()
    short[0, 720:725] = short[0, 696:701]
    assert not len(p.copied_days(short).runs)


def test_coarse_values_agree_by_chance():
    """Dust of 1, 2 or 3 mg/m3 in whole numbers: it agrees with yesterday for hours, honestly."""
    random = np.random.default_rng(6)
    mean = random.integers(1, 4, (20, HOURS)).astype(float)
    equal = (mean[:, 24:] == mean[:, :-24]).mean()
    assert equal > 0.3
    assert len(p.runs(mean[:, 24:] == mean[:, :-24], 6)) > 5  # so runs alone would accuse
    assert not len(p.copied_days(mean).runs)
    assert not len(p.copied_series(mean, np.zeros(20, dtype=np.intp)).runs)
    # Two copied days of such values are told nevertheless.
    mean[3, 720:768] = mean[3, 672:720]
    assert [place[0] for place in list(p.copied_days(mean).runs)] == [3]


def test_slow_and_coarse_values_agree_again_by_chance():
    """PM2.5 in whole ug/m3 that drifts: where it agrees with another day, the next hour often does.

    Ten stations, 40 days: it agrees for six hours in a row with changes in them, honestly.
    """
    random = np.random.default_rng(6)
    mean = np.full((10, HOURS), 12.0)
    for hour in range(1, HOURS):
        drift = 0.9 * (mean[:, hour - 1] - 12) + random.normal(0, 0.8, 10)
        mean[:, hour] = 12 + drift
    mean = np.round(mean)
    equal = [mean[:, 24 * days :] == mean[:, : -24 * days] for days in range(1, 8)]
    assert sum(len(p.runs(one, 6)) for one in equal) > 10
    assert not len(p.copied_days(mean).runs)


def test_a_copied_point():
    mean = honest(4)
    mean[3, 700:760] = mean[1, 700:760]
    found = p.copied_series(mean, np.zeros(4, dtype=np.intp))
    assert list(found.runs) == [(3, 700, 760)]
    assert found.source.tolist() == [1]
    # mg/m3 and % are not compared.
    assert not len(p.copied_series(mean, np.array([0, 1, 0, 0])).runs)
    # Three that are equal: each is told of once.
    mean[2, 700:760] = mean[1, 700:760]
    found = p.copied_series(mean, np.zeros(4, dtype=np.intp))
    assert sorted(zip(found.runs.row, found.source, strict=True)) == [(2, 1), (3, 2)]


def test_too_smooth():
    """From day 30 on the noise is a hundredth; the daily course goes on.

    Of the course alone the mean change in an hour is 10 x (2/pi) x 2 pi / 24 = 1.67, of 60: 2.8 %;
    so the flattened day has no course either.
    """
    mean = honest(2)
    flat = 60 + (mean[0, 720:744] - 60) * 0.02
    mean[0, 720:744] = flat
    found = p.too_smooth(mean, DAY)
    assert list(found.runs) == [(0, 30, 31)]
    assert found.change[0] < 0.1 * found.usual[0]
    assert 0.02 < found.usual[0] < 0.1
    # Without a week before it nobody knows what is usual.
    assert not len(p.too_smooth(mean[:, 720 - 6 * 24 :], DAY[: HOURS - 720 + 6 * 24]).runs)


def test_a_display_of_few_digits_is_not_too_smooth():
    mean = np.round(honest() / 10)  # 5, 6 and 7
    mean[0, 720:732], mean[0, 732:744] = 6.0, 7.0  # one step in the day
    assert not len(p.too_smooth(mean, DAY).runs)


def running() -> np.ndarray:
    """Load of 100 with small changes, but the last five days: idle on day 36."""
    load = 100 + np.arange(HOURS) % 7.0
    load[36 * 24 : 37 * 24] = 0.0
    return load[None]


def test_running_and_idle():
    at_load, idle = p.running_and_idle(running())
    assert at_load.sum() == HOURS - 24
    assert np.flatnonzero(idle[0]).tolist() == list(range(864, 888))
    # Half load runs, a fifth of it neither runs nor idles; unknown is neither.
    load = running()
    load[0, :3] = [50.0, 21.0, np.nan]
    at_load, idle = p.running_and_idle(load)
    assert at_load[0, :3].tolist() == [True, False, False]
    assert not idle[0, :3].any()
    # Of five days only, or never running: nothing is known.
    assert not np.any(p.running_and_idle(running()[:, :120]))
    assert not np.any(p.running_and_idle(np.zeros((1, HOURS))))


def test_oxygen_against_load():
    """A boiler at 5 % oxygen. Hours 900 to 903 at load with 20.2 %: diluted, or a leak.

    Idle on day 36 (hours 864 to 887): honest oxygen goes to 20.8 %; one that stays at 5.5 % from
    hour 866 on (2 hours of purging) does not see the duct.
    """
    at_load, idle = p.running_and_idle(running())
    oxygen = np.full((1, HOURS), 5.0)
    oxygen[0, 864:888], oxygen[0, 900:904] = 20.8, 20.2
    high = p.oxygen_of_air_at_load(oxygen, at_load)
    assert list(high.runs) == [(0, 900, 904)]
    assert (high.seen[0], high.usual[0]) == (pytest.approx(20.2), 5.0)
    assert not len(p.oxygen_of_load_when_idle(oxygen, at_load, idle).runs)
    oxygen[0, 864:888] = 5.5
    low = p.oxygen_of_load_when_idle(oxygen, at_load, idle)
    assert list(low.runs) == [(0, 866, 888)]
    # An exhaust of air always has 20.9 %: nothing to see there.
    air = np.full((1, HOURS), 20.9)
    assert not len(p.oxygen_of_air_at_load(air, at_load).runs)
    assert not len(p.oxygen_of_load_when_idle(air, at_load, idle).runs)


def test_treatment_off():
    """Treatment of 40 kWh an hour, off (2 kWh) in hours 900 to 905 of production.

    SO2 is 20 mg/m3 with treatment. Honest: 90 without it. Implausible: 12, which is 60 %.
    Off while idle is nothing.
    """
    at_load, _ = p.running_and_idle(running())
    power = np.full((1, HOURS), 40.0)
    power[0, 864:888] = 0.0
    power[0, 900:906] = 2.0
    off = p.treatment_off(power, at_load)
    assert list(off.runs) == [(0, 900, 906)]
    assert (off.seen[0], off.usual[0]) == (2.0, 40.0)
    so2 = np.full((1, HOURS), 20.0)
    so2[0, 900:906] = 90.0
    assert not len(p.fallen_without_treatment(so2, power, at_load).runs)
    so2[0, 900:906] = 12.0
    fallen = p.fallen_without_treatment(so2, power, at_load)
    assert list(fallen.runs) == [(0, 900, 906)]
    assert (fallen.seen[0], fallen.usual[0]) == (12.0, 20.0)
    # 17 is 85 %: within what a boiler does.
    so2[0, 900:906] = 17.0
    assert not len(p.fallen_without_treatment(so2, power, at_load).runs)


def test_flue_gas_against_fuel():
    """1,000 Nm3/h of natural gas at 3.5 % oxygen.

    8.52 x 21 / (21 - 3.5) = 8.52 x 1.2 = 10.224 Nm3 of dry flue gas per Nm3: 10,224 m3/h.
    Day 20 measures half of it, day 21 nine tenths, day 22 double.
    """
    volume = np.full((1, HOURS), 10_224.0)
    volume[0, 480:504] *= 0.5
    volume[0, 504:528] *= 0.9
    volume[0, 528:552] *= 2.0
    theoretical = p.theoretical_volume(volume, np.full((1, HOURS), 3.5))
    assert theoretical[0, 0] == pytest.approx(8_520.0)
    fuel = np.full((1, HOURS), 1_000.0)
    found = p.flue_gas_against_fuel(theoretical, fuel, DAY)
    assert list(found.runs) == [(0, 20, 21), (0, 22, 23)]
    assert found.seen == pytest.approx([0.5, 2.0])
    # Without fuel, or with five known hours in the day, nothing is said.
    assert not len(p.flue_gas_against_fuel(theoretical, fuel * 0, DAY).runs)
    few = np.where(np.arange(HOURS) % 24 < 5, theoretical, np.nan)
    assert not len(p.flue_gas_against_fuel(few, fuel, DAY).runs)


def test_what_the_device_converted():
    """60 mg/m3 at 7 % oxygen: at 3.5 % that is 75, at 9 % it is 51.43.

    A device set to 9 % states 51.43 in four hours; in two others it is 3 % off, as rounding is.
    """
    measured, oxygen = np.full((1, 48), 60.0), np.full((1, 48), 7.0)
    own = at_reference_oxygen(measured, oxygen, 3.5)
    assert own[0, 0] == pytest.approx(75.0)
    stated = own.copy()
    stated[0, 10:14] = 60 * 12 / 14
    stated[0, 20:22] = 75 * 1.03
    found = p.converted_otherwise(stated, own)
    assert list(found.runs) == [(0, 10, 14)]
    implied = p.implied_reference_oxygen(found.stated, np.array([60.0]), np.array([7.0]))
    assert implied == pytest.approx([9.0])
    # 0.4 mg/m3 of 1.0 is 40 %, and still rounding.
    low = np.full((1, 48), 1.0)
    assert not len(p.converted_otherwise(low + 0.4, low).runs)


def test_the_standards_own_example_of_amounts_is_found():
    """HJ 212-2017 C.19: 63.0 m3 at 40.1 mg/L state 63.0 kg of COD; they are 2.5263 kg."""
    computed = np.full((1, 24), 2.5263)
    stated = computed.copy()
    stated[0, 5:9] = 63.0
    found = p.amount_otherwise(stated, computed, 0.05)
    assert list(found.runs) == [(0, 5, 9)]
    assert found.stated == pytest.approx([63.0])
    # Two hours are too few, and 2 % is no difference.
    assert not len(p.amount_otherwise(computed * 1.02, computed, 0.05).runs)


@pytest.mark.parametrize("year", [2011, 2012])
def test_a_real_stack_gives_few_findings(gas_turbine_stack, year):
    """Hourly NOx and CO of a gas turbine, 7,411 and 7,628 hours.

    One finding in 2 x 15,039 hours, and it is true: from row 1336 of 2011 on NOx reads 60.38 for
    102 hours, while CO, load and weather go on. So none of honest data.
    """
    with gas_turbine_stack(year).open(encoding="utf-8") as file:
        rows = [(float(row["NOX"]), float(row["CO"])) for row in csv.DictReader(file)]
    mean = np.array(rows).T
    stuck = p.stuck(mean, mean, mean)
    assert list(stuck) == ([(0, 1336, 1438)] if year == 2011 else [])
    assert not len(p.copied_days(mean).runs)
    assert not len(p.copied_series(mean, np.zeros(2, dtype=np.intp)).runs)
    assert not len(p.too_smooth(mean, np.arange(len(rows)) // 24).runs)
