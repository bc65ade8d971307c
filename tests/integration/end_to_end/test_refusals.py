"""Bad input by every way in: refused alone, kept as it came, told to its sender, never lost.

One service and one broker for all of it. Every case goes in by MQTT, by HTTP and in a file, and is
then read back by its number from the API.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import paho.mqtt.client as mqtt
import pytest

from carbonpeak.broker import MosquittoProcess
from tests.integration.end_to_end.conftest import EXAMPLE, Carbonpeak
from tests.servers import plain_http

pytestmark = pytest.mark.mosquitto

WAIT_S = 30.0
KEPT = 1 << 20
LARGE = 5 << 20
MINE, FOREIGN = "foundry", "steel-works"
TS = "2026-03-02T10:15:00+08:00"
WAYS = ("mqtt", "http", "file")


@dataclass(frozen=True)
class Case:
    """One bad reading of the foundry; ``value`` is written as JSON writes it."""

    name: str
    reason: str
    detail: str
    says: str = ""
    meter: str = "el"
    named: str | None = None
    ts: str = TS
    value: str = "1.5"
    unit: str = "kWh"

    def json(self) -> bytes:
        """The item as a device would send it, spaced so that re-encoding would show."""
        named = "" if self.named is None else f'"enterprise" : {json.dumps(self.named)}, '
        return (
            f'{{ {named}"ts":  {json.dumps(self.ts)}, "value" :{self.value},'
            f' "unit": {json.dumps(self.unit)} , "note": "π {self.name}"}}'
        ).encode()

    def cells(self) -> list[str]:
        """The row of a file: enterprise, meter, ts, value, unit."""
        return [self.named or "", self.meter, self.ts, self.value.strip('"'), self.unit]


CASES = [
    Case("unknown meter", "unknown_meter", "meter: ", "nobody", meter="nobody"),
    Case("payload names another", "wrong_owner", "enterprise: ", FOREIGN, named=FOREIGN),
    Case("another's meter", "unknown_meter", "meter: ", "is not a meter of", meter="main"),
    Case("NaN", "out_of_range", "value: ", "finite", value="NaN"),
    Case("a text as value", "bad_value", "value: ", "abc", value='"abc"'),
    Case("no offset", "bad_time", "ts: ", "+08:00", ts="2026-03-02T10:15:00"),
    Case("2050", "bad_time", "ts: ", "ahead", ts="2050-01-01T00:00:00+08:00"),
    Case("kWh of gas", "bad_unit", "unit: ", "'kWh'", meter="gas"),
    Case("plain m3 of gas", "bad_unit", "unit: ", "use Nm3 (0 °C) or Sm3", meter="gas", unit="m3"),
    Case("negative register", "out_of_range", "value: ", "negative", value="-1"),
    Case("beyond the register", "out_of_range", "value: ", "maximum", value="1000000.5"),
]

# 1 MWh = 1,000 kWh; 1 Sm3 (20 °C) holds the gas of 273.15 / 293.15 Nm3 (0 °C): 12.5 Sm3 are
# 12.5 x 0.93177554 = 11.6471943 Nm3.
CONVERTED = {
    ("el", "MWh"): ("2026-05-01", 12_500.0),
    ("gas", "Sm3"): ("2026-05-02", 11.6471943),
}


class Device:
    """Publishes with QoS 1 and listens to the refusals of every enterprise."""

    def __init__(self, port: int) -> None:
        self._heard: list[tuple[str, dict[str, Any]]] = []
        self._came = threading.Condition()
        subscribed = threading.Event()
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._client.subscribe("park/changchun/+/rejected", 1)
        assert subscribed.wait(WAIT_S)

    def _on_message(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._came:
            self._heard.append((message.topic, json.loads(message.payload)))
            self._came.notify_all()

    def send(self, rest: str, payload: bytes) -> None:
        """Publish on a topic of the foundry."""
        self._client.publish(f"park/changchun/{MINE}/{rest}", payload, qos=1).wait_for_publish(
            WAIT_S
        )

    def refused(self, sha256: str) -> dict[str, Any]:
        """The refusal of the bytes with this hash, on the foundry's topic."""

        def found() -> list[dict[str, Any]]:
            topic = f"park/changchun/{MINE}/rejected"
            return [told for at, told in self._heard if at == topic and told["sha256"] == sha256]

        with self._came:
            assert self._came.wait_for(found, WAIT_S), "no refusal was published"
            return found()[0]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@dataclass
