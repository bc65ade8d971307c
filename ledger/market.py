"""Scope 2 by the market: what certificates and contracts cover counts zero, the rest by the factor
of power without what is sold as non-fossil (GHG Protocol Scope 2 Guidance, ch. 6).

A certificate used for a month covers purchases of that month, one used for a year those of the year
that months' own certificates leave, and either of them what comes from outside the park before what
comes from inside; within a month, and over the months of a year, in proportion to what was bought.
What is used beyond the purchases covers nothing. So days sum to their month and months to their
year, always.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from ledger.accounted import Building
from ledger.activity import Span
from ledger.books import Books
from ledger.chosen_factors import MARKET
from ledger.covering import certificate_parts, covering
from ledger.emitted import ENERGY, gases
from ledger.rows import Accounted, in_scope, sum_known
from models.carbon.uncertainty import combined_rel

Numbers = npt.NDArray[np.float64]

ROUNDING = 1e-12  # relative, of sums of a year's hours


def market_rows(
    books: Books,
    span: Span,
    account: Accounted,
    known: datetime,
    building: Building | None = None,
) -> Accounted:
    """The rows and, for each of scope 2, one more with basis ``market``.

    Its operand ``covered`` is in kWh, and its parts name the certificates that cover it. An own
    factor of the enterprise (its supplier's) holds for the remainder too. Where no factor of the
    remainder is published for the year or an earlier one, the row's CO2 is unknown.
    """
    rows = account.rows
    scope2 = np.flatnonzero(in_scope(rows, 2))
    if len(scope2) == 0:
        return account
    market, operands = rows.iloc[scope2].copy(), account.operands.iloc[scope2].copy()
    market["basis"] = "market"
    place = np.full(len(rows), -1)
    place[scope2] = np.arange(len(scope2))
    parts = account.parts[place[account.parts["row"].to_numpy()] >= 0]
    parts = parts.assign(row=place[parts["row"].to_numpy()])
    fractions = covering(books, span, set(market["enterprise"]), known)
    bought = (market["category"] == "purchased_electricity").to_numpy()
    of = market.iloc[parts["row"]]
    some = parts.assign(
        enterprise=of["enterprise"].to_numpy(),
        unit=of["activity_unit"].to_numpy(),
        inside=of["counterpart"].notna().to_numpy(),
    )[bought[parts["row"]]]
    certificates = certificate_parts(books, span, fractions, some, building)
    covered = sum_known(
        certificates["amount"].to_numpy(dtype=np.float64),
        certificates["row"].to_numpy(dtype=np.int64), len(market),
    )  # fmt: skip
    _remainder(market, operands, np.where(bought, np.nan_to_num(covered), np.nan))
    for name, values in gases(market, operands).items():
        market[name] = values
    market[ENERGY] = np.nan
    parts = pd.concat([parts, certificates]) if len(certificates) else parts
    parts = parts.assign(row=parts["row"] + len(rows))
    return Accounted(
        pd.concat([rows, market], ignore_index=True),
        pd.concat([account.operands, operands], ignore_index=True),
        pd.concat([account.parts, parts], ignore_index=True),
    )


def _remainder(market: pd.DataFrame, operands: pd.DataFrame, covered: Numbers) -> None:
    """Method and factor of electricity's rows in the place of the location-based ones."""
    electricity = (market["carrier"] == "electricity") & ~market["renewable"].astype(bool)
    bought = (market["category"] == "purchased_electricity").to_numpy()
    market.loc[bought, "method"] = "purchased_electricity_market"
    for name in MARKET[:-1]:
        plain = name.removeprefix("market_")
        market[plain] = market[plain].where(~electricity, market[name])
    operands["factor"] = operands["factor"].where(~electricity, market["market_factor"])
    amount = market["activity_amount"].to_numpy() * operands["scale"].to_numpy()
    # All of it covered is all of it: no last bits of a sum remain that could be emissions.
    covered = np.where(np.isclose(covered, amount, rtol=ROUNDING, atol=0), amount, covered)
    operands["covered"] = covered
    rest = amount - np.nan_to_num(covered)
    scale = np.divide(amount, rest, out=np.full(len(rest), np.nan), where=rest != 0)
    market["uncertainty_activity_rel"] = market["uncertainty_activity_rel"] * scale
    market["uncertainty_rel"] = combined_rel(
        market["uncertainty_activity_rel"].to_numpy(dtype=np.float64),
        market["uncertainty_factor_rel"].to_numpy(dtype=np.float64),
    )
