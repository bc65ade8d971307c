"""The real half year of a steel works: by file, by MQTT, replayed, and through kill -9.

The totals are sums over the file's own column, added by awk over the dates as printed (the row
printed 0:00 is the end of that day).
"""

from __future__ import annotations

import csv
import json
import random
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import paho.mqtt.client as mqtt
import pytest

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "steel-works"
TOTAL_KWH = 521_199.76
MONTHS_KWH = [126_238.29, 91_497.34, 80_230.41, 78_769.80, 79_059.28, 65_404.64]
# 521,199.76 kWh x 0.7769 kg/kWh (north-east grid, 2012) = 404,920.0935 kg
GRID_T = 404.920
# 521,199.76 kWh x 0.5568 kg/kWh = 290,204.0264 kg
DECLARED_T = 290.204
TOPIC = "park/changchun/steel-works/meter/main"

pytestmark = [pytest.mark.mosquitto, pytest.mark.real_data]


def payloads(path: Path) -> list[bytes]:
    """One message a row, each in the park's local time with its offset."""
    zone = ZoneInfo("Asia/Shanghai")
    messages = []
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            local = datetime.strptime(row["date"], "%d/%m/%Y %H:%M").replace(tzinfo=zone)
            if (local.hour, local.minute) == (0, 0):
                local += timedelta(days=1)
            reading = {"ts": local.isoformat(), "value": float(row["Usage_kWh"]), "unit": "kWh"}
            messages.append(json.dumps(reading).encode())
    return messages


class Sender:
    """Publishes with QoS 1 and a bounded number of unacknowledged messages."""

    def __init__(self, port: int) -> None:
        self._free = threading.Semaphore(500)
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self.client.max_queued_messages_set(0)
        self.client.max_inflight_messages_set(500)
        self.client.on_publish = lambda *_: self._free.release()
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def send(self, messages: list[bytes]) -> None:
        """Publish all and wait for the broker's acknowledgement of each."""
        for message in messages:
            self._free.acquire()
            self.client.publish(TOPIC, message, qos=1)
        for _ in range(500):
            self._free.acquire()
        for _ in range(500):
            self._free.release()

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def check_totals(carbonpeak: Any, expected_t: float) -> None:
    months = carbonpeak.get("usage", enterprise="steel-works", every="month", start="2018")
    amounts = [item["amount"] for item in months["items"]]
    assert amounts == pytest.approx(MONTHS_KWH, abs=0.005)
    assert sum(amounts) == pytest.approx(TOTAL_KWH, abs=0.005)
    year = carbonpeak.get("inventory", year=2018, every="year")
    assert year["totals"]["co2e_t"] == pytest.approx(expected_t, abs=0.0005)


def check_audit(carbonpeak: Any) -> dict[str, Any]:
    audit: dict[str, Any] = carbonpeak.get("audit")
    assert audit["chain_faults"] == []
    assert audit["touched"] == 0
    assert audit["usage_differences"] == 0
    assert audit["usage_hours"] > 0
    return audit


@pytest.fixture
def sender(broker: Any) -> Iterator[Sender]:
    client = Sender(broker.port)
    yield client
    client.stop()


def test_file_then_messages_then_all_again_shuffled(
    carbonpeak: Any, sender: Sender, steel_works: Path
) -> None:
    report = carbonpeak.json("import", steel_works, "--mapping", EXAMPLE / "mapping.yaml")
    assert (report["accepted"], report["rejected"]) == (17_376, 0)
    carbonpeak.start()
    check_totals(carbonpeak, GRID_T)
    rows = carbonpeak.get("inventory", year=2018, every="year")["items"]
    assert [row["factor_match"] for row in rows] == ["grid_earlier"]
    assert "memory" in rows[0]["factor_status"]
    assert rows[0]["factor_year"] == 2012

    messages = payloads(steel_works)
    random.Random(2018).shuffle(messages)
    sender.send(messages)
    carbonpeak.quiet()
    check_totals(carbonpeak, GRID_T)
    check_audit(carbonpeak)
    assert carbonpeak.stop() == 0


def test_messages_alone_through_six_kills_and_a_declared_factor(
    carbonpeak: Any, sender: Sender, steel_works: Path, tmp_path: Path
) -> None:
    registry = tmp_path / "registry"
    shutil.copytree(EXAMPLE / "registry", registry)
    (registry / "declared_factors.csv").write_text(
        "enterprise,carrier,value,unit,valid_from,valid_to,evidence\n"
        "steel-works,electricity,0.5568,kg/kWh,2018-01-01,2019-01-01,supplier statement 2018\n",
        encoding="utf-8",
    )
    assert carbonpeak.run("registry", "load", registry).returncode == 0
    messages = payloads(steel_works)
    chance = random.Random(9)
    points = sorted(int(chance.uniform(0.1, 0.9) * len(messages)) for _ in range(6))
    carbonpeak.start()
    left_over = []
    for begin, end in pairwise([0, *points]):
        sender.send(messages[begin:end])
        carbonpeak.kill()
        left_over.append(carbonpeak.left_to_settle())
        carbonpeak.start()
        carbonpeak.quiet()
        check_audit(carbonpeak)
    sender.send(messages[points[-1] :])
    carbonpeak.quiet()
    print(f"touched hours left over at each kill: {left_over}")
    assert max(left_over) > 0
    check_totals(carbonpeak, DECLARED_T)
    rows = carbonpeak.get("inventory", year=2018, every="month")["items"]
    assert {row["factor_match"] for row in rows} == {"declared"}
    check_audit(carbonpeak)
