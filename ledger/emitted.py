"""Energy, gas and CO2e of activity, by the methods of models.carbon and models.energy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from ledger.chosen_factors import ELECTRICITY, FUELS, HEAT
from models.carbon.categories import Counted, categories
from models.carbon.methods import method
from models.carbon.warming import co2e_t
from models.energy.heat_content import electricity_gj, fuel_gj
from models.energy.standard_coal import (
    electricity_calorific_tce,
    electricity_equivalent_tce,
    fuel_tce,
    heat_tce,
)

Numbers = npt.NDArray[np.float64]

EMITTED = ["gas_t", "co2e_t", "biogenic_co2_t"]
ENERGY = ["energy_gj", "energy_tce_calorific", "energy_tce_equivalent"]


def gases(rows: pd.DataFrame, operands: pd.DataFrame) -> dict[str, Numbers]:
    """EMITTED of rows with category, method and activity_amount, by the operands beside them.

    Each method is applied to its rows together. What a category deducts is negative; what it only
    tells (biogenic CO2, sinks) has no co2e_t, and biogenic CO2 is in its own column.
    """
    scaled = rows["activity_amount"].to_numpy(dtype=np.float64) * _column(operands, "scale")
    gas_t = np.full(len(rows), np.nan)
    codes, of = np.unique(rows["method"].to_numpy(dtype=str), return_inverse=True)
    for number, code in enumerate(codes.tolist()):
        these = np.flatnonzero(of == number)
        values = {
            name: scaled[these] if name == "amount" else _column(operands, name)[these]
            for name in method(code).inputs
        }
        gas_t[these] = method(code).gas_t(values)
    table = categories()
    category = rows["category"].to_numpy(dtype=object)
    gas_t = gas_t * np.array([table[one].sign for one in category], dtype=np.float64)
    potential = _column(operands, "gwp")
    # Without a gas nothing is emitted, whatever its potential.
    emitted = co2e_t(gas_t, np.where(np.isnan(potential), 1.0, potential))
    told = np.array([table[one].counted is Counted.MEMO for one in category], dtype=bool)
    burnt = np.array([one in FUELS for one in category], dtype=bool)
    biogenic = category == "biogenic_combustion"
    known = np.where(burnt & ~np.isnan(gas_t), 0.0, np.nan)
    return {
        "gas_t": gas_t,
        "co2e_t": np.where(told, np.nan, emitted),
        "biogenic_co2_t": np.where(biogenic, gas_t, known),
    }


def energies(rows: pd.DataFrame, operands: pd.DataFrame) -> dict[str, Numbers]:
    """ENERGY of rows with category and activity_amount: GJ, and tce by calorific and equivalent
    value; what is sold is negative, and null what carries no energy.
    """
    amount = rows["activity_amount"].to_numpy(dtype=np.float64) * _column(operands, "scale")
    category = rows["category"].to_numpy(dtype=object)
    sold = np.array([one.startswith("exported_") for one in category], dtype=bool)
    amount = np.where(sold, -amount, amount)
    which = [
        np.array([one in group for one in category], dtype=bool)
        for group in (ELECTRICITY, HEAT, FUELS)
    ]
    coefficient, rate = _column(operands, "calorific"), _column(operands, "coal_rate")
    burnt_gj = fuel_gj(amount, _column(operands, "ncv"))
    calorific = np.select(
        which,
        [electricity_calorific_tce(amount, coefficient), heat_tce(amount, coefficient),
         fuel_tce(burnt_gj)],
        np.nan,
    )  # fmt: skip
    equivalent = electricity_equivalent_tce(amount, rate)
    return {
        "energy_gj": np.select(which, [electricity_gj(amount), amount, burnt_gj], np.nan),
        "energy_tce_calorific": calorific,
        "energy_tce_equivalent": np.where(which[0], equivalent, calorific),
    }


def _column(operands: pd.DataFrame, name: str) -> Numbers:
    return operands[name].to_numpy(dtype=np.float64)
