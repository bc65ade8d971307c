"""Who may do what at the deployment's broker: real mosquitto with the files of deploy/."""

from __future__ import annotations

import ssl
import subprocess
import threading
from pathlib import Path

import pytest

from tests.conftest import find_program
from tests.integration.deployment.broker import Broker, running
from tests.integration.deployment.client import WAIT_S
from tests.integration.deployment.project import Project


def test_who_has_no_account_is_refused(broker: Broker, passwords: dict[str, str]) -> None:
    for user, password in ((None, None), ("steel-works", "wrong"), ("nobody", "x")):
        assert str(broker.client(user, password).connected) == "Not authorized"
    assert not broker.client("steel-works", passwords["steel-works"]).connected.is_failure


def test_an_enterprise_publishes_under_its_own_code_only(
    broker: Broker, passwords: dict[str, str]
) -> None:
    service = broker.service("$share/ingest/park/+/+/meter/+")
    service.subscribe("park/+/+/batch")
    enterprise = broker.client("steel-works", passwords["steel-works"])
    for topic in (
        "park/p/glass-works/meter/main",
        "park/p/glass-works/batch",
        "park/p/steel-works/meter",
        "park/p/steel-works/meter/main/more",
        "park/p/steel-works/rejected",
        "park/p/event/stored",
        "park/p/event/status/api",
        "park/p/event/hj212/ask",
        "park/p/hj212",
        "elsewhere",
    ):
        assert enterprise.publish(topic) == "Not authorized", topic
    assert enterprise.publish("park/p/steel-works/meter/main", b"own") == "Success"
    assert service.next() == ("park/p/steel-works/meter/main", b"own")
    assert enterprise.publish("park/p/steel-works/batch", b"many") == "Success"
    assert service.next() == ("park/p/steel-works/batch", b"many")
    assert service.got.empty()


def test_an_enterprise_reads_what_is_addressed_to_it_only(
    broker: Broker, passwords: dict[str, str]
) -> None:
    service = broker.service("park/+/event/#")
    enterprise = broker.client("steel-works", passwords["steel-works"])
    enterprise.subscribe("#")
    assert service.publish("park/p/glass-works/rejected", b"not yours") == "Success"
    assert service.publish("park/p/event/usage", b"not yours") == "Success"
    # It must not even see its own readings again, or everybody's who shares its account.
    assert enterprise.publish("park/p/steel-works/meter/main", b"sent") == "Success"
    for topic in ("rejected", "receipt", "alarm"):
        assert service.publish(f"park/p/steel-works/{topic}", b"yours") == "Success"
        assert enterprise.next() == (f"park/p/steel-works/{topic}", b"yours")
    assert enterprise.got.empty()


def test_sparkplug_is_under_the_enterprises_own_node_only(
    broker: Broker, passwords: dict[str, str]
) -> None:
    service = broker.service("spBv1.0/+/NDATA/+")
    service.subscribe("spBv1.0/+/DBIRTH/+/+")
    enterprise = broker.client("steel-works", passwords["steel-works"])
    for topic in (
        "spBv1.0/p/NDATA/glass-works",
        "spBv1.0/p/DBIRTH/glass-works/steel-works",
        "spBv1.0/p/NCMD/steel-works",
        "spBv1.0/p/NCMD/glass-works",
        "spBv1.0/STATE/carbonpeak",
    ):
        assert enterprise.publish(topic) == "Not authorized", topic
    assert enterprise.publish("spBv1.0/p/NDATA/steel-works", b"own") == "Success"
    assert service.next() == ("spBv1.0/p/NDATA/steel-works", b"own")
    assert enterprise.publish("spBv1.0/p/DBIRTH/steel-works/boiler", b"device") == "Success"
    assert service.next() == ("spBv1.0/p/DBIRTH/steel-works/boiler", b"device")
    enterprise.subscribe("#")
    assert service.publish("spBv1.0/p/NCMD/glass-works", b"not yours") == "Success"
    assert service.publish("spBv1.0/p/NCMD/steel-works", b"rebirth") == "Success"
    assert enterprise.next() == ("spBv1.0/p/NCMD/steel-works", b"rebirth")
    assert service.publish("spBv1.0/STATE/carbonpeak", b"online") == "Success"
    assert enterprise.next() == ("spBv1.0/STATE/carbonpeak", b"online")
    assert enterprise.got.empty()


