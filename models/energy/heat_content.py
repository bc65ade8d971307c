"""Energy in GJ from amounts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

GJ_PER_KWH = 0.0036  # exact: 1 kWh = 3.6 MJ


def electricity_gj(amount_kwh: Numbers) -> Numbers:
    """Electricity in kWh as GJ (3.6 MJ a kWh)."""
    return amount_kwh * GJ_PER_KWH


def fuel_gj(amount: Numbers, ncv_gj_per_unit: Numbers) -> Numbers:
    """Heat of a fuel, GJ = FC x NCV (CETS-AG-03.01-V01-2024, factor of equation (3)).

    ``amount`` and ``ncv_gj_per_unit`` per the same unit (t or 10^4 Nm3).
    """
    return amount * ncv_gj_per_unit
