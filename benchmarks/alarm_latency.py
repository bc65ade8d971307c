"""How soon an exceedance is told: from the completing frame to MQTT, the API and a page.

    python benchmarks/alarm_latency.py [--outlets N] [--rate R] [--json]

Processes: mosquitto, the service (``carbonpeak run``, everything in it, on DuckDB), the sender,
Chromium with the console's page of alarms, and this one, which listens and asks. Every outlet has
sent 50 minutes of the last complete hour, all well below its limit of 80 mg/m3; the last ten-minute
mean takes the hour's mean to 117. The sender sends these one by one, at random times, half of them
as HJ 212 frames over TCP (2051 of 2017, each station on its connection), half as readings by MQTT
(QoS 1). Measured is from before it is written to the alarm's message, to the first answer of
``/api/v1/alarms`` (here asked ten times a second) that has it, the question's own time included,
and to the moment at which its row stands in the page (an observer of the document, in the browser).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import random
import shutil
import socket
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

# Started by its path, this folder would come first, and hide the packages with its files' names.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
sys.path.append(str(Path(__file__).parents[1]))

import httpx
import numpy as np
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from playwright.sync_api import sync_playwright

from api.app import PREFIX
from benchmarks.service_process import ANSWER_S, Service, wait_until
from carbonpeak.broker import MosquittoProcess
from deploy.debian_servers.process import free_port

CHINA = timezone(timedelta(hours=8))
STEP = timedelta(minutes=10)
EACH = 10  # outlets of an enterprise
LOST_S = 30.0
ASK_S = 0.1
BELOW, ABOVE = 60.0, 400.0

_PARK = """\
park: {code: alarms, name_zh: 报警园区, name_en: Park of alarms, province: 吉林,
       grid_region: 东北, time_zone: Asia/Shanghai}
clusters:
  - {code: c, name_zh: 集群, name_en: Cluster}
"""


def place(number: int) -> tuple[str, str]:
    """Enterprise and outlet of a number."""
    return f"E{number // EACH:02}", f"DA{number % EACH:03}"


def mn_of(number: int) -> str:
    """The MN of an outlet's station."""
    return f"{number:024X}"


