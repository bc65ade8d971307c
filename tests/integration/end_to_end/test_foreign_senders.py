"""Senders that are not ours, through the service as a process, to figures in usage."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from carbonpeak.broker import MosquittoProcess
from ingest.decode.sparkplug_payload import Payload
from tests.conftest import find_program
from tests.integration.end_to_end.conftest import EXAMPLE, Carbonpeak, wait_until
from tests.servers import plain_http

pytestmark = pytest.mark.mosquitto

FIXTURES = Path(__file__).parents[2] / "fixtures" / "foreign_senders"
SPARKPLUG = [
    (topic, bytes.fromhex(payload))
    for topic, payload in (
        line.split() for line in (FIXTURES / "sparkplug.txt").read_text("ascii").splitlines()
    )
]
AT_13_MS = 1_795_485_600_000 + 3 * 3_600_000  # 2026-11-24T13:00:00+08:00
METERS = """enterprise,code,name_zh,name_en,quantity,kind,unit,interval_s
E1,m1,一号,one,electricity,counter,kWh,3600
E1,m2,二号,two,electricity,counter,kWh,3600
E1,senml.m1,三号,three,electricity,counter,kWh,3600
E1,json,四号,four,electricity,counter,kWh,3600
"""


class Publisher:
    """``mosquitto_pub`` and ``mosquitto_sub`` of Debian."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._pub, self._sub = find_program("mosquitto_pub"), find_program("mosquitto_sub")

    def send(self, topic: str, payload: bytes, qos: int = 1) -> None:
        command = [self._pub, "-p", str(self._port), "-t", topic, "-q", str(qos), "-s"]
        subprocess.run(command, input=payload, check=True, timeout=30)

    def retained(self, topic: str) -> bytes:
        command = [self._sub, "-p", str(self._port), "-t", topic, "-C", "1", "-W", "30"]
        return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


@pytest.fixture
def park(carbonpeak: Carbonpeak, tmp_path: Path) -> Carbonpeak:
    """The service with a park of our own registered instead of the example."""
    shutil.rmtree(carbonpeak.data)
    registry = tmp_path / "registry"
    shutil.copytree(EXAMPLE / "registry", registry)
    text = (registry / "park.yaml").read_text("utf-8").replace("code: changchun", "code: tl")
    (registry / "park.yaml").write_text(text, "utf-8")
    (registry / "enterprises.csv").write_text(
        "code,name_zh,name_en,cluster,industry\nE1,一厂,Works 1,equipment,3130\n", "utf-8"
    )
    (registry / "meters.csv").write_text(METERS, "utf-8")
    loaded = carbonpeak.run("registry", "load", registry)
    assert loaded.returncode == 0, loaded.stderr
    return carbonpeak


def hours(service: Carbonpeak, meter: str) -> list[float]:
    """The known amounts of a meter's hours from 10 to 13 o'clock."""
    answer = service.get(
        "usage", enterprise="E1", meter=meter, every="hour",
        start="2026-11-24T10:00:00+08:00", end="2026-11-24T13:00:00+08:00",
    )  # fmt: skip
    return [row["amount"] for row in answer["items"] if row["amount"] is not None]


def test_json_senml_and_sparkplug_become_usage_through_a_kill(
    park: Carbonpeak, broker: MosquittoProcess
) -> None:
    sender = Publisher(broker.port)
    park.start()
    assert b'"online": true' in sender.retained("spBv1.0/STATE/carbonpeak")

    sender.send("park/tl/E1/meter/json", b'{"ts": "2026-11-24T10:00:00+08:00", "value": 5}')
    sender.send("park/tl/E1/meter/json", b'{"ts": "2026-11-24T11:00:00+08:00", "value": 12}')
    # The same registers of another program's pack, under the enterprise and a device of its own.
    pack = (FIXTURES / "senml.json").read_bytes()
    sender.send("park/tl/E1/batch", pack.replace(b'"urn:dev:ow:"', b'"E1/senml:"'))
    for topic, payload in SPARKPLUG[:2]:
        sender.send(topic, payload)
    park.quiet()
    park.kill()
    assert b'"online": false' in sender.retained("spBv1.0/STATE/carbonpeak")

    for topic, payload in SPARKPLUG[2:4]:  # by alias, while nobody is there
        sender.send(topic, payload)
    park.start()
    for topic, payload in SPARKPLUG[4:]:  # data, and the node's death
        sender.send(topic, payload)
    wait_until("the death is told", lambda: offline(park) == ["E1"])
    # Data of a dead node waits for a birth: alias 1 at 13:00 with 1030.5.
    late = Payload(timestamp=AT_13_MS, seq=5)
    late.metrics.add(alias=1, double_value=1030.5)
    sender.send("spBv1.0/tl/NDATA/E1", late.SerializeToString())
    park.quiet()
    kept = park.get("rejections", enterprise="E1")["items"]
    dead = [one for one in kept if "the node died" in one["detail"]]
    assert [(one["item"], one["reason"]) for one in dead] == [(0, "unknown_meter")]
    sender.send(*SPARKPLUG[0])  # reborn
    wait_until("the birth is told", lambda: offline(park) == [])
    park.quiet()
    assert hours(park, "m1") == [10.0, 12.0]
    wanted = {"by": "officer", "ids": [dead[0]["rejection_id"]]}
    replayed = plain_http.post(f"{park.url}/rejections/replay", json=wanted, timeout=60)
    assert replayed.json()["outcomes"] == {"accepted": 1}
    park.quiet()

    # Registers 1000.5, 1010.5, 1022.5, 1030.5 on the hours; 2 and 3 MWh; 5 and 12 kWh; by hand.
    assert hours(park, "m1") == [10.0, 12.0, 8.0]
    assert hours(park, "m2") == [1000.0]
    assert hours(park, "senml.m1") == [10.0]
    assert hours(park, "json") == [7.0]
    assert park.stop() == 0


def offline(service: Carbonpeak) -> list[str]:
    nodes: list[str] = service.health()["broker"]["sparkplug"]["offline_nodes"]
    return nodes
