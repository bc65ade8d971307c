"""Letters of HJ 212 for hours and periods."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.environment.arrays import Numbers
from models.environment.hj212_marks import hj212_marks
from models.environment.validity import HOURS_FOR_DAY, NORMAL_SHARE
from models.periods import Every
from models.readings import COUNTED, Quality

VALID, STOPPED, INVALID = "N", "F", "D"

# Letters of HJ 212-2017 of the qualities that do not count; what we suspect is no good value.
LETTERS = {Quality.SUSPECT: INVALID} | {
    one.quality: one.mark
    for one in hj212_marks().values()
    if "2017" in one.editions and one.quality not in COUNTED
}


def hour_marks(
    valid: npt.NDArray[np.bool_],
    stopped: npt.NDArray[np.bool_],
    mark: npt.NDArray[np.uint8],
    minutes: Numbers,
) -> npt.NDArray[np.object_]:
    """N where an hour is valid, F where nothing ran; else what most of its values were marked, D
    where too few came, None where nothing at all came.
    """
    letters = np.empty(256, dtype=object)
    for quality, letter in LETTERS.items():
        letters[quality] = letter
    found = letters[mark]
    found[(mark == 0) & (minutes > 0)] = INVALID
    found[stopped] = STOPPED
    found[valid] = VALID
    return found


def period_marks(
    every: Every, hours: Numbers, stopped: Numbers, valid: Numbers
) -> npt.NDArray[np.object_]:
    """N where enough hours are valid: 20 of a day (HJ 212-2017 annex D), else 75 % of those owed.

    F where nothing ran in any hour, D otherwise.
    """
    owed = hours - stopped
    enough = valid >= (HOURS_FOR_DAY if every == "day" else NORMAL_SHARE * owed)
    found = np.full(hours.shape, INVALID, dtype=object)
    found[enough & (owed > 0)] = VALID
    found[(owed == 0) & (hours > 0)] = STOPPED
    return found
