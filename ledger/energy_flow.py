"""Where energy comes from and goes to: source, conversion, use, loss.

Of every carrier there is a node into which runs what is bought, generated from own renewables or
made by conversion, and out of which runs what is converted, becomes raw material, is sold, is lost
between main meters and sub-meters, and, the rest, is used. So every carrier's node balances.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from ledger.as_of import registry_as_of, usage_as_of
from ledger.balance import balance
from ledger.books import Books
from ledger.headings import Headings
from ledger.inventory import Inventory
from models.quantities import quantities
from models.registry import Direction, Meter
from models.units import GJ_PER_TCE

ROUNDING = 1e-12  # of the largest link: less is what is left of sums

COLUMNS = ["source", "target", "carrier", "energy_gj", "energy_tce_calorific", "inferred"]


def energy_flow(
    books: Books,
    found: Inventory,
    *,
    start: datetime,
    end: datetime,
    as_of: datetime | None = None,
) -> pd.DataFrame:
    """COLUMNS: the flow of an inventory (``every`` total) of the same span, in GJ and tce (29.3076
    GJ each: here energy is heat, not coefficient, so that nodes balance).

    Nodes: ``bought``, ``renewable``, ``conversion``, a node of every carrier by its code,
    ``raw_material``, ``sold``, ``use`` and ``loss``. What a conversion makes is metered by meters
    of direction generation; where there are none, and more is sold than comes in, the difference is
    ``inferred``, and the conversion's loss is then null.
    """
    made = _made(books, found, start, end, as_of)
    rows = found.of_basis("location").rows
    known = rows[rows["energy_gj"].notna()]
    inside = found.boundary.inside(known, [])
    inferred = _inferred(known, known[inside], made)
    outside = known[~inside]
    links = [*_into(outside), *_out_of(outside)]
    links += [
        ("conversion", carrier, carrier, amount, False) for (_, carrier), amount in made.items()
    ]
    links += [
        ("conversion", carrier, carrier, amount, True) for carrier, amount in inferred.items()
    ]
    if as_of is None:
        links += _lost(books, found, known, start, end)
    frame = pd.DataFrame(links, columns=[*COLUMNS[:4], "inferred"])
    frame = pd.concat([frame, _rest(frame)], ignore_index=True)
    nothing = ROUNDING * frame["energy_gj"].abs().max()
    frame = frame[frame["energy_gj"].isna() | (frame["energy_gj"].abs() > nothing)]
    frame["energy_tce_calorific"] = frame["energy_gj"] / GJ_PER_TCE
    flow: pd.DataFrame = frame[COLUMNS].reset_index(drop=True)
    return flow


Link = tuple[str, str, str, float, bool]


def _into(rows: pd.DataFrame) -> list[Link]:
    """What is bought, and generated from own renewables."""
    bought = rows[~rows["category"].str.startswith("exported_")]
    source = np.where(bought["renewable"], "renewable", "bought")
    sums = bought["energy_gj"].groupby([source, bought["carrier"]]).sum()
    return [
        (of, carrier, carrier, amount, False)
        for of, carrier, amount in sums.reset_index().itertuples(index=False)
    ]


def _out_of(rows: pd.DataFrame) -> list[Link]:
    """What is sold, converted or becomes raw material."""
    sold = rows[rows["category"].str.startswith("exported_")]
    gone = sold["energy_gj"].groupby(sold["carrier"]).sum()
    links: list[Link] = [
        (str(carrier), "sold", str(carrier), -float(amount), False)
        for carrier, amount in gone.items()
    ]
    turned = rows[rows["use"].isin(["conversion", "raw_material"])]
    made = turned["category"] == "self_generation"  # comes out of a conversion
    turned = turned[~turned["category"].str.startswith("exported_") & ~made]
    sums = turned["energy_gj"].groupby([turned["use"], turned["carrier"]]).sum()
    return [
        *links,
        *(
            (carrier, use, carrier, amount, False)
            for use, carrier, amount in sums.reset_index().itertuples(index=False)
        ),
    ]


def _rest(links: pd.DataFrame) -> pd.DataFrame:
    """What of each carrier is used, and what conversions lose."""
    found: list[Link] = []
    for carrier in links["carrier"].unique():
        into = links.loc[links["target"] == carrier, "energy_gj"].sum()
        out = links.loc[links["source"] == carrier, "energy_gj"].sum()
        found.append((carrier, "use", carrier, into - out, False))
    converted = links.loc[links["target"] == "conversion", "energy_gj"].sum()
    made = links[links["source"] == "conversion"]
    if converted > 0:
        rest = converted - made["energy_gj"].sum()
        lost = np.nan if made["inferred"].any() or made.empty or rest < 0 else rest
        found.append(("conversion", "loss", "conversion", lost, bool(made["inferred"].any())))
    return pd.DataFrame(found, columns=links.columns)


def _made(
    books: Books, found: Inventory, start: datetime, end: datetime, as_of: datetime | None
) -> dict[tuple[str, str], float]:
    """GJ of electricity and heat that meters of conversions count, by enterprise and carrier."""
    registry = registry_as_of(books, as_of)
    headings = Headings(registry)

    def converts(meter: Meter) -> bool:
        carrier = quantities()[meter.quantity].carrier
        makes = meter.direction is Direction.GENERATION and meter.parent is None
        own = makes and meter.enterprise in found.boundary.enterprises and meter.has_amounts
        return own and carrier in ("electricity", "heat") and headings.why_not(meter) is not None

    chosen = {meter.key: meter for meter in registry.meter_by_key.values() if converts(meter)}
    if not chosen or start >= end:
        return {}
    keys = sorted(chosen)
    if as_of is None:
        table = books.store.usage(keys, start, end, every="total", zone=registry.zone)
    else:
        table = usage_as_of(books, registry, keys, as_of, start=start, end=end, every="total")
    sums: dict[tuple[str, str], float] = {}
    for key, amount in zip(
        table["meter_key"].to_pylist(), table["amount"].to_pylist(), strict=True
    ):
        if amount is not None:
            carrier = quantities()[chosen[key].quantity].carrier
            gj = amount * (0.0036 if carrier == "electricity" else 1.0)
            of = chosen[key].enterprise, carrier
            sums[of] = sums.get(of, 0.0) + gj
    return sums


def _inferred(
    rows: pd.DataFrame, inside: pd.DataFrame, made: dict[tuple[str, str], float]
) -> dict[str, float]:
    """GJ that must have been made by conversion because more was sold than came in, by carrier;
    enterprise by enterprise, where no meter of a conversion tells it. What one of ``inside`` bought
    of another that meters no sale to it was sold all the same.
    """
    some, inner = (one[one["carrier"].isin(["electricity", "heat"])] for one in (rows, inside))
    sums = some.groupby(["enterprise", "carrier"])["energy_gj"].sum().reset_index()
    net = {(one, carrier): float(gj) for one, carrier, gj in sums.itertuples(index=False)}
    parties = inner[["enterprise", "counterpart", "carrier"]]
    sold = inner["category"].str.startswith("exported_").to_numpy(dtype=bool)
    metered = set(parties[sold].itertuples(index=False, name=None))
    bought = inner.loc[~sold, "energy_gj"]
    for (buyer, seller, carrier), amount in zip(
        parties[~sold].itertuples(index=False, name=None), bought, strict=True
    ):
        if (seller, buyer, carrier) not in metered:
            net[seller, carrier] = net.get((seller, carrier), 0.0) - amount
    found: dict[str, float] = {}
    for of, amount in net.items():
        if amount < 0 and of not in made:
            found[of[1]] = found.get(of[1], 0.0) - amount
    return found


def _lost(
    books: Books, found: Inventory, rows: pd.DataFrame, start: datetime, end: datetime
) -> list[Link]:
    """GJ lost between importing main meters and their sub-meters, by carrier, as far as known."""
    registry = books.registry()
    sums: dict[str, float] = {}
    for enterprise in sorted(found.boundary.enterprises):
        if not any(one.parent for one in registry.meters if one.enterprise == enterprise):
            continue
        between = balance(books, enterprise=enterprise, every="total", start=start, end=end)
        own = rows[rows["enterprise"] == enterprise]
        for quantity, loss in between[["quantity", "loss"]].dropna().itertuples(index=False):
            carrier = quantities()[quantity].carrier
            of = own[(own["carrier"] == carrier) & (own["activity_amount"] > 0)]
            # Meters' own unit; what is sold has less than no energy.
            of = of[(of["activity_origin"] == "meters") & (of["energy_gj"] > 0)]
            if of.empty or loss <= 0:
                continue
            per_unit = of["energy_gj"].sum() / of["activity_amount"].sum()
            sums[carrier] = sums.get(carrier, 0.0) + loss * per_unit
    return [(carrier, "loss", carrier, amount, False) for carrier, amount in sums.items()]
