"""Why emissions changed: activity, structure, energy intensity, energy mix, emission factors."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.monthly import By, whose
from ledger.peaking.decomposed_years import EnergyOf, Pair, Units, members_of, pair_of
from ledger.peaking.peak_series import YearlySeries, named, yearly_series
from ledger.yearly import yearly
from ledger.yearly_carriers import yearly_carriers
from models.progress.peak import change_words
from models.progress.peak.lmdi import EFFECTS, Decomposition, five_effects
from models.progress.peak.names import Pair as Name
from models.progress.peak.names import name_of
from models.registry import Registry

NOT_ATTRIBUTED = "not_attributed"
COLUMNS = [
    "name_zh", "name_en", "method", "first_year", "last_year", "effect", "effect_zh",
    "effect_en", "effect_t", "share_of_first", "factor", "largest_unit", "largest_zh",
    "largest_en", "largest_t", "before_t", "after_t", "change_t", "residual_t", "units",
    "left_out", "price_basis", "reason", "statement_zh", "statement_en",
]  # fmt: skip
NUMBERS = [
    "effect_t", "share_of_first", "factor", "largest_t", "before_t", "after_t", "change_t",
    "residual_t",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose change is asked for, by which units, with which value of energy."""

    by: By
    code: str
    units: Units = "enterprise"
    energy_of: EnergyOf = "calorific"


def decomposition(
    books: Books,
    asked: Asked,
    *,
    first: int | None = None,
    last: int | None = None,
    chained: bool = False,
) -> pd.DataFrame:
    """``by`` (its code) and COLUMNS: the change of emissions (t CO2e) between two whole years as
    five effects (models.progress.peak.lmdi.five_effects), a row each, and what has no place among
    them.

    By default from the first to the last known year of one boundary. ``method`` is ``two_years``;
    where ``chained``, a ``step`` from each known year to the next and ``chained``, the sum of the
    steps (of ``factor`` their product). Units are enterprises or clusters; energy is in tce at its
    calorific (or equivalent) value, output at constant prices of one basis. ``factor`` is the
    multiplicative effect D.

    ``not_attributed`` is the change of what is not in the identity: emissions that are not of
    energy, and the enterprises ``left_out`` (``code: reason`` joined by |). ``residual_t`` is what
    the arithmetic itself leaves over. Where nothing can be decomposed there is one row without an
    effect, with ``reason``: no_comparable_years, year_not_known, boundary_changed,
    emissions_unknown, or that of the enterprises that were left out.
    """
    registry = books.registry()
    found = yearly_series(books, by=asked.by, code=asked.code)
    name = named(registry, asked.by, asked.code)
    whole = sorted(found[0].comparable) if found else []
    begin = first if first is not None else (whole[0] if whole else None)
    end = last if last is not None else (whole[-1] if whole else None)
    reason = _refused(found, begin, end)
    if reason is not None or begin is None or end is None:
        row = _without(name, reason or "no_comparable_years", begin, end)
        return _typed([{asked.by: asked.code} | row], asked.by)
    known = found[0].known
    years = [year for year in sorted(known) if begin <= year <= end] if chained else [begin, end]
    carriers = yearly_carriers(books, first=begin, last=end, within=asked.by)
    totals = yearly(books, by="enterprise", first=begin, last=end)
    of_year = {year: members_of(carriers, totals, year, asked.energy_of) for year in years}
    enterprises = [one for one, of in whose(registry, asked.by).items() if of == asked.code]
    unit_of = whose(registry, asked.units)
    steps = []
    for a, b in pairwise(years):
        pair = pair_of(of_year[a], of_year[b], enterprises, unit_of)
        steps.append(_Step(a, b, known[a], known[b], pair, _effects(pair)))
    method = "step" if chained else "two_years"
    rows = [row for step in steps for row in _rows(step, method, asked, name, registry)]
    if chained and all(step.found is not None for step in steps):
        rows += _summed(rows, begin, end, known, name)
    return _typed([{asked.by: asked.code} | row for row in rows], asked.by)


@dataclass(frozen=True, slots=True)
class _Step:
    first: int
    last: int
    before: float
    after: float
    pair: Pair
    found: Decomposition | None


