"""Corrections through the API of a service: what holds, what follows, what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from ingest.corrections import Corrector, _rows
from store.interface import Batch
from store.registry_db.corrections import Corrections
from tests.integration.corrections.park import Park, opened_park

METERS = """enterprise,code,quantity,kind,unit,interval_s,register_max,formula
E1,M1,electricity,counter,kWh,3600,1000,
E1,T1,temperature,level,degC,3600,,
E1,V1,electricity,interval,kWh,3600,,'M1' * 2
"""


class KilledError(Exception):
    """The process ends here."""


def at(hour: int) -> str:
    return f"2026-03-01T{hour:02d}:00:00Z"


@pytest.fixture
def park(tmp_path, without_console):
    """One counter, read at hours 0 to 9 (UTC, 2026-03-01): 0, 10, ... 90 kWh."""
    opened = opened_park(tmp_path, METERS)
    rows = "".join(f"M1,{at(hour)},{hour * 10},kWh\n" for hour in range(10))
    answer = opened.client.post(
        "/api/v1/readings", content="meter,ts,value,unit\n" + rows,
        headers={"content-type": "text/csv"}, params={"enterprise": "E1"},
    )  # fmt: skip
    assert answer.status_code < 300, answer.text
    opened.service.ledger.settle_now()
    assert opened.amounts() == [10.0] * 9
    yield opened
    opened.service.stop()


def test_a_replaced_value_changes_its_two_hours_and_what_follows_and_nothing_else(park):
    before, known = park.hours(), park.service.books.now().isoformat()
    # 0.043 MWh in the place of 40 kWh: 13 kWh in hour 3, 7 kWh in hour 4.
    made = park.done("replace", values=[{"ts": at(4), "value": 0.043}], unit="MWh")
    assert made["correction"]["state"] == "applied"
    assert made["values"][0]["value_before"] == 40.0
    assert park.amounts() == [10, 10, 10, 13, 7, 10, 10, 10, 10]
    assert park.amounts("V1") == [20, 20, 20, 26, 14, 20, 20, 20, 20]
    after = park.hours()
    changed = {(key, hour.hour) for key, hour in after if after[key, hour] != before[key, hour]}
    assert changed == {(1, 3), (1, 4), (3, 3), (3, 4)}
    assert park.amounts(as_of=known) == [10.0] * 9
    assert park.amounts("V1", as_of=known) == [20.0] * 9
    rows = park.get("readings", enterprise="E1", meter="M1", start=at(4), end=at(5),
                    every_row=True)["items"]  # fmt: skip
    assert [(row["value"], row["quality"], row["source"]) for row in rows] == [
        (40.0, "good", "http"), (43.0, "manual", "correction")
    ]  # fmt: skip
    # The second correction of the same instant holds over the first; restore undoes both.
    park.done("replace", values=[{"ts": at(4), "value": 41.0}])
    assert park.amounts()[3:5] == [11, 9]
    park.done("restore", start=at(4), end=at(5))
    assert park.amounts() == [10.0] * 9
    listed = park.get("corrections", enterprise="E1", limit=2)
    assert [one["kind"] for one in listed["items"]] == ["restore", "replace"]
    (first,) = park.get("corrections", cursor=listed["next"])["items"]
    assert (first["id"], first["author"], first["evidence"]) == (1, "Wang", "photo 1")
    assert park.get("corrections/1")["values"][0]["value"] == 43.0


def test_days_months_and_the_inventory_follow(park):
    # A month on, in the park's time: 2026-03-31 23:00 shows 100 kWh, midnight 130, 01:00 150.
    rows = "M1,2026-03-31T23:00:00+08:00,100,kWh\nM1,2026-04-01T00:00:00+08:00,130,kWh\n"
    pushed = park.client.post(
        "/api/v1/readings",
        content=f"meter,ts,value,unit\n{rows}M1,2026-04-01T01:00:00+08:00,150,kWh\n",
        headers={"content-type": "text/csv"}, params={"enterprise": "E1"},
    )  # fmt: skip
    assert pushed.json()["accepted"] == 3
    park.service.ledger.settle_now()

    def period(every: str, start: str, end: str) -> float:
        asked = {"enterprise": "E1", "meter": "M1", "start": start, "end": end, "every": every}
        (row,) = park.get("usage", **asked)["items"]
        return row["amount"]

    def figures() -> list[float]:
        return [
            period("hour", "2026-03-31T23:00:00+08:00", "2026-04-01T00:00:00+08:00"),
            period("hour", "2026-04-01T00:00:00+08:00", "2026-04-01T01:00:00+08:00"),
            period("day", "2026-04-01", "2026-04-01"),
            period("month", "2026-03-01", "2026-03-31"),
            period("month", "2026-04-01", "2026-04-30"),
        ]

    def carbon() -> list[tuple[float, float]]:
        asked = {"year": 2026, "every": "month", "enterprise": "E1"}
        rows = [row for row in park.get("inventory", **asked)["items"] if row["activity_amount"]]
        return [(row["activity_amount"], row["co2e_t"]) for row in rows]

    before = park.hours()
    # March is 0 to 130 on the register, April 130 to 150.
    assert figures() == pytest.approx([30, 20, 20, 130, 20])
    first = carbon()
    # The inventory takes V1, which is twice M1, in the place of M1.
    assert [amount for amount, _ in first] == pytest.approx([260, 40])
    factor = first[0][1] / 260
    assert factor > 0
    # Midnight showed 115: 15 kWh in the last hour of March, 35 in the first of April.
    midnight = [{"ts": "2026-04-01T00:00:00+08:00", "value": 115.0}]
    park.done("replace", values=midnight)
    assert figures() == pytest.approx([15, 35, 35, 115, 35])
    assert carbon() == [
        (pytest.approx(230), pytest.approx(230 * factor)),
        (pytest.approx(70), pytest.approx(70 * factor)),
    ]
    after = park.hours()
    changed = {key for key in after if after[key] != before[key]}
    at_midnight = datetime.fromisoformat("2026-03-31T16:00:00+00:00")
    hours = {at_midnight - timedelta(hours=1), at_midnight}
    assert changed == {(key, hour) for key in (1, 3) for hour in hours}


def test_a_dry_run_changes_nothing(park):
    answer = park.done("void", start=at(4), end=at(6), dry_run=True)
    assert [one["ts"] for one in answer["values"]] == [at(4), at(5)]
    assert park.get("corrections")["items"] == []
    assert park.service.store.readings([1], every_row=True).num_rows == 10


def test_a_voided_reading_does_not_count_and_its_hours_are_joined(park):
    park.done("void", start=at(4), end=at(5))
    rows = park.get("readings", enterprise="E1", meter="M1", start=at(4), end=at(5))["items"]
    assert [(row["value"], row["quality"]) for row in rows] == [(40.0, "suspect")]
    assert sum(park.amounts()) == 90.0


def test_a_day_as_an_end_is_the_whole_day_as_everywhere(park):
    # All ten readings are of 1 March in the park: 08:00 to 17:00.
    answer = park.done("void", start="2026-03-01", end="2026-03-01", dry_run=True)
    assert [one["ts"] for one in answer["values"]] == [at(hour) for hour in range(10)]


def test_a_declared_exchange_is_counted_over(park):
    # Between 04:00 (40) and 05:00 (50): the old register ended at 46, the new one began at 44:
    # 6 + 6 kWh in hour 4, the sum 2 more than the registers' difference.
    park.done("exchange", ts="2026-03-01T04:30:00Z", final_value=46, initial_value=44)
    assert park.amounts() == [10, 10, 10, 10, 12, 10, 10, 10, 10]
    (exchange,) = park.service.registry().exchanges
    assert (exchange.final_value, exchange.initial_value) == (46, 44)


@pytest.mark.parametrize("given", [{"amount": 30.0}, {"amount": 0.03, "unit": "MWh"}])
def test_a_substituted_amount_is_marked(park, given):
    park.done("substitute", start=at(9), end=at(11), **given)
    assert park.amounts()[9:] == [15.0, 15.0]
    rows = park.get("readings", enterprise="E1", meter="M1", start=at(10))["items"]
    assert [(row["value"], row["quality"]) for row in rows] == [
        (105.0, "substituted"), (120.0, "substituted")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("replace", {"values": [{"ts": at(20), "value": 1}]}, "ts: no reading at"),
        ("replace", {"values": [{"ts": at(4), "value": 1001}]}, "value: 1001 is not of 0 to 1000"),
        ("replace", {"values": [{"ts": at(4), "value": 1}], "unit": "t"}, "unit: "),
        ("replace", {"values": [{"ts": "2026-03-01T04:00:00", "value": 1}]}, "values.0.ts: "),
        ("replace", {"values": [{"ts": "2099-03-01T04:00:00Z", "value": 1}]}, "ts: "),
        ("void", {"start": at(20), "end": at(21)}, "start: no reading that counts"),
        ("restore", {"start": at(1), "end": at(9)}, "start: no correction holds"),
        ("void", {"start": at(1), "end": at(2), "meter": "V1"}, "meter: is computed by a formula"),
        ("void", {"start": at(1), "end": at(2), "meter": "M9"}, "meter: 'M9' is not a meter"),
        ("void", {"start": at(1), "end": at(2), "evidence": " "}, "evidence: is needed"),
        ("exchange", {"ts": at(4), "final_value": 1, "initial_value": 0, "meter": "T1"},
         "meter: kind level: no register"),
        ("exchange", {"ts": at(4), "final_value": 1001, "initial_value": 0},
         "final_value: 1001 is beyond the register"),
        ("substitute", {"start": at(9), "end": "2026-03-01T10:30:00Z", "amount": 1}, "end: "),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(park, kind, body, said):
    answer = park.correct(kind, **body)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["detail"].startswith(said)
    assert problem["errors"][0]["field"] == said.split(":")[0]
    assert park.get("corrections")["items"] == []
    assert park.service.store.readings([1], every_row=True).num_rows == 10


def test_a_later_correction_holds_though_the_clock_is_set_back_or_stands_still(park):
    corrector = park.service.corrector
    (newest,) = park.service.store.latest([1])["received"].to_pylist()
    corrector._now = lambda: newest - timedelta(hours=10)  # before the readings came, and frozen
    for value in (43.0, 41.0, 44.0):
        made = park.done("replace", values=[{"ts": at(4), "value": value}])
        assert park.amounts()[3:5] == [value - 30, 50 - value]
    rows = park.service.store.readings(
        [1], datetime.fromisoformat(at(4)), datetime.fromisoformat(at(5)), every_row=True
    ).to_pylist()
    received = [row["received"] for row in rows]
    assert [row["value"] for row in rows] == [40.0, 43.0, 41.0, 44.0]
    assert received == sorted(set(received))
    assert made["correction"]["batch"] == rows[-1]["batch"]
    # What is asked as of a time between two of them is the earlier one.
    assert park.amounts(as_of=received[2].isoformat())[3:5] == [11, 9]


def test_a_correction_completed_twice_and_late_changes_nothing(park):
    # As another process would, that took it for left over while it was being made.
    first = park.done("replace", values=[{"ts": at(4), "value": 43.0}])["correction"]
    park.done("replace", values=[{"ts": at(4), "value": 41.0}])
    corrector = park.service.corrector
    late = Corrections(park.service.database).one(first["id"])
    assert late is not None
    corrector._apply(late)
    park.service.ledger.settle_now()
    assert park.amounts()[3:5] == [11, 9]
    assert park.service.store.readings([1], every_row=True).num_rows == 12
    # And where its rows are not in the store yet: they are older than those of the second.
    park.service.store.append(Batch(_rows(late)))
    park.service.ledger.settle_now()
    assert park.amounts()[3:5] == [11, 9]
    assert park.get("corrections/1")["correction"] == first


def test_a_declared_exchange_is_all_there_or_not_at_all(park, monkeypatch):
    def die(*_: Any) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr("store.registry_db.corrections._finish", die)
        with pytest.raises(KilledError):
            park.correct("exchange", ts=at(4), final_value=46, initial_value=44)
    assert park.service.database.snapshot().exchanges == ()
    assert park.get("corrections")["items"] == []
    # Said again with other registers it is corrected; with the same it changes nothing.
    for final in (46, 47, 47):
        park.done("exchange", ts="2026-03-01T04:30:00Z", final_value=final, initial_value=44)
    (exchange,) = park.service.database.snapshot().exchanges
    assert exchange.final_value == 47
    assert park.service.database.version() == 3
    states = [one["state"] for one in park.get("corrections")["items"]]
    assert states == ["applied"] * 3


@pytest.mark.parametrize("step", ["_apply", "_store_values", "finish", "on_stored"])
def test_what_a_crash_leaves_pending_is_completed_at_the_next_start(park, monkeypatch, step):
    corrector = park.service.corrector

    def die(*_: Any) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        if step == "_apply":  # after it was recorded
            patch.setattr(corrector, "_apply", die)
        elif step == "_store_values":  # after it was stored
            stored = Corrector._store_values
            patch.setattr(corrector, "_store_values", lambda one: die(stored(corrector, one)))
        elif step == "finish":
            patch.setattr(corrector._record, "finish", die)
        else:  # after it was marked
            patch.setattr(corrector, "_on_stored", die)
        with pytest.raises(KilledError):
            park.correct("replace", values=[{"ts": at(4), "value": 43.0}])
    park.service.stop()
    again = Park(park.folder)
    try:
        again.service.start()
        again.service.ledger.settle_now()
        (one,) = again.get("corrections")["items"]
        assert one["state"] == "applied"
        assert again.service.store.readings([1], every_row=True).num_rows == 11
        assert again.amounts() == [10, 10, 10, 13, 7, 10, 10, 10, 10]
    finally:
        again.service.stop()
