"""Which sub-meters stand under which main meter, when, and which way their energy flows.

Amounts are positive in a meter's own direction. Seen from the point where a main meter and its
sub-meters meet, an imported, exported or handed-on amount of a sub-meter goes away from the point,
and a generated one comes to it; an importing main meter brings energy to the point, and any other
takes it away. A sub-meter in the direction of such an outward main meter counts part of the same
flow, so it comes to the point too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from operator import attrgetter

import pandas as pd

from ledger.stretches import stretches
from models.periods import to_us
from models.registry import Direction, Meter, Registry

COLUMNS = ["main_key", "part_key", "begin", "end", "sign", "feeds", "outward"]

_ALWAYS = -(2**61), 2**61  # microseconds beyond every reading


def tree(registry: Registry, enterprises: Collection[str]) -> pd.DataFrame:
    """COLUMNS: one row a sub-meter, its main meter and stretch [begin, end) of time (µs, UTC).

    Only sub-meters of their main meter's quantity, both with amounts: others cannot be compared.
    ``sign`` is that of the amount in the sum which stands against the main meter's, ``feeds`` tells
    whether it comes to the point; ``outward`` whether the main meter's goes away from it.
    """
    versions: dict[int, list[Meter]] = defaultdict(list)
    for meter in registry.meters:
        if meter.enterprise in enterprises:
            versions[meter.key].append(meter)
    mains = {key: stretches(line, attrgetter("direction")) for key, line in versions.items()}
    rows: list[tuple[int, int, int, int, float, bool, bool]] = []
    for line in versions.values():
        for part, *life in stretches(line, attrgetter("parent", "direction")):
            if part.parent is None:
                continue
            for main, *its_life in mains.get(registry.key_of[part.enterprise, part.parent], []):
                begin, end = _both(life, its_life)
                if begin < end and _comparable(main, part):
                    rows.append((main.key, part.key, begin, end, *_flow(main, part)))
    return pd.DataFrame(sorted(rows), columns=COLUMNS)


def _both(one: Sequence[datetime | None], other: Sequence[datetime | None]) -> tuple[int, int]:
    """Begin and end (µs) of what two spans have in common."""
    begin = max(_ALWAYS[0] if at is None else to_us(at) for at in (one[0], other[0]))
    end = min(_ALWAYS[1] if at is None else to_us(at) for at in (one[1], other[1]))
    return begin, end


def _comparable(main: Meter, part: Meter) -> bool:
    return main.quantity == part.quantity and main.has_amounts and part.has_amounts


def _flow(main: Meter, part: Meter) -> tuple[float, bool, bool]:
    outward = main.direction is not Direction.IMPORT
    feeds = part.direction is Direction.GENERATION
    feeds |= outward and part.direction is main.direction
    return (1.0 if feeds == outward else -1.0), feeds, outward
