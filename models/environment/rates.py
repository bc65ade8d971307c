"""Rates of a point's data by period: capture (HJ 75-2017), transmission, validity.

Arrays of hours [..., hours] as of ``models.environment.arrays``; ``period`` [hours] numbers each
hour's quarter (or month) from 0. Answers are [..., periods], 0 to 1, NaN where nothing was owed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.environment.arrays import Numbers, known_where, sums_by_period

# HJ 75-2017 (from memory): a quarter's capture rate below which the quarter is invalid.
CAPTURE_RATE_MIN = 0.75


def share_by_period(part: npt.ArrayLike, whole: npt.ArrayLike, period: npt.ArrayLike) -> Numbers:
    """Hours in which both hold over hours in which ``whole`` does, by period."""
    owed = np.asarray(whole, dtype=bool)
    has, owed = np.broadcast_arrays(np.asarray(part, dtype=bool) & owed, owed)
    number = sums_by_period(owed.astype(np.float64), period)
    return known_where(
        number > 0, sums_by_period(has.astype(np.float64), period) / np.maximum(number, 1)
    )


def capture_rate(valid: npt.ArrayLike, owed: npt.ArrayLike, quarter: npt.ArrayLike) -> Numbers:
    """Share of valid hours, by quarter: (hours - invalid - stopped) / (hours - stopped).

    HJ 75-2017 clause 12 (季度有效数据捕集率; from memory, and seen in public code). ``valid``: the
    hour has valid data; ``owed``: the facility ran. Of the quarter under way give the hours so far.
    To spread it over hours again: ``capture_rate(...)[..., quarter]``.
    """
    return share_by_period(valid, owed, quarter)


def transmission_rate(
    received: npt.ArrayLike, owed: npt.ArrayLike, period: npt.ArrayLike
) -> Numbers:
    """数据传输率: hours of which a value came over hours owed, by period (MEE's assessment of
    automatic monitoring, from memory). ``received`` [..., hours]: any value, valid or not.
    """
    return share_by_period(received, owed, period)


def validity_rate(valid: npt.ArrayLike, received: npt.ArrayLike, period: npt.ArrayLike) -> Numbers:
    """数据有效率: hours that are valid over hours received, by period (as ``transmission_rate``).

    Their product (传输有效率) is what enterprises are assessed by.
    """
    return share_by_period(valid, received, period)
