"""One JSON line a message: what it would become, for gateway vendors; no server, no registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ingest.decode.columns import Refused, Rows
from ingest.decode.json_readings import append_message
from models.periods import from_us
from models.readings import Quality


def decode_lines(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Each non-empty line as a message: its readings (ts in UTC), and what it refuses and why.

    Nothing is addressed, so a reading without "meter" is shown without one, as it would come on the
    topic of its meter.
    """
    for line in lines:
        payload = line.strip()
        if payload:
            yield _described(payload)


def _described(payload: bytes) -> dict[str, Any]:
    rows, refused = Rows(), list[Refused]()
    append_message(rows, refused, 0, payload, enterprise=None, meter=None)
    columns = rows.columns(refused, unaddressed=True)
    fields = zip(
        columns.item.tolist(), columns.named.to_pylist(), columns.meter.to_pylist(),
        columns.ts_us.tolist(), columns.value.tolist(), columns.unit.to_pylist(),
        columns.quality.tolist(), strict=True,
    )  # fmt: skip
    readings = [
        {
            "item": item,
            **({} if enterprise is None else {"enterprise": enterprise}),
            **({} if meter is None else {"meter": meter}),
            "ts": from_us(ts_us).isoformat().replace("+00:00", "Z"),
            "value": value,
            "unit": unit,
            "quality": Quality(quality).name.lower(),
        }
        for item, enterprise, meter, ts_us, value, unit, quality in fields
    ]
    rejected = [
        {"item": one.item, "reason": one.reason.value, "detail": one.detail} for one in refused
    ]
    return {"ok": not rejected, "readings": readings, "rejected": rejected}