def write_registry(folder: Path, outlets: int) -> Path:
    """Registry files of the park, for ``carbonpeak registry load``."""
    folder.mkdir(parents=True)
    tables: dict[str, list[str]] = {
        "enterprises": ["code,name_zh,name_en,cluster,industry"],
        "meters": ["enterprise,code,quantity,kind,unit,interval_s"],
        "points": ["enterprise,code,medium,name_zh,name_en,mn,password,st,minute_interval_s"],
        "channels": ["enterprise,point,code,fields"],
        "permits": ["enterprise,point,pollutant,kind,averaging,value,unit,standard,clause,"
                    "valid_from,valid_to,evidence"],
    }  # fmt: skip
    for number in range(outlets):
        enterprise, point = place(number)
        if number % EACH == 0:
            tables["enterprises"].append(f"{enterprise},企业{number},Enterprise {number},c,3130")
        tables["points"].append(
            f"{enterprise},{point},waste_gas,排口{number},Outlet {number},{mn_of(number)},"
            "123456,31,600"
        )
        tables["channels"].append(f"{enterprise},{point},a21002,minute")
        tables["permits"].append(
            f"{enterprise},{point},a21002,concentration,hour,80,mg/m3,GB 13271-2014,table 3,"
            "2020-01-01,,permit"
        )
    (folder / "park.yaml").write_text(_PARK, encoding="utf-8")
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def check_number(data: bytes) -> int:
    """CRC of HJ 212-2017, annex A."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            register = (register >> 1) ^ (0xA001 if register & 1 else 0)
    return register


def frame(number: int, begin: datetime, value: float) -> bytes:
    """Minute data (2051) of the ten minutes from ``begin`` on."""
    local, now = begin.astimezone(CHINA), datetime.now(CHINA)
    data = (
        f"QN={now:%Y%m%d%H%M%S}{now.microsecond // 1000:03};ST=31;CN=2051;PW=123456;"
        f"MN={mn_of(number)};Flag=5;CP=&&DataTime={local:%Y%m%d%H%M%S};"
        f"a21002-Avg={value},a21002-Flag=N&&"
    ).encode()
    return b"##%04d%s%04X\r\n" % (len(data), data, check_number(data))


def reading(begin: datetime, value: float) -> str:
    """The same as a JSON reading: its time is the end of the interval."""
    return json.dumps({"ts": (begin + STEP).isoformat(), "value": value})


def send(ports: tuple[int, int], hour: datetime, outlets: int, rate: float, told: Any) -> None:
    """The completing means in random order at random times; tells when each was sent."""
    mqtt_port, hj212_port = ports
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="sender")
    client.connect("127.0.0.1", mqtt_port)
    client.loop_start()
    stations = {
        number: socket.create_connection(("127.0.0.1", hj212_port))
        for number in range(0, outlets, 2)
    }
    begin, order = hour + 5 * STEP, list(range(outlets))
    random.Random(6).shuffle(order)
    sent = {}
    for number in order:
        time.sleep(random.expovariate(rate))
        sent[number] = time.time()
        if number in stations:
            stations[number].sendall(frame(number, begin, ABOVE))
        else:
            enterprise, point = place(number)
            topic = f"park/alarms/{enterprise}/meter/{point}.a21002.minute"
            client.publish(topic, reading(begin, ABOVE), 1)
    time.sleep(LOST_S / 3)
    for one in stations.values():
        one.close()
    client.disconnect()
    client.loop_stop()
    told.send(sent)


def prepare(service: Service, hour: datetime, outlets: int) -> None:
    """The first 50 minutes of every outlet, by HTTP; and wait until they are settled."""
    rows = [
        {"enterprise": enterprise, "meter": f"{point}.a21002.minute",
         "ts": (hour + (n + 1) * STEP).isoformat(), "value": BELOW}
        for enterprise, point in map(place, range(outlets))
        for n in range(5)
    ]  # fmt: skip
    by: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by.setdefault(str(row.pop("enterprise")), []).append(row)
    for enterprise, some in by.items():
        answer = httpx.post(
            f"{service.url}/readings", params={"enterprise": enterprise}, json=some, timeout=60
        )
        answer.raise_for_status()
    service.await_quiet()


OBSERVER = """() => {
  window.seen = {};
  const look = () => {
    for (const row of document.querySelectorAll('[data-testid=open-alarms-table] tbody tr')) {
      const [enterprise, point] = ['Enterprise', 'Point or meter'].map(
        title => row.querySelector(`td[data-title="${title}"]`).innerText.trim());
      window.seen[enterprise + '|' + point] ??= Date.now() / 1000;
    }
  };
  new MutationObserver(look).observe(document, {childList: true, subtree: true});
}"""


def watch(url: str, told: Any) -> None:
    """Look at the page of alarms until told to end; tell when each row first stood in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.goto(f"{url}/console/alarms?lang=en")
        page.get_by_text("Open alarms").first.wait_for()
        page.evaluate(OBSERVER)
        told.send("ready")
        while not told.poll(0):
            page.wait_for_timeout(200)
        told.send(page.evaluate("window.seen"))
        browser.close()


