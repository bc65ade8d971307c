"""Tapio's states: the eight rows of table 3 of PMC10559243 (golden case 12), bounds, no state."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.progress.peak.tapio import Decoupling, decoupled

# (dC/C0 in %, dG/G0 in %, t, state); C0 = G0 = 100.
ROWS = [
    (-5, 10, -0.5, "strong_decoupling"),
    (5, 10, 0.5, "weak_decoupling"),
    (10, 10, 1.0, "expansive_coupling"),
    (15, 10, 1.5, "expansive_negative_decoupling"),
    (5, -10, -0.5, "strong_negative_decoupling"),
    (-5, -10, 0.5, "weak_negative_decoupling"),
    (-10, -10, 1.0, "recessive_coupling"),
    (-15, -10, 1.5, "recessive_decoupling"),
    # Both bounds count as coupling.
    (8, 10, 0.8, "expansive_coupling"),
    (12, 10, 1.2, "expansive_coupling"),
    (-8, -10, 0.8, "recessive_coupling"),
    (-12, -10, 1.2, "recessive_coupling"),
    (7.99, 10, 0.799, "weak_decoupling"),
    (12.01, 10, 1.201, "expansive_negative_decoupling"),
    # Emissions that stay are weak.
    (0, 10, 0, "weak_decoupling"),
    (0, -10, 0, "weak_negative_decoupling"),
]


@pytest.mark.parametrize(("emissions", "output", "elasticity", "state"), ROWS)
def test_a_row_of_the_table(emissions, output, elasticity, state):
    found = decoupled((100, 100 + emissions), (100, 100 + output))
    assert found.state == state
    assert found.elasticity == pytest.approx(elasticity, abs=1e-9)
    assert math.copysign(1, found.elasticity) == (1 if elasticity >= 0 else -1)
    assert found.reason is None


@pytest.mark.parametrize(
    ("emissions", "output", "reason"),
    [
        ((100, 90), (50, 50), "output_unchanged"),
        ((100, 90), (0, 50), "output_not_positive"),
        ((100, 90), (50, -1), "output_not_positive"),
        ((0, 90), (50, 60), "emissions_not_positive"),
        ((-3, 90), (50, 60), "emissions_not_positive"),
        ((None, 90), (50, 60), "emissions_unknown"),
        ((100, math.nan), (50, 60), "emissions_unknown"),
        ((100, 90), (50, None), "output_unknown"),
    ],
)
def test_what_has_no_state(emissions, output, reason):
    found = decoupled(emissions, output)
    assert (found.state, found.elasticity, found.reason) == ("not_defined", None, reason)


def test_the_last_bits_of_a_sum_are_no_change():
    """0.1 + 0.2 and 0.3 are the same: no strong decoupling, and no output that changed."""
    more, same = 0.1 + 0.2, 0.3
    assert more > same
    found = decoupled((more, same), (50, 60))
    assert (found.state, found.elasticity) == ("weak_decoupling", 0)
    assert decoupled((100, 90), (same, more)).reason == "output_unchanged"


positive = st.floats(1, 1e6)


@settings(deadline=None)
@given(positive, positive, positive, positive)
def test_the_state_fits_the_signs(before, after, output, later):
    found = decoupled((before, after), (output, later))
    assume(not 0.5e-9 < abs(later / output - 1) < 2e-9)  # on the edge of what is rounding
    if math.isclose(output, later, rel_tol=1e-9):
        assert found.state is Decoupling.NOT_DEFINED
        return
    falls, grows = after < before, later > output
    growing = {"strong_decoupling", "weak_decoupling"} | {
        "expansive_coupling", "expansive_negative_decoupling",
    }  # fmt: skip
    assert (found.state in growing) == grows
    if falls == grows and not math.isclose(after, before, rel_tol=1e-8):
        assert found.state in {"strong_decoupling", "strong_negative_decoupling"}
