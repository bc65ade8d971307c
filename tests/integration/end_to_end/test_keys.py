"""A service with keys that listens on every address: the command line and its page get in."""

from __future__ import annotations

import pytest

from tests.integration.end_to_end.conftest import Carbonpeak
from tests.servers import plain_http

CSV = """enterprise,meter,ts,value,unit
steel-works,main,2018-03-01T00:15:00+08:00,2.5,kWh
"""


@pytest.fixture
def guarded(carbonpeak: Carbonpeak) -> Carbonpeak:
    carbonpeak.environment |= {
        "CARBONPEAK_HOST": "0.0.0.0",
        "CARBONPEAK_READ_KEY": "reading",
        "CARBONPEAK_WRITE_KEY": "writing",
    }
    carbonpeak.start()
    return carbonpeak


@pytest.mark.mosquitto
def test_commands_go_in_with_the_key_of_the_settings(guarded: Carbonpeak) -> None:
    file = guarded.data / "march.csv"
    file.write_text(CSV)
    assert guarded.json("import", file)["accepted"] == 1
    assert guarded.json("inventory", "--year", "2018")
    assert plain_http.get(f"{guarded.url}/meters").status_code == 401

    guarded.environment["CARBONPEAK_WRITE_KEY"] = "old"
    refused = guarded.run("import", file)
    assert refused.returncode == 1
    assert "carbonpeak: authorization: no key of this service" in refused.stderr
    del guarded.environment["CARBONPEAK_WRITE_KEY"]
    refused = guarded.run("import", file)
    assert refused.returncode == 1
    assert "carbonpeak: authorization: this key may ask; pushing needs" in refused.stderr
    assert guarded.run("inventory", "--year", "2018").returncode == 0
    assert guarded.stop() == 0


@pytest.mark.mosquitto
def test_without_a_running_service_the_keys_change_nothing(carbonpeak: Carbonpeak) -> None:
    carbonpeak.environment["CARBONPEAK_READ_KEY"] = "reading"
    assert carbonpeak.run("inventory", "--year", "2018").returncode == 0
