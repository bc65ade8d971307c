"""Projection, measures and peak, against sums written out here and quantiles that are known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]

from models.progress.roadmap.measure_savings import (
    cost_yuan_per_t,
    shares,
    standings,
    without_overlaps,
)
from models.progress.roadmap.peak import Turning, peak
from models.progress.roadmap.projection import Base, Scenario
from models.progress.roadmap.rules import RULES, measure_kinds, parameters
from models.progress.roadmap.scenario_rates import rates, refusal
from models.registry import Assumption, Measure

BASE = Base(
    year=2025,
    clusters=("a", "b"),
    grid_t=np.array([600.0, 0.0]),
    heat_t=np.array([300.0, 100.0]),
    other_t=np.array([100.0, 200.0]),
    energy_tce=np.array([400.0, 150.0]),
)
CLUSTERS = {"A1": "a", "B1": "b"}


def assumed(parameter: str, value: float, **other: object) -> Assumption:
    fields = {"scenario": "s", "from_year": 2026, "source": "test"} | other
    return Assumption(parameter=parameter, value=value, **fields)  # type: ignore[arg-type]


ASSUMED = [
    assumed("output_growth", 5.0),
    assumed("output_growth", 0.0, cluster="b"),
    assumed("intensity_fall", 2.0),
    assumed("grid_factor_fall", 10.0),
    assumed("grid_factor_fall", 20.0, from_year=2028),
]


def measure(code: str, enterprise: str | None = "A1", **other: object) -> Measure:
    fields: dict[str, object] = {
        "kind": "fuel_switch", "name_zh": code, "name_en": code, "saving_tce": 10.0,
        "saving_co2e_t": 40.0, "cost_1e4_yuan": 100.0, "start_year": 2027, "source": "test",
    }  # fmt: skip
    return Measure(code=code, enterprise=enterprise, **(fields | other))  # type: ignore[arg-type]


def scenario(
    *measures: Measure, until: int = 2030, extra: list[Assumption] | None = None
) -> Scenario:
    return Scenario(
        "s", BASE, ASSUMED if extra is None else extra, measures=measures, cluster_of=CLUSTERS,
        until=until,
    )  # fmt: skip


def test_the_baseline_is_activity_by_intensity_by_factor() -> None:
    course = scenario().central()
    assert course.years.tolist() == [2026, 2027, 2028, 2029, 2030]
    used_a, used_b = 1.05 * 0.98, 0.98
    # 2026: a = (600 * 0.9 + 300 + 100) * 1.05 * 0.98; b = (100 + 200) * 0.98
    assert course.baseline_t[:, 0] == pytest.approx([940 * used_a, 300 * used_b])
    # 2028: the grid has fallen by 0.9 * 0.9 * 0.8 = 0.648
    assert course.baseline_t[:, 2] == pytest.approx(
        [(600 * 0.648 + 400) * used_a**3, 300 * used_b**3]
    )
    assert course.park_t == pytest.approx(course.baseline_t.sum(axis=0))
    assert course.energy_tce[1] == pytest.approx(400 * used_a**2 + 150 * used_b**2)


def test_a_cluster_that_sells_more_than_it_emits_stays_below_nothing() -> None:
    """a has 1,000 t, b -300 t: 700 t together, also in a year in which nothing changes; 400 t of
    savings of b take nothing more, 1,200 t of a only its 1,000 t.
    """
    base = replace(BASE, heat_t=np.array([300.0, -400.0]), other_t=np.array([100.0, 100.0]))
    level = [assumed(name, 0.0) for name in ("output_growth", "intensity_fall", "grid_factor_fall")]
    for measures, left in (
        ((), 700.0),
        ((measure("m", "B1", saving_co2e_t=400.0),), 700.0),
        ((measure("m", "A1", saving_co2e_t=1200.0),), -300.0),
    ):
        one = Scenario("s", base, level, measures=measures, cluster_of=CLUSTERS, until=2030)
        assert one.central().park_t[-1] == pytest.approx(left)


def test_rates_that_cancel_make_no_peak_of_the_last_bits() -> None:
    """1.28 x 0.78125 = 1: the course is level, so that its last year is the last of the highest."""
    level = [assumed("output_growth", 28.0), assumed("intensity_fall", 21.875),
             assumed("grid_factor_fall", 0.0)]  # fmt: skip
    one = scenario(until=2060, extra=level)
    course = one.central()
    assert course.park_t == pytest.approx([1300.0] * 35)
    found = peak({2025: 1300.0}, 2025, course.years, course.park_t, one.drawn(10, 1).park_t)
    assert (found.turning, found.year.value, found.year.low) == (Turning.NONE, 2060, 2060)


def test_a_measure_grows_over_its_ramp_and_ends_with_its_life() -> None:
    one = measure("m", ramp_years=2, life_years=4)
    years = np.arange(2025, 2033)
    # Years 1 and 2 of a ramp of two: 1/4 and 3/4 on their mean; 2027 to 2030 are its life.
    assert shares(one, years).tolist() == [0, 0, 0.25, 0.75, 1, 1, 0, 0]
    assert shares(measure("m"), years).tolist() == [0, 0, 1, 1, 1, 1, 1, 1]


@given(ramp=st.integers(0, 12), start=st.integers(2020, 2030))
def test_a_ramp_takes_half_of_its_years_from_the_whole(ramp: int, start: int) -> None:
    years = np.arange(2015, 2050)
    found = shares(measure("m", start_year=start, ramp_years=ramp), years)
    assert (np.diff(found) >= 0).all()
    assert found.sum() == pytest.approx((2050 - start) - ramp / 2)


def test_savings_are_taken_off_their_cluster_and_the_park_s_off_the_park() -> None:
    own = measure("own")
    park = measure("park", enterprise=None, saving_co2e_t=70.0)
    sink = measure("sink", enterprise=None, kind="carbon_sink", saving_co2e_t=5.0, saving_tce=0.0)
    course = scenario(own, park, sink).central()
    without = scenario().central()
    assert (without.cluster_t - course.cluster_t)[:, 1].tolist() == pytest.approx([40.0, 0.0])
    assert without.park_t[1] - course.park_t[1] == pytest.approx(40 + 70 + 5)
    assert course.park_t[0] == pytest.approx(without.park_t[0])
    assert without.energy_tce[1] - course.energy_tce[1] == pytest.approx(20.0)


def test_what_replaces_the_grid_s_electricity_falls_with_its_factor() -> None:
    power = measure("pv", kind="photovoltaics", start_year=2026)
    mixed = measure("eff", kind="efficiency", start_year=2026)
    course = scenario(power, mixed).central()
    # 2028: the grid's factor is 0.648 of 2025; the cluster's mix (600 * 0.648 + 400) / 1000.
    assert course.saved_t[:, 2] == pytest.approx([40 * 0.648, 40 * 0.7888])


def test_what_the_base_year_has_of_a_measure_is_not_deducted_again() -> None:
    half = measure("half", start_year=2025, ramp_years=2)
    assert scenario(half).central().saved_t[0] == pytest.approx([20, 30, 30, 30, 30])
    done = measure("done", start_year=2020, life_years=8)
    # Its life ends with 2027: what it saved is emitted again.
    assert scenario(done).central().saved_t[0] == pytest.approx([0, 0, -40, -40, -40])


def test_emissions_do_not_fall_below_zero_but_by_sinks() -> None:
    course = scenario(
        measure("all", enterprise="B1", saving_co2e_t=5_000.0),
        measure("sink", enterprise=None, kind="carbon_sink", saving_co2e_t=3_000.0),
    ).central()
    assert course.cluster_t[1, 1] == 0.0
    assert course.park_t[1] == pytest.approx(course.cluster_t[0, 1] - 3_000.0)


def test_of_two_that_save_the_same_the_larger_one_counts() -> None:
    gross = np.array([[30.0, 50.0], [40.0, 40.0], [7.0, 7.0]])
    counted = without_overlaps(gross, np.array([1, -1, -1]))
    # 30 is within 40; of 50 the 10 beyond 40 count.
    assert counted.tolist() == [[0.0, 10.0], [40.0, 40.0], [7.0, 7.0]]


def test_measures_that_cannot_be_are_told_and_do_not_count() -> None:
    energy = {("A1", "electricity"): 50.0, ("A1", "natural_gas"): 30.0}
    emissions = {("A1", "electricity"): 300.0, ("A1", "natural_gas"): 60.0}
    # A heat plant: what it sells is no limit to what it can save of its own coal.
    emissions |= {("H1", "bituminous"): 100.0, ("H1", "heat"): -95.0}
    found = standings(
        [
            measure("round", overlaps="trip"),
            measure("trip", overlaps="round"),
            measure("into", overlaps="round"),
            measure("alone", overlaps="elsewhere"),
            measure("energy", kind="photovoltaics", saving_tce=51.0),
            measure("fits", kind="photovoltaics", saving_tce=50.0, saving_co2e_t=300.0),
            measure("heat", kind="heat_recovery", saving_co2e_t=61.0),
            measure("begun", kind="photovoltaics", saving_tce=90.0, start_year=2020),
            measure("unknown", enterprise="B1", saving_tce=1e6),
            measure("plant", enterprise="H1", saving_co2e_t=90.0),
            measure("green", kind="green_power"),
            measure("cars", kind="charging"),
        ],
        base_year=2025,
        energy_tce=energy,
        co2e_t=emissions,
    )
    assert {code: one.reason for code, one in found.items()} == {
        "round": "overlap_cycle",
        "trip": "overlap_cycle",
        "into": None,
        "alone": None,
        "energy": "saving_above_energy",
        "fits": None,
        "heat": "saving_above_emissions",
        "begun": None,
        "unknown": None,
        "plant": None,
        "green": "market_based",
        "cars": "outside_accounts",
    }
    assert found["energy"].said_en == (
        "not counted: it would save 51 tce, but energy of A1 in 2025, of the carriers it saves,"
        " came to 50 tce"
    )
    assert "round → trip → round" in found["round"].said_zh


def test_a_tonne_costs_what_an_annuity_says() -> None:
    # 100 * 10^4 yuan, 40 t a year for 10 years at 8 %: the annuity factor is
    # (1 - 1.08^-10) / 0.08 = 6.710081, so 1,000,000 / (40 * 6.710081) = 3,725.7 yuan/t.
    assert cost_yuan_per_t(measure("m", life_years=10)) == pytest.approx(3725.7, abs=0.05)
    halved = cost_yuan_per_t(measure("m", life_years=10), np.full(10, 0.5))
    assert halved == pytest.approx(2 * 3725.737, abs=0.1)
    assert cost_yuan_per_t(measure("m")) is None
    assert cost_yuan_per_t(measure("m", life_years=3, saving_co2e_t=0.0)) is None


def test_a_scenario_without_what_it_needs_is_refused_in_words() -> None:
    clusters = BASE.clusters
    assert refusal("s", ASSUMED, clusters, 2026) is None
    none = refusal("other", ASSUMED, clusters, 2026)
    assert none is not None
    assert none.reason == "no_assumption"
    only_a = [one for one in ASSUMED if one.parameter != "intensity_fall"]
    only_a.append(assumed("intensity_fall", 2.0, cluster="a"))
    late = [replace(one, from_year=2027) for one in ASSUMED]
    cases = {
        "assumption_missing": only_a,
        "unknown_parameter": [*ASSUMED, assumed("luck", 1.0)],
        "not_by_cluster": [*ASSUMED, assumed("grid_factor_fall", 1.0, cluster="a")],
        "out_of_range": [*ASSUMED, assumed("grid_factor_fall", 101.0)],
        "interval": [*ASSUMED, assumed("output_growth", 1.0, low=2.0, high=3.0)],
    }
    for reason, given_ in cases.items():
        found = refusal("s", given_, clusters, 2026)
        assert found is not None
        assert found.reason == reason
    missing = refusal("s", only_a, clusters, 2026)
    assert missing is not None
    assert "intensity_fall from 2026 on (b)" in missing.said_en
    begun_late = refusal("s", late, clusters, 2026)
    assert begun_late is not None
    assert begun_late.reason == "assumption_missing"


def test_an_assumption_holds_until_the_next_and_a_cluster_s_own_goes_before() -> None:
    given_ = [
        assumed("output_growth", 5.0),
        assumed("output_growth", 3.0, from_year=2028),
        assumed("output_growth", 9.0, from_year=2029, cluster="b", low=8.0, high=12.0),
    ]
    found = rates(given_, "s", "output_growth", ("a", "b"), range(2026, 2031))
    assert found.value.tolist() == [[5, 5, 3, 3, 3], [5, 5, 3, 9, 9]]
    assert found.chance.tolist() == [[0, 0, 0, 0, 0], [0, 0, 0, 1, 1]]
    # z = 1.6449 is the 95 % quantile, which is the upper end; -1.6449 the lower one.
    drawn = found.drawn(np.array([[0.0, 1.6449], [0.0, -1.6449]]))
    assert drawn[:, 1, 4].tolist() == [12.0, 8.0]


def test_the_interval_of_one_uncertain_rate_is_that_of_its_ends() -> None:
    wide = [*ASSUMED[2:], assumed("output_growth", 5.0, low=2.0, high=7.0)]
    course = scenario(extra=wide).drawn(20_000, seed=3)
    low, high = np.quantile(course.park_t[:, -1], [0.05, 0.95])
    for growth, found in ((2.0, low), (7.0, high)):
        exact = scenario(extra=[*ASSUMED[2:], assumed("output_growth", growth)]).central()
        # 20,000 draws: the share below a 5 % quantile is off by 0.0015 (one standard error).
        assert found == pytest.approx(exact.park_t[-1], rel=0.01)


def test_savings_are_as_uncertain_as_they_say() -> None:
    one = measure("m", uncertainty_pct=30.0, start_year=2026)
    drawn = scenario(one).drawn(20_000, seed=5).saved_t[:, 0, 0]
    assert drawn.std() == pytest.approx(40 * 0.30 / stats.norm.ppf(0.975), rel=0.03)
    assert drawn.mean() == pytest.approx(40.0, rel=0.01)


def test_draws_are_the_same_for_the_same_seed_and_certain_without_intervals() -> None:
    wide = [*ASSUMED[2:], assumed("output_growth", 5.0, low=2.0, high=7.0)]
    first, again, other = (scenario(extra=wide).drawn(50, seed).park_t for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
    certain = scenario().drawn(3, seed=1)
    assert certain.park_t == pytest.approx(np.tile(scenario().central().park_t, (3, 1)))


def test_a_peak_is_behind_ahead_or_not_reached() -> None:
    years = np.arange(2026, 2030)
    history = {2023: 90.0, 2024: 100.0, 2025: 100.0}
    flat = np.array([99.0, 98.0, 97.0, 96.0])
    behind = peak(history, 2025, years, flat, flat[np.newaxis])
    assert (behind.turning, behind.year.value) == (Turning.BEHIND, 2025.0)  # the last of two
    ahead = np.array([101.0, 110.0, 110.0, 90.0])
    found = peak(history, 2025, years, ahead, np.stack([ahead] * 19 + [flat]))
    assert (found.turning, found.year.value, found.level_t.value) == (Turning.AHEAD, 2028.0, 110.0)
    # One of 20 draws peaked in 2025: that is the 5 % quantile.
    assert (found.year.low, found.year.high) == (2025.0, 2028.0)
    assert found.by_first_horizon == 1.0
    rising = np.array([101.0, 102.0, 103.0, 104.0])
    assert peak(history, 2025, years, rising, rising[np.newaxis]).turning is Turning.NONE


def test_every_kind_and_parameter_is_said_in_both_languages() -> None:
    for kind in measure_kinds().values():
        assert kind.name_zh
        assert kind.name_en
    for parameter in parameters().values():
        assert parameter.name_zh
        assert parameter.name_en
    assert RULES.horizons == (2030, 2035, 2060)
    assert stats.norm.ppf(0.95) == pytest.approx(RULES.normal_90, abs=1e-4)
    assert stats.norm.ppf(0.975) == pytest.approx(RULES.normal_95, abs=1e-3)