def test_who_knows_the_shares_name_swallows_messages_and_nobody_else_does(
    broker: Broker, passwords: dict[str, str]
) -> None:
    # Rights are not minded at a subscription but at each delivery: a member of the share that may
    # not read has its part all the same, and that part is lost. So the name has to be secret.
    environment = broker.deployment.placement.environment("ingest-1")
    share = environment["CARBONPEAK_MQTT_SHARE"]
    service = broker.service(f"$share/{share}/park/+/+/meter/+")
    service.subscribe("park/+/+/batch")
    sender = broker.client("steel-works", passwords["steel-works"])
    stranger = broker.client("glass-works", passwords["glass-works"])

    def arrived() -> list[bytes]:
        for number in range(4):
            payload = b"%d" % number
            assert sender.publish("park/p/steel-works/meter/main", payload) == "Success"
        assert sender.publish("park/p/steel-works/batch", b"end") == "Success"
        return [payload for _, payload in iter(service.next, ("park/p/steel-works/batch", b"end"))]

    stranger.subscribe("$share/ingest/park/p/+/meter/+")
    stranger.subscribe("$share/+/park/p/+/meter/+")
    stranger.subscribe("park/p/+/meter/+")
    assert arrived() == [b"0", b"1", b"2", b"3"]
    # The filter's text need not be the same to be of the same share.
    stranger.subscribe(f"$share/{share}/park/+/+/meter/+")
    assert len(arrived()) < 4
    assert stranger.got.empty()


def test_the_service_does_not_forge_readings(broker: Broker) -> None:
    service = broker.service("park/+/event/#")
    assert service.publish("park/p/steel-works/meter/main") == "Not authorized"
    assert service.publish("park/p/event/stored", b"told") == "Success"
    assert service.next() == ("park/p/event/stored", b"told")


def test_the_simulator_stands_for_the_demo_parks_enterprises(broker: Broker) -> None:
    simulator = broker.client("simulator", broker.project.secret("mqtt_simulator_password.txt"))
    assert simulator.publish("park/changchun/steel-works/meter/main") == "Not authorized"
    service = broker.service("park/+/+/batch")
    assert simulator.publish("park/demo/EQ01/batch", b"live") == "Success"
    assert service.next() == ("park/demo/EQ01/batch", b"live")


def test_a_new_account_holds_after_a_reload(broker: Broker) -> None:
    password = broker.project.add_enterprise("newcomer")
    assert broker.client("newcomer", password).connected.is_failure
    broker.deployment.running["mosquitto"].reload()
    deadline = threading.Event()
    for _ in range(int(WAIT_S / 0.1)):
        if not broker.client("newcomer", password).connected.is_failure:
            break
        deadline.wait(0.1)
    else:
        pytest.fail("the new account is still refused")


@pytest.mark.parametrize("again", [False, True], ids=["withdrawn", "with a new password"])
def test_who_is_withdrawn_is_shut_out_by_a_reload_also_where_he_is_connected(
    broker: Broker, passwords: dict[str, str], again: bool
) -> None:
    withdrawn = broker.client("steel-works", passwords["steel-works"])
    other = broker.client("glass-works", passwords["glass-works"])
    gone = threading.Event()
    withdrawn.client.on_disconnect = lambda *_: gone.set()
    assert broker.project.make_secrets("enterprise", "steel-works", "--remove").returncode == 0
    if again:
        broker.project.add_enterprise("steel-works")
    broker.deployment.running["mosquitto"].reload()
    assert gone.wait(WAIT_S)
    refused = broker.client("steel-works", passwords["steel-works"])
    assert str(refused.connected) == "Not authorized"
    assert other.publish("park/p/glass-works/meter/main") == "No matching subscribers"
    assert other.client.is_connected()


def test_mqtt_by_tls(mosquitto: str, project: Project, passwords: dict[str, str]) -> None:
    authority = make_certificates(project.folder)
    password = passwords["steel-works"]
    with running(project, project.compose, project.tls) as broker:
        context = ssl.create_default_context(cafile=authority)
        enterprise = broker.client("steel-works", password, 8883, context)
        assert not enterprise.connected.is_failure
        service = broker.service("park/+/+/batch")
        assert enterprise.publish("park/p/glass-works/batch") == "Not authorized"
        assert enterprise.publish("park/p/steel-works/batch", b"by tls") == "Success"
        assert service.next() == ("park/p/steel-works/batch", b"by tls")
        assert str(broker.client(None, None, 8883, context).connected) == "Not authorized"
        with pytest.raises(ssl.SSLCertVerificationError):
            broker.client("steel-works", password, 8883, ssl.create_default_context())


def make_certificates(folder: Path) -> Path:
    """An authority of our own and the broker's certificate, as the guide says; the authority's."""
    openssl = find_program("openssl")
    guide = Path(__file__).parents[3] / "docs" / "guides" / "deployment.md"
    lines = [
        line for line in guide.read_text(encoding="utf-8").splitlines() if line[:8] == "openssl "
    ]
    assert len(lines) == 2
    for line in lines:
        command = line.replace("openssl", openssl, 1).replace("mqtt.park.example", "localhost")
        subprocess.run(command, shell=True, cwd=folder, check=True, capture_output=True)
    return folder / "secrets" / "mqtt-authority.crt"
