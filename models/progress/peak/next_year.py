"""What the next year's value would have to be to change the verdict of a peak."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.progress.peak.verdict import Peak, Verdict, nearly, peak_verdict


@dataclass(frozen=True, slots=True)
class Range:
    """Values of the next year that all lead to ``verdict``; an end counts where it is included."""

    verdict: Verdict
    low: float
    high: float
    low_included: bool
    high_included: bool


def next_verdicts(
    values: Mapping[int, float | None], boundaries: Mapping[int, str | None] | None = None
) -> list[Range]:
    """The verdict by the value of the year after the last known one, in rising order, gapless.

    Exact: the verdict changes only where the value meets the maximum, the edge of what is within
    1 % of it, or one of the judged values (signs and ties of Mann-Kendall); it is asked for at each
    of these and between them. From 0 up, or from minus infinity where a value is below 0. Empty
    where no year is known. The next year is taken to be of the last year's boundary.
    """
    now = peak_verdict(values, boundaries)
    if now.last_year is None or now.peak_value is None or now.first_year is None:
        return []
    following = now.last_year + 1
    judged = {year: value for year, value in values.items() if year >= now.first_year}
    known = [value for year, value in judged.items() if year <= now.last_year and value is not None]
    known = [float(f"{value:.12g}") for value in known if math.isfinite(value)]
    floor = 0.0 if min(known) >= 0 else -math.inf
    edges = sorted({*known, nearly(now.peak_value), *([0.0] if floor == 0 else [])})

    def at(value: float) -> Verdict:
        return peak_verdict({**judged, following: value}).verdict

    found = [] if floor == 0 else [Range(at(edges[0] - 1), -math.inf, edges[0], False, False)]
    for place, edge in enumerate(edges):
        found.append(Range(at(edge), edge, edge, True, True))
        above = edges[place + 1] if place + 1 < len(edges) else math.inf
        between = (edge + above) / 2 if above < math.inf else edge + max(1.0, abs(edge))
        if edge < between < above:
            found.append(Range(at(between), edge, above, False, False))
    return _joined(found)


def changes(now: Peak, ranges: Sequence[Range]) -> list[Range]:
    """Those that lead to another verdict than that of ``now``."""
    return [one for one in ranges if one.verdict != now.verdict]


def _joined(ranges: list[Range]) -> list[Range]:
    """Neighbours of one verdict as one."""
    joined: list[Range] = []
    for one in ranges:
        if joined and joined[-1].verdict == one.verdict:
            last = joined.pop()
            joined.append(
                Range(one.verdict, last.low, one.high, last.low_included, one.high_included)
            )
        else:
            joined.append(one)
    return joined
