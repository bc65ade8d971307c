"""Certificates with what of them is used and what is left."""

from __future__ import annotations

from collections import defaultdict
from math import fsum

import pandas as pd

from models.registry import Registry
from models.registry.certificates import month_text

COLUMNS = [
    "id", "enterprise", "kind", "technology", "generated", "valid_to", "amount_mwh", "used_mwh",
    "left_mwh", "used_in", "cancelled_on", "evidence", "recorded_at",
]  # fmt: skip


def certificates(registry: Registry, enterprise: str | None = None) -> pd.DataFrame:
    """Every certificate (of an enterprise) with COLUMNS, by enterprise and id.

    ``valid_to`` is the last local month in which it may be used. Of a cancelled one nothing counts
    as used and nothing is left; ``used_in`` still tells its uses, "2026-05 80; 2026-06 40" in MWh.
    """
    uses: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for use in registry.certificate_uses:
        uses[use.certificate].append((use.period, use.amount_mwh))
    rows = []
    for one in registry.certificates:
        if enterprise not in (None, one.enterprise):
            continue
        of_it = sorted(uses[one.id])
        used = fsum(amount for _, amount in of_it) if one.counts else 0.0
        row = [
            one.id, one.enterprise, one.kind.value, one.technology, one.generated,
            month_text(one.valid_months[-1]), one.amount_mwh, used,
            one.amount_mwh - used if one.counts else 0.0,
            "; ".join(f"{period} {amount:.15g}" for period, amount in of_it),
            None if one.cancelled_on is None else one.cancelled_on.isoformat(),
            one.evidence, one.recorded_at,
        ]  # fmt: skip
        rows.append(row)
    frame = pd.DataFrame(rows, columns=COLUMNS).sort_values(["enterprise", "id"], kind="stable")
    frame["recorded_at"] = pd.to_datetime(frame["recorded_at"], utc=True).astype(
        "datetime64[us, UTC]"
    )
    return frame.reset_index(drop=True)
