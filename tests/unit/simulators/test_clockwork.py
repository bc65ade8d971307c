"""Meters in real time: the same registers as in the history, no step where loads are renewed."""

from datetime import timedelta

import numpy as np
import pytest

from simulators.clockwork import Clockwork
from simulators.energy import Loads, at
from simulators.grid import STEP_S, local, step_at
from simulators.history import true_values
from simulators.meters import meters

NOW = local("2025-03-09T10:37")
KINDS = {
    kind: next(meter for meter in meters() if meter.kind == kind)
    for kind in ("counter", "interval", "rate", "level", "mean")
}


@pytest.fixture(scope="module")
def works() -> Clockwork:
    return Clockwork(NOW)


@pytest.fixture(scope="module")
def loads() -> Loads:
    return Loads(0, step_at(NOW) + 8 * 96)


@pytest.mark.parametrize("kind", ["counter", "rate", "level"])
def test_shows_what_the_history_would(works, loads, kind) -> None:
    meter = KINDS[kind]
    steps = np.array([step_at(local("2025-03-09T11:00")), step_at(local("2025-03-09T12:00"))])
    expected = true_values(meter, loads, steps)
    shown = [works.now(meter, local(f"2025-03-09T{hour}:00")) for hour in (11, 12)]
    assert shown == pytest.approx(expected, rel=1e-12)


def test_between_grid_points_a_counter_runs_evenly(works, loads) -> None:
    meter = KINDS["counter"]
    when = local("2025-03-09T11:00") + timedelta(minutes=5)
    power = loads.power(*meter.key)[step_at(when)]
    advance = works.now(meter, when) - works.now(meter, local("2025-03-09T11:00"))
    assert advance * meter.scale == pytest.approx(power * 5 / 60, rel=1e-4)  # register's digits


@pytest.mark.parametrize("kind", ["interval", "mean"])
def test_intervals_come_once_at_their_end(works, loads, kind) -> None:
    meter = KINDS[kind]
    first = list(works.ended(meter, NOW, local("2025-03-09T11:00")))
    then = list(works.ended(meter, local("2025-03-09T11:00"), local("2025-03-09T13:59")))
    assert [ts for ts, _ in first + then] == [local(f"2025-03-09T{h}:00") for h in (11, 12, 13)]
    steps = np.array([step_at(ts) for ts, _ in first + then])
    expected = true_values(meter, loads, steps)
    assert [value for _, value in first + then] == pytest.approx(expected, rel=1e-12)


def test_goes_on_without_a_step_for_days(loads) -> None:
    works = Clockwork(NOW)
    meter = KINDS["counter"]
    total, begin = loads.total(meter), works.now(meter, NOW)
    offset = (7 * 60) / STEP_S  # 10:37 is 7 minutes into its step
    for hours in range(1, 24 * 7, 5):
        when = NOW + timedelta(hours=hours)
        works.keep(when - timedelta(minutes=1), when)
        used = at(total, step_at(when) + offset) - at(total, step_at(NOW) + offset)
        advance = (works.now(meter, when) - begin) * meter.scale
        assert advance == pytest.approx(used, abs=2 * 10.0**-meter.decimals * meter.scale)
