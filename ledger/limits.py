"""The limits of standards as a table: what they limit, where they stand, how they were checked."""

from __future__ import annotations

from datetime import date

import pandas as pd

from models.environment.hj212_codes import hj212_codes
from models.environment.limits import limit_classes, limits

COLUMNS = [
    "limit_class", "medium", "name_zh", "name_en", "pollutant", "pollutant_name_zh",
    "pollutant_name_en", "bound", "value", "unit", "averaging", "condition",
    "reference_oxygen_pct", "standard", "table", "clause", "valid_from", "valid_to", "status",
    "source", "note", "class_status", "class_source", "class_note",
]  # fmt: skip


def limit_table(
    *,
    limit_class: str | None = None,
    medium: str | None = None,
    pollutant: str | None = None,
    standard: str | None = None,
    status: str | None = None,
    on: date | None = None,
) -> pd.DataFrame:
    """COLUMNS of the limits that fit every given filter, class by class.

    ``medium`` are the media of the class, joined by ``|``; with ``on`` only what is in force on
    that day of Asia/Shanghai.
    """
    classes, codes = limit_classes(), hj212_codes()
    rows = []
    for row in limits():
        of, code = classes[row.limit_class], codes[row.pollutant]
        rows.append(
            (
                of.code, "|".join(sorted(of.media)), of.name_zh, of.name_en, code.code,
                code.name_zh, code.name_en, row.bound.value, row.value, row.unit,
                row.averaging.value, row.condition.value or None, row.reference_oxygen_pct,
                row.standard, row.table or None, row.clause or None, of.valid_from.isoformat(),
                None if of.valid_to is None else of.valid_to.isoformat(), row.status, row.source,
                row.note or None, of.status, of.source, of.note or None,
            )
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=COLUMNS)
    wanted = pd.Series(data=True, index=frame.index)
    for name, value in (
        ("limit_class", limit_class),
        ("pollutant", pollutant),
        ("standard", standard),
        ("status", status),
    ):
        if value is not None:
            wanted &= frame[name] == value
    if medium is not None:
        wanted &= frame["medium"].str.split("|").map(lambda media: medium in media)
    if on is not None:
        wanted &= frame["limit_class"].map(lambda code: classes[code].valid_on(on))
    return frame[wanted].reset_index(drop=True)