class Listener:
    """When each outlet's alarm was first heard by MQTT, and first seen in the page's answer."""

    def __init__(self, service: Service, mqtt_port: int, outlets: int) -> None:
        self.heard: dict[tuple[str, str], float] = {}
        self.seen: dict[tuple[str, str], float] = {}
        self._outlets = outlets
        self._service = service
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id="listener")
        self._client.on_connect = lambda client, *_: client.subscribe("park/+/+/alarm", qos=1)
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", mqtt_port)
        self._client.loop_start()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def _on_message(self, _client: object, _data: object, message: paho.MQTTMessage) -> None:
        told = json.loads(message.payload)
        if told["kind"] == "exceedance":
            self.heard.setdefault((told["enterprise"], told["point"]), time.time())

    def _ask(self) -> None:
        with httpx.Client() as client:
            while not self._done.wait(ASK_S):
                query = {"kind": "exceedance", "limit": str(self._outlets)}
                answer = client.get(f"{self._service.url}/alarms", params=query, timeout=60)
                now = time.time()
                for one in answer.json()["items"]:
                    self.seen.setdefault((one["enterprise"], one["point"]), now)

    def stop(self) -> None:
        """Listen no more."""
        self._done.set()
        self._thread.join()
        self._client.disconnect()
        self._client.loop_stop()


def run(folder: Path, outlets: int, rate: float) -> dict[str, float]:
    """The figures of one run."""
    broker = MosquittoProcess(folder / "broker", 0)
    broker.start()
    hj212_port = free_port()
    os.environ |= {"CARBONPEAK_HJ212": "on", "CARBONPEAK_HJ212_PORT": str(hj212_port)}
    service = Service(folder, broker.port)
    try:
        service.register(write_registry(folder / "registry", outlets))
        service.start()
        service.await_answer()
        wait_until("connected", lambda: service.get("health")["broker"]["connected"], ANSWER_S)
        now = datetime.now(UTC)
        hour = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
        prepare(service, hour, outlets)
        context = multiprocessing.get_context("spawn")
        page, its = context.Pipe()
        watcher = context.Process(target=watch, args=(service.url.removesuffix(PREFIX), its))
        watcher.start()
        page.recv()
        listener = Listener(service, broker.port, outlets)
        ours, theirs = context.Pipe()
        sender = context.Process(
            target=send, args=((broker.port, hj212_port), hour, outlets, rate, theirs)
        )
        sender.start()
        sent: dict[int, float] = ours.recv()
        wait_until(
            "all alarms", lambda: min(len(listener.heard), len(listener.seen)) == outlets, LOST_S
        )
        listener.stop()
        page.send("end")
        shown = {_place_shown(row): at for row, at in page.recv().items()}
        watcher.join()
        return _figures(sent, {"told": listener.heard, "api": listener.seen, "page": shown}, rate)
    finally:
        service.close()
        broker.stop()


def _place_shown(row: str) -> tuple[str, str]:
    """Enterprise and outlet of a row of the page, which has the enterprise's name."""
    enterprise, point = row.split("|")
    return place(int(enterprise.removeprefix("Enterprise ")))[0], point


def _figures(
    sent: dict[int, float], ways: dict[str, dict[tuple[str, str], float]], rate: float
) -> dict[str, float]:
    figures: dict[str, float] = {"outlets": len(sent), "asked_per_s": rate}
    figures["shown"] = len(ways["page"])
    for way, of in (("hj212", 0), ("mqtt", 1)):
        for told, times in ways.items():
            # A row that more grave or newer ones pushed off the page before it was drawn has none.
            took = [times[place(n)] - at for n, at in sent.items() if n % 2 == of
                    and (told != "page" or place(n) in times)]  # fmt: skip
            for name, share in (("p50", 50), ("p99", 99), ("worst", 100)):
                figures[f"{way}_{told}_{name}_ms"] = round(1e3 * float(np.percentile(took, share)))
    return figures


def main() -> int:
    """Run and print; the last line is JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--outlets", type=int, default=200)
    parser.add_argument("--rate", type=float, default=8.0, help="completing frames a second")
    parser.add_argument("--json", action="store_true", help="last line: all figures as JSON")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = run(Path(folder), given.outlets, given.rate)
    told = {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "system": platform.platform(),
    }
    for name, value in {**told, **figures}.items():
        print(f"{name:24} {value}")
    if given.json:
        print(json.dumps({**figures, "conditions": told}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
