"""What share of an enterprise's electricity certificates cover, month by month.

They cover what comes from outside the park first, and what enterprises of the park sold it with
what is left: a park's total has no trade inside it, so what covered that would be lost there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd

from ledger.accounted import Building
from ledger.activity import Span
from ledger.books import Books
from ledger.parts import parts_of
from models.periods import parse_period, period_start
from models.registry import CertificateUse, Registry
from models.units import conversion

FRACTIONS = ["enterprise", "month", "inside", "certificate", "fraction"]
KWH_PER_MWH = 1000.0

Bought = tuple[str, datetime, bool]  # enterprise, month (UTC start), from inside the park


def covering(books: Books, span: Span, enterprises: set[str], known: datetime) -> pd.DataFrame:
    """FRACTIONS of what these enterprises bought in a local month (its UTC start), from inside the
    park or outside it, that each certificate covers; what has no row is covered by nothing.

    Purchases of whole years are asked for, up to ``known``, whatever the span: what is used for a
    year is spread over all of it.
    """
    used = _used(span, enterprises)
    if not used:
        return pd.DataFrame(columns=FRACTIONS)
    whose = frozenset(one.enterprise for one in used)
    zone = span.registry.zone
    periods = [parse_period(one.period[:4], zone) for one in used]
    years = Span(
        span.registry, "month", min(begin for begin, _ in periods),
        min(known, max(end for _, end in periods)), span.as_of,
    )  # fmt: skip
    bought = _bought(books, years, whose)
    return pd.DataFrame(_fractions(span.registry, used, bought), columns=FRACTIONS)


def _used(span: Span, enterprises: set[str]) -> list[CertificateUse]:
    """Uses of certificates that count, by these enterprises for years that the span has part of."""
    registry = span.registry
    found = []
    for one in registry.certificate_uses:
        counts = registry.certificate_by_id[one.certificate].counts
        if one.enterprise not in enterprises or not counts:
            continue
        begin, end = parse_period(one.period[:4], registry.zone)
        if begin < span.end and end > span.start:
            found.append(one)
    return found


def _bought(books: Books, years: Span, enterprises: frozenset[str]) -> dict[Bought, float]:
    """Electricity bought, kWh."""
    found = parts_of(books, years, enterprises)
    wanted = found.headings[found.headings["category"] == "purchased_electricity"]
    parts = found.parts[found.parts["heading"].isin(wanted.index)]
    of = found.headings.loc[parts["heading"]]
    sums = (
        _kwh(parts["amount"], of["activity_unit"])
        .groupby([
            of["enterprise"].to_numpy(), parts["start"].to_numpy(),
            of["counterpart"].notna().to_numpy(),
        ])
        .sum()
    )  # fmt: skip
    whose, months, inside = (sums.index.get_level_values(level) for level in (0, 1, 2))
    keys = zip(whose, map(_utc, months), inside, strict=True)
    return dict(zip(keys, sums.tolist(), strict=True))


def _kwh(amount: pd.Series, unit: pd.Series) -> pd.Series:
    scale = {one: conversion(one, "kWh")[0] for one in unit.unique()}
    scaled: pd.Series = amount * unit.map(scale).to_numpy(dtype=np.float64)
    return scaled


def _fractions(
    registry: Registry, used: list[CertificateUse], bought: dict[Bought, float]
) -> list[tuple[str, datetime, bool, str, float]]:
    of_period: dict[tuple[str, str], list[CertificateUse]] = defaultdict(list)
    for one in used:
        of_period[one.enterprise, one.period].append(one)
    share: dict[Bought, float] = defaultdict(float)  # covered so far
    found: list[tuple[str, datetime, bool, str, float]] = []

    def cover(uses: list[CertificateUse], left: dict[Bought, float], given: float) -> float:
        """Spread ``given`` kWh of the uses over what is left of purchases; what they took."""
        whole = sum(one.amount_mwh for one in uses) * KWH_PER_MWH
        # A month in which more went back than came in takes none, and leaves less to be covered.
        taking = sum(max(rest, 0.0) for rest in left.values())
        given = min(given, sum(left.values()))
        if given <= 0 or taking <= 0:
            return 0.0
        taken = min(1.0, given / taking)
        for key, rest in left.items():
            if rest <= 0 or bought[key] <= 0:
                continue
            for one in uses:
                part = taken * rest / bought[key] * one.amount_mwh * KWH_PER_MWH / whole
                found.append((*key, one.certificate, part))
                share[key] += part
        return taken * taking

    # Months before years: a year covers what its months' own certificates leave.
    for (enterprise, period), uses in sorted(of_period.items(), key=lambda one: -len(one[0][1])):
        begin, end = parse_period(period, registry.zone)
        given = sum(one.amount_mwh for one in uses) * KWH_PER_MWH
        for inside in (False, True):
            left = {
                key: amount * (1 - share[key])
                for key, amount in bought.items()
                if key[0] == enterprise and begin <= key[1] < end and key[2] == inside
            }
            given -= cover(uses, left, given)
    return found


def certificate_parts(
    books: Books,
    span: Span,
    fractions: pd.DataFrame,
    parts: pd.DataFrame,
    building: Building | None = None,
) -> pd.DataFrame:
    """What of each row each certificate covers: row, certificate, amount (kWh), begin, end.

    ``parts`` are those of bought electricity, with row, enterprise, unit and whether the seller is
    ``inside`` the park.
    """
    monthly = _monthly(books, span, fractions, parts, building)
    joined = monthly.merge(fractions, on=["enterprise", "month", "inside"])
    joined["amount"] = _kwh(joined["amount"], joined["unit"]) * joined["fraction"]
    sums = joined.groupby(["row", "certificate"], sort=False).agg(
        amount=("amount", "sum"), begin=("begin", "min"), end=("end", "max")
    )
    return sums.reset_index()


def _monthly(
    books: Books,
    span: Span,
    fractions: pd.DataFrame,
    parts: pd.DataFrame,
    building: Building | None,
) -> pd.DataFrame:
    """Amounts of parts that lie in one month each: row, enterprise, unit, inside, month, amount,
    begin and end.
    """
    columns = ["row", "enterprise", "unit", "inside", "month", "amount", "begin", "end"]
    some = parts[parts["enterprise"].isin(fractions["enterprise"])]
    if some.empty:
        return pd.DataFrame(columns=columns).astype({"amount": float, "row": int})
    if span.every in ("year", "total"):
        some = _by_month(books, span, some, building)
    begins = some["begin"].drop_duplicates()
    zone = span.registry.zone
    month = {at: period_start(at.to_pydatetime(), "month", zone) for at in begins}
    return some.assign(month=some["begin"].map(month))[columns]


def _by_month(
    books: Books, span: Span, parts: pd.DataFrame, building: Building | None
) -> pd.DataFrame:
    """Parts of years as parts of their months, each with the row of its year."""
    found = parts_of(books, replace(span, every="month"), frozenset(parts["enterprise"]), building)
    # A meter that sells in other months has parts of those too.
    wanted = found.headings[found.headings["category"] == "purchased_electricity"]
    bought = found.parts[found.parts["heading"].isin(wanted.index)]
    of = wanted.loc[bought["heading"], "enterprise"].to_numpy()
    months = bought.assign(enterprise=of)[
        ["enterprise", "meter_key", "record", "amount", "begin", "end"]
    ]
    keys = ["enterprise", "meter_key", "record"]
    years = parts[["row", "unit", "inside", *keys, "begin"]]
    months, years = (
        frame.astype({"meter_key": "Int64", "record": "Int64"})
        .fillna({"meter_key": -1, "record": -1})
        .sort_values("begin")
        for frame in (months, years)
    )
    # A piece of a year begins no later than its months, and pieces of one meter do not overlap.
    return (
        pd.merge_asof(months, years, on="begin", by=keys)
        .dropna(subset=["row"])
        .astype({"row": "int64"})
    )


def _utc(at: pd.Timestamp) -> datetime:
    instant = pd.Timestamp(at)
    return instant.tz_localize("UTC") if instant.tzinfo is None else instant.tz_convert("UTC")
