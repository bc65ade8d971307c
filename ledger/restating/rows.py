"""The difference of one row between two inventories, split by cause, exactly.

A row's figure is activity times coefficient (all methods are proportional to their activity, but
for what certificates cover, which is taken off the activity first). Activity's causes are valued at
the coefficient of then, the rest is the coefficient's: the warming potential's share of it at the
amounts of now, then the factor's. In exact fractions of the doubles, so nothing is lost between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from ledger.restating.meters import SAME, Cause

ZERO = Fraction(0)


@dataclass(frozen=True)
class Side:
    """Rows of one heading in one inventory, with their operands."""

    rows: pd.DataFrame
    operands: pd.DataFrame

    def sum(self, column: str) -> Fraction:
        """Of what is known; zero where nothing is."""
        return sum((Fraction(float(one)) for one in self.rows[column].dropna()), ZERO)

    @property
    def covered(self) -> Fraction:
        """What certificates cover, kWh."""
        return sum((Fraction(float(one)) for one in self.operands["covered"].dropna()), ZERO)

    def scale(self) -> Fraction:
        """From the activity's unit to the factor's."""
        known = self.operands["scale"].dropna()
        return Fraction(float(known.iloc[0])) if len(known) else Fraction(1)

    def operand(self, name: str) -> float | None:
        """The value of an operand, None where there is none or rows differ in it."""
        values = self.operands[name].dropna().unique()
        return float(values[0]) if len(values) == 1 else None

    def effective(self) -> Fraction:
        """Activity in the factor's unit less what is covered."""
        return self.sum("activity_amount") * self.scale() - self.covered


def changed_operands(then: Side, now: Side) -> dict[str, tuple[float | None, float | None]]:
    """Operands that are another now; not ``covered``, which is activity's."""
    names = [name for name in then.operands.columns if name != "covered"]
    pairs = {name: (then.operand(name), now.operand(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def split(
    then: Side,
    now: Side,
    activity: Mapping[Cause, Fraction],
    column: str,
    *,
    certificates_changed: bool,
) -> dict[Cause, Fraction]:
    """What each cause adds to a ``column`` of rows of one heading; they sum to the difference.

    ``activity`` is what each cause adds to the activity amount; together its whole difference.
    """
    was, is_ = then.sum(column), now.sum(column)
    if was == is_ and not any(activity.values()):
        return {}
    coefficient = _coefficient(then, now, column)
    found = {
        cause: amount * then.scale() * coefficient for cause, amount in activity.items() if amount
    }
    covered = (then.covered - now.covered) * coefficient if column == "co2e_t" else ZERO
    if covered:
        # Consumption moves what a certificate covers too; then it is consumption that changed it.
        causes = [Cause.CERTIFICATE] if certificates_changed or not found else list(found)
        whole = sum((abs(found[cause]) for cause in causes if cause in found), ZERO)
        for cause in causes:
            part = abs(found[cause]) / whole if whole else Fraction(1, len(causes))
            found[cause] = found.get(cause, ZERO) + covered * part
    rest = is_ - was - sum(found.values(), ZERO)
    return _with_coefficients(then, now, found, rest, column)


def _coefficient(then: Side, now: Side, column: str) -> Fraction:
    """Figure per effective activity: of then, or of now where there was no activity then."""
    for side in (then, now):
        effective = side.effective() if column == "co2e_t" else (
            side.sum("activity_amount") * side.scale()
        )  # fmt: skip
        if effective:
            return side.sum(column) / effective
    factor = now.operand("factor")  # all is covered in both: what one kWh more would have given
    return Fraction(factor) / 1000 if factor is not None and column == "co2e_t" else ZERO


def _with_coefficients(
    then: Side, now: Side, found: dict[Cause, Fraction], rest: Fraction, column: str
) -> dict[Cause, Fraction]:
    changed = changed_operands(then, now)
    was, is_ = then.sum(column), now.sum(column)
    if "gwp" in changed and column == "co2e_t":
        before, after = changed.pop("gwp")
        if before and after:
            of_gwp = is_ - is_ * Fraction(before) / Fraction(after)
            found[Cause.GWP] = of_gwp
            rest -= of_gwp
    dust = abs(rest) <= Fraction(SAME) * max(abs(was), abs(is_))
    factors = set(then.rows["factor_id"].dropna()) != set(now.rows["factor_id"].dropna())
    if found and (dust or not (changed or factors)):
        # The last bits of rounding; a heading of several factors whose shares moved.
        largest = max(found, key=lambda cause: abs(found[cause]))
        found[largest] += rest
    elif rest:
        cause = Cause.FACTOR if changed or factors else Cause.OTHER
        found[cause] = found.get(cause, ZERO) + rest
    return {cause: value for cause, value in found.items() if value}
