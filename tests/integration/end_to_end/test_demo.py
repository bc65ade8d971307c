"""``carbonpeak demo`` as a user runs it: ready with a figure, live readings, a clean end."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from tests.servers import plain_http

ROOT = Path(__file__).parents[3]


@pytest.mark.mosquitto
def test_demo_until_ctrl_c(mosquitto: str, free_port: int, tmp_path: Path) -> None:
    data = tmp_path / "data"
    demo = subprocess.Popen(
        [
            sys.executable, "-m", "carbonpeak", "demo",
            "--port", str(free_port), "--data", str(data), "--json",
        ],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert demo.stderr is not None
        said = ""
        while "Ctrl-C" not in said:
            line = demo.stderr.readline()
            assert line, f"the demo ended by itself:\n{said}"
            said += line
        url = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert url is not None
        api = f"{url[0]}/api/v1"
        deadline = time.monotonic() + 60
        while True:
            health = plain_http.get(f"{api}/health", timeout=30).json()
            if health["ingest"]["accepted"] > 200 and health["ledger"]["usage_rows_written"]:
                break
            assert time.monotonic() < deadline, health
            time.sleep(0.2)
        assert health["status"] == "ok"
        broker = health["broker"]
        assert (broker["kind"], broker["connected"], broker["trouble"]) == ("mosquitto", True, None)
        assert broker["sparkplug"]["connected"]
        # meters send by MQTT, stations by HJ 212
        for enterprise, source in (("EQ02", "mqtt"), ("SV07", "hj212")):
            own = {"enterprise": enterprise, "limit": 200}
            while True:
                newest = plain_http.get(f"{api}/latest", params=own, timeout=30).json()["items"]
                if source in {one["source"] for one in newest}:
                    break
                assert time.monotonic() < deadline, enterprise
                time.sleep(0.2)
        assert plain_http.get(f"{url[0]}/console/", timeout=30).status_code == 200
        children = psutil.Process(demo.pid).children(recursive=True)
        # the broker, and the process that holds the stations' connections
        broker_name, receiver = sorted(child.name() for child in children)
        assert broker_name == "mosquitto"
        assert receiver.startswith("python")
        demo.send_signal(signal.SIGINT)
        stdout, _ = demo.communicate(timeout=60)
    finally:
        demo.kill()
    assert demo.returncode == 0
    outcome = json.loads(stdout.splitlines()[-1])
    assert set(outcome) == {
        "ready_s", "accepted", "rejected", "usage_hours", "co2e_t", "energy_tce", "url"
    }  # fmt: skip
    assert outcome["accepted"] > 200
    assert outcome["usage_hours"] > 0
    # What a park of these load functions emits in a year to date lies far from nothing; the exact
    # figure is held against the truth in tests/browser/test_demo_park.py.
    assert outcome["co2e_t"] > outcome["energy_tce"] > 0
    with pytest.raises(httpx.TransportError):
        plain_http.get(f"{api}/health", timeout=5)
    assert not any(child.is_running() for child in children)
