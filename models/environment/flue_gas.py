"""Flue gas: wet to dry, standard state, ppm to mg/m3, reference oxygen, flow and mass.

Standard state is 273 K and 101.325 kPa (0 °C), dry. Formulas are of HJ 212-2017 annex D (read in
full text), which takes them from HJ 75 annex C. Elementwise: every argument is a number or an
array [..., hours]; they broadcast, so that an outlet's constant may be [outlets, 1]. What is
physically impossible (moisture of 100 %, a gas at absolute zero) gives NaN, never a number.
"""

from __future__ import annotations

import numpy as np

from models.environment.arrays import Flags, Numbers, Values, known_where, numbers

KELVIN = 273.0  # as the standards round it
STANDARD_KPA = 101.325
MOLAR_VOLUME = 22.4  # L/mol at standard state
OXYGEN_OF_AIR_PCT = 21.0
# g/mol, rounded as Chinese practice does (NO x 1.53 + NO2; ppm x 2.05).
MOLAR_MASS = {"NO": 30.0, "NO2": 46.0, "SO2": 64.0, "CO": 28.0, "CO2": 44.0}
# From here on 21 - O2 is so small that the quotient says nothing: at a reference oxygen of 3 % the
# factor is 18 at 20 %, 180 at 20.9 %, infinite at 21 %. Own number: no standard at hand gives one.
OXYGEN_GUARD_PCT = 20.0


def dry(wet: Values, moisture_pct: Values) -> Numbers:
    """C_dry = C_wet / (1 - X_sw): a wet reading per dry gas, mg/m3 (HJ 212-2017 annex D).

    ``moisture_pct`` X_sw in % by volume (channel a01014), NaN outside 0 to below 100. Oxygen in %
    of wet gas is made dry by the same formula.
    """
    moisture = numbers(moisture_pct)
    ok = (moisture >= 0) & (moisture < 100)
    return numbers(wet) / (1 - known_where(ok, moisture) / 100)


def at_standard_state(actual: Values, temperature_c: Values, pressure_kpa: Values) -> Numbers:
    """C_sn = C_s x 101325 / (B_a + P_s) x (273 + t_s) / 273, mg/m3 (HJ 212-2017 annex D).

    ``temperature_c`` t_s of the gas (a01012), ``pressure_kpa`` B_a + P_s: the **absolute** pressure
    of the gas, air pressure and static pressure together (a01013 alone is the static pressure).
    """
    return numbers(actual) / _standard_share(temperature_c, pressure_kpa)


def mass_concentration(ppm: Values, molar_mass: float) -> Numbers:
    """C_Q = M / 22.4 x C_V: mg/m3 at standard state of micromol/mol (ppm) (HJ 212-2017 annex D).

    ``molar_mass`` M in g/mol, see MOLAR_MASS.
    """
    return molar_mass / MOLAR_VOLUME * numbers(ppm)


def nitrogen_oxides(no: Values, no2: Values) -> Numbers:
    """C_NOx = C_NO x M_NO2 / M_NO + C_NO2: NOx as NO2, mg/m3 (HJ 212-2017 annex D).

    ``no`` (a21003) and ``no2`` (a21004) in mg/m3 of the same state. Unknown where either is.
    """
    return numbers(no) * (MOLAR_MASS["NO2"] / MOLAR_MASS["NO"]) + numbers(no2)


def nitrogen_oxides_of_ppm(no_ppm: Values, no2_ppm: Values) -> Numbers:
    """C_NOx = (C_NO,V + C_NO2,V) x M_NO2 / 22.4: NOx as NO2, mg/m3 (HJ 212-2017 annex D)."""
    return mass_concentration(numbers(no_ppm) + numbers(no2_ppm), MOLAR_MASS["NO2"])


def oxygen_unusable(oxygen_pct: Values) -> Flags:
    """Where no reference-oxygen value can be computed: unknown, below 0, or from 20 % on.

    20 % is the guard OXYGEN_GUARD_PCT: near air's 21 % (starting up, shutting down, a leak or a
    stack of air) the quotient explodes. Such hours are marked, not computed.
    """
    oxygen = numbers(oxygen_pct)
    return ~((oxygen >= 0) & (oxygen < OXYGEN_GUARD_PCT))


