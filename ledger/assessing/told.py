"""A criterion as it was measured, with what a reader needs to follow it."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.progress.assessment.quotas import Quota, value_at
from models.progress.assessment.score import Measured


@dataclass(frozen=True, slots=True)
class Told:
    """``measured`` with its ``unit`` and where it comes from.

    ``yardstick_kind`` is a code (entered_industry, division_mean, cluster_mean, park_mean, target,
    permit, quota; None: none), ``yardstick_of`` what it is of (a division, a cluster, a permit's
    outlet and pollutant, a product, a target's subject), ``yardstick_n`` how many enterprises are
    behind a mean. ``source`` says where the value is from, ``missing`` what is lacking, by |.
    """

    measured: Measured
    unit: str = "1"
    yardstick_kind: str | None = None
    yardstick_of: str | None = None
    yardstick_n: int | None = None
    source: str | None = None
    missing: str | None = None
    quota: Quota | None = field(default=None, repr=False)

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
