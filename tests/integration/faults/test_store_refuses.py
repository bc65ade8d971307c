"""A full disk and a broker that restarts, as a user sees them; and the metrics that tell of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from benchmarks import register_park as park
from benchmarks.exact_sender import ExactSender
from benchmarks.service_process import Service, wait_until
from carbonpeak.broker import MosquittoProcess
from tests.servers import plain_http

pytestmark = pytest.mark.mosquitto
WAIT_S = 60.0
TOPIC = f"park/{park.PARK}/E00/meter/m0"


@pytest.fixture
def broker(mosquitto: str, tmp_path: Path) -> Iterator[MosquittoProcess]:
    process = MosquittoProcess(tmp_path / "broker", 0)
    process.start()
    yield process
    process.stop()


@pytest.fixture
def service(broker: MosquittoProcess, tmp_path: Path) -> Iterator[Service]:
    running = Service(tmp_path, broker.port)
    running.register(park.write_registry(tmp_path / "registry"))
    running.start()
    running.await_answer()
    wait_until("connected", lambda: running.get("health")["broker"]["connected"], WAIT_S)
    yield running
    running.close()


def metrics(service: Service) -> dict[str, float]:
    """Samples by name; those with a label by ``name:value``."""
    answer = plain_http.get(service.url.replace("/api/v1", "/metrics"), timeout=30)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        ":".join([sample.name.removeprefix("carbonpeak_"), *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def send(broker: MosquittoProcess, *payloads: object) -> None:
    """All of them acknowledged by the broker."""
    messages = [(TOPIC, json.dumps(payload).encode()) for payload in payloads]
    account = ExactSender(broker.port, "device", 1000).run(iter(messages))
    assert account.acknowledged == len(payloads)


def reading(minute: int, value: float) -> dict[str, object]:
    return {"ts": f"2024-01-01T00:{minute:02}:00Z", "value": value}


def test_disk_full_then_room_again_then_the_broker_restarts(
    broker: MosquittoProcess, service: Service
) -> None:
    send(broker, reading(0, 1.0))
    wait_until("stored", lambda: service.get("health")["ingest"]["messages"] == 1, WAIT_S)
    send(broker, reading(0, 1.0), reading(1, 2.0), {"ts": "x", "value": 1})  # the first comes again
    wait_until("stored", lambda: service.get("health")["ingest"]["messages"] == 4, WAIT_S)
    before = metrics(service)
    assert before["ingest_messages_total"] == 4
    assert before["ingest_readings_accepted_total"] == 2
    assert before["ingest_readings_duplicate_total"] == 1
    assert before["ingest_rejected_total:bad_time"] == 1
    assert before["ingest_rejected_total:bad_crc"] == 0
    assert before["ingest_append_seconds_bucket:+Inf"] >= 1
    assert (before["ingest_store_refuses"], before["ingest_append_failures_total"]) == (0, 0)
    assert (before["mqtt_connected"], before["mqtt_connections_total"]) == (1, 1)
    assert before["ingest_queue_bytes_bound"] > before["ingest_queue_bytes"] == 0

    service.limit_files()
    send(broker, reading(2, 3.0))
    wait_until("refused", lambda: metrics(service)["ingest_store_refuses"] == 1, WAIT_S)
    health = service.get("health")
    assert health["status"] == "degraded"
    assert "the store refuses readings" in health["store"]["trouble"]
    assert "File too large" in health["store"]["trouble"]
    assert health["ingest"]["queued"] == 1  # not acknowledged: it would come again after a kill
    assert health["ingest"]["messages"] == 4
    service.unlimit_files()
    wait_until("stored", lambda: service.get("health")["ingest"]["messages"] == 5, WAIT_S)
    after = metrics(service)
    assert after["ingest_append_failures_total"] >= 1
    assert (after["ingest_store_refuses"], after["store_up"]) == (0, 1)

    broker.stop()
    wait_until("noticed", lambda: service.get("health")["status"] == "degraded", WAIT_S)
    assert "broker" in service.get("health")["broker"]["trouble"]
    assert metrics(service)["mqtt_connected"] == 0
    broker.start()
    send(broker, reading(3, 4.0))
    wait_until("stored", lambda: service.get("health")["ingest"]["messages"] == 6, WAIT_S)
    assert metrics(service)["mqtt_connections_total"] == 2
    rows = service.get("readings", enterprise="E00", meter="m0")["items"]
    assert [row["value"] for row in rows] == [1.0, 2.0, 3.0, 4.0]
    service.stop()


def test_the_reference_names_every_metric(service: Service) -> None:
    reference = Path(__file__).parents[3] / "docs" / "reference" / "metrics.md"
    rows = [line.split("|")[1].strip(" `") for line in reference.read_text().splitlines()
            if line.startswith("| `carbonpeak_")]  # fmt: skip
    told = {name.split(":")[0] for name in metrics(service)}
    shown = {
        f"carbonpeak_{name.replace('append_seconds_bucket', 'append_seconds')}"
        for name in told
        if not name.startswith(("ingest_append_seconds_sum", "ingest_append_seconds_count"))
    }
    assert shown - {"carbonpeak_ledger_last_settled_seconds"} == set(rows) - {
        "carbonpeak_ledger_last_settled_seconds"
    }
