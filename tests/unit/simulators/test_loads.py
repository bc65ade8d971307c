"""Load functions: the same every time, in any stretch; within ranges; parts below their whole."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.energy import Loads
from simulators.grid import step_at
from simulators.load import Window
from simulators.meters import meters
from simulators.noise import stream, uniform
from simulators.park import consumers
from simulators.register import Register

YEARS = step_at(datetime(2026, 12, 31, 16, tzinfo=UTC))


@pytest.fixture(scope="module")
def loads() -> Loads:
    return Loads(0, YEARS)


@settings(max_examples=25, deadline=None)
@given(
    first=st.integers(0, YEARS - 2000),
    length=st.integers(1, 2000),
    number=st.integers(0, len(consumers()) - 1),
)
def test_a_stretch_alone_equals_the_same_stretch_of_a_longer_one(first, length, number) -> None:
    consumer = consumers()[number]
    alone = Window(first, first + length).power(consumer)
    longer = Window(max(first - 700, 0), first + length + 300).power(consumer)
    offset = first - max(first - 700, 0)
    np.testing.assert_array_equal(alone, longer[offset : offset + length])


def test_noise_is_uniform() -> None:
    # 100,000 draws: mean 1/2 +- 5 standard errors (1/sqrt(12 n)), and no memory of the neighbour
    draws = uniform(stream("test"), np.arange(100_000))
    assert abs(draws.mean() - 0.5) < 5 / np.sqrt(12 * len(draws))
    assert abs(np.corrcoef(draws[1:], draws[:-1])[0, 1]) < 5 / np.sqrt(len(draws))
    assert 0 <= draws.min() < draws.max() < 1


def test_power_stays_within_the_plausible_range(loads) -> None:
    for meter in meters():
        if not meter.has_amounts:
            shown = loads.level(meter)
            assert np.nanmin(shown) >= meter.range_low
            assert np.nanmax(shown) <= meter.range_high
            continue
        shown = loads.power(*meter.key) / meter.scale
        assert shown.min() >= 0
        assert shown.max() < meter.range_high, meter.key
        assert shown.max() > 0.2 * meter.range_high, meter.key  # and the range says something


def test_sub_meters_stay_below_their_parent_at_every_step(loads) -> None:
    subs: dict[tuple[str, str], list[np.ndarray]] = {}
    for meter in meters():
        if meter.parent is not None:
            power = loads.power(*meter.key)
            subs.setdefault((meter.enterprise, meter.parent), []).append(power)
    assert len(subs) > 60
    for key, parts in subs.items():
        assert (np.sum(parts, axis=0) < loads.power(*key) + 1e-12).all(), key


def test_heat_for_heating_stands_still_in_summer(loads) -> None:
    july = slice(
        step_at(datetime(2025, 7, 1, tzinfo=UTC)), step_at(datetime(2025, 8, 1, tzinfo=UTC))
    )
    assert loads.power("EQ02", "H1")[july].max() == 0
    assert loads.power("MD02", "H1")[july].min() > 0  # process steam goes on


def test_registers_never_fall_but_at_their_events(loads) -> None:
    for meter in meters():
        if meter.kind != "counter":
            continue
        total = loads.total(meter)
        register = Register(meter, total)
        shown = register.shown(np.arange(len(total), dtype=float), total)
        falls = np.flatnonzero(np.diff(shown) < 0)
        events = len(register.eras) - 1
        rolls = int(shown[-1] < shown[0]) if not events else 0
        assert len(falls) == events + rolls, meter.key
        assert shown.min() >= 0
        assert shown.max() < meter.register_max


def test_energy_of_the_park_is_credible(loads) -> None:
    # assumptions of the data: 1 to 2.5 TWh of electricity, 0.03 to 0.35 tce per 10^4 yuan
    year = 366 * 96
    per_tce = {"electricity": 0.1229e-3, "natural_gas": 1.33e-3, "heat": 0.03412, "water": 0.0,
               "bituminous": 23.204 / 29.3076}  # fmt: skip
    use: dict[str, float] = {}
    tce: dict[str, float] = {}
    for meter in meters():
        if meter.is_main and meter.direction == "import" and meter.quantity in per_tce:
            amount = float(loads.total(meter)[year])
            use[meter.quantity] = use.get(meter.quantity, 0.0) + amount
            tce[meter.enterprise] = (
                tce.get(meter.enterprise, 0.0) + amount * per_tce[meter.quantity]
            )
    assert 1e9 < use["electricity"] < 2.5e9
    assert 300_000 < sum(tce.values()) < 1_000_000
