"""The running year's total from the months known so far, with its uncertainty.

The daily amount of a month (its logarithm; see ``Scale``) is level + growth + season + drift +
chance, all of them normal; ``months_to_come`` says what follows for the rest of the year. The total
is what is known plus that, a mixture over how large drift and chance may be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from models.progress.nowcast.mixtures import Mixture, lognormal_sum
from models.progress.nowcast.month_pieces import Piece
from models.progress.nowcast.months_to_come import months_to_come
from models.progress.nowcast.priors import PRIORS, Priors

Floats = npt.NDArray[np.float64]

LEVELS = (0.5, 0.8, 0.95)
_LEAST_WEIGHT = 1e-6


class Scale(StrEnum):
    """Whether level, season and chance multiply, or (months of zero or below) add up."""

    LOGARITHMIC = "logarithmic"
    LINEAR = "linear"


class NowcastGap(StrEnum):
    """Why there is no nowcast."""

    NOTHING_KNOWN = "nothing_known"
    SEASON_UNKNOWN = "season_unknown"  # a month to come has never been known in an earlier year


class NoNowcastError(ValueError):
    """There is no nowcast; ``months`` (1 to 12) are those whose season is not known."""

    def __init__(self, gap: NowcastGap, months: tuple[int, ...] = ()) -> None:
        super().__init__(gap.value)
        self.gap = gap
        self.months = months


@dataclass(frozen=True, slots=True)
class MonthAhead:
    """A month (or the rest of it) to come: median and 80 % interval of its amount."""

    month: int
    begin: float
    expected: float
    low_80: float
    high_80: float


@dataclass(frozen=True, slots=True)
class Future:
    """The m ``pieces`` to come of ``days`` each: with probability ``weights[k]`` their daily
    amounts (in ``unit``; or the logarithms of them) are normal with ``means[k]`` (m) and
    ``covariances[k]`` (m, m).
    """

    pieces: tuple[Piece, ...]
    days: Floats
    weights: Floats
    means: Floats
    covariances: Floats
    scale: Scale
    unit: float

    def sum_of(self, chosen: npt.NDArray[np.bool_]) -> Mixture:
        """What the ``chosen`` of the pieces come to together."""
        days = self.days[chosen] * self.unit
        means, covariances = self.means[:, chosen], self.covariances[:, chosen][:, :, chosen]
        if self.scale is Scale.LOGARITHMIC:
            pairs = [lognormal_sum(days, *one) for one in zip(means, covariances, strict=True)]
            centres, deviations = np.array(pairs).T
        else:
            centres = means @ days
            deviations = np.sqrt(np.maximum(covariances @ days @ days, 0.0))
        return Mixture(self.weights, centres, deviations, self.scale is Scale.LOGARITHMIC)


class Nowcast:
    """What is ``known`` of the year (the amount, and how many months of it), and what is to come.

    ``month_noise`` is the standard deviation of a month around level times season that history
    and priors come to, as a share; None, as ``future``, where the year is known to its end.
    """

    def __init__(
        self, known: float, known_months: float, future: Future | None, month_noise: float | None
    ) -> None:
        self.known, self.known_months = known, known_months
        self.future, self.month_noise = future, month_noise
        self.rest: Mixture | None = None
        if future is not None:
            self.rest = future.sum_of(np.ones(len(future.pieces), dtype=bool))

    def ahead(self) -> list[MonthAhead]:
        """Every month to come by itself."""
        if self.future is None:
            return []
        found = []
        for piece, chosen in zip(
            self.future.pieces, np.eye(len(self.future.pieces), dtype=bool), strict=True
        ):
            one = self.future.sum_of(chosen)
            found.append(MonthAhead(piece.month, piece.begin, *map(one.quantile, (0.5, 0.1, 0.9))))
        return found

    @property
    def total(self) -> float:
        """Median of the year's total."""
        return self.known if self.rest is None else self.known + self.rest.quantile(0.5)

    def interval(self, level: float) -> tuple[float, float]:
        """The total lies between the two with probability ``level``, beside them equally often."""
        if self.rest is None:
            return self.known, self.known
        low, high = (self.rest.quantile(0.5 + side * level / 2) for side in (-1, 1))
        return self.known + low, self.known + high

    def holds(self, limit: float) -> float:
        """Probability that the year's total is at most ``limit``."""
        if self.rest is None:
            return float(self.known <= limit)
        return self.rest.below(limit - self.known)


def nowcast(pieces: Sequence[Piece], year: int, priors: Priors = PRIORS) -> Nowcast:
    """The nowcast of ``year`` from what is known of it and of earlier years (any unit, any order).

    Of a month of ``year`` without a piece the whole is to come, of one that is known up to its
    ``end`` the rest. Raises NoNowcastError, and ValueError for an amount that is not finite, a
    piece after ``year``, a part of an earlier month, or two pieces of one month.
    """
    _check(pieces, year)
    of_year = {piece.month: piece for piece in pieces if piece.year == year}
    known = math.fsum(piece.amount for piece in of_year.values())
    known_months = math.fsum(piece.share for piece in of_year.values())
    to_come = _to_come(of_year, year)
    if not to_come:
        return Nowcast(known, known_months, None, None)
    if not pieces:
        raise NoNowcastError(NowcastGap.NOTHING_KNOWN)
    seen = {piece.month for piece in pieces if piece.year < year}
    if unseen := tuple(piece.month for piece in to_come if piece.month not in seen):
        raise NoNowcastError(NowcastGap.SEASON_UNKNOWN, unseen)
    daily = np.array([piece.amount / piece.days for piece in pieces])
    scale, unit = _scale(daily, priors)
    values = np.log(daily) if scale is Scale.LOGARITHMIC else daily / (unit or 1.0)
    weights, noises, means, covariances = months_to_come(pieces, values, to_come, priors)
    days = np.array([piece.days for piece in to_come])
    chosen = np.flatnonzero(weights > _LEAST_WEIGHT)
    weights = weights[chosen] / weights[chosen].sum()
    means, covariances = means[chosen], covariances[chosen]

    future = Future(tuple(to_come), days, weights, means, covariances, scale, unit)
    return Nowcast(known, known_months, future, float(weights @ noises[chosen]))


def _check(pieces: Sequence[Piece], year: int) -> None:
    found = set()
    for piece in pieces:
        name = f"{piece.year}-{piece.month:02d}"
        if not math.isfinite(piece.amount):
            raise ValueError(f"amount: {piece.amount} of {name} is no amount")
        if piece.year > year:
            raise ValueError(f"year: {name} is after {year}")
        if piece.begin > 0 or (piece.year < year and not piece.whole):
            raise ValueError(f"begin, end: {name} is not known from its beginning to its end")
        if name in found:
            raise ValueError(f"month: {name} is there twice")
        found.add(name)


def _to_come(of_year: Mapping[int, Piece], year: int) -> list[Piece]:
    found = []
    for month in range(1, 13):
        begin = of_year[month].end if month in of_year else 0.0
        if begin < 1:
            found.append(Piece(year, month, math.nan, begin, 1.0))
    return found


def _scale(daily: Floats, priors: Priors) -> tuple[Scale, float]:
    """The scale, and the daily amount that is 1 on a linear one: none where all are zero, so that
    nothing is expected.
    """
    unit = float(np.abs(daily).mean())
    if unit > 0 and daily.min() > priors.least_month_share * unit:
        return Scale.LOGARITHMIC, 1.0
    return Scale.LINEAR, unit
