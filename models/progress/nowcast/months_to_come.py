"""Months to come given those known: normal, for each of 49 pairs of noises.

Value of a piece = level + growth + season (``month_pieces.covariance``) + drift (a random walk) +
chance (independent from day to day) + for a part of a month what it differs by. Given the values
y of the known pieces, those to come have mean m + K'C^-1 (y - m) and covariance C' - K'C^-1 K
(Rasmussen and Williams, Gaussian Processes for Machine Learning, eq. A.6). How large chance and
drift are is not known: 7 x 7 values, up to two standard deviations of their priors, are weighed by
the prior and by how well they foretell what is known (marginal likelihood, ibid. eq. 2.30). None
is chosen, so the interval is wider by itself where there are few years.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.progress.nowcast.month_pieces import Piece, chance, covariance, drift, partly
from models.progress.nowcast.priors import Priors

Floats = npt.NDArray[np.float64]

_GRID = np.linspace(-2.0, 2.0, 7)  # standard deviations of the logarithms of the two noises


def months_to_come(
    pieces: Sequence[Piece], values: Floats, to_come: Sequence[Piece], priors: Priors
) -> tuple[Floats, Floats, Floats, Floats]:
    """Of each of 49 pairs of noises: its weight, the month's noise, mean (49, m) and covariance
    (49, m, m) of the daily amounts of the m pieces ``to_come``.

    ``values`` are those of the n ``pieces`` known, logarithms or shares of a mean day.
    """
    origin, start = max(piece.at for piece in pieces), min(piece.at for piece in pieces)
    steps_r, steps_q = (axis.ravel() for axis in np.meshgrid(_GRID, _GRID))
    noises = priors.month_noise * priors.month_noise_spread**steps_r
    drifts = priors.drift_noise * priors.drift_noise_spread**steps_q
    r, q = (noises**2)[:, None, None], (drifts**2)[:, None, None]

    def whole(one: Sequence[Piece], other: Sequence[Piece]) -> Floats:
        found: Floats = covariance(one, other, origin, priors) + q * drift(one, other, start)
        return found

    def own(of: Sequence[Piece]) -> Floats:
        varying = r * np.diag(chance(of)) + priors.within_month**2 * np.diag(partly(of))
        return whole(of, of) + varying

    def steady(of: Sequence[Piece]) -> Floats:
        return np.array([priors.growth_mean * (piece.at - origin) / 12 for piece in of])

    rest = values - steady(pieces)
    centre = float(rest.mean())
    rest = rest - centre
    known = own(pieces)
    root = np.linalg.cholesky(known)
    crossed = whole(pieces, to_come)
    both = np.concatenate([np.broadcast_to(rest[:, None], (len(r), len(rest), 1)), crossed], axis=2)
    solved = np.linalg.solve(known, both)
    likelihood = -0.5 * solved[:, :, 0] @ rest
    likelihood -= np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    likelihood -= 0.5 * (steps_r**2 + steps_q**2)
    weights = np.exp(likelihood - likelihood.max())
    turned = crossed.transpose(0, 2, 1)
    means = centre + steady(to_come) + (turned @ solved[:, :, :1])[:, :, 0]
    covariances = own(to_come) - turned @ solved[:, :, 1:]
    return weights / weights.sum(), noises, means, covariances
