"""Which emissions of an inventory belong to the obligation under the ETS or a sector guideline."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.carbon.categories import Counted, categories

Flags = npt.NDArray[np.bool_]

_ELECTRICITY = ("purchased_electricity", "exported_electricity")
_HEAT = ("purchased_heat", "exported_heat")


def in_obligation(category: npt.NDArray[np.object_], *, electricity: bool, heat: bool) -> Flags:
    """Whether rows of these categories count: scope 1 always, bought and sold electricity and heat
    where the guideline of the year says so, scope 3 and memo items never.

    Steel from accounting year 2024 counts neither (CETS-AG-03.01-V01-2024), power no electricity
    from 2023 (allocation plan 2023/2024); the flags are those of models.carbon.guidelines. Raises
    KeyError for a category that is not in the list.
    """
    codes, number = np.unique(category.astype(str), return_inverse=True)
    found = np.array([_counts(code, electricity, heat) for code in codes], dtype=bool)
    return found[number]


def _counts(code: str, electricity: bool, heat: bool) -> bool:
    if code in _ELECTRICITY:
        return electricity
    if code in _HEAT:
        return heat
    one = categories()[code]
    return one.scope == 1 and one.counted is Counted.EMISSIONS
