"""Meters and readings in short notation for the tests of the usage arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from models.readings import READINGS
from models.registry import EXCHANGES, METER_SPECS
from models.usage import UsageResult, hourly_usage

START = datetime(2026, 3, 10, 0, 0, tzinfo=UTC)  # an arbitrary full hour


def _time(minutes: float | None) -> datetime | None:
    return None if minutes is None else START + timedelta(minutes=minutes)


def compute(
    meters: Mapping[int, tuple[Sequence[Mapping[str, Any]] | Mapping[str, Any], Sequence[Any]]],
    exchanges: Sequence[tuple[int, float, float, float]] = (),
) -> UsageResult:
    """Usage of meters by key: (version or versions, readings); times in minutes since START.

    A reading is (minute, value) or (minute, value, quality); an exchange (meter, minute, final,
    initial). A version is a row of METER_SPECS with what differs from an hourly plain counter.
    """
    rows, specs = [], []
    for key, (versions, readings) in sorted(meters.items()):
        for version in [versions] if isinstance(versions, Mapping) else versions:
            spec = {
                "meter_key": key,
                "kind": "counter",
                "scale": 1.0,
                "offset": 0.0,
                "interval_s": 3600,
                "may_export": False,
                **version,
            }
            spec["valid_from"] = _time(spec.get("valid_from"))
            spec["valid_to"] = _time(spec.get("valid_to"))
            specs.append(spec)
        for minute, value, *quality in sorted(readings):
            rows.append(
                {
                    "meter_key": key,
                    "ts": _time(minute),
                    "value": value,
                    "quality": quality[0] if quality else 0,
                }
            )
    declared = [
        {"meter_key": key, "ts": _time(minute), "final_value": final, "initial_value": initial}
        for key, minute, final, initial in sorted(exchanges)
    ]
    return hourly_usage(
        pa.Table.from_pylist(rows, schema=READINGS),
        pa.Table.from_pylist(specs, schema=METER_SPECS),
        pa.Table.from_pylist(declared, schema=EXCHANGES),
    )


@pytest.fixture(scope="session")
def usage_of() -> Callable[..., UsageResult]:
    """``compute``: usage and findings of many meters."""
    return compute


@pytest.fixture(scope="session")
def hours_of() -> Callable[..., dict[int, dict[str, Any]]]:
    """Usage rows of one meter by hour since START."""

    def hours(version: Any, readings: Any, exchanges: Any = ()) -> dict[int, dict[str, Any]]:
        result = compute({1: (version, readings)}, [(1, *exchange) for exchange in exchanges])
        return {
            int((row["hour"] - START) / timedelta(hours=1)): row for row in result.usage.to_pylist()
        }

    return hours


@pytest.fixture(scope="session")
def findings_of() -> Callable[..., list[tuple[str, float]]]:
    """(kind, minute since START) of one meter's findings."""

    def found(version: Any, readings: Any, exchanges: Any = ()) -> list[tuple[str, float]]:
        result = compute({1: (version, readings)}, [(1, *exchange) for exchange in exchanges])
        return [
            (row["kind"], (row["ts"] - START) / timedelta(minutes=1))
            for row in result.findings.to_pylist()
        ]

    return found
