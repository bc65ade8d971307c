"""Energy and emissions per output, in periods whose output is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import pandas as pd

from ledger.books import Books
from ledger.inventory import Inventory, inventory
from ledger.totals import totals
from models.periods import label, next_start, parse_period, period_start
from models.registry import Registry

By = Literal["enterprise", "cluster", "park"]

_ENERGY = ["energy_tce_calorific", "energy_tce_equivalent", "co2e_t"]
_FIGURES = [
    "energy_tce_calorific", "energy_tce_equivalent", "co2e_t", "output_1e4_yuan", "price_basis",
    "energy_intensity_tce_per_1e4_yuan", "emission_intensity_t_per_1e4_yuan", "coverage",
    "estimated_share", "months_with_output",
]  # fmt: skip


def intensity(
    books: Books,
    *,
    every: Literal["month", "year"] = "month",
    start: datetime,
    end: datetime,
    by: By = "enterprise",
) -> pd.DataFrame:
    """Energy (tce) and emissions (tCO2e) per 10^4 yuan of output, in [start, end) up to now.

    Columns period, start (UTC), ``by`` (its code) and _FIGURES; one row a period, ``by`` and price
    basis, for prices of different bases are never added. Only output of whole months and years
    within the span counts, with the energy of the same enterprises in the same months. A year is
    the sum of its months with output, or of an enterprise's output of the whole year where its
    months are not known. Energy intensity is that of the calorific value (当量值).

    Energy that is unknown makes an intensity unknown; in sums such a month is left out with its
    output, and ``months_with_output`` tells how many months remain. What those in one sum sell each
    other in a month counts once; what is bought of others counts.
    """
    registry = books.registry()
    end = min(end, books.now())
    columns = ["period", "start", by, *_FIGURES]
    output = _outputs(registry, every, start, end)
    if output.empty:
        return pd.DataFrame(columns=columns)
    whose = {
        "enterprise": {one.code: one.code for one in registry.enterprises},
        "cluster": {one.code: one.cluster for one in registry.enterprises},
        "park": {one.code: registry.park.code for one in registry.enterprises},
    }
    output[by] = output["enterprise"].map(whose[by])
    accounts = inventory(books, every="month", start=start, end=end)
    hours = accounts.hours_of_sums.groupby(["start", "enterprise"])[["covered_h", "hours_h"]].sum()
    months = _months(output, registry)
    plain = _by_month(totals(accounts, ["start", "enterprise"]))
    if by == "enterprise":
        months = months.merge(plain, how="left", on=["month", "enterprise"])
    else:
        months = _netted(accounts, months, plain, whose[by])
    months = months.merge(_by_month(hours.reset_index()), how="left", on=["month", "enterprise"])
    found = _summed(output, months, ["start", by, "price_basis"])
    found["energy_intensity_tce_per_1e4_yuan"] = (
        found["energy_tce_calorific"] / found["output_1e4_yuan"]
    )
    found["emission_intensity_t_per_1e4_yuan"] = found["co2e_t"] / found["output_1e4_yuan"]
    names = {at: label(at.to_pydatetime(), every, registry.zone) for at in found["start"].unique()}
    found["period"] = found["start"].map(names)
    return found[columns]


def _outputs(
    registry: Registry, every: Literal["month", "year"], start: datetime, end: datetime
) -> pd.DataFrame:
    """Outputs of whole periods in the span: output (its number), enterprise, price_basis, start
    (UTC, of the month or year asked for), begin, until and output_1e4_yuan.

    Output of a whole year answers no monthly question, nor a year whose months are known.
    """
    rows, yearly = [], []
    for one in registry.outputs:
        begin, until = parse_period(one.period, registry.zone)
        if begin < start or until > end:
            continue
        of = period_start(begin, every, registry.zone)
        row = (one.enterprise, one.price_basis, of, begin, until, one.output_1e4_yuan)
        if next_start(begin, "month", registry.zone) == until:
            rows.append(row)
        elif every == "year":
            yearly.append(row)
    known = {row[:3] for row in rows}
    rows += [row for row in yearly if row[:3] not in known]
    columns = ["enterprise", "price_basis", "start", "begin", "until", "output_1e4_yuan"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["start"] = pd.to_datetime(frame["start"], utc=True).astype("datetime64[us, UTC]")
    return frame.rename_axis("output").reset_index()


def _months(output: pd.DataFrame, registry: Registry) -> pd.DataFrame:
    """The months of each output: output, enterprise, price_basis and month (UTC start)."""
    rows = []
    for number, enterprise, basis, begin, until in output[
        ["output", "enterprise", "price_basis", "begin", "until"]
    ].itertuples(index=False):
        month = begin.to_pydatetime()
        while month < until:
            rows.append((number, enterprise, basis, month))
            month = next_start(month, "month", registry.zone)
    frame = pd.DataFrame(rows, columns=["output", "enterprise", "price_basis", "month"])
    frame["month"] = pd.to_datetime(frame["month"], utc=True).astype("datetime64[us, UTC]")
    return frame


def _by_month(figures: pd.DataFrame) -> pd.DataFrame:
    """Figures by start and enterprise, with ``month`` in the place of the start."""
    month = pd.to_datetime(figures["start"], utc=True).astype("datetime64[us, UTC]")
    return figures.drop(columns="start").assign(month=month)


def _netted(
    accounts: Inventory, months: pd.DataFrame, plain: pd.DataFrame, whose: Mapping[str, str]
) -> pd.DataFrame:
    """The months with their figures, without what those sell each other that are in one sum: it
    counts once, where it was made.

    In one sum are, month by month, those whose output is of the same prices and whose energy is
    known. Who has none but what the others sold has zero, and is not unknown.
    """
    keys = ["month", "enterprise"]
    known = months.merge(plain, how="left", on=keys)
    unknown = known.loc[known["energy_tce_calorific"].isna(), "output"]
    found = []
    for _, some in months.groupby("price_basis"):
        counted = pd.MultiIndex.from_frame(some.loc[~some["output"].isin(unknown), keys])
        rest = _by_month(totals(accounts.outside(whose, counted), ["start", "enterprise"]))
        one = some.merge(rest, how="left", on=keys)
        before = some.merge(plain[[*keys, *_ENERGY]], how="left", on=keys)
        for name in _ENERGY:
            nothing_left = one[name].isna() & before[name].notna()
            one[name] = one[name].mask(nothing_left, 0.0)
        found.append(one)
    return pd.concat(found, ignore_index=True)


def _sum_known(frame: pd.DataFrame, keys: list[str], names: list[str]) -> pd.DataFrame:
    """Sums by ``keys`` that are null where any value is."""
    groups = frame.groupby(keys)[names]
    sums: pd.DataFrame = groups.sum()
    return sums.where(groups.count().eq(groups.size(), axis="index"))


def _summed(output: pd.DataFrame, months: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Output with the energy of its own months, summed by ``keys``.

    Outputs whose energy is unknown are left out where the energy of others is known.
    """
    pairs = output.join(_sum_known(months, ["output"], _ENERGY), on="output")
    pairs["known"] = pairs["energy_tce_calorific"].notna()
    some_known = pairs.groupby(keys)["known"].transform("any")
    pairs = pairs[pairs["known"] | ~some_known]
    found = _sum_known(pairs, keys, [*_ENERGY, "output_1e4_yuan"])
    beside = months.drop(columns=["enterprise", "price_basis"])
    parts = pairs[["output", *keys]].merge(beside, on="output")
    found["months_with_output"] = parts.groupby(keys)["month"].nunique()
    weight, share = parts["energy_tce_calorific"], parts["estimated_share"]
    parts = parts.assign(part=weight * share, weight=weight.where(share.notna()))
    sums = parts.groupby(keys)[["part", "weight", "covered_h", "hours_h"]].sum(min_count=1)
    found["coverage"] = sums["covered_h"] / sums["hours_h"].where(sums["hours_h"] > 0)
    found["estimated_share"] = sums["part"] / sums["weight"].where(sums["weight"] != 0)
    return found.reset_index()
