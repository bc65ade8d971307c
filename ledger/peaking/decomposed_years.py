"""Which enterprises have a place in a decomposition of two years, and the arrays of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ledger.years.entered import is_constant, preferred
from models.progress.peak.lmdi import Year

Units = Literal["enterprise", "cluster"]
EnergyOf = Literal["calorific", "equivalent"]


@dataclass(frozen=True, slots=True)
class Member:
    """One enterprise in one year: ``energy`` (tce) and ``emissions`` (t) by carrier, its ``output``
    in 10^4 yuan by prices; ``total`` its emissions with those that are not of energy; ``unclear``
    carriers of which energy or emissions alone are known.
    """

    total: float | None
    energy: Mapping[str, float]
    emissions: Mapping[str, float]
    output: Mapping[str | None, float]
    unclear: frozenset[str] = frozenset()

    @property
    def constant(self) -> list[str]:
        """The constant prices at which its output is known, preferred ones first."""
        return [one for one in preferred(self.output) if one is not None and is_constant(one)]

    @property
    def refused(self) -> str | None:
        """Why it has no place in the identity at whatever prices; None where it may have one."""
        if not self.energy:
            # Who was not there yet, or is no more, has a zero entered.
            return None if self.total == 0 else "carriers_not_known"
        if not self.output:
            return "output_unknown"
        if all(value <= 0 for value in self.output.values()):
            return "without_output"
        return None if self.constant else "not_constant_prices"

    def refused_at(self, basis: str | None) -> str | None:
        """Why it has none at these prices."""
        if not self.energy:
            if any(value < 0 for value in self.output.values()):
                return "output_not_positive"
            # Without energy its output counts all the same.
            other = basis not in self.output and any(self.output.values())
            return "price_bases_differ" if other else None
        if basis not in self.output:
            return "price_bases_differ"
        return "without_output" if self.output[basis] <= 0 else None


def members_of(
    carriers: pd.DataFrame, totals: pd.DataFrame, year: int, energy_of: EnergyOf
) -> dict[str, Member]:
    """Every enterprise of that year by code, from ledger.yearly_carriers and ledger.yearly.

    A carrier whose energy is unknown or zero emits nothing by way of energy: it is left out of the
    identity, as process emissions are, and so is one whose emissions are unknown.
    """
    of_year, found = carriers[carriers["year"] == year], {}
    sums = totals[totals["year"] == year].set_index("enterprise")
    for code in sorted({*of_year["enterprise"], *sums.index}):
        rows = of_year[of_year["enterprise"] == code]
        energy, emitted = rows[f"energy_tce_{energy_of}"], rows["co2e_t"]
        both = energy.notna() & (energy != 0) & emitted.notna()
        some = (energy.fillna(0.0) != 0) | (emitted.fillna(0.0) != 0)
        unclear = frozenset(rows["carrier"][some & ~both])
        rows = rows[both]
        total = sums["co2e_t"].get(code, np.nan)
        found[str(code)] = Member(
            None if pd.isna(total) else float(total),
            dict(zip(rows["carrier"], rows[f"energy_tce_{energy_of}"], strict=True)),
            dict(zip(rows["carrier"], rows["co2e_t"], strict=True)),
            sums["output_by_basis"].get(code) or {},
            unclear,
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

    Outputs must be of one price basis, that which most of them have; who has another is left out.
    So is who has a carrier of which only one of the years is known: it would seem to begin or end.
    """
    nothing = Member(None, {}, {}, {})
    both = {code: (first.get(code, nothing), last.get(code, nothing)) for code in enterprises}
    # Who has no accounts at all in either year is no part of the sum.
    both = {
        code: pair for code, pair in both.items() if any(one is not nothing for one in pair)
    }  # fmt: skip
    left_out = {}
    for code, pair in both.items():
        reasons = [one.refused for one in pair if one.refused is not None]
        if any(one.unclear & other.energy.keys() for one, other in (pair, pair[::-1])):
            reasons.append("carriers_not_known")
        if reasons:
            left_out[code] = reasons[0]
    bases: Counter[str | None] = Counter(
        basis
        for code, pair in sorted(both.items())
        if code not in left_out
        for one in pair
        if one.energy
        for basis in one.constant
    )
    basis = next((one for one in preferred(bases) if bases[one] == max(bases.values())), None)
    for code, pair in both.items():
        reasons = [why for one in pair if (why := one.refused_at(basis)) is not None]
        if reasons and code not in left_out:
            left_out[code] = reasons[0]
    kept = sorted(code for code in both if code not in left_out)
    units = tuple(sorted({unit_of[code] for code in kept}))
    carriers = sorted({of for code in kept for one in both[code] for of in one.energy})
    if not units or not carriers:
        return Pair(units, None, None, left_out, basis)
    years = [
        _year([both[code][place] for code in kept], [unit_of[code] for code in kept],
              units, carriers, basis)
        for place in (0, 1)
    ]  # fmt: skip
    return Pair(units, years[0], years[1], left_out, basis)


def _year(
    members: list[Member],
    of: list[str],
    units: tuple[str, ...],
    carriers: list[str],
    basis: str | None,
) -> Year:
    output = np.zeros(len(units))
    energy, emissions = np.zeros((2, len(units), len(carriers)))
    for one, unit in zip(members, of, strict=True):
        place = units.index(unit)
        # Without energy output counts all the same: intensity is zero then.
        output[place] += one.output.get(basis, 0.0)
        energy[place] += [one.energy.get(name, 0.0) for name in carriers]
        emissions[place] += [one.emissions.get(name, 0.0) for name in carriers]
    return Year(output, energy, emissions)