class Park:
    """What runs for the whole module."""

    service: Carbonpeak
    device: Device
    folder: Path

    def post(self, body: bytes, **query: str) -> httpx.Response:
        """Push to the foundry."""
        return plain_http.post(
            f"{self.service.url}/readings",
            params={"enterprise": MINE, **query},
            content=body,
            headers={"content-type": "application/json"},
            timeout=60,
        )

    def file(self, name: str, data: bytes, mapping: str) -> dict[str, Any]:
        """``carbonpeak import``; exit code 1 where nothing was accepted is right, too."""
        path = self.folder / name
        path.write_bytes(data)
        how = self.folder / f"{name}.yaml"
        how.write_text(mapping, encoding="utf-8")
        done = self.service.run("import", path, "--mapping", how, "--json")
        assert done.returncode in (0, 1), done.stderr
        report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return report

    def values(self, meter: str, day: str) -> list[float]:
        """Stored values of a meter of the foundry on a local day."""
        items = self.service.get(
            "readings", enterprise=MINE, meter=meter, start=day, end=day, limit=1000
        )["items"]
        return [item["value"] for item in items]

    def check(
        self, number: int, case: Case, way: str, item: int, original: bytes
    ) -> dict[str, Any]:
        """The rejection by its number, in the list, and its bytes."""
        about: dict[str, Any] = self.service.get(f"rejections/{number}")
        assert (about["source"], about["item"]) == (way, item)
        assert (about["enterprise"], about["meter"]) == (MINE, case.meter)
        assert about["reason"] == case.reason
        assert about["detail"].startswith(case.detail)
        assert case.says in about["detail"]
        assert about["payload_sha256"] == hashlib.sha256(original).hexdigest()
        assert about["payload_length"] == len(original)
        listed = self.service.get("rejections", enterprise=MINE, reason=case.reason, limit=1000)
        (row,) = [row for row in listed["items"] if row["rejection_id"] == number]
        assert row == {name: about[name] for name in row}
        payload = plain_http.get(f"{self.service.url}/rejections/{number}/payload", timeout=60)
        assert payload.headers["content-type"] == "application/octet-stream"
        expected = hashlib.sha256(original[:KEPT]).hexdigest()
        assert hashlib.sha256(payload.content).hexdigest() == expected
        assert about["payload_kept"] == min(KEPT, len(original))
        return about


