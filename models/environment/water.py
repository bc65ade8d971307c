"""Waste water: volumes of slices, masses, flow-weighted means (HJ 212-2017 annex D).

Elementwise on numbers or arrays [..., hours] that broadcast; the last axis is time.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.environment.arrays import Numbers, Values, known_where, numbers, sums_by_period


def volume_m3(flow_l_s: Values, seconds: Values) -> Numbers:
    """D = Q x T x 10^-3, m3 of a slice or an hour (HJ 212-2017 annex D).

    ``flow_l_s`` Q in L/s (channel w00000), ``seconds`` T (slices: at most 5 s; an hour: 3600).
    """
    return numbers(flow_l_s) * numbers(seconds) * 1e-3


def mass_kg(concentration_mg_l: Values, volume: Values) -> Numbers:
    """G = C x D x 10^-3, kg, of mg/L and m3 (HJ 212-2017 annex D).

    Metals come in ug/L: divide by 1000 first, or read the answer in grams.
    """
    return numbers(concentration_mg_l) * numbers(volume) * 1e-3


def mean_concentration(mass: Values, volume: Values) -> Numbers:
    """C = G / D x 10^3, mg/L, of kg and m3: flow weighted (HJ 212-2017 annex D).

    NaN where nothing flowed: what was not discharged has no concentration.
    """
    flowed = numbers(volume)
    return numbers(mass) / known_where(flowed > 0, flowed) * 1e3


def means_by_period(
    concentration_mg_l: Values,
    volume: Values,
    valid: npt.ArrayLike,
    period: npt.ArrayLike,
    least: float = 1,
) -> Numbers:
    """Flow-weighted means of the valid hours of each period: [..., periods], mg/L.

    ``concentration_mg_l``, ``volume`` (m3 of the hour) and ``valid`` [..., hours]; ``period``
    [hours] as of ``models.environment.arrays.sums_by_period``. NaN where fewer than ``least`` hours
    of the period are valid (a day: HOURS_FOR_DAY) or nothing flowed in them. An hour counts where
    both its numbers are known. Temperature and pH are not weighted: for them
    ``models.environment.validity.means_by_period``.
    """
    concentration, flowed = np.broadcast_arrays(numbers(concentration_mg_l), numbers(volume))
    counts = np.asarray(valid, dtype=bool) & ~np.isnan(concentration) & ~np.isnan(flowed)
    number = sums_by_period(counts.astype(np.float64), period)
    mass = sums_by_period(np.where(counts, mass_kg(concentration, flowed), 0.0), period)
    whole = sums_by_period(np.where(counts, flowed, 0.0), period)
    return known_where(number >= max(least, 1), mean_concentration(mass, whole))