def _refused(found: list[YearlySeries], begin: int | None, end: int | None) -> str | None:
    """Why the two years cannot be compared."""
    if not found or begin is None or end is None or begin >= end:
        return "no_comparable_years"
    if begin not in found[0].known or end not in found[0].known:
        return "year_not_known"
    changed = any(begin < year <= end for year in found[0].changes)
    return "boundary_changed" if changed else None


def _effects(pair: Pair) -> Decomposition | None:
    if pair.first is None or pair.last is None:
        return None
    if pair.first.output.sum() <= 0 or pair.last.output.sum() <= 0:
        return None
    return five_effects(pair.first, pair.last)


def _rows(
    step: _Step, method: str, asked: Asked, name: Name, registry: Registry
) -> list[dict[str, object]]:
    left_out = "|".join(f"{code}: {why}" for code, why in sorted(step.pair.left_out.items()))
    if step.found is None:
        reasons = sorted(set(step.pair.left_out.values()))
        reason = reasons[0] if reasons else "carriers_not_known"
        return [_without(name, reason, step.first, step.last) | {"left_out": left_out or None}]
    found = step.found
    attributed = found.after - found.before
    amounts = found.additive | {NOT_ATTRIBUTED: step.after - step.before - attributed}
    rows = []
    for place, (code, amount) in enumerate(amounts.items()):
        unit: str | None = None
        largest: tuple[Name, float] | None = None
        if code in EFFECTS and len(step.pair.units) > 1:
            parts = found.by_unit[place]
            # The one that does most in the direction of the whole.
            top = int(np.argmax(parts * np.sign(amount)))
            unit = step.pair.units[top]
            largest = named(registry, asked.units, unit), float(parts[top])
        factor = None if found.multiplicative is None else found.multiplicative.get(code)
        said = change_words.Effect(name, code, step.first, step.last, amount, step.before, largest)
        rows.append(
            _row(method, said, step.after)
            | {
                "factor": factor, "largest_unit": unit, "largest_zh": largest and largest[0][0],
                "largest_en": largest and largest[0][1], "largest_t": largest and largest[1],
                "residual_t": found.residual,
                "units": len(step.pair.units), "left_out": left_out or None,
                "price_basis": step.pair.basis,
            }
        )  # fmt: skip
    return rows


def _summed(
    rows: list[dict[str, object]], begin: int, end: int, known: dict[int, float], name: Name
) -> list[dict[str, object]]:
    """The chained effects: sums of the steps, and products of their factors."""
    table, summed = pd.DataFrame(rows), []
    for code, steps in table.groupby("effect", sort=False):
        said = change_words.Effect(
            name, str(code), begin, end, float(steps["effect_t"].sum()), known[begin]
        )
        factors = steps["factor"].to_numpy(np.float64, na_value=np.nan)
        left = sorted({one for of in steps["left_out"].dropna() for one in of.split("|")})
        bases = set(steps["price_basis"])
        summed.append(
            _row("chained", said, known[end])
            | {
                "factor": float(factors.prod()) if np.isfinite(factors).all() else None,
                "residual_t": float(steps["residual_t"].sum()),
                "units": int(steps["units"].max()),
                "left_out": "|".join(left) or None,
                "price_basis": bases.pop() if len(bases) == 1 else None,
            }
        )
    return summed


def _row(method: str, said: change_words.Effect, after: float) -> dict[str, object]:
    effect, statement = name_of("effect", said.code), change_words.effect_statement(said)
    share = said.amount / said.before if said.before > 0 else None
    return {
        "name_zh": said.who[0], "name_en": said.who[1], "method": method,
        "first_year": said.first, "last_year": said.last, "effect": said.code,
        "effect_zh": effect[0], "effect_en": effect[1], "effect_t": said.amount,
        "share_of_first": share, "before_t": said.before, "after_t": after,
        "change_t": after - said.before, "statement_zh": statement[0],
        "statement_en": statement[1],
    }  # fmt: skip


def _without(name: Name, reason: str, first: int | None, last: int | None) -> dict[str, object]:
    statement = change_words.not_decomposed(name, reason, first, last)
    return {
        "name_zh": name[0], "name_en": name[1], "first_year": first, "last_year": last,
        "reason": reason, "statement_zh": statement[0], "statement_en": statement[1],
    }  # fmt: skip


def _typed(rows: list[dict[str, object]], by: str) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=[by, *COLUMNS]).astype(dict.fromkeys(NUMBERS, np.float64))
    return table.astype(dict.fromkeys(("first_year", "last_year", "units"), "Int64"))