@pytest.fixture(scope="module")
def park(mosquitto: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Park]:
    """The steel works and, beside it, a foundry with a gas meter and an electricity counter."""
    folder = tmp_path_factory.mktemp("refusals")
    registry = folder / "registry"
    shutil.copytree(EXAMPLE / "registry", registry)
    with (registry / "enterprises.csv").open("a", encoding="utf-8") as file:
        file.write(f"{MINE},示例铸造厂,Example foundry,equipment,3391\n")
    with (registry / "meters.csv").open(encoding="utf-8", newline="") as file:
        steel = list(csv.DictReader(file))
    common = {"enterprise": MINE, "kind": "counter", "interval_s": 900}
    electricity = common | {
        "code": "el", "name_zh": "电表", "name_en": "electricity", "quantity": "electricity",
        "unit": "kWh", "register_max": 1_000_000,
    }  # fmt: skip
    gas = common | {
        "code": "gas", "name_zh": "燃气表", "name_en": "gas", "quantity": "natural_gas",
        "unit": "Nm3",
    }  # fmt: skip
    with (registry / "meters.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*steel[0], "register_max"])
        writer.writeheader()
        writer.writerows([*steel, electricity, gas])

    broker = MosquittoProcess(folder / "broker", 0)
    broker.start()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = Carbonpeak(folder / "data", broker.port, port)
    try:
        loaded = service.run("registry", "load", registry)
        assert loaded.returncode == 0, loaded.stderr
        service.start()
        device = Device(broker.port)
        yield Park(service, device, folder)
        device.close()
        assert service.stop() == 0
    finally:
        if service.process is not None and service.process.poll() is None:
            service.kill()
        broker.stop()


@dataclass(frozen=True)
class Imported:
    """One file with every bad case, and what the command said of it."""

    lines: list[bytes]
    report: dict[str, Any]


@pytest.fixture(scope="module")
def imported(park: Park) -> Imported:
    """All cases in one file, a good row between any two, and the other units."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["enterprise", "meter", "ts", "value", "unit"])
    for number, case in enumerate(CASES):
        rows.writerow(case.cells())
        rows.writerow(["", "el", f"2026-02-01T{number:02}:00:00+08:00", number, "kWh"])
    for (meter, unit), (day, _) in CONVERTED.items():
        rows.writerow(["", meter, f"{day}T10:00:00+08:00", 12.5, unit])
    text.write("foundry,el\n")
    data = text.getvalue().encode()
    report = park.file("cases.csv", data, f"enterprise: {MINE}\n")
    return Imported(data.splitlines(), report)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_refused_kept_and_told(
    park: Park, way: str, case: Case, request: pytest.FixtureRequest
) -> None:
    item, original = 0, case.json()
    if way == "mqtt":
        park.device.send(f"meter/{case.meter}", original)
        told = park.device.refused(hashlib.sha256(original).hexdigest())
        assert (told["reason"], told["meter"], told["item"]) == (case.reason, case.meter, 0)
        assert told["detail"].startswith(case.detail)
        number = told["id"]
    elif way == "http":
        original = b" " + original  # so that the three ways differ
        response = park.post(original, meter=case.meter)
        assert response.status_code == 422
        (answer,) = response.json()["items"]
        assert (answer["status"], answer["reason"]) == ("rejected", case.reason)
        number = answer["rejection_id"]
    else:
        lines = request.getfixturevalue("imported")
        item = 2 * CASES.index(case)
        original = lines.lines[item + 1]
        (example,) = [one for one in lines.report["examples"] if one["item"] == item]
        assert (example["line"], example["reason"]) == (item + 2, case.reason)
        number = example["rejection_id"]
    about = park.check(number, case, way, item, original)
    assert (
        about["peer"]
        == {
            "mqtt": f"park/changchun/{MINE}/meter/{case.meter}",
            "http": "127.0.0.1",
            "file": f"cases.csv line {item + 2}",
        }[way]
    )


def test_the_good_rows_between_came_in(park: Park, imported: Imported) -> None:
    report = imported.report
    assert report["accepted"] == len(CASES) + len(CONVERTED)
    assert report["rejected"] == len(CASES) + 1
    assert park.values("el", "2026-02-01") == [float(number) for number in range(len(CASES))]
    (short,) = [one for one in report["examples"] if one["reason"] == "malformed"]
    assert short["detail"].startswith("row: 2 cells where the header has 5")
    payload = plain_http.get(f"{park.service.url}/rejections/{short['rejection_id']}/payload")
    assert payload.content == b"foundry,el"


@pytest.mark.parametrize("way", ["mqtt", "http"])
@pytest.mark.parametrize(
    ("case", "original"),
    [
        (Case("broken", "malformed", "payload: ", "line 1 column"), b'{"ts": "2026-03-02T1'),
        (Case("not UTF-8", "malformed", "payload: ", "UTF-8"), b'{"ts": "\xff\xfe"}'),
        (
            Case("5 MB", "too_large", "payload: ", f"{LARGE:,} bytes"),
            f'[{{"ts": "{TS}", "value": 7}}]'.encode().ljust(LARGE),
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Case) else "",
)
def test_a_message_refused_as_a_whole(park: Park, way: str, case: Case, original: bytes) -> None:
    if way == "mqtt":
        park.device.send("meter/el", original)
        number = park.device.refused(hashlib.sha256(original).hexdigest())["id"]
    else:
        response = park.post(original, meter="el")
        assert response.status_code == 422
        number = response.json()["items"][0]["rejection_id"]
    if case.reason == "too_large":
        assert len(original) == LARGE
    about = park.check(number, case, way, -1, original)
    assert about["peer"] == (f"park/changchun/{MINE}/meter/el" if way == "mqtt" else "127.0.0.1")


@pytest.mark.parametrize("way", WAYS)
def test_one_bad_item_of_a_hundred_is_refused_alone(park: Park, way: str) -> None:
    day = f"2026-04-0{WAYS.index(way) + 1}"
    case = Case("one of 100", "bad_value", "value: ", "twelve")
    times = [f"{day}T{n // 4:02}:{n % 4 * 15:02}:30+08:00" for n in range(92)]
    times += [f"{day}T23:{n:02}:00+08:00" for n in range(8)]
    values = [f"{n}.25" if n != 41 else '"twelve"' for n in range(100)]
    items = [f'{{"ts":"{ts}", "value": {value}}}' for ts, value in zip(times, values, strict=True)]
    payload = f"[{', '.join(items)}]".encode()
    original = items[41].encode()
    if way == "mqtt":
        park.device.send("meter/el", payload)
        number = park.device.refused(hashlib.sha256(original).hexdigest())["id"]
    elif way == "http":
        answer = park.post(payload, meter="el").json()
        assert (answer["accepted"], answer["rejected"]) == (99, 1)
        (number,) = [one["rejection_id"] for one in answer["items"] if one["status"] != "accepted"]
    else:
        rows = [f"{ts},{value}" for ts, value in zip(times, values, strict=True)]
        original = rows[41].encode()
        report = park.file(
            "hundred.csv",
            "\r\n".join(["ts,value", *rows]).encode(),
            f"{{enterprise: {MINE}, meter: el, unit: kWh}}\n",
        )
        assert (report["accepted"], report["rejected"]) == (99, 1)
        number = report["examples"][0]["rejection_id"]
    park.check(number, case, way, 41, original)
    assert park.values("el", day) == [n + 0.25 for n in range(100) if n != 41]


@pytest.mark.parametrize(("meter", "unit"), CONVERTED)
def test_a_unit_of_the_same_kind_is_converted(
    park: Park, imported: Imported, meter: str, unit: str
) -> None:
    day, expected = CONVERTED[meter, unit]
    reading = {"ts": f"{day}T08:00:00+08:00", "value": 12.5, "unit": unit}
    response = park.post(json.dumps(reading).encode(), meter=meter)
    assert response.status_code == 200
    reading["ts"] = f"{day}T09:00:00+08:00"
    park.device.send(f"meter/{meter}", json.dumps(reading).encode())
    park.service.quiet()
    assert park.values(meter, day) == pytest.approx([expected] * 3, abs=1e-6)


def test_nothing_of_it_came_in_or_harmed_the_store(park: Park, imported: Imported) -> None:
    park.service.quiet()
    assert park.values("el", "2026-03-02") + park.values("gas", "2026-03-02") == []
    audit = park.service.get("audit")
    assert (audit["chain_faults"], audit["usage_differences"]) == ([], 0)
    health = park.service.health()
    assert health["status"] == "ok"
    assert health["ingest"]["rejected"] == health["store"]["rejections"]
