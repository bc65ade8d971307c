"""Projection of emissions: activity, intensity and factors by cluster, less what measures save.

E(c, y) = sum_j E(c, j, B) * prod(1 + growth) * prod(1 - fall) * prod(1 - fall of factor j), with j
the grid's electricity, purchased heat and the rest (Kaya identity by cluster; factors published
later fall from the base year's), less the savings of the measures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.progress.roadmap.measure_savings import shares, without_overlaps
from models.progress.roadmap.rules import RULES, Counts, Follows, measure_kinds
from models.progress.roadmap.scenario_rates import Rates, rates
from models.registry.progress import Assumption, Measure

Floats = npt.NDArray[np.float64]
PARAMETERS = ("output_growth", "intensity_fall", "grid_factor_fall", "heat_factor_fall")


@dataclass(frozen=True, slots=True)
class Base:
    """The year that is projected from: emissions (t CO2e) of each cluster from the grid's
    electricity, purchased heat and all else; energy (tce, calorific).
    """

    year: int
    clusters: tuple[str, ...]
    grid_t: Floats
    heat_t: Floats
    other_t: Floats
    energy_tce: Floats


@dataclass(frozen=True, slots=True)
class Course:
    """A projection over ``years``; the arrays may have draws before their last axes.

    (clusters, years): ``baseline_t`` without measures, ``cluster_t`` with those of its enterprises.
    (years): ``park_t`` all clusters less the park's own measures, less ``sinks_t``. (measures,
    years): ``saved_t`` what each counts for, overlaps taken off; ``energy_tce`` (years) calorific.
    ``follow`` (measures, years): what each measure's avoided emissions have fallen to, of 1.
    """

    years: npt.NDArray[np.int64]
    baseline_t: Floats
    cluster_t: Floats
    park_t: Floats
    sinks_t: Floats
    saved_t: Floats
    energy_tce: Floats
    follow: Floats


class Scenario:
    """One scenario ready to be projected: its rates and those of its measures that count."""

    def __init__(
        self,
        name: str,
        base: Base,
        assumptions: Sequence[Assumption],
        *,
        measures: Sequence[Measure],
        cluster_of: Mapping[str, str],
        until: int = int(RULES.last_horizon),
    ) -> None:
        """``measures`` are those that count; ``cluster_of`` gives each enterprise's cluster."""
        self.base = base
        self.measures = tuple(measures)
        self.years = np.arange(base.year + 1, until + 1)
        years = self.years.tolist()
        self._rates: dict[str, Rates] = {
            one: rates(assumptions, name, one, base.clusters, years) for one in PARAMETERS
        }
        kinds = [measure_kinds()[one.kind] for one in self.measures]
        self._follows = [kind.follows for kind in kinds]
        self._sink = np.array([kind.counts is Counts.SINK for kind in kinds], dtype=bool)
        place = {cluster: number for number, cluster in enumerate(base.clusters)}
        whose = [cluster_of.get(one.enterprise or "") for one in self.measures]
        self._cluster = np.array(
            [place.get(one, -1) if one else -1 for one in whose], dtype=np.int64
        )
        numbers = {one.code: number for number, one in enumerate(self.measures)}
        self._overlapped = np.array(
            [numbers.get(one.overlaps or "", -1) for one in self.measures], dtype=np.int64
        )
        ramps = [self._ramp(one) for one in self.measures]
        self._ramps = np.array(ramps, dtype=np.float64).reshape(len(ramps), len(years))

    def _ramp(self, measure: Measure) -> Floats:
        # What the base year has of a measure already is in its emissions.
        before = shares(measure, np.array([self.base.year]))
        return shares(measure, self.years) - before

    def central(self) -> Course:
        """Every assumption and saving at its value."""
        course = self._course(
            {name: one.value[np.newaxis] for name, one in self._rates.items()},
            np.ones((1, len(self.measures))),
        )
        return Course(
            course.years,
            *(
                getattr(course, name)[0]
                for name in (
                    "baseline_t", "cluster_t", "park_t", "sinks_t", "saved_t", "energy_tce",
                    "follow",
                )
            ),
        )  # fmt: skip

    def drawn(self, draws: int, seed: int) -> Course:
        """As often as ``draws``, each array with that axis first; the same for the same seed.

        An assumption's parameter and cluster is off in the same direction in all years; different
        ones, and measures, are independent. Savings are normal about their value, by their
        uncertainty at 95 % confidence, and never negative.
        """
        random = np.random.default_rng(seed)
        drawn = {
            name: one.drawn(random.standard_normal((draws, one.chances)))
            for name, one in self._rates.items()
        }
        deviation = np.array([(one.uncertainty_pct or 0.0) / 100 for one in self.measures])
        z = random.standard_normal((draws, len(self.measures))) / RULES.normal_95
        return self._course(drawn, np.clip(1 + z * deviation, 0.0, None))

    def _course(self, rate: Mapping[str, Floats], size: Floats) -> Course:
        base = self.base
        used = _grown(rate["output_growth"]) * _grown(-rate["intensity_fall"])
        grid = _grown(-rate["grid_factor_fall"])
        heat = _grown(-rate["heat_factor_fall"])
        by_use = (
            base.grid_t[:, np.newaxis] * grid
            + base.heat_t[:, np.newaxis] * heat
            + base.other_t[:, np.newaxis]
        )
        baseline = used * by_use
        follow = self._following(grid, by_use)
        gross = (
            np.array([one.saving_co2e_t for one in self.measures])[:, np.newaxis]
            * self._ramps
            * size[:, :, np.newaxis]
            * follow
        )
        saved = without_overlaps(gross, self._overlapped)
        own = np.stack(
            [
                saved[:, (self._cluster == number) & ~self._sink].sum(axis=1)
                for number in range(len(base.clusters))
            ],
            axis=1,
        )
        by_cluster = _not_below(baseline, own)
        sinks = saved[:, self._sink].sum(axis=1)
        parks = saved[:, (self._cluster < 0) & ~self._sink].sum(axis=1)
        park = _not_below(by_cluster.sum(axis=1), parks) - sinks
        return Course(
            self.years, baseline, by_cluster, park, sinks, saved, self._energy(used, size), follow
        )

    def _following(self, grid: Floats, by_use: Floats) -> Floats:
        """(draws, measures, years): to what of 1 the emissions avoided by each have fallen."""
        base = self.base
        whole = base.grid_t + base.heat_t + base.other_t
        each = np.where(whole > 0, whole, 1.0)[:, np.newaxis]
        mix = np.where(whole[:, np.newaxis] > 0, by_use / each, 1.0)
        total = float(whole.sum())
        of_park: Floats = np.ones(by_use[:, 0].shape)
        if total > 0:
            of_park = np.asarray(by_use.sum(axis=1) / total, dtype=np.float64)
        found = np.ones((by_use.shape[0], len(self.measures), by_use.shape[2]))
        for number, (follows, cluster) in enumerate(
            zip(self._follows, self._cluster, strict=True)
        ):  # a dozen measures, each over all draws and years at once
            if follows is Follows.GRID:
                found[:, number] = grid[:, 0]  # the grid is one for all clusters
            elif follows is Follows.MIX:
                found[:, number] = of_park if cluster < 0 else mix[:, cluster]
        return found

    def _energy(self, used: Floats, size: Floats) -> Floats:
        gross = (
            np.array([one.saving_tce for one in self.measures])[:, np.newaxis]
            * self._ramps
            * size[:, :, np.newaxis]
        )
        saved = without_overlaps(gross, self._overlapped)[:, ~self._sink].sum(axis=1)
        total = (used * self.base.energy_tce[:, np.newaxis]).sum(axis=1)
        left: Floats = np.clip(total - saved, 0.0, None)
        return left


def _not_below(emitted: Floats, saved: Floats) -> Floats:
    """Emissions less savings, which take away no more than is emitted; what is negative (more is
    sold than emitted) stays so.
    """
    left: Floats = np.maximum(emitted - saved, np.minimum(emitted, 0.0))
    return left


def _grown(rate_pct: Floats) -> Floats:
    """The product of 1 + rate from the first year on; never below zero."""
    grown: Floats = np.multiply.accumulate(np.clip(1 + rate_pct / 100, 0.0, None), axis=-1)
    return grown
