"""Uncertainties of sums that others have published."""

from __future__ import annotations

import numpy as np
import pytest

from models.carbon.uncertainty import total_rel
from models.carbon.uncertainty_simulated import simulated_rel

NONE = np.zeros(3)


# Ministry for the Environment (New Zealand), Measuring emissions: a guide for organisations, table
# 3.2, commercial use: kg CO2e per unit as CO2, CH4 and N2O, the uncertainty of CO2 (CH4 and N2O
# have 50 %), and the published uncertainty of their sum.
#
# Diesel: 2.66380534 x 1 % = 0.0266381; 0.0102388965 x 50 % = 0.0051194; 0.0058142305 x 50 % =
# 0.0029071; root of the sum of squares 0.0272809; of 2.6798585 = 1.018 %.
GUIDE = [
    ("diesel", (2.66380534, 0.0102388965, 0.0058142305), 0.01, 1.02),
    ("heavy fuel oil", (3.036601404, 0.0108366525, 0.0061536705), 0.01, 1.02),
    ("light fuel oil", (2.95400959, 0.010760775, 0.0061105829), 0.01, 1.02),
    ("natural gas", (54.05790879, 0.126, 0.02385), 0.02, 2.00),
]


@pytest.mark.parametrize(("fuel", "parts", "co2", "published"), GUIDE)
def test_three_gases_of_a_fuel(fuel, parts, co2, published):
    factors = np.array([co2, 0.5, 0.5])
    gases = np.array([f"{fuel}/CO2", f"{fuel}/CH4", f"{fuel}/N2O"], dtype=object)
    found = total_rel(np.array(parts), NONE, factors, gases)
    assert round(found * 100, 2) == published


def test_the_world_s_emissions_of_2019():
    """IPCC AR6, working group III, 2.2.2.1: CO2 of fuels and industry 38 +- 3.0, of land use 6.6 +-
    4.6, CH4 11 +- 3.2, N2O 2.7 +- 1.6, fluorinated gases 1.4 +- 0.41: 59 +- 6.6 Gt CO2e.

    9 + 21.16 + 10.24 + 2.56 + 0.1681 = 43.1281; its root 6.5672; of 59.7 (the parts are rounded).
    Both approaches; land use is as uncertain as 70 %, so approach 2 draws it lognormally.
    """
    co2e = np.array([38, 6.6, 11, 2.7, 1.4])
    rel = np.array([3.0, 4.6, 3.2, 1.6, 0.41]) / co2e
    own = np.full(5, None, dtype=object)
    first = total_rel(co2e, rel, np.zeros(5), own)
    assert round(first * co2e.sum(), 1) == 6.6
    drawn = simulated_rel(co2e, rel, np.zeros(5), own)
    assert drawn.mean == pytest.approx(59.7, rel=0.005)
    assert (drawn.high - drawn.low) / 2 == pytest.approx(6.6, rel=0.05)
