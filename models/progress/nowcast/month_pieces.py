"""Months and parts of months as a nowcast sees them: level, season and chance."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.progress.nowcast.priors import Priors

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Piece:
    """A month (1 to 12) of a year or a part of it, and the ``amount`` of that part.

    ``begin`` and ``end`` are shares of the month's time: 0 and 1 for the whole of it.
    """

    year: int
    month: int
    amount: float
    begin: float = 0.0
    end: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise ValueError(f"month: {self.month} is not between 1 and 12")
        if not 0 <= self.begin < self.end <= 1:
            raise ValueError(f"begin, end: {self.begin} to {self.end} is no part of a month")

    @property
    def share(self) -> float:
        """The part of the month's time that it is."""
        return self.end - self.begin

    @property
    def whole(self) -> bool:
        """Whether it is the whole month."""
        return self.share == 1

    @property
    def days(self) -> float:
        """Its length."""
        return self.share * calendar.monthrange(self.year, self.month)[1]

    @property
    def at(self) -> float:
        """Its middle, in months since the year 0."""
        return 12 * self.year + self.month - 1 + 0.5 * (self.begin + self.end)


def covariance(
    one: Sequence[Piece], other: Sequence[Piece], origin: float, priors: Priors
) -> Floats:
    """Covariance of the daily amounts (or logarithms of them) of pieces, without chance and drift.

    level_sd^2 + growth_sd^2 t t'/144 + season_sd^2 ([same calendar month] - 1/12), where t and t'
    are months since ``origin``; the calendar months' effects so sum to zero.
    """
    t, u = (np.array([piece.at - origin for piece in pieces]) for pieces in (one, other))
    months, others = (np.array([piece.month for piece in pieces]) for pieces in (one, other))
    season = (months[:, None] == others[None, :]) - 1 / 12
    growth = np.outer(t, u) / 144
    found: Floats = priors.level_sd**2 + priors.growth_sd**2 * growth + priors.season_sd**2 * season
    return found


def drift(one: Sequence[Piece], other: Sequence[Piece], start: float) -> Floats:
    """Covariance, in years, of a random walk that begins at ``start``: the earlier time."""
    t, u = (np.array([piece.at - start for piece in pieces]) for pieces in (one, other))
    found: Floats = np.minimum(t[:, None], u[None, :]) / 12
    return found


def chance(pieces: Sequence[Piece]) -> Floats:
    """Variance of a piece's daily amount in whole months' variances: days are independent."""
    return np.array([1 / piece.share for piece in pieces])


def partly(pieces: Sequence[Piece]) -> Floats:
    """1.0 for parts of months, 0.0 for whole ones."""
    return np.array([0.0 if piece.whole else 1.0 for piece in pieces])
