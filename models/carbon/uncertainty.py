"""Uncertainty of inventories by error propagation: approach 1 of the IPCC.

IPCC 2006, vol. 1 ch. 3, section 3.2.3.1. All uncertainties are relative: half of the 95 % interval
over the value (0.05 for 5 %). Unknown (NaN) stays unknown and is never taken for zero. Warming
potentials count as certain, as in national inventories.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.carbon.uncertainty_defaults import default_uncertainty

Numbers = npt.NDArray[np.float64]
Groups = npt.NDArray[np.int64]
# Names, of which None is nobody's; or numbers that stand for them, those below zero nobody's.
Labels = npt.NDArray[np.object_] | Groups


def combined_rel(*rels: Numbers | float) -> Numbers:
    """Of a product, equation 3.1: the root of the sum of squares of its factors' uncertainties.

    Arrays that broadcast; NaN where any of a row's is unknown.
    """
    squares = np.zeros(np.broadcast_shapes(*(np.shape(rel) for rel in rels)))
    for rel in rels:
        squares = squares + np.square(rel)
    found: Numbers = np.sqrt(squares)
    return found


def gap_rel(estimated_share: Numbers | float) -> Numbers:
    """What gaps add to an amount's uncertainty: the share that was estimated (0 to 1) times the
    uncertainty of estimated amounts (row ``gap`` of uncertainty.csv: an assumption).

    It goes beside the meter's own uncertainty by ``combined_rel``.
    """
    rel = default_uncertainty("gap").rel
    found: Numbers = np.asarray(estimated_share, dtype=np.float64) * rel
    return found


def total_rel(
    co2e: Numbers,
    rel_independent: Numbers,
    rel_factor: Numbers,
    factor_id: Labels,
    activity_id: Labels | None = None,
) -> float:
    """Of a sum, equation 3.2, where rows that share a factor are fully correlated in it.

    ``co2e`` t of each row (deductions negative), ``rel_independent`` of its activity,
    ``rel_factor`` of its factor, ``factor_id`` which factor (None: one of its own). Rows that share
    an ``activity_id`` (the same meter in other months) are fully correlated in the activity too;
    without it each row's activity is independent. Rows of zero t count nothing. NaN where a row
    that counts is unknown, or the sum is zero.
    """
    group = np.zeros(len(co2e), dtype=np.int64)
    found = totals_rel(group, 1, co2e, rel_independent, rel_factor, factor_id, activity_id)
    return float(found[0])


def totals_rel(  # noqa: PLR0917 - one argument a column of the inventory
    group: Groups,
    groups: int,
    co2e: Numbers,
    rel_independent: Numbers,
    rel_factor: Numbers,
    factor_id: Labels,
    activity_id: Labels | None = None,
) -> Numbers:
    """``total_rel`` of each of ``groups`` sums; ``group`` is the number (from 0) of a row's sum."""
    counts = co2e != 0
    activity = np.where(counts, co2e * rel_independent, 0.0)
    factor = np.where(counts, co2e * rel_factor, 0.0)
    squares = _squares(group, groups, factor, factor_id)
    if activity_id is None:
        squares = squares + np.bincount(group, np.square(activity), groups)
    else:
        squares = squares + _squares(group, groups, activity, activity_id)
    total = np.abs(np.bincount(group, co2e, groups))
    found: Numbers = np.sqrt(squares) / np.where(total == 0, np.nan, total)
    return found


def _squares(group: Groups, groups: int, parts: Numbers, label: Labels) -> Numbers:
    """Per group: parts of one label are added as they are, the sums of labels by their squares."""
    number = labels(label)
    sources = int(number.max()) + 1 if len(number) else 0
    pairs, of_pair = np.unique(group * max(sources, 1) + number, return_inverse=True)
    added = np.bincount(of_pair, parts, len(pairs))
    return np.bincount(pairs // max(sources, 1), np.square(added), groups).astype(np.float64)


def labels(label: Labels) -> Groups:
    """Numbers from 0 for labels; each that is nobody's (None, below zero) gets one of its own."""
    if label.dtype == object:
        alone = np.array([one is None for one in label], dtype=bool)
        _, number = np.unique(np.where(alone, "", label).astype(str), return_inverse=True)
        found = number.astype(np.int64)
    else:
        alone, found = label < 0, label.astype(np.int64)
    first = int(found.max(initial=-1)) + 1
    return np.where(alone, first + np.cumsum(alone) - 1, found)
