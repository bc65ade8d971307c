"""The server is killed while batches come in, and started again: nothing acknowledged is lost."""

import random
import threading

import pytest

from deploy.debian_servers.influx import InfluxServer
from store.influxdb_store import InfluxDB, InfluxDBError, InfluxDBStore
from store.influxdb_store.set_up import prepare
from store.interface import Batch
from tests.conftest import find_program
from tests.integration.store_contract.conftest import SHANGHAI

pytestmark = pytest.mark.influxdb

METERS = 300


@pytest.fixture
def server(tmp_path):
    """One of its own, since it is killed."""
    find_program("influxd")
    find_program("nginx")
    running = InfluxServer(tmp_path / "influx", token="t", bucket="park")
    running.start()
    yield running
    running.stop()


def test_killed_and_started_again_three_times(server, make, clock):
    connection = InfluxDB(server.url, "carbonpeak", "park", "t")
    prepare(connection)
    store = InfluxDBStore(connection, writer="w", clock=clock, zone=SHANGHAI)
    chance = random.Random(30)
    done = threading.Event()
    acknowledged, refused = [], []
    up = threading.Event()
    up.set()

    def send():
        """As the pipeline does: each batch again and again until the store has taken it."""
        for number in range(60):
            rows = ((meter, number / 4, number, number / 4) for meter in range(METERS))
            batch = Batch(make.readings(*rows), make.rejections({"item": number, "payload": b"x"}))
            while True:
                try:
                    acknowledged.append((number, store.append(batch)))
                    break
                except InfluxDBError as error:
                    refused.append(str(error))
                    up.wait()
        done.set()

    sender = threading.Thread(target=send)
    sender.start()
    for seconds in (chance.uniform(0.05, 0.5) for _ in range(3)):
        done.wait(seconds)
        up.clear()
        server.kill_influxd()
        server.start()
        up.set()
    sender.join(timeout=120)
    assert len(acknowledged) == 60
    assert refused, "the server was never missed: kill it earlier"

    values = store.readings(range(METERS))["value"].to_pylist()
    assert values == [float(number) for _ in range(METERS) for number in range(60)]
    ids = {one for _, appended in acknowledged for one in appended.rejection_ids}
    assert ids <= set(store.rejections()["rejection_id"].to_pylist())
    assert store.verify_chain() == []
    assert store.counts()["readings"] == store.readings(range(METERS), every_row=True).num_rows
    store.close()
