"""Where an obligated enterprise stands: what it owes, has, will get and must buy, in allowances."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from models.carbon.allowances import over_and_short, paid_out, whole_allowances


class Verdict(StrEnum):
    """Where it stands with one accounting year."""

    SURRENDERED = "surrendered"  # nothing is owed any more
    COVERED = "covered"  # what it has and will get is enough
    SHORT = "short"  # it must buy
    OVERDUE = "overdue"  # the last day has passed and something is owed
    NOT_OBLIGATED = "not_obligated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Held:
    """What stands on its accounts, in allowances (CCER where said).

    ``held_t`` at its disposal and of usable vintages; ``booked_t`` what was allocated of the year's
    vintage, cuts taken off, ``preallocated_t`` of it before verification; ``surrendered_t`` for the
    year, ``ccer_surrendered_t`` likewise, ``ccer_held_t`` at its disposal.
    """

    held_t: float = 0.0
    booked_t: float = 0.0
    preallocated_t: float = 0.0
    surrendered_t: float = 0.0
    ccer_surrendered_t: float = 0.0
    ccer_held_t: float = 0.0


@dataclass(frozen=True, slots=True)
class Position:
    """``over_t`` or ``short_t``: allocation against what is due. ``ccer_limit_t`` CCER at most,
    ``ccer_t`` those surrendered that count, ``ccer_usable_t`` those held that still may.
    ``outstanding_t`` is still to be surrendered; ``to_come_t`` is
    still to be allocated, ``to_return_t`` was allocated in excess; ``final_t`` is what is paid out
    after verification; ``to_buy_t`` or ``left_t`` in the end.
    """

    over_t: float
    short_t: float
    ccer_limit_t: float
    ccer_t: float
    ccer_usable_t: float
    outstanding_t: float
    to_come_t: float
    to_return_t: float
    final_t: float
    to_buy_t: float
    left_t: float
    verdict: Verdict


def position(
    allocation_t: float, due_t: float, held: Held, *, offset_share: float, overdue: bool
) -> Position:
    """The position of one year, in whole allowances.

    CCER stand for at most ``offset_share`` of what is due (MEE order 19, art. 29: 5 %), rounded
    down. What is paid out after verification is what the pre-allocation left of the allocation
    (allocation draft 2025/2026, table 2-5 note 8, without a cut).
    """
    over, short = (float(one[0]) for one in over_and_short(_one(allocation_t), _one(due_t)))
    limit = float(whole_allowances(_one(offset_share * due_t))[0])
    ccer = min(held.ccer_surrendered_t, limit)
    outstanding = max(due_t - held.surrendered_t - ccer, 0.0)
    to_come = max(allocation_t - held.booked_t, 0.0)
    to_return = max(held.booked_t - allocation_t, 0.0)
    final = paid_out(_one(held.preallocated_t), _one(allocation_t), _one(0.0)).final
    usable = min(held.ccer_held_t, limit - ccer, outstanding)
    at_hand = held.held_t + to_come - to_return + usable
    to_buy = max(outstanding - at_hand, 0.0)
    if outstanding == 0:
        verdict = Verdict.SURRENDERED
    elif overdue:
        verdict = Verdict.OVERDUE
    else:
        verdict = Verdict.SHORT if to_buy > 0 else Verdict.COVERED
    return Position(
        over, short, limit, ccer, usable, outstanding, to_come, to_return, float(final[0]), to_buy,
        max(at_hand - outstanding, 0.0), verdict,
    )  # fmt: skip


def _one(value: float) -> np.ndarray:
    return np.array([value])
