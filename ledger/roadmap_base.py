"""What the roadmap starts from: the last whole year by cluster, the years before it, measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.peaking.peak_series import YearlySeries, yearly_series
from ledger.yearly import yearly
from ledger.yearly_carriers import yearly_carriers
from models.progress.roadmap.measure_savings import Amounts, Standing, standings
from models.progress.roadmap.measures_together import together
from models.progress.roadmap.projection import Base
from models.progress.roadmap.rules import parameters
from models.progress.roadmap.scenario_rates import Refusal
from models.registry import Registry

NOT_EXPLAINED = 0.01  # of the park's emissions, at most, may belong to no cluster


@dataclass(frozen=True)
class Ground:
    """``history`` are the park's comparable years (t) with their ``origins``; ``base`` is None
    where ``refusal`` says why nothing can be projected. ``standings`` are those of every measure
    alone, by what enterprises have (``energy_tce``, ``co2e_t`` by enterprise and carrier).
    """

    registry: Registry
    history: Mapping[int, float]
    origins: Mapping[int, str]
    base: Base | None
    refusal: Refusal | None
    standings: Mapping[str, Standing]
    energy_tce: Amounts
    co2e_t: Amounts

    def standings_of(self, scenario: str) -> Mapping[str, Standing]:
        """Of the measures of a scenario, each beside those that are listed before it."""
        listed = [one for one in self.registry.measures if scenario in one.scenarios]
        if not self.standings or self.base is None:
            return {
                one.code: self.standings.get(one.code, Standing(counted=True)) for one in listed
            }
        return together(
            listed, self.standings, base_year=self.base.year, energy_tce=self.energy_tce,
            co2e_t=self.co2e_t,
        )  # fmt: skip


def ground(books: Books) -> Ground:
    """The last whole year of the park's emissions, split by cluster and by what their factor is.

    Emissions (t CO2e of scopes 1 and 2, by location) are those of ledger.yearly_carriers within the
    park, so that heat made in the park counts where it is made; what has no carrier (process
    emissions) is what an enterprise's year has beyond its carriers. Nothing is projected where more
    than 1 % of the park's emissions belongs to no cluster (own limit); what is left over below it
    is shared out among the clusters. Questions that come close together share it (ledger.kept).
    """
    return books.kept.of(
        ("roadmap", "ground"), books.registry(), books.now(), lambda: _ground(books)
    )  # fmt: skip


def _ground(books: Books) -> Ground:
    registry = books.registry()
    found = yearly_series(books, by="park")
    park = found[0] if found else None
    known = {} if park is None else park.comparable
    if park is None or not known:
        why = Refusal(
            "no_base_year",
            "没有任何完整年度的全园区排放量，无法推算",
            "no whole year of the park's emissions is known: nothing can be projected",
        )
        return Ground(registry, {}, {}, None, why, {}, {}, {})
    year = max(known)
    origins = _origins(park)
    inside = yearly_carriers(books, first=year, last=year)
    each = yearly_carriers(books, first=year, last=year, within="enterprise")
    process = _without_carrier(books, registry, year, each)
    base, refusal = _base(registry, year, known[year], inside, process)
    keys = list(zip(each["enterprise"], each["carrier"], strict=True))
    energy, co2e = (_known(keys, each[name]) for name in ("energy_tce_calorific", "co2e_t"))
    held = standings(registry.measures, base_year=year, energy_tce=energy, co2e_t=co2e)
    return Ground(registry, known, origins, base, refusal, held, energy, co2e)


def _origins(park: YearlySeries) -> dict[int, str]:
    rows = park.rows[park.rows["origin"].notna()]
    return {int(year): str(one) for year, one in zip(rows["year"], rows["origin"], strict=True)}


def _known(keys: list[tuple[str, str]], amounts: pd.Series[float]) -> dict[tuple[str, str], float]:
    return {
        key: float(amount) for key, amount in zip(keys, amounts, strict=True) if pd.notna(amount)
    }


def _base(
    registry: Registry, year: int, park_t: float, inside: pd.DataFrame, process: pd.Series[float]
) -> tuple[Base | None, Refusal | None]:
    clusters = tuple(one.code for one in registry.clusters)
    grid, heat = (parameters()[name].carriers for name in ("grid_factor_fall", "heat_factor_fall"))
    use = np.where(
        inside["carrier"].isin(grid), "grid", np.where(inside["carrier"].isin(heat), "heat", "rest")
    )
    by_use = (
        inside.assign(use=use).pivot_table(
            index="cluster", columns="use", values="co2e_t", aggfunc="sum"
        )
    ).reindex(index=list(clusters), columns=["grid", "heat", "rest"], fill_value=0.0)
    energy = inside.groupby("cluster")["energy_tce_calorific"].sum()
    parts = by_use.fillna(0.0)
    parts["rest"] += process.reindex(parts.index, fill_value=0.0)
    left = park_t - float(parts.to_numpy().sum())
    if park_t <= 0 or abs(left) > NOT_EXPLAINED * park_t:
        return None, Refusal(
            "carriers_unknown",
            f"{year} 年全园区排放 {park_t:,.0f} 吨中有 {left:,.0f} 吨不知属于哪个集群或品种，"
            "无法推算",
            f"of the park's {park_t:,.0f} t in {year} it is not known for {left:,.0f} t which "
            "cluster and carrier they belong to: nothing can be projected",
        )
    parts = parts * (park_t / (park_t - left))
    of_grid, of_heat, rest = (parts[name].to_numpy(np.float64) for name in ("grid", "heat", "rest"))
    tce = energy.reindex(list(clusters), fill_value=0.0).to_numpy(np.float64)
    return Base(year, clusters, of_grid, of_heat, rest, tce), None


def _without_carrier(
    books: Books, registry: Registry, year: int, each: pd.DataFrame
) -> pd.Series[float]:
    """Emissions (t) by cluster that belong to no carrier: years less what carriers have."""
    whole = yearly(books, by="enterprise", first=year, last=year).set_index("enterprise")["co2e_t"]
    carried = each.groupby("enterprise")["co2e_t"].sum()
    rest = (whole - carried.reindex(whole.index, fill_value=0.0)).dropna()
    cluster = {one.code: one.cluster for one in registry.enterprises}
    return rest.groupby(rest.index.map(cluster)).sum()
