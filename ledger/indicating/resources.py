"""Indicators of the park's energy sources, waste, water and pollutants."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import timedelta
from typing import Any

import pandas as pd

from ledger.clean_energy import Meaning, carbon_per_energy, clean_energy
from ledger.discharging.before_watched import hours_before_watched
from ledger.indicating.accounts import Asked, Found, Pair
from ledger.indicating.ratios import Compute, money
from ledger.main_pollutants import WATCHED
from models.environment.validity import NORMAL_SHARE

WASTE = "固体废物台账", "records of waste"
WATER = "水平衡", "water balances"
ROUNDING = 1e-9  # relative
MONITORED = "monitored outlets"  # the boundary of what outlets measure


def clean_share(meaning: Meaning) -> Compute:
    """The share of clean energy in a meaning of the word (ledger.clean_energy), %."""

    def compute(asked: Asked) -> Found:
        accounts = asked.accounts
        if not accounts.metered(asked.year):
            return Found(reason="nothing_metered")
        (row,) = clean_energy(accounts.inventory(asked.year), [], meaning).to_dict("records")
        if pd.isna(row["clean_share"]):
            return Found(reason="no_energy")
        clean, total = row["clean_tce"], row["total_tce"]
        source = (
            f"清洁能源{clean:,.0f}吨标准煤，能源消费{total:,.0f}吨标准煤（当量值）",
            f"{clean:,.0f} of {total:,.0f} tce at the calorific value",
        )
        return _computed(100.0 * row["clean_share"], source, row)

    return compute


def carbon_of_energy(asked: Asked) -> Found:
    """Emissions per tce, market-based and at the equivalent value (ledger.clean_energy)."""
    accounts = asked.accounts
    if not accounts.metered(asked.year):
        return Found(reason="nothing_metered")
    (row,) = carbon_per_energy(accounts.inventory(asked.year)).to_dict("records")
    for name, reason in (("co2e_t", "no_emissions"), ("t_per_tce", "no_energy")):
        if pd.isna(row[name]):
            return Found(reason=reason)
    co2e, total = row["co2e_t"], row["total_tce"]
    source = (
        f"排放{co2e:,.0f}吨（市场法），能源消费{total:,.0f}吨标准煤（等价值）",
        f"{co2e:,.0f} t market-based over {total:,.0f} tce at the equivalent value",
    )
    return _computed(row["t_per_tce"], source, row)


def waste_reuse(asked: Asked) -> Found:
    """Reused over generated and reused from earlier storage, general industrial waste, %."""
    rows = asked.accounts.solid_waste(asked.year)
    if rows.empty:
        return Found(reason="nothing_metered")
    rows = rows[~rows["hazardous"].astype(bool)]
    whole = rows["generated_t"] + rows["reused_stock_t"].fillna(0.0)
    return _share_known(rows, rows["reused_t"], whole, WASTE)


def waste_handled(asked: Asked) -> Found:
    """Reused and disposed of over generated and taken from storage, hazardous waste included, %."""
    rows = asked.accounts.solid_waste(asked.year)
    if rows.empty:
        return Found(reason="nothing_metered")
    stock = rows[["reused_stock_t", "disposed_stock_t"]].fillna(0.0).sum(axis=1)
    handled = rows[["reused_t", "disposed_t"]].fillna(0.0).sum(axis=1)
    known = handled.where(rows["difference_t"].notna())
    return _share_known(rows, known, rows["generated_t"] + stock, WASTE)


def water_reuse(asked: Asked) -> Found:
    """Reused over taken in and reused (GB/T 7119), of the enterprises that know both, %."""
    rows = asked.accounts.water(asked.year)
    if rows.empty:
        return Found(reason="nothing_metered")
    reused, intake = rows["reused_m3"], rows["intake_m3"]
    return _share_known(rows, reused, reused.fillna(0.0) + intake, WATER, weight=intake)


def water_productivity(asked: Asked) -> Found:
    """Value added at constant prices over fresh water taken in by all enterprises, yuan/m3."""
    return _per_water(asked, "intake_m3", inverse=True)


def effluent(asked: Asked) -> Found:
    """Waste water led away by all enterprises over value added, t (of 1 m3) per 10^4 yuan."""
    return _per_water(asked, "foul_m3", inverse=False)


def pollutant_mass(asked: Asked) -> Found:
    """Mass of a main pollutant (``item``) that the monitored outlets discharged, t. None where one
    of them was watched for less than 75 % of the year: it would be in one year and not in another.
    """
    if not asked.accounts.over(asked.year):
        return Found(reason="year_under_way")
    rows = asked.accounts.masses(asked.year)
    of_it = rows[rows["indicator"] == asked.item] if len(rows) else rows
    if of_it.empty or of_it["mass_kg"].isna().all():
        return Found(reason="nothing_metered")
    owed = of_it["owed_hours"].sum()
    known = float(of_it["known_hours"].sum() / owed) if owed > 0 else 0.0
    if known < NORMAL_SHARE:
        return Found(reason="coverage", coverage=known)
    outlets = sorted({one for some in of_it["outlets"] for one in some.split("|")})
    late = tuple(one for one in outlets if not _is_watched(asked, one))
    mass = float(of_it["mass_kg"].sum()) / 1000.0
    source = (
        f"{len(outlets)}个监测排放口共{mass:,.2f}吨，已知小时占{known:.0%}",
        f"{mass:,.2f} t from {len(outlets)} monitored outlets, {known:.0%} of the hours known",
    )
    if late:
        return Found(reason="part_watched", source=source, coverage=known, missing=late)
    return Found(mass, source=source, origin="computed", coverage=known, boundary=MONITORED)


def _is_watched(asked: Asked, outlet: str) -> bool:
    """Whether an outlet (enterprise/point) was watched for 75 % of the year."""
    start, end = asked.accounts.span(asked.year)
    code, point = outlet.split("/")
    pollutant = WATCHED[asked.item or ""]
    before = hours_before_watched(asked.accounts.registry, (code, point), pollutant, start, end)
    return 1.0 - before / ((end - start) / timedelta(hours=1)) >= NORMAL_SHARE


def _per_water(asked: Asked, name: str, *, inverse: bool) -> Found:
    if not asked.accounts.over(asked.year):
        return Found(reason="year_under_way")
    added = money(asked.accounts, asked.year)
    if added.value is None:
        return added
    rows = asked.accounts.water(asked.year)
    known = rows[rows[name].notna()] if len(rows) else rows
    codes = set(known["enterprise"]) if len(known) else set()
    missing = tuple(
        one.code for one in asked.accounts.registry.enterprises if one.code not in codes
    )
    if not codes:
        return Found(reason="nothing_metered")
    if missing:  # the value added is everybody's, so the water has to be
        return Found(reason="water_of_some", missing=missing)
    water = float(known[name].sum())
    if name == "intake_m3":
        water -= float(known["unconventional_m3"].fillna(0.0).sum())
    else:
        water += float(known["mixed_m3"].fillna(0.0).sum())
    if water <= 0:
        return Found(reason="not_positive")
    value = added.value * 1e4 / water if inverse else water / added.value
    source = (f"工业增加值；水量{water:,.0f}立方米", f"value added; {water:,.0f} m3 of water")
    return Found(value, source=source, origin="computed", prices=added.prices,
                 boundary=added.boundary)  # fmt: skip


def _computed(value: float, source: Pair, row: Mapping[Hashable, Any]) -> Found:
    coverage, estimated = (
        None if pd.isna(row[name]) else float(row[name]) for name in ("coverage", "estimated_share")
    )
    return Found(float(value), source=source, origin="computed", coverage=coverage,
                 estimated_share=estimated)  # fmt: skip


def _share_known(
    rows: pd.DataFrame, part: pd.Series, whole: pd.Series, said: Pair,
    weight: pd.Series | None = None,
) -> Found:  # fmt: skip
    """Part of a whole over the rows that know both, in %; null where these have less than 75 % of
    all that is known of the ``weight`` (by default of the whole).
    """
    weight = whole if weight is None else weight
    known = part.notna() & whole.notna()
    everything, some = float(weight.sum()), float(weight[known].sum())
    if not (everything > 0 and some > 0):
        return Found(reason="nothing_metered")
    share = some / everything
    firms = rows["enterprise"]
    counted, told = firms[known].nunique(), firms[weight.notna()].nunique()
    missing = tuple(sorted(set(firms[weight.notna() & ~known])))
    value = 100.0 * float(part[known].sum()) / float(whole[known].sum())
    zh, en = said
    source = (
        f"{told}家企业中{counted}家的{zh}，占其量的{share:.0%}",
        f"{en} of {counted} of {told} enterprises, with {share:.0%} of the amount",
    )
    if share < NORMAL_SHARE:
        return Found(reason="part_known", source=source, coverage=share, missing=missing)
    if value > 100.0 * (1 + ROUNDING):
        return Found(reason="more_than_whole", source=source, coverage=share, missing=missing)
    return Found(value, source=source, origin="computed", coverage=share, missing=missing)
