"""Corrections on the server stack: made by two api processes, followed by a ledger of its own.

A counter shows 0, 10, ... 90 kWh at hours 0 to 9.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from carbonpeak.broker import MosquittoProcess
from deploy.debian_servers.influx import InfluxServer
from tests.integration.end_to_end.conftest import wait_until
from tests.integration.end_to_end.test_killed_corrections import (
    METERS,
    SIGNED,
    at,
    write_registry,
)
from tests.integration.end_to_end.test_steel_works_influxdb import ProcessSet, set_of_processes

pytestmark = [pytest.mark.mosquitto, pytest.mark.influxdb]


@pytest.fixture
def metered(broker: MosquittoProcess, influx: InfluxServer, tmp_path: Path) -> Iterator[ProcessSet]:
    write_registry(tmp_path / "registry", METERS)
    with set_of_processes(tmp_path / "registry", broker, influx, tmp_path) as processes:
        yield processes


def correct(processes: ProcessSet, name: str, **body: Any) -> Any:
    wanted = {"enterprise": "E1", "meter": "M1", "note": "by hand"} | SIGNED | body
    return processes.post(name, "corrections", json=wanted)["correction"]


def test_both_a_value_and_an_exchange_arrive_in_usage_without_a_restart(
    metered: ProcessSet,
) -> None:
    def amounts() -> list[float]:
        rows = metered.get("usage", enterprise="E1", meter="M1", every="hour")["items"]
        return [row["amount"] for row in rows if row["amount"] is not None]

    def comes(expected: list[float]) -> None:
        wait_until(f"usage {expected}", lambda: amounts() == pytest.approx(expected))

    for name, role in (("ledger", "ledger"), ("api", "api"), ("api-2", "api")):
        metered.start(name, role)
    metered.post("api", "readings", json=[
        {"enterprise": "E1", "meter": "M1", "ts": at(hour), "value": hour * 10.0}
        for hour in range(10)
    ])  # fmt: skip
    comes([10.0] * 9)
    made = correct(metered, "api", kind="replace", values=[{"ts": at(4), "value": 43.0}])
    assert made["state"] == "applied"
    comes([10, 10, 10, 13, 7, 10, 10, 10, 10])
    # By the other process; the ledger hears of it once, and has to see the registry as it is then.
    correct(metered, "api-2", kind="exchange", ts=at(6.5), final_value=66, initial_value=64)
    comes([10, 10, 10, 13, 7, 10, 12, 10, 10])
    # Both at once: what was recorded last holds, whoever stored first.
    with ThreadPoolExecutor(2) as both:
        list(
            both.map(
                lambda number: correct(
                    metered, ("api", "api-2")[number % 2], kind="replace",
                    values=[{"ts": at(4), "value": 41 + number / 10}],
                ),
                range(12),
            )
        )  # fmt: skip
    recorded = metered.get("corrections", limit=100)["items"]
    assert len(recorded) == 14
    assert {one["state"] for one in recorded} == {"applied"}
    last = metered.get(f"corrections/{recorded[0]['id']}")["values"][0]["value"]
    comes([10, 10, 10, last - 30, 50 - last, 10, 12, 10, 10])
    every = metered.get("readings", enterprise="E1", meter="M1", every_row=True,
                        start=at(4), end=at(5))["items"]  # fmt: skip
    # The device's, the first one's and the twelve. A process that finds the other's correction
    # under way completes it: then the same row comes from both, one in value and receipt.
    assert len({row["value"] for row in every}) == 14
    assert len({(row["value"], row["received"]) for row in every}) == 14
    audit = metered.get("audit")
    assert (audit["chain_faults"], audit["usage_differences"]) == ([], 0)
    assert set(metered.stop().values()) == {0}
