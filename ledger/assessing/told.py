"""A criterion as it was measured, with what a reader needs to follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from models.progress.assessment.quotas import Quota, value_at
from models.progress.assessment.score import Measured


@dataclass(frozen=True, slots=True)
class Told:
    """``measured`` with its ``unit`` and where it comes from.

    ``yardstick_kind`` is a code (entered_industry, division_mean, cluster_mean, park_mean, target,
    permit, quota; None: none), ``yardstick_of`` what it is of (a division, a cluster, a permit's
    outlet and pollutant, a product, a target's subject), ``yardstick_n`` how many enterprises are
    behind a mean. ``source`` says where the value is from, ``missing`` what is lacking, by |.
    ``others`` are the criterion's other products, targets or permits, of which this is the worst.
    """

    measured: Measured
    unit: str = "1"
    yardstick_kind: str | None = None
    yardstick_of: str | None = None
    yardstick_n: int | None = None
    source: str | None = None
    missing: str | None = None
    quota: Quota | None = field(default=None, repr=False)
    others: tuple[Told, ...] = ()

    def value_of(self, at: float) -> float:
        """The value, in ``unit``, that is scored as ``at``."""
        if self.quota is not None:
            return value_at(self.quota, at)
        yardstick = self.measured.yardstick
        return at if yardstick is None else at * yardstick


def unknown(criterion: str, reason: str, *, missing: str | None = None) -> Told:
    """A criterion that should be known and is not."""
    return Told(Measured(criterion, reason=reason), missing=missing)


def of_no_concern(criterion: str, reason: str) -> Told:
    """A criterion that does not apply to the enterprise."""
    return Told(Measured(criterion, reason=reason, applies=False))


def worst_of(known: Sequence[Told], lacking: Sequence[Told], beyond: float) -> Told:
    """The worst (highest) of a criterion that has several. Where one of them is ``lacking`` it is
    unknown, unless one that is known is ``beyond`` the bound already: the rest cannot mend that.
    """
    worst = max(known, key=_at, default=None)
    if worst is None or (lacking and _at(worst) <= beyond):
        return lacking[0]
    missing = "|".join(one.missing for one in lacking if one.missing) or None
    others = tuple(one for one in known if one is not worst)
    return replace(worst, missing=missing, others=others)


def _at(one: Told) -> float:
    return one.measured.at if one.measured.at is not None else float("-inf")
