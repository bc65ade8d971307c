"""Which parameters an enterprise declares of its own for the parts of an inventory's activity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.periods import local_start
from models.registry import DeclaredFactor, Parameter, Registry


@dataclass(frozen=True, slots=True)
class Own:
    """The own factor of each parameter, None where the library's holds."""

    emission_factor: DeclaredFactor | None = None
    ncv: DeclaredFactor | None = None
    carbon_content: DeclaredFactor | None = None
    oxidation: DeclaredFactor | None = None

    @property
    def declared(self) -> tuple[DeclaredFactor, ...]:
        """Those that are there."""
        every = (self.emission_factor, self.ncv, self.carbon_content, self.oxidation)
        return tuple(one for one in every if one is not None)


def own_factors(
    registry: Registry, headings: pd.DataFrame, parts: pd.DataFrame
) -> tuple[npt.NDArray[np.int64], list[Own]]:
    """For each part (ledger.parts) the number of what holds for it in the list that is returned.

    A factor holds where it is valid on the local day in which the part begins; an enterprise's own
    goes before what the park declares for all. One that names a category holds in that only, and
    goes there before those of the carrier at large: the fuel's own factor is not its scope 3.
    """
    number = np.zeros(len(parts), dtype=np.int64)
    every = registry.declared_factors
    if not every:
        return number, [Own()]
    heading = parts["heading"].to_numpy()
    begin = parts["begin"]
    holding = np.zeros((len(parts), len(Parameter)), dtype=np.int64)  # 0: the library's
    for at, factor in sorted(
        enumerate(every, 1), key=lambda one: (one[1].category is None, one[1].enterprise is None)
    ):
        whose = headings["carrier"] == factor.carrier
        if factor.enterprise is not None:
            whose &= headings["enterprise"] == factor.enterprise
        if factor.category is not None:
            whose &= headings["category"] == factor.category
        valid = whose.to_numpy()[heading]
        valid &= (begin >= local_start(factor.valid_from, registry.zone)).to_numpy()
        if factor.valid_to is not None:
            valid &= (begin < local_start(factor.valid_to, registry.zone)).to_numpy()
        column = holding[:, list(Parameter).index(factor.parameter)]
        column[valid & (column == 0)] = at
    sets, inverse = np.unique(holding, axis=0, return_inverse=True)
    known = (None, *every)
    found = [
        Own(**{
            parameter.value: known[at]
            for parameter, at in zip(Parameter, row, strict=True)
        })
        for row in sets.tolist()
    ]  # fmt: skip
    return inverse.reshape(-1).astype(np.int64), found
