"""From a peak to neutrality: what an even path would ask of every year."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Path:
    """``years`` left; ``reduction_t`` a year if the same tonnes fall each year, ``rate`` (a share)
    if the same share of the year before does, None to a residual of zero, which no rate reaches;
    ``still_emitted_t`` in those years on the even (linear) path. Negative where emissions may rise.
    """

    years: int
    reduction_t: float
    rate: float | None
    still_emitted_t: float


def path_to(level: float, year: int, residual: float, goal: int) -> Path:
    """From ``level`` (t) in ``year`` to ``residual`` (t), which sinks must take up, in ``goal``.

    reduction = (level - residual) / years; rate = 1 - (residual / level)^(1 / years); still emitted
    = the sum over the years after ``year`` up to ``goal`` = years (level + residual) / 2 -
    (level - residual) / 2. Raises ValueError with the field's name: goal not after year, residual
    below zero, level not above zero.
    """
    if goal <= year:
        raise ValueError(f"goal: {goal} does not lie after {year}")
    if residual < 0:
        raise ValueError("residual: below zero")
    if level <= 0:
        raise ValueError("level: not above zero, so neutral already")
    years = goal - year
    rate = 1 - (residual / level) ** (1 / years) if residual > 0 else None
    emitted = years * (level + residual) / 2 - (level - residual) / 2
    return Path(years, (level - residual) / years, rate, emitted)
