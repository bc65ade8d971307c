"""Measures of a scenario beside each other: together they save no more than there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from models.progress.roadmap.measure_savings import (
    Amounts,
    Standing,
    amount_there,
    shares,
    whose,
    without_overlaps,
)
from models.progress.roadmap.rules import RULES, Counts, measure_kinds
from models.registry.progress import Measure

ROUNDING = 1e-9  # relative


def together(
    measures: Sequence[Measure],
    alone: Mapping[str, Standing],
    *,
    base_year: int,
    energy_tce: Amounts,
    co2e_t: Amounts,
) -> dict[str, Standing]:
    """Of the measures of one scenario, by code, whether each counts beside those before it.

    ``alone`` is what ``standings`` found. One that would save, in some year and together with those
    that are listed before it, overlaps taken off, more than its enterprise (or, with all, than the
    park) has of the carriers that it and they save does not count.
    """
    years = np.arange(base_year + 1, int(RULES.last_horizon) + 1)
    found: dict[str, Standing] = {}
    accepted: list[Measure] = []
    for one in measures:
        found[one.code] = alone[one.code]
        if not alone[one.code].counted or measure_kinds()[one.kind].counts is Counts.SINK:
            continue
        refused = _too_much_together([*accepted, one], base_year, years, energy_tce, co2e_t)
        if refused is None:
            accepted.append(one)
        else:
            found[one.code] = refused
    return found


def _too_much_together(
    measures: Sequence[Measure],
    base_year: int,
    years: npt.NDArray[np.int64],
    energy_tce: Amounts,
    co2e_t: Amounts,
) -> Standing | None:
    """Why the last of them cannot be added to the others; None where it can."""
    last, numbers = measures[-1], {one.code: number for number, one in enumerate(measures)}
    overlapped = np.array([numbers.get(one.overlaps or "", -1) for one in measures])
    ramps = np.stack([shares(one, years) - shares(one, np.array([base_year])) for one in measures])
    saves = [measure_kinds()[one.kind].saves for one in measures]
    for name, amounts, unit, reason in (
        ("saving_tce", energy_tce, "tce", "saving_above_energy_together"),
        ("saving_co2e_t", co2e_t, "t CO2e", "saving_above_emissions_together"),
    ):
        gross = np.array([getattr(one, name) for one in measures])[:, np.newaxis] * ramps
        net = without_overlaps(gross, overlapped)
        for enterprise in {last.enterprise, None}:
            for carriers in {*saves, frozenset[str]()}:
                within = [
                    enterprise in (None, one.enterprise)
                    and (not carriers or (bool(of) and of <= carriers))
                    for one, of in zip(measures, saves, strict=True)
                ]
                there = amount_there(amounts, enterprise, carriers)
                if not within[-1] or there is None:
                    continue
                most = float(net[within].sum(axis=0).max())
                if most > there * (1 + ROUNDING):
                    zh, en = whose(enterprise)
                    return Standing(
                        counted=False,
                        reason=reason,
                        said_zh=f"与列在前面的措施合计节约 {most:,.0f} {unit}，超过{zh}在 "
                        f"{base_year} 年的相应数量 {there:,.0f} {unit}，不计入",
                        said_en=f"not counted: with the measures listed before it {most:,.0f} "
                        f"{unit} would be saved, but {en} had {there:,.0f} {unit} of that in "
                        f"{base_year}",
                    )
    return None
