"""What the arithmetic noticed, as rows that a person can read."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from models.periods import HOUR_US
from models.readings import TIMESTAMP
from models.usage.eras import Eras
from models.usage.series import Bools, Floats, Ints
from models.usage.tables import FINDINGS

NOTHING = FINDINGS.empty_table()


def findings(eras: Eras, kind: str, meter: Ints, ts: Ints, *detail: str | Floats) -> pa.Table:
    """FINDINGS of one kind; ``detail`` is text with numbers (one an instant) in between.

    Where no version of the meter is valid nothing is accounted, and nothing is noted either.
    """
    valid = np.flatnonzero(eras.valid[eras.at(meter, ts)]) if len(ts) else ts
    if len(valid) == 0:
        return NOTHING
    parts = [
        pa.scalar(part) if isinstance(part, str) else pc.cast(pa.array(part[valid]), pa.string())
        for part in detail
    ]
    return pa.table(
        {
            "meter_key": pa.array(eras.meter_key[meter[valid]].astype(np.int32)),
            "ts": pa.array(ts[valid]).cast(TIMESTAMP),
            "kind": pa.array([kind]).take(pa.array(np.zeros(len(valid), dtype=np.int64))),
            "detail": pc.binary_join_element_wise(*parts, ""),
        },
        schema=FINDINGS,
    )


def gaps_filled(
    eras: Eras, meter: Ints, ts: Ints, length_us: Ints, amount: Floats, *, filled: Bools
) -> pa.Table:
    """FINDINGS of gaps that the typical day filled; ``ts`` is where each ends, ``amount`` NaN where
    no typical day is declared.
    """
    at = np.flatnonzero(filled & ~np.isnan(amount))
    return findings(
        eras, "gap_filled", meter[at], ts[at],
        amount[at], " of the typical day stand in over a gap of ", length_us[at] / HOUR_US, " h",
    )  # fmt: skip
