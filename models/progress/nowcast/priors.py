"""What a nowcast supposes before any month is known: models/reference/nowcast_priors.csv."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from importlib.resources import files

import numpy as np


@dataclass(frozen=True, slots=True)
class Priors:
    """Standard deviations as shares of the level (of natural logarithms where months multiply).

    ``month_noise`` of a whole month around level times season; ``drift_noise`` by which the level
    strays in a year, beside ``growth_mean`` a year, which is known to ``growth_sd``; the spreads
    are the factors within which two thirds of all sources lie; ``season_sd`` of the calendar
    months; ``level_sd`` of the level; ``within_month`` of a part of a month against the whole.
    Below ``least_month_share`` of the mean month, months are added and not multiplied. At most
    ``history_years`` tell seasons, ``growth_years`` growth; a running month counts from the share
    ``least_piece`` of its time on.
    """

    month_noise: float
    month_noise_spread: float
    drift_noise: float
    drift_noise_spread: float
    growth_mean: float
    growth_sd: float
    season_sd: float
    level_sd: float
    within_month: float
    least_month_share: float
    history_years: float
    growth_years: float
    least_piece: float


def _read() -> Priors:
    text = (files("models") / "reference" / "nowcast_priors.csv").read_text(encoding="utf-8")
    rows = {row["rule"]: float(row["value"]) for row in csv.DictReader(text.splitlines())}
    return Priors(**{field.name: rows[field.name] for field in fields(Priors)})


PRIORS = _read()


def with_growth_of(totals: Sequence[float], priors: Priors = PRIORS) -> Priors:
    """The priors with the growth that ``totals`` of consecutive earlier years tell.

    Of n >= 2 yearly changes x (natural logarithms) with standard deviation s (at least
    ``drift_noise``), this year's change is normal about the mean of prior and data, weighted by
    their precision (Gelman et al., Bayesian Data Analysis, 3rd ed., eq. 2.11 and 2.12): with
    k = 1/growth_sd^2 and d = n/s^2, mean = (k growth_mean + d mean(x)) / (k + d), and
    variance = 1/(k + d). Fewer totals, or one that is not positive, tell nothing.
    """
    if len(totals) < 3 or min(totals) <= 0:
        return priors
    changes = np.diff(np.log(totals))
    spread = max(float(np.std(changes, ddof=1)), priors.drift_noise)
    of_prior, of_data = priors.growth_sd**-2, len(changes) / spread**2
    mean = (of_prior * priors.growth_mean + of_data * float(changes.mean())) / (of_prior + of_data)
    return replace(priors, growth_mean=mean, growth_sd=(of_prior + of_data) ** -0.5)
