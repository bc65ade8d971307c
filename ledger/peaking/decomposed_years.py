"""Which enterprises have a place in a decomposition of two years, and the arrays of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ledger.years.entered import is_constant
from models.progress.peak.lmdi import Year

Units = Literal["enterprise", "cluster"]
EnergyOf = Literal["calorific", "equivalent"]


@dataclass(frozen=True, slots=True)
class Member:
    """One enterprise in one year: ``energy`` (tce) and ``emissions`` (t) by carrier, its output in
    10^4 yuan at ``basis`` prices; ``total`` its emissions with those that are not of energy.
    """

    total: float | None
    energy: Mapping[str, float]
    emissions: Mapping[str, float]
    output: float | None
    basis: str | None

    @property
    def refused(self) -> str | None:
        """Why it has no place in the identity; None where it has one."""
        if not self.energy:
            # Who was not there yet, or is no more, has a zero entered.
            return None if self.total == 0 else "carriers_not_known"
        uses = any(self.energy.values())
        if self.output is None:
            return "output_unknown" if uses else None
        if self.output <= 0:
            return "without_output" if uses else None
        return None if is_constant(self.basis) else "not_constant_prices"


def members_of(
    carriers: pd.DataFrame, totals: pd.DataFrame, year: int, energy_of: EnergyOf
) -> dict[str, Member]:
    """Every enterprise of that year by code, from ledger.yearly_carriers and ledger.yearly.

    A carrier whose energy is unknown or zero emits nothing by way of energy: it is left out of the
    identity, as process emissions are.
    """
    of_year, found = carriers[carriers["year"] == year], {}
    sums = totals[totals["year"] == year].set_index("enterprise")
    for code in sorted({*of_year["enterprise"], *sums.index}):
        rows = of_year[of_year["enterprise"] == code]
        energy = rows[f"energy_tce_{energy_of}"]
        rows = rows[energy.notna() & (energy != 0) & rows["co2e_t"].notna()]
        total = sums["co2e_t"].get(code, np.nan)
        output = sums["output_1e4_yuan"].get(code, np.nan)
        basis = sums["price_basis"].get(code)
        found[str(code)] = Member(
            None if pd.isna(total) else float(total),
            dict(zip(rows["carrier"], rows[f"energy_tce_{energy_of}"], strict=True)),
            dict(zip(rows["carrier"], rows["co2e_t"], strict=True)),
            None if pd.isna(output) else float(output),
            basis if isinstance(basis, str) else None,
        )
    return found


@dataclass(frozen=True, slots=True)
class Pair:
    """Two years of the units that have a place in both; ``left_out`` are the others by enterprise,
    with the reason.
    """

    units: tuple[str, ...]
    first: Year | None
    last: Year | None
    left_out: Mapping[str, str]
    basis: str | None


def pair_of(
    first: Mapping[str, Member],
    last: Mapping[str, Member],
    enterprises: Collection[str],
    unit_of: Mapping[str, str],
) -> Pair:
    """The arrays of two years for ``enterprises``, summed by ``unit_of`` (itself or its cluster).

    Outputs must be of one price basis, that of most of them; who has another is left out.
    """
    nothing = Member(None, {}, {}, None, None)
    both = {code: (first.get(code, nothing), last.get(code, nothing)) for code in enterprises}
    # Who has no accounts at all in either year is no part of the sum.
    both = {
        code: pair for code, pair in both.items() if any(one is not nothing for one in pair)
    }  # fmt: skip
    left_out = {}
    for code, pair in both.items():
        reasons = [one.refused for one in pair if one.refused is not None]
        if reasons:
            left_out[code] = reasons[0]
    bases = Counter(
        one.basis
        for code, pair in sorted(both.items())
        if code not in left_out
        for one in pair
        if one.energy
    )
    basis = bases.most_common(1)[0][0] if bases else None
    for code, pair in both.items():
        other = any(one.energy and one.basis != basis for one in pair)
        if other and code not in left_out:
            left_out[code] = "price_bases_differ"
    kept = sorted(code for code in both if code not in left_out)
    units = tuple(sorted({unit_of[code] for code in kept}))
    carriers = sorted({of for code in kept for one in both[code] for of in one.energy})
    if not units or not carriers:
        return Pair(units, None, None, left_out, basis)
    years = [
        _year([both[code][place] for code in kept], [unit_of[code] for code in kept],
              units, carriers)
        for place in (0, 1)
    ]  # fmt: skip
    return Pair(units, years[0], years[1], left_out, basis)


def _year(
    members: list[Member], of: list[str], units: tuple[str, ...], carriers: list[str]
) -> Year:
    output = np.zeros(len(units))
    energy, emissions = np.zeros((2, len(units), len(carriers)))
    for one, unit in zip(members, of, strict=True):
        place = units.index(unit)
        # Without energy output counts all the same: intensity is zero then.
        output[place] += one.output or 0.0
        energy[place] += [one.energy.get(name, 0.0) for name in carriers]
        emissions[place] += [one.emissions.get(name, 0.0) for name in carriers]
    return Year(output, energy, emissions)
