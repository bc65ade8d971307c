"""Energy and emissions per output, in periods whose output is known."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pandas as pd

from ledger.books import Books
from ledger.inventory import inventory
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
    output, and ``months_with_output`` tells how many months remain.
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
    if by != "enterprise":  # what is sold inside counts once: where it was made
        counted = set(output["enterprise"])
        accounts = accounts.outside({k: v for k, v in whose[by].items() if k in counted})
    hours = accounts.hours_of_sums.groupby(["start", "enterprise"])[["covered_h", "hours_h"]].sum()
    months = _months(output, registry)
    for figures in (totals(accounts, ["start", "enterprise"]), hours.reset_index()):
        figures["start"] = pd.to_datetime(figures["start"], utc=True).astype("datetime64[us, UTC]")
        monthly = figures.rename(columns={"start": "month"})
        months = months.merge(monthly, how="left", on=["month", "enterprise"])
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
    """The months of each output: output, enterprise and month (UTC start)."""
    rows = []
    for number, enterprise, begin, until in output[
        ["output", "enterprise", "begin", "until"]
    ].itertuples(index=False):
        month = begin.to_pydatetime()
        while month < until:
            rows.append((number, enterprise, month))
            month = next_start(month, "month", registry.zone)
    frame = pd.DataFrame(rows, columns=["output", "enterprise", "month"])
    frame["month"] = pd.to_datetime(frame["month"], utc=True).astype("datetime64[us, UTC]")
    return frame


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
    parts = pairs[["output", *keys]].merge(months.drop(columns="enterprise"), on="output")
    found["months_with_output"] = parts.groupby(keys)["month"].nunique()
    weight, share = parts["energy_tce_calorific"], parts["estimated_share"]
    parts = parts.assign(part=weight * share, weight=weight.where(share.notna()))
    sums = parts.groupby(keys)[["part", "weight", "covered_h", "hours_h"]].sum(min_count=1)
    found["coverage"] = sums["covered_h"] / sums["hours_h"].where(sums["hours_h"] > 0)
    found["estimated_share"] = sums["part"] / sums["weight"].where(sums["weight"] != 0)
    return found.reset_index()
