"""Worked examples of process emissions that others have published."""

from __future__ import annotations

import numpy as np
import pytest

from models.carbon.process import carbonate_co2_t, material_gas_t


def one(value):
    return np.array([value])


def test_a_tonne_of_clinker():
    """IPCC, Good Practice Guidance 2000, background paper 3.1, Cement Production (tier 1): 64.6 %
    of lime in clinker gives 0.507 t CO2/t clinker; 0.785 t CO2/t lime (AR4, working group III,
    7.4.5.2).

    1 x 0.785 x 0.646 = 0.50711.
    """
    found = carbonate_co2_t(one(1.0), one(0.785), one(0.646))[0]
    assert found == pytest.approx(0.50711)
    assert round(found, 3) == 0.507


def test_a_tonne_of_lime_with_its_kiln_dust():
    """IPCC 2006, vol. 3 ch. 2, equation 2.8 and page 2.22, cited by the Transition Element
    Framework: 768,000 g CO2/t lime, of 85 % high-calcium lime (0.75 t/t) and 15 % dolomitic lime
    (0.77 t/t) with 2 % of lime kiln dust.

    0.85 x 0.75 + 0.15 x 0.77 = 0.753; x 1.02 = 0.76806.
    """
    with_dust = np.array([0.85, 0.15]) * 1.02
    found = material_gas_t(with_dust, np.array([0.75, 0.77])).sum()
    assert found == pytest.approx(0.76806)
    assert round(found, 3) == 0.768
