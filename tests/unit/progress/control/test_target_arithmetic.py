"""Paths of targets, their states and the rules of dual control, worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.progress.control.dual_control import (
    Deduction,
    Role,
    Verdict,
    growth,
    rule_of,
    rules,
    verdict_of,
)
from models.progress.control.targets import (
    State,
    even_share,
    path_value,
    reduction_to,
    state_of,
    target_period,
)
from models.registry.progress import EnergyBasis, Subject


def test_even_share_of_eighteen_per_cent_in_five_years():
    """0.82^(1/5) = 0.96109 (0.96109^5 = 0.8200): 3.891 % a year, and not 18/5 = 3.6 %."""
    assert even_share(0.18, 5) == pytest.approx(0.03891, abs=5e-6)


def test_a_share_that_five_years_make_of_known_powers():
    """(1 - 0.1)^5 = 0.59049: a reduction of 40.951 % is 10 % a year."""
    assert even_share(1 - 0.59049, 5) == pytest.approx(0.1)
    assert path_value(1000.0, 1 - 0.59049, 2020, 2025, 2022) == pytest.approx(810.0)
    assert path_value(1000.0, 1 - 0.59049, 2020, 2025, 2025) == pytest.approx(590.49)


@given(
    st.floats(1.0, 1e7), st.floats(-0.5, 0.95), st.integers(1, 40)
)  # fmt: skip
def test_a_path_begins_at_its_base_and_ends_at_its_target(base, reduction, years):
    ends = [path_value(base, reduction, 2020, 2020 + years, 2020 + at) for at in (0, years)]
    assert ends == [pytest.approx(base), pytest.approx(base * (1 - reduction), rel=1e-9)]
    assert reduction_to(base, ends[1]) == pytest.approx(reduction, abs=1e-9)


@pytest.mark.parametrize(("reduction", "years"), [(1.0, 5), (1.2, 5), (0.1, 0)])
def test_no_path(reduction, years):
    with pytest.raises(ValueError, match=r"reduction|years"):
        even_share(reduction, years)


def test_no_reduction_against_nothing():
    with pytest.raises(ValueError, match="base"):
        reduction_to(0.0, 5.0)


def test_periods():
    assert target_period("2025").kind == "year"
    assert target_period("2025-03").month == 3
    five = target_period("2021-2025")
    assert (five.first, five.last, five.kind) == (2021, 2025, "years")
    for wrong in ("2025-13", "2025-2021", "2025-2025", "25", "2025-1"):
        with pytest.raises(ValueError, match="period"):
            target_period(wrong)


def test_what_overlaps():
    five, next_five = target_period("2021-2025"), target_period("2026-2030")
    assert five.overlaps(target_period("2025-2027"))
    assert not five.overlaps(next_five)
    assert not five.overlaps(target_period("2025"))  # its path
    assert target_period("2025-03").overlaps(target_period("2025-03"))
    assert not target_period("2025-03").overlaps(target_period("2025-04"))


@pytest.mark.parametrize(
    ("actual", "expected", "over", "total", "state"),
    [
        (100.0, None, True, True, State.MET),  # on the line is held
        (100.1, None, True, True, State.MISSED),
        (100.1, None, False, True, State.MISSED),  # used up in May
        (100.1, 99.0, False, False, State.ON_TRACK),  # an intensity may still fall
        (60.0, 101.0, False, True, State.BEHIND),
        (60.0, 100.0, False, True, State.ON_TRACK),
        (60.0, None, False, True, State.UNKNOWN),
        (None, 90.0, False, True, State.UNKNOWN),
    ],
)
def test_states_of_a_target_of_100(actual, expected, over, total, state):
    assert state_of(100.0, actual, expected, over=over, total=total) is state


@pytest.mark.parametrize(
    ("base", "reduction", "years", "exact"),
    [(28444.6, 0.14, 5, 24462.356), (332761.92, 0.292, 5, 235595.43936)],
)
def test_what_lies_on_its_path_is_met_to_the_last_bit(base, reduction, years, exact):
    """28,444.6 x 0.86 = 24,462.356, 332,761.92 x 0.708 = 235,595.43936: powers come out below."""
    allowed = path_value(base, reduction, 2020, 2020 + years, 2020 + years)
    assert allowed < exact
    assert state_of(allowed, exact, None, over=True, total=True) is State.MET
    assert state_of(allowed, exact, exact, over=False, total=True) is State.ON_TRACK
    assert state_of(allowed, exact + 0.001, None, over=True, total=True) is State.MISSED


def test_rules_of_every_year_since_2016_are_one_a_subject():
    for year in range(2016, 2061):
        of_year = [one.subject for one in rules() if one.holds(year)]
        assert len(of_year) == len(set(of_year)), year
        if 2021 <= year <= 2030:
            assert set(of_year) == set(Subject)
    assert all(one.text_zh and one.text_en and one.source for one in rules())
    assert {one.status for one in rules()} <= {
        "verified", "verified-secondary", "from memory", "assumption",
    }  # fmt: skip


def test_what_the_documents_say():
    """2022-11-16: renewables over 2020 are out of the total and stay in the intensity; 803: raw
    material is out of both; 39: to 2025 no verdict, then intensity first, after the peak the total.
    """
    total, intensity = (rule_of(one, 2024) for one in (Subject.ENERGY_TOTAL,
                                                       Subject.ENERGY_INTENSITY))  # fmt: skip
    assert total.deductions == (Deduction.RAW_MATERIAL, Deduction.RENEWABLE_GROWTH)
    assert (total.deduction_base_year, total.basis) == (2020, EnergyBasis.EQUIVALENT)
    assert "green_power_contract" not in total.proofs
    assert total.technologies == {"wind", "solar", "hydro", "biomass", "geothermal"}
    assert intensity.deductions == (Deduction.RAW_MATERIAL,)
    assert rule_of(Subject.CO2_TOTAL, 2025).role is Role.TOLD
    assert (rule_of(Subject.CO2_INTENSITY, 2026).role, rule_of(Subject.CO2_TOTAL, 2026).role) == (
        Role.MAIN, Role.SECONDARY,
    )  # fmt: skip
    assert (rule_of(Subject.CO2_INTENSITY, 2035).role, rule_of(Subject.CO2_TOTAL, 2035).role) == (
        Role.SECONDARY, Role.MAIN,
    )  # fmt: skip
    assert rule_of(Subject.CO2_TOTAL, 2015) is None


def test_growth_is_never_negative():
    assert growth(30.0, 12.0) == 18.0
    assert growth(10.0, 12.0) == 0.0


def test_verdicts():
    both = [Subject.ENERGY_TOTAL, Subject.ENERGY_INTENSITY]

    def of(total, intensity):
        given = {Subject.ENERGY_TOTAL: total, Subject.ENERGY_INTENSITY: intensity}
        return verdict_of({one: state for one, state in given.items() if state}, both)

    assert of(State.MET, State.MET) is Verdict.MET
    assert of(State.MET, State.MISSED) is Verdict.NOT_MET
    assert of(State.UNKNOWN, State.MISSED) is Verdict.NOT_MET
    assert of(State.MET, State.UNKNOWN) is Verdict.UNKNOWN
    assert of(State.MET, None) is Verdict.UNKNOWN  # both are needed, and one has no target
    assert of(None, None) is Verdict.NO_VERDICT
    assert of(State.ON_TRACK, State.MET) is Verdict.ON_TRACK
    assert of(State.ON_TRACK, State.BEHIND) is Verdict.BEHIND
    assert verdict_of({Subject.CO2_TOTAL: State.MISSED}, []) is Verdict.NO_VERDICT
