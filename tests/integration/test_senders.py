"""Senders at fault, each by hand, on both stores; and what the stores answer is the same.

Now is Monday, 2026-03-30 18:00 in the park (UTC+8). Every meter sends once an hour since
2026-02-20 00:00, received 2 s after, unless said otherwise:

* OK: a register that rises by 1 in every hour;
* SILENT: the same, its last reading is of 13:00 today;
* NEVER: registered to be valid from 2026-03-29 18:00, has sent nothing;
* SHIFT: a register that rises on weekdays from 08:00 to 20:00 only: it stands for 12 h at night,
  and from Friday 20:00 to Monday 08:00 for 60 h;
* STUCK: the same until Wednesday 2026-03-25 12:00, then it stands for 5 days and 6 hours: 126 h,
  over twice 60;
* FROZEN: a temperature of 20 and 30 in turn, since 2026-03-29 12:00 always 30;
* RANGE: a pressure of 1 and 2 (registered up to 3, from tomorrow on up to 9), which was 5 and 7
  today at 09:00 and 10:00;
* SLOW: a clock that is 400 s behind;
* DRIFT: received 2 s late until 2026-03-26, then 30 s more each day: 122 s today;
* GATEWAY: kept back and sent every six hours;
* RETIRED: valid until 2026-03-29, it goes on sending and is refused;
* CHANGED: like SILENT, and behind another transformer since 16:00 today;
* WEEKLY: read on Mondays at 08:00 only, as it is registered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pytest

from deploy.debian_servers.influx import InfluxServer
from ledger.books import Books
from ledger.findings import findings
from ledger.receipts import receipts
from ledger.settle import settle
from models.carbon.factors import FactorLibrary
from models.quantities import Kind
from models.readings import NEW_READINGS, Quality, Source
from models.registry import Enterprise, Meter, Park, Registry
from store.duckdb_store import DuckDBStore
from store.influxdb_store import InfluxDB, InfluxDBStore
from store.influxdb_store.set_up import prepare
from store.interface import NEW_REJECTIONS, Batch, Store

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 30, 18, tzinfo=ZONE)
BEGIN = datetime(2026, 2, 20, tzinfo=ZONE)
TOMORROW = datetime(2026, 3, 31, tzinfo=ZONE)
HOUR = timedelta(hours=1)
REGISTER, TEMPERATURE, PRESSURE = "electricity", "temperature", "pressure"

pytestmark = pytest.mark.influxdb


def meter(key: int, code: str, quantity: str = REGISTER, **more: Any) -> Meter:
    kind, unit = {
        REGISTER: (Kind.COUNTER, "kWh"),
        TEMPERATURE: (Kind.LEVEL, "degC"),
        PRESSURE: (Kind.LEVEL, "kPa"),
    }[quantity]
    return Meter(key, "works", code, quantity, kind, unit, 3600, **more)


REGISTRY = Registry(
    Park("park", "园区", "Park", "吉林", "东北"),
    enterprises=(Enterprise("works", "工厂", "Works", "c"),),
    meters=(
        meter(1, "OK"),
        meter(2, "SILENT"),
        meter(3, "NEVER", valid_from=datetime(2026, 3, 29, 18, tzinfo=ZONE)),
        meter(4, "SHIFT"),
        meter(5, "STUCK"),
        meter(6, "FROZEN", TEMPERATURE),
        meter(7, "RANGE", PRESSURE, range_low=0.0, range_high=3.0, valid_to=TOMORROW),
        meter(7, "RANGE", PRESSURE, range_low=0.0, range_high=9.0, valid_from=TOMORROW),
        meter(8, "SLOW"),
        meter(9, "DRIFT"),
        meter(10, "GATEWAY"),
        meter(11, "RETIRED", valid_to=datetime(2026, 3, 29, tzinfo=ZONE)),
        replace(meter(12, "WEEKLY"), interval_s=7 * 86_400),
        meter(13, "CHANGED", valid_to=NOW - 2 * HOUR),
        meter(13, "CHANGED", valid_from=NOW - 2 * HOUR, multiplier=40.0),
    ),
)


def hours(until: datetime = NOW) -> list[datetime]:
    return [BEGIN + hour * HOUR for hour in range((until - BEGIN) // HOUR + 1)]


def shift_hours(until: datetime) -> int:
    """Weekday hours from 08:00 to 20:00 that are over."""
    return sum(one.weekday() < 5 and 8 <= one.hour < 20 for one in hours(until)[:-1])


def rows() -> Iterator[dict[str, Any]]:
    def sent(key: int, at: datetime, value: float, delay_s: float = 2, quality: int = 0) -> Any:
        return {
            "meter_key": key, "ts": at, "value": value, "quality": quality,
            "received": at + timedelta(seconds=delay_s), "source": int(Source.MQTT),
        }  # fmt: skip

    stands = datetime(2026, 3, 25, 12, tzinfo=ZONE)
    frozen = datetime(2026, 3, 29, 12, tzinfo=ZONE)
    for number, at in enumerate(hours()):
        yield sent(1, at, number)
        if at <= NOW - 5 * HOUR:
            yield sent(2, at, number)
            yield sent(13, at, number)
        yield sent(4, at, shift_hours(at))
        yield sent(5, at, shift_hours(min(at, stands)))
        yield sent(6, at, 30 if at >= frozen else 20 + 10 * (number % 2))
        today = {NOW - 9 * HOUR: 5.0, NOW - 8 * HOUR: 7.0}
        quality = Quality.SUSPECT if at in today else Quality.GOOD
        yield sent(7, at, today.get(at, 1 + number % 2), quality=quality)
        yield sent(8, at, number, 400)
        yield sent(9, at, number, 2 + 30 * max(0, (at.date() - date(2026, 3, 26)).days))
        waits = (6 - at.hour % 6) % 6
        yield sent(10, at, number, waits * 3600 + 2)
        if at.weekday() == 0 and at.hour == 8:
            yield sent(12, at, number)


@pytest.fixture(scope="module")
def both(
    influx: InfluxServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Books, Books]]:
    """The books on DuckDB and on InfluxDB."""
    server = InfluxDB(influx.url, "carbonpeak", "senders", influx.token)
    prepare(server)
    file: Path = tmp_path_factory.mktemp("senders") / "park.duckdb"
    how: dict[str, Any] = {"writer": "main", "clock": lambda: NOW, "zone": ZONE}
    stores: list[Store] = [DuckDBStore(file, **how), InfluxDBStore(server, **how)]
    refused = [
        {"received": NOW - HOUR, "source": 1, "peer": "t", "enterprise": "works", "meter": name,
         "item": -1, "reason": "bad_value", "detail": "value: no", "payload": b"{}",
         "payload_sha256": "x", "payload_length": 2}
        for name in ("OK", "OK", "NO-SUCH", "RETIRED", None)
    ]  # fmt: skip
    newest = [one for one in rows() if one["meter_key"] == 1][-1:]
    for store in stores:
        store.append(Batch(readings=pa.Table.from_pylist(list(rows()), schema=NEW_READINGS)))
        store.append(Batch(readings=pa.Table.from_pylist(newest, schema=NEW_READINGS)))  # again
        rejections = pa.Table.from_pylist(refused, schema=NEW_REJECTIONS)
        store.append(Batch(rejections=rejections))
    books = [Books(store, lambda: REGISTRY, FactorLibrary(), lambda: NOW) for store in stores]
    for one in books:
        settle(one)
    yield books[0], books[1]
    for store in stores:
        store.close()


def test_findings_by_hand(both: tuple[Books, Books]) -> None:
    found = findings(both[0], origin="senders")
    assert {(one.meter, one.kind) for one in found.itertuples()} == {
        ("SILENT", "silent"), ("CHANGED", "silent"), ("NEVER", "silent"),
        ("STUCK", "stuck"), ("FROZEN", "stuck"),
        ("RANGE", "spike"), ("SLOW", "clock_off"), ("DRIFT", "clock_drift"),
    }  # fmt: skip
    of = found.set_index("meter")
    silent = of.loc["SILENT"]
    assert silent["ts"] == NOW - 5 * HOUR + timedelta(seconds=2)
    assert silent["until"] == NOW
    assert silent["detail"] == (
        "nothing since 2026-03-30 13:00: 4 readings, one every 3600 s, are missing"
    )
    assert "自 2026-03-30 13:00 起无数据" in silent["detail_zh"]
    assert of.loc["CHANGED", "detail"] == silent["detail"]  # no other meter since 16:00
    assert of.loc["NEVER", "detail"] == (
        "has never sent; valid since 2026-03-29 18:00: 24 readings, one every 3600 s, are missing"
    )
    # The hour of 12:00 on Wednesday is the first without a rise; the newest reading has an hour of
    # its own, which is not over and covered for nothing.
    assert of.loc["STUCK", "ts"] == datetime(2026, 3, 25, 12, tzinfo=ZONE)
    assert of.loc["STUCK", "detail"].startswith("the same value for 126 h since 2026-03-25 12:00")
    assert "over 60 h" in of.loc["STUCK", "detail"]
    assert of.loc["RANGE", "detail"] == (
        "7 kPa at 2026-03-30 10:00 lies outside the plausible 0 … 3 kPa; 2 such values that day, "
        "stored as suspect, do not count"
    )
    assert of.loc["SLOW", "detail"] == "the clock is 400 s behind on 2026-03-30"
    assert of.loc["DRIFT", "detail"] == (
        "the clock is 122 s behind on 2026-03-30, 90 s more than 3 days of sending before"
    )


def test_receipts_by_hand(both: tuple[Books, Books]) -> None:
    today = receipts(both[0], start=NOW, end=NOW).set_index("meter")
    counted = today[["expected", "received", "missing", "duplicate", "late", "rejected"]]
    assert {name: tuple(row) for name, row in counted.T.items()} == {
        # 18 hours are over; the reading of 18:00 is there already.
        "OK": (18, 19, 0, 1, 0, 2),
        "SILENT": (18, 14, 4, 0, 0, 0),
        "CHANGED": (18, 14, 4, 0, 0, 0),
        "NEVER": (18, 0, 18, 0, 0, 0),
        "SHIFT": (18, 19, 0, 0, 0, 0),
        "STUCK": (18, 19, 0, 0, 0, 0),
        "FROZEN": (18, 19, 0, 0, 0, 0),
        "RANGE": (18, 19, 0, 0, 0, 0),
        "SLOW": (18, 19, 0, 0, 0, 0),
        "DRIFT": (18, 19, 0, 0, 0, 0),
        # Kept back for 5, 4, 3 and 2 h (and 2 s): of 1, 2, 3, 4, of 7 to 10, of 13 to 16 o'clock.
        "GATEWAY": (18, 19, 0, 0, 12, 0),
        "RETIRED": (0, 0, 0, 0, 0, 1),
        "WEEKLY": (0, 1, 0, 0, 0, 0),  # weeks are counted from Thursdays on
    }
    assert today.loc["RETIRED", "complete"] is None
    assert today.loc["SILENT", "completeness"] == pytest.approx(14 / 18)
    assert today.loc["RANGE", "suspect"] == 2
    assert today.loc["GATEWAY", "clock_offset_s"] == 2 * 3600 + 2
    assert today.loc["GATEWAY", "least_delay_s"] == 2
    (works,) = receipts(both[0], start=NOW, end=NOW, by="enterprise").to_dict("records")
    assert (works["expected"], works["missing"], works["rejected"]) == (198, 26, 5)
    assert (works["meters"], works["meters_below"]) == (11, 3)
    assert works["completeness"] == pytest.approx(172 / 198)
    assert works["complete"] is False
    assert works["clock_offset_s"] == 7202


def test_a_meter_that_is_read_once_a_week_is_complete(both: tuple[Books, Books]) -> None:
    """The weeks from 5, 12 and 19 March on are over; it was read on the 2nd, 9th, 16th, 23rd."""
    asked: Any = {"start": datetime(2026, 3, 1, tzinfo=ZONE), "end": NOW - 24 * HOUR}
    (march,) = receipts(both[0], every="month", meter="WEEKLY", **asked).to_dict("records")
    assert (march["expected"], march["received"], march["missing"]) == (3, 4, 0)
    assert (march["completeness"], march["complete"]) == (1.0, True)
    until = asked | {"end": datetime(2026, 3, 15, tzinfo=ZONE)}
    (half,) = receipts(both[0], every="month", meter="WEEKLY", **until).to_dict("records")
    assert (half["expected"], half["received"], half["missing"]) == (2, 2, 0)


@pytest.mark.parametrize(
    "ask",
    [
        findings,
        lambda books: receipts(books, start=NOW - timedelta(days=8), end=NOW),
        lambda books: receipts(books, start=BEGIN, end=NOW, every="month", by="enterprise"),
    ],
    ids=["findings", "days", "months"],
)
def test_both_stores_agree(both: tuple[Books, Books], ask: Callable[[Books], pd.DataFrame]) -> None:
    of_duckdb, of_influxdb = (ask(books) for books in both)
    assert len(of_duckdb)
    pd.testing.assert_frame_equal(of_influxdb, of_duckdb, check_exact=True)


def test_findings_reach_into_the_span_that_is_asked_for(both: tuple[Books, Books]) -> None:
    later = findings(both[0], origin="senders", kind="stuck", start=NOW - timedelta(days=1))
    assert set(later["meter"]) == {"STUCK", "FROZEN"}  # they began before, and last
    assert findings(both[0], origin="senders", end=BEGIN).empty
