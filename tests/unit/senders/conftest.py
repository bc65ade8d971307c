"""Days of meters as tables, times in the park's time (UTC+8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from models.periods import to_us
from models.readings import READINGS, Source
from models.registry import METER_SPECS
from models.senders import LocalDays, sender_days

ZONE = ZoneInfo("Asia/Shanghai")
SHIFT_US = 8 * 3600 * 1_000_000


def at(text: str) -> datetime:
    """A time of the park."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def spec(key: int, interval_s: int, **more: Any) -> dict[str, Any]:
    """One row of METER_SPECS."""
    return {
        "meter_key": key, "kind": "level", "valid_from": None, "valid_to": None, "scale": 1.0,
        "offset": 0.0, "interval_s": interval_s, "register_max": None, "range_low": None,
        "range_high": None, "may_export": False, "gap_policy": "linear",
    } | more  # fmt: skip


def row(
    key: int, ts: str, delay_s: float = 2, source: Source = Source.MQTT, quality: int = 0
) -> dict[str, Any]:
    """One row of READINGS, received ``delay_s`` after its time."""
    when = at(ts)
    return {
        "meter_key": key, "ts": when, "value": 1.0, "quality": quality,
        "received": when + timedelta(seconds=delay_s), "source": int(source), "batch": 1,
    }  # fmt: skip


@pytest.fixture
def count() -> Callable[..., list[dict[str, Any]]]:
    """Rows of SENDER_DAYS: of specs and rows, on days from ``first`` on, at ``now``."""

    def counted(
        specs: Sequence[dict[str, Any]],
        rows: Sequence[dict[str, Any]],
        first: str,
        days: int = 1,
        now: str = "2027-01-01",
    ) -> list[dict[str, Any]]:
        bounds = [to_us(at(first) + timedelta(days=day)) for day in range(days + 1)]
        table = pa.Table.from_pylist(
            sorted(
                rows,
                key=lambda one: (
                    one["meter_key"], one["ts"], one["source"] == Source.CORRECTION,
                    one["received"],
                ),
            ),
            schema=READINGS,
        )  # fmt: skip
        spec_table = pa.Table.from_pylist(list(specs), schema=METER_SPECS)
        local = LocalDays(pa.array(bounds).to_numpy(), pa.array([SHIFT_US] * days).to_numpy())
        found: list[dict[str, Any]] = sender_days(
            table, spec_table, local, to_us(at(now))
        ).to_pylist()
        return found

    return counted
