"""What a figure of a discharge rests on, as bits that hours join into periods."""

from __future__ import annotations

from enum import IntFlag

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint8]


class FlowBasis(IntFlag):
    """Where an hour's flow, or its mass, comes from."""

    MEASURED = 1  # the flow's own channel
    VELOCITY = 2  # velocity times the duct's area
    AMOUNT = 4  # no flow: the volume that the device says it has added up (-Cou)
    DEVICE_MASS = 8  # no flow and no volume: the mass that the device says (-Cou)


class ConvertedBasis(IntFlag):
    """How the concentration that limits speak of was found."""

    MEASURED = 1  # there is no reference oxygen
    COMPUTED = 2  # from the hour's oxygen
    DEVICE = 4  # the outlet sends no oxygen: what the device converted (-ZsAvg)
    OXYGEN_UNUSABLE = 8  # the gas was nearly air: marked, not computed


def texts(bits: Bits, kinds: type[IntFlag]) -> npt.NDArray[np.object_]:
    """The names of the bits that are set, joined by |; None without any."""
    names = np.empty(256, dtype=object)
    for value in np.unique(bits).tolist():
        set_ = [one.name.lower() for one in kinds if value & one and one.name]
        names[value] = "|".join(set_) or None
    return names[bits]