def excess_air(oxygen_pct: Values) -> Numbers:
    """Excess air ratio alpha = 21 / (21 - O2) (HJ 212-2017 annex D); NaN where unusable."""
    usable = known_where(~oxygen_unusable(oxygen_pct), numbers(oxygen_pct))
    return OXYGEN_OF_AIR_PCT / (OXYGEN_OF_AIR_PCT - usable)


def at_reference_oxygen(
    standard_dry: Values, oxygen_pct: Values, reference_oxygen_pct: Values
) -> Numbers:
    """C_ref = C_sn,dry x (21 - O2_ref) / (21 - O2), mg/m3 (HJ 212-2017 annex D; GB 13271-2014 5.2).

    For **compliance** only; amounts use the measured concentration. All of the hour's means and of
    dry gas. ``reference_oxygen_pct`` NaN: the outlet has none, and the measured concentration is
    what the limit speaks of. NaN where ``oxygen_unusable``.
    """
    value, reference = numbers(standard_dry), numbers(reference_oxygen_pct)
    usable = known_where(~oxygen_unusable(oxygen_pct), numbers(oxygen_pct))
    converted = value * (OXYGEN_OF_AIR_PCT - reference) / (OXYGEN_OF_AIR_PCT - usable)
    return np.where(np.isnan(reference), value, converted)


def at_reference_excess_air(
    standard_dry: Values, oxygen_pct: Values, reference_excess_air: Values
) -> Numbers:
    """C_ref = C_sn,dry x alpha / alpha_s, mg/m3 (HJ 212-2017 annex D); NaN where unusable."""
    return numbers(standard_dry) * excess_air(oxygen_pct) / numbers(reference_excess_air)


def actual_flow_m3_h(velocity_m_s: Values, area_m2: Values) -> Numbers:
    """Q_sh = 3600 x F x V_s, m3/h of wet gas as it flows (HJ 212-2017 annex D).

    ``velocity_m_s`` V_s the section's mean velocity (a01011), ``area_m2`` F of the duct.
    """
    return 3600.0 * numbers(area_m2) * numbers(velocity_m_s)


def standard_dry_flow(
    actual: Values, temperature_c: Values, pressure_kpa: Values, moisture_pct: Values
) -> Numbers:
    """Q_sn = Q_s x 273 / (273 + t_s) x (B_a + P_s) / 101325 x (1 - X_sw) (HJ 212-2017 annex D).

    ``actual`` flow or volume in any unit, which the answer keeps; ``pressure_kpa`` absolute.
    """
    moisture = numbers(moisture_pct)
    share = 1 - known_where((moisture >= 0) & (moisture < 100), moisture) / 100
    return numbers(actual) * _standard_share(temperature_c, pressure_kpa) * share


def mass_kg(standard_dry_mg_m3: Values, standard_dry_m3: Values) -> Numbers:
    """G_h = C_Q x Q_sn x 10^-6, kg of the hour (HJ 212-2017 annex D).

    ``standard_dry_mg_m3`` the **measured** concentration of dry gas at standard state, *not* the
    one at reference oxygen; ``standard_dry_m3`` the hour's volume (m3/h x 1 h). The amount of a day
    is the plain sum of its hours' kilograms: 2017's equation (34), as printed, shows a 10^-6 before
    that sum, which the kilograms of G_h already hold; a second one would lose a factor of a
    million.
    """
    return numbers(standard_dry_mg_m3) * numbers(standard_dry_m3) * 1e-6


def _standard_share(temperature_c: Values, pressure_kpa: Values) -> Numbers:
    """273 / (273 + t) x p / 101.325: the volume at standard state of a volume as it is."""
    kelvin, pressure = numbers(temperature_c) + KELVIN, numbers(pressure_kpa)
    ok = (kelvin > 0) & (pressure > 0)
    return KELVIN / known_where(ok, kelvin) * pressure / STANDARD_KPA
