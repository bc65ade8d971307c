"""Comprehensive energy consumption (综合能耗) and its parts, in tce.

All arguments of one call are on one way of counting, calorific (当量值) or equivalent (等价值): the
two are never compared or mixed. Arrays that broadcast; NaN stays NaN.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def comprehensive_tce(bought: Numbers, own_renewable: Numbers, sold: Numbers) -> Numbers:
    """E = sum of E_i x k_i, less what is passed on to others (GB/T 2589-2020, 5 and 6).

    ``bought`` all carriers that come in, ``own_renewable`` electricity or heat won and used on site
    without fuel, ``sold`` what leaves (a part of own generation too). What was turned from one
    carrier into another on site stands in ``bought`` once, as what was put in.
    """
    return bought + own_renewable - sold


def dual_control_tce(comprehensive: Numbers, raw_material: Numbers, renewable: Numbers) -> Numbers:
    """Consumption that the control of energy counts: without raw material and without renewables.

    Notices of the NDRC and the NBS of 2022 (raw material; renewable electricity: 16 November 2022).
    ``raw_material`` energy used as such, ``renewable`` electricity from renewables, own and by
    certificate, both as contained in ``comprehensive``.
    """
    return comprehensive - raw_material - renewable


def conversion_loss_tce(put_in: Numbers, given_out: Numbers) -> Numbers:
    """What a conversion (boiler, heat plant, substation) loses: put in less given out (GB/T 2589).

    Both in tce of one way of counting; below zero only where a meter is wrong.
    """
    return put_in - given_out


def share_of(part: Numbers, whole: Numbers) -> Numbers:
    """A part of a whole, 0 to 1; NaN where the whole is zero or unknown."""
    found: Numbers = np.divide(part, np.where(whole == 0, np.nan, whole))
    return found
