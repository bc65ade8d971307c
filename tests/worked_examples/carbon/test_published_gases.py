"""Worked examples of methane, SF6 and refrigerants that others have published."""

from __future__ import annotations

import numpy as np
import pytest

from models.carbon.leakage import charge_leak_gas_t, leaked_gas_t, mass_balance_gas_t
from models.carbon.wastewater import cod_removed_t, wastewater_ch4_t


def one(value):
    return np.array([value])


def test_a_week_of_an_anaerobic_digester():
    """US EPA Greenhouse Gas Reporting Program, table ii_ch4_gen_process (as documented by the R
    package envirofacts), facility 1000035, Andersons Marathon Ethanol, first week of 2011, by
    40 CFR 98.353, equation II-1: 3,038.65 m3 of 3.67 kg COD/m3, B0 0.25, MCF 0.8: 2.2303691 t CH4.

    3,038.65 x 3.67 = 11,151.8455 kg COD; x 0.25 x 0.8 = 2,230.3691 kg.
    """
    removed = cod_removed_t(one(3038.65), one(3670.0), one(0.0))
    assert removed[0] == pytest.approx(11.1518455, rel=1e-9)
    found = wastewater_ch4_t(removed, one(0.0), one(0.25), one(0.8), one(0.0))
    assert found[0] == pytest.approx(2.2303691, abs=5e-8)


def test_cod_that_a_plant_removes():
    """CDM methodology ACM0010 as documented by the R package of the GHG methodologies project,
    calculate_cod_removed_acm0010(4000, 800, 250) = 800 kg a day.

    (4,000 - 800) mg/L x 250 m3 = 800,000 g.
    """
    assert cod_removed_t(one(250.0), one(4000.0), one(800.0))[0] == pytest.approx(0.8)


def test_sf6_of_a_maker_of_switchgear():
    """US EPA Greenhouse Gas Reporting Program, table ss_user_emissions (as documented by the R
    package envirofacts), facility 1000039, Alstom Grid, 2013, by 40 CFR 98.453, equation SS-1:
    acquisitions 80,415.5 lb, decrease of the inventory 1,940.47 lb, disbursements 79,730.33 lb:
    2,625.64 lb given off.

    80,415.5 + 1,940.47 = 82,355.97; - 79,730.33 = 2,625.64.
    """
    lost = mass_balance_gas_t(one(80_415.5), one(1_940.47), one(79_730.33), one(0.0))
    assert leaked_gas_t(lost, one(1.0))[0] == pytest.approx(2625.64, abs=5e-3)


def test_a_chiller_s_leak():
    """Higg Facility Environmental Module, help page "Calculating a leakage rate", chiller 1: full
    charge 5 kg, 1 kg added after 275 days: 26.5 % a year, 1.33 kg a year.

    (1 / 5) / (275 / 365) = 0.26545; 5 x 0.26545 = 1.327 kg a year; in 275 days 1 kg.
    """
    charge, rate = one(5.0), one(0.265)
    assert charge_leak_gas_t(charge, rate, one(1.0))[0] == pytest.approx(1.33, abs=6e-3)
    assert charge_leak_gas_t(charge, rate, one(275 / 365))[0] == pytest.approx(1.0, rel=2e-3)
