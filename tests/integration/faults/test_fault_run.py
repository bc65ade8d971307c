"""The fault run of benchmarks/faults.py, short: nothing acknowledged is lost or counted twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.faults import Plan, run

# 30,000 single messages, and 300 batches with as many readings.
SHORT = Plan(300, 1_500, 2, kills=3, broker_stops=1, store_fails_s=3)


@pytest.mark.mosquitto
def test_every_acknowledged_reading_counts_once(mosquitto: str, tmp_path: Path) -> None:
    account = run(SHORT, tmp_path, seed=4)
    print(account)
    assert account.faults == []
    assert account.readings == account.stored_readings == 60_000
    assert account.acknowledged == account.messages == 30_300
    assert (account.kills, account.broker_stops) == (3, 1)
    # 100 registers of single messages and 100 of batches, (n + 1) / 4 kWh a minute for 299 minutes:
    # 200 x 201 / 2 / 4 x 299 = 1,502,475 kWh.
    assert account.usage_kwh == pytest.approx(1_502_475, abs=1e-6)
    assert account.health_while_failing[0] == "degraded"
    assert "the store refuses readings" in account.health_while_failing[1]
    assert "File too large" in account.health_while_failing[1]
