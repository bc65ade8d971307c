"""Minute tables in short notation: what a logger sends, through the accounting of every meter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from models.environment.validity import valid_hours
from models.readings import READINGS
from models.registry import EXCHANGES, METER_SPECS
from models.usage import hourly_usage

REAL_DATA = Path(__file__).parents[4] / "shared" / "data" / "real"
START = datetime(2026, 3, 9, 16, tzinfo=UTC)  # midnight in Shanghai
# HJ 212-2017 table 8, as quality of readings (models/readings.py).
MARKS = {"N": 0, "S": 3, "D": 11, "B": 12, "M": 13, "C": 14, "T": 15, "F": 16}

MinuteTable = Callable[..., tuple[npt.NDArray[np.float64], ...]]


@pytest.fixture(scope="session")
def hours_of_minutes() -> MinuteTable:
    """``(rows, interval_min, hours)`` -> means and valid minutes of the first hours, and validity.

    A row is (minute since START at which the value's interval ENDS, value, mark).
    """

    def computed(
        rows: Sequence[tuple[float, float, str]], *, interval_min: int, hours: int
    ) -> tuple[npt.NDArray[np.float64], ...]:
        readings = pa.Table.from_pylist(
            [
                {
                    "meter_key": 1,
                    "ts": START + timedelta(minutes=minute),
                    "value": value,
                    "quality": MARKS[mark],
                }
                for minute, value, mark in rows
            ],
            schema=READINGS,
        )
        spec = {
            "meter_key": 1,
            "kind": "mean",
            "scale": 1.0,
            "offset": 0.0,
            "interval_s": 60 * interval_min,
            "may_export": False,
        }
        specs = pa.Table.from_pylist([spec], schema=METER_SPECS)
        usage = hourly_usage(readings, specs, EXCHANGES.empty_table()).usage
        mean, minutes = np.full(hours, np.nan), np.zeros(hours)
        for row in usage.to_pylist():
            place = int((row["hour"] - START) / timedelta(hours=1))
            mean[place], minutes[place] = row["mean"], row["coverage"] * 60
        return mean, minutes, valid_hours(minutes)

    return computed


@pytest.fixture(scope="session")
def gas_turbine_stack() -> Callable[[int], Path]:
    """File of a year (2011, 2012) of the real stack: reference material beside the project."""

    def of_year(year: int) -> Path:
        path = REAL_DATA / f"gas-turbine-stack-{year}.csv"
        if not path.exists():
            pytest.skip("the real data (../shared/data/real) is not here")
        return path

    return of_year
