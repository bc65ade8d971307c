"""Green certificates as they are recorded, against the movements of the same certificates."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from ledger.certificates import certificates
from ledger.movements import balance_sheet
from models.registry import CertificateKind, Registry

COLUMNS = [
    "certificate", "enterprise", "kind", "recorded_mwh", "moved_mwh", "used_mwh",
    "moved_used_mwh", "held_mwh", "state",
]  # fmt: skip
CERTIFICATES = "green_certificate"


def certificates_moved(
    registry: Registry, enterprise: str | None = None, on: date | None = None
) -> pd.DataFrame:
    """COLUMNS of every certificate that is recorded or moved, in MWh, by enterprise and number.

    ``moved_mwh`` came in by movements up to day ``on`` (net of what was sold), ``moved_used_mwh``
    was used by them. ``state``: ``agrees``; ``not_moved``: recorded without a movement;
    ``not_recorded``: moved without a record; ``amount_differs``; ``use_differs``. Contracts are no
    certificates and have no movements.
    """
    known = certificates(registry, enterprise)
    known = known[known["kind"] != CertificateKind.GREEN_POWER_CONTRACT.value]
    known = known.rename(columns={"id": "certificate", "amount_mwh": "recorded_mwh"})
    known["recorded_mwh"] = known["recorded_mwh"].where(known["cancelled_on"].isna(), 0.0)
    moved = balance_sheet(registry, enterprise=enterprise, instrument=CERTIFICATES, on=on)
    moved = moved.assign(moved_mwh=moved["issued"] + moved["bought"] - moved["cancelled"])
    moved = moved.rename(
        columns={"item": "certificate", "surrendered": "moved_used_mwh", "held": "held_mwh"}
    )
    keys = ["enterprise", "certificate"]
    table = known[[*keys, "kind", "recorded_mwh", "used_mwh"]].merge(
        moved[[*keys, "moved_mwh", "moved_used_mwh", "held_mwh"]], how="outer", on=keys
    )
    apart = [
        table["moved_mwh"].isna(),
        table["recorded_mwh"].isna(),
        _differ(table["recorded_mwh"], table["moved_mwh"]),
        _differ(table["used_mwh"], table["moved_used_mwh"]),
    ]
    states = ["not_moved", "not_recorded", "amount_differs", "use_differs"]
    table["state"] = np.select(apart, states, "agrees")
    table["kind"] = table["kind"].where(table["kind"].notna(), None)
    return table.sort_values(keys, ignore_index=True)[COLUMNS]


def _differ(left: pd.Series, right: pd.Series) -> pd.Series:
    return (left - right).abs() > 1e-6  # uses and movements have six decimals at most
