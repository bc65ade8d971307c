"""Worked examples of burnt fuels and bought electricity that others have published."""

from __future__ import annotations

import numpy as np
import pytest

from models.carbon.combustion import combustion_co2_t, combustion_no_oxidation_co2_t
from models.carbon.factor_files import rows_of
from models.carbon.purchased import electricity_co2_t


def one(value):
    return np.array([value])


def test_coal_tar_of_the_steel_guideline():
    """CETS-AG-03.01-V01-2024, annex A, table A.2, note *4: 2.699 tCO2/t, without oxidation.

    33.453 GJ/t x 0.02200 tC/GJ = 0.735966 tC/t; x 44/12 = 2.698542.
    """
    found = combustion_no_oxidation_co2_t(one(1.0), one(33.453), one(0.02200))[0]
    assert found == pytest.approx(2.698542, rel=1e-9)
    assert round(found, 3) == 2.699
    row = next(row for row in rows_of("process") if row["code"] == "coal_tar")
    assert float(row["value"]) == 2.699


def test_a_therm_of_natural_gas():
    """US EPA, Greenhouse Gas Equivalencies Calculator, Calculations and References, "Therms and Mcf
    of natural gas": 0.1 mmbtu/therm x 14.43 kg C/mmbtu x 44 kg CO2/12 kg C x 1 t/1,000 kg =
    0.0053 (0.005291) t CO2/therm, all oxidised.

    0.1 x 14.43 = 1.443 kg C; x 44/12 = 5.291 kg. The unit of heat cancels: mmbtu serves as GJ does.
    """
    found = combustion_co2_t(one(1.0), one(0.1), one(14.43e-3), one(1.0))[0]
    assert found == pytest.approx(0.005291, abs=5e-7)


def test_a_railcar_of_coal():
    """The same document, "Railcars of coal burned": 21.11 mmbtu/t coal x 26.05 kg C/mmbtu x 44/12 x
    90.89 t coal/railcar x 1 t/1,000 kg = 183.29 t CO2/railcar.

    21.11 x 26.05 = 549.9155 kg C/t; x 44/12 = 2,016.3568; x 90.89 = 183,266.67 kg. The document
    says that the rounded numbers it prints may not give its result exactly: 0.02 t apart here.
    """
    found = combustion_co2_t(one(90.89), one(21.11), one(26.05e-3), one(1.0))[0]
    assert found == pytest.approx(183.26667, rel=1e-7)
    assert found == pytest.approx(183.29, rel=2e-4)


def test_a_tonne_of_standard_coal():
    """Easy Carbon journal of the China carbon trading network, 10 September 2014: 7,000 kcal/kg =
    29.3076 GJ/t; 25.8 kg C/GJ x 44/12 x 100 % = 94.6 kg CO2/GJ; 2.7725 t CO2/tce.

    25.8 x 44/12 = 94.6; x 29.3076 = 2,772.49896 kg.
    """
    found = combustion_co2_t(one(1.0), one(29.3076), one(25.8e-3), one(1.0))[0]
    assert round(found, 4) == 2.7725


def test_a_home_s_electricity():
    """US EPA, the same document, "Home electricity use": 11,764 kWh x 998.4 lbs CO2/MWh generated x
    1/(1 - 0.071) MWh delivered/MWh generated x 1 MWh/1,000 kWh x 1 t/2,204.6 lb = 5.734 t CO2.

    11,764 / 0.929 = 12,663.078 kWh generated; 998.4 / 2,204.6 = 0.45287127 kg/kWh; 5,734.74 kg.
    """
    generated, factor = one(11_764 / (1 - 0.071)), one(998.4 / 2204.6)
    assert electricity_co2_t(generated, factor)[0] == pytest.approx(5.734, abs=1e-3)
