"""From where on a value is near a limit: our own rule for warnings, of no standard.

Most limits are of concentrations, and 80 % of one is near it. A scale that does not begin at
nothing has a distance instead: 3 dB are double the sound energy, and pH is a logarithm too.
"""

from __future__ import annotations

NEAR_SHARE = 0.8
NEAR_BY = {"sound_level": 3.0, "ph": 0.5}  # by quantity, in its unit


def near_from(quantity: str, limit: float, *, lower: bool = False) -> float:
    """The value from which on (of a least value: below which) one is near ``limit``, in its unit.

    A least value of a concentration is near at 1 / 0.8 of it.
    """
    distance = NEAR_BY.get(quantity)
    if distance is not None:
        return limit + distance if lower else limit - distance
    return limit / NEAR_SHARE if lower else limit * NEAR_SHARE


def has_share(quantity: str) -> bool:
    """Whether a value divided by its limit says how near it is."""
    return quantity not in NEAR_BY
