"""Numbers as sentences about the peak print them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from models.progress.peak.next_year import Range


def tonnes(value: float) -> str:
    """``1,234``; under a thousand four significant digits."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}" if value else "0"


def percent(share: float) -> str:
    """``12.3``, of 0.123; two decimals under one per cent."""
    return f"{share * 100:.1f}" if abs(share) >= 0.01 else f"{share * 100:.2f}"


def probability(p: float) -> str:
    """``0.028``; what is smaller than a thousandth as such."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def years(found: Iterable[int], between: str) -> str:
    """Years, those in a row as one span: ``2015 to 2017, 2019``; ``between`` stands for "to"."""
    spans: list[list[int]] = []
    for year in sorted(found):
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    joiner = "、" if between == "—" else ", "
    return joiner.join(
        f"{span[0]}{between}{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans
    )


def _open(one: Range) -> bool:
    """Whether it is the lowest range: from minus infinity, or from zero on."""
    return one.low == -math.inf or (one.low == 0 and one.low_included)


def range_zh(one: Range) -> str:
    """A range of the next year's values, in t."""
    low, high = tonnes(one.low), tonnes(one.high)
    if one.low == one.high:
        return f"恰为{low}吨"
    if one.high == float("inf"):
        return f"{'不低于' if one.low_included else '高于'}{low}吨"
    if _open(one):
        return f"{'不高于' if one.high_included else '低于'}{high}吨"
    return f"在{low}至{high}吨之间"


def range_en(one: Range) -> str:
    """A range of the next year's values, in t."""
    low, high = tonnes(one.low), tonnes(one.high)
    if one.low == one.high:
        return f"exactly {low} t"
    if one.high == float("inf"):
        return f"{'at least' if one.low_included else 'above'} {low} t"
    if _open(one):
        return f"{'at most' if one.high_included else 'below'} {high} t"
    return f"between {low} and {high} t"


def interval(one: Range) -> str:
    """``plateau (80, 100]``: round where the end does not count, exact as floats print."""
    left, right = "[" if one.low_included else "(", "]" if one.high_included else ")"
    return f"{one.verdict} {left}{one.low!r}, {one.high!r}{right}"
