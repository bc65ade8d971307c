"""A registered meter and its readings in local time, to hourly usage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pytest

from models.quantities import Kind
from models.readings import READINGS
from models.registry import Exchange, Meter, Park, Profile, Registry
from models.usage import hourly_usage, profiles_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
PARK = Park("park", "园区", "Park", "吉林", "东北")


def local(text: str) -> datetime:
    """The UTC instant of a local time written 2026-03-31 20:00."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.fixture(scope="session")
def meter() -> Meter:
    """An electricity register read every quarter of an hour, in kWh."""
    return Meter(1, "acme", "E-1", "electricity", Kind.COUNTER, "kWh", 900)


@pytest.fixture(scope="session")
def at() -> Callable[[str], datetime]:
    """``local``: instants of local times."""
    return local


@pytest.fixture(scope="session")
def usage_of() -> Callable[..., pd.DataFrame]:
    """Hourly usage, indexed by the hour's local start; findings in ``attrs``."""

    def usage(
        versions: Meter | Sequence[Meter],
        readings: Iterable[tuple[datetime, float]],
        exchanges: Sequence[Exchange] = (),
        profiles: Sequence[Profile] = (),
        **changed: Any,
    ) -> pd.DataFrame:
        meters = [versions] if isinstance(versions, Meter) else versions
        registry = Registry(
            PARK,
            meters=tuple(replace(meter, **changed) for meter in meters),
            exchanges=tuple(exchanges),
            profiles=tuple(profiles),
        )
        rows = [
            {"meter_key": 1, "ts": ts, "value": value, "quality": 0}
            for ts, value in sorted(readings)
        ]
        result = hourly_usage(
            pa.Table.from_pylist(rows, schema=READINGS),
            registry.meter_specs,
            registry.exchange_table,
            profiles_of(registry.profile_table, registry.zone),
        )
        frame = result.usage.to_pandas().set_index("hour").tz_convert(SHANGHAI)
        frame.attrs["findings"] = result.findings["kind"].to_pylist()
        frame.attrs["details"] = result.findings["detail"].to_pylist()
        return frame

    return usage
