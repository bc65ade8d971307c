"""Plausibility of a boiler's stack, a second stack, an outfall and an air station, by hand.

Hourly means of 40 days up to Monday, 2026-03-30 00:00 in the park (UTC+8), honest but for what is
done to them in the last week:

* 23rd: COD of the outfall is drawn with a ruler (0.8 in 40 of change a day);
* 24th, 00:00 to 12:00: NOx of the second stack is that of the first, number for number;
* 25th: COD of the outfall is that of the 24th; the flow of the first stack reads half;
* 26th, 00:00 to 04:00: its oxygen is 20 % at full load;
* 27th: the boiler is idle, and the oxygen stays at 5 %;
* 28th, 08:00 to 14:00: its treatment takes 1 of 40 kWh, and NOx falls to half;
* 29th, 00:00 to 10:00: the device converts NOx to 9 % oxygen instead of 3.5 %;
* 29th, 06:00 to 12:00: the outfall states 63 kg of COD an hour, as the standard's example does;
* 28th, 00:00 to 12:00: PM2.5 of the station is that of another enterprise's station;
* 29th, 12:00 to 20:00: PM2.5 of the station is 35.0 all the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

import api.plausibility
from api.app import ApiContext, create_app
from ledger.books import Books
from ledger.plausibility import COLUMNS, KINDS, plausibility
from ledger.settle import settle
from models.carbon.factors import FactorLibrary
from models.quantities import Kind
from models.readings import NEW_READINGS, Source
from models.registry import Enterprise, Meter, Park, Registry
from models.registry.channel_meters import channel_meters
from models.registry.points import Channel, Medium, Point
from store.duckdb_store import DuckDBStore
from store.interface import Batch

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 30, tzinfo=ZONE)
WEEK = NOW - timedelta(days=7)
DAYS = 40
BEGIN = NOW - timedelta(days=DAYS)
HOURS = DAYS * 24

POINTS = (
    Point("works", "DA001", Medium.WASTE_GAS, "锅炉烟囱", "boiler stack", reference_oxygen_pct=3.5,
          load_meter="LOAD", treatment_meter="SCR", fuel_meter="GAS"),
    Point("works", "DA002", Medium.WASTE_GAS, "二号烟囱", "second stack"),
    Point("works", "DW001", Medium.WASTE_WATER, "总排口", "outfall"),
    Point("works", "AQ001", Medium.AMBIENT_AIR, "空气站", "air station"),
    Point("mill", "AQ009", Medium.AMBIENT_AIR, "纸厂空气站", "mill's air station"),
)  # fmt: skip
CHANNELS = (
    Channel("works", "DA001", "a21002", fields=("hour", "hour-zs", "hour-cou")),
    Channel("works", "DA001", "a19001", fields=("hour",)),
    Channel("works", "DA001", "a00000", fields=("hour", "hour-cou")),
    Channel("works", "DA002", "a21002", fields=("hour",)),
    Channel("works", "DW001", "w01018", fields=("hour", "hour-cou")),
    Channel("works", "DW001", "w00000", fields=("hour", "hour-cou")),
    Channel("works", "AQ001", "a34004", fields=("hour",)),
    Channel("mill", "AQ009", "a34004", fields=("hour",)),
)


def place(day: int, hour: int = 0) -> int:
    """Hour of the series at an hour of a day of March."""
    return (datetime(2026, 3, day, hour, tzinfo=ZONE) - BEGIN) // timedelta(hours=1)


def series() -> dict[str, np.ndarray]:
    """What each meter sends, by its code."""
    random = np.random.default_rng(6)

    def honest(about: float, spread: float = 0.05) -> np.ndarray:
        values: np.ndarray = about * (1 + random.normal(0, spread, HOURS))
        return values

    nox, oxygen, fuel, load = honest(60), honest(5, 0.02), honest(1000), honest(80)
    scr, other_nox = honest(40), honest(90)
    # 8.52 x 21 / (21 - 5) = 11.18 Nm3 of dry flue gas per Nm3, m3/s.
    flow = fuel * 8.52 * 21 / (21 - oxygen) / 3600 * honest(1, 0.03)
    cod, water, pm, other_pm = honest(40), honest(17.5), honest(30), honest(30)

    cod[place(23) : place(24)] = 40 + np.linspace(0, 0.8, 24)
    other_nox[place(24) : place(24, 12)] = nox[place(24) : place(24, 12)]
    cod[place(25) : place(26)] = cod[place(24) : place(25)]
    flow[place(25) : place(26)] *= 0.5
    oxygen[place(26) : place(26, 4)] = 20.0
    load[place(27) : place(28)] = fuel[place(27) : place(28)] = 0.0
    scr[place(28, 8) : place(28, 14)] = 1.0
    nox[place(28, 8) : place(28, 14)] *= 0.5
    pm[place(28) : place(28, 12)] = other_pm[place(28) : place(28, 12)]
    pm[place(29, 12) : place(29, 20)] = 35.0

    reference = np.full(HOURS, 3.5)
    reference[place(29) : place(29, 10)] = 9.0
    cod_kg = cod * water * 3.6e-3
    cod_kg[place(29, 6) : place(29, 12)] = 63.0
    return {
        "DA001.a21002.hour": nox,
        "DA001.a21002.hour-zs": nox * (21 - reference) / (21 - oxygen),
        "DA001.a21002.hour-cou": nox * flow * 3600e-6,
        "DA001.a19001.hour": oxygen,
        "DA001.a00000.hour": flow,
        "DA001.a00000.hour-cou": flow * 3600,
        "DA002.a21002.hour": other_nox,
        "DW001.w01018.hour": cod,
        "DW001.w01018.hour-cou": cod_kg,
        "DW001.w00000.hour": water,
        "DW001.w00000.hour-cou": water * 3.6,
        "AQ001.a34004.hour": pm,
        "AQ009.a34004.hour": other_pm,
        "LOAD": load,
        "SCR": scr,
        "GAS": fuel,
    }


def registry() -> Registry:
    by_code = {one.code: one for one in POINTS}
    rows: list[dict[str, Any]] = [
        row for one in CHANNELS for row in channel_meters(by_code[one.point], one)
    ]
    plain: dict[str, Any] = {"enterprise": "works", "interval_s": 3600}
    rows += [
        {"code": "LOAD", "quantity": "load", "kind": Kind.MEAN, "unit": "%", **plain},
        {"code": "SCR", "quantity": "electricity", "kind": Kind.INTERVAL, "unit": "kWh", **plain},
        {"code": "GAS", "quantity": "natural_gas", "kind": Kind.INTERVAL, "unit": "Nm3", **plain},
    ]
    return Registry(
        Park("park", "园区", "Park", "吉林", "东北"),
        enterprises=(
            Enterprise("works", "工厂", "Works", "c"),
            Enterprise("mill", "纸厂", "Mill", "c"),
        ),
        meters=tuple(Meter(key=key, **row) for key, row in enumerate(rows, 1)),
        points=POINTS,
        channels=CHANNELS,
    )


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    file = tmp_path_factory.mktemp("plausibility") / "park.duckdb"
    store = DuckDBStore(file, writer="main", clock=lambda: NOW, zone=ZONE)
    park = registry()
    keys = {code: key for (_, code), key in park.key_of.items()}
    ends = (
        np.datetime64(int(BEGIN.timestamp() * 1e6), "us") + np.arange(1, HOURS + 1) * 3600_000_000
    )
    for code, values in series().items():
        count = len(values)
        store.append(
            Batch(
                readings=pa.table(
                    {
                        "meter_key": np.full(count, keys[code], dtype=np.int32),
                        "ts": pa.array(ends, pa.timestamp("us", "UTC")),
                        "value": values,
                        "quality": np.zeros(count, dtype=np.uint8),
                        "received": pa.array(ends, pa.timestamp("us", "UTC")),
                        "source": np.full(count, int(Source.HJ212), dtype=np.uint8),
                    },
                    schema=NEW_READINGS,
                )
            )
        )
    opened = Books(store, lambda: park, FactorLibrary(), lambda: NOW)
    settle(opened)
    yield opened
    store.close()


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=ZONE)


FOUND = {
    ("DW001", "w01018", "too_smooth", at(23), at(24)),
    ("DA002", "a21002", "copied_series", at(24), at(24, 12)),
    ("DW001", "w01018", "copied_day", at(25), at(26)),
    ("DA001", None, "flue_gas_against_fuel", at(25), at(26)),
    ("DA001", "a19001", "oxygen_of_air_at_load", at(26), at(26, 4)),
    # From the third hour of idling on.
    ("DA001", "a19001", "oxygen_of_load_when_idle", at(27, 2), at(28)),
    ("DA001", None, "treatment_off", at(28, 8), at(28, 14)),
    ("DA001", "a21002", "fallen_without_treatment", at(28, 8), at(28, 14)),
    ("DA001", "a21002", "converted_otherwise", at(29), at(29, 10)),
    ("DW001", "w01018", "amount_otherwise", at(29, 6), at(29, 12)),
    ("AQ001", "a34004", "copied_series", at(28), at(28, 12)),
    ("AQ001", "a34004", "stuck", at(29, 12), at(29, 20)),
}


def test_every_kind_is_found_and_nothing_else(books: Books) -> None:
    frame = plausibility(books, start=WEEK, end=NOW)
    assert list(frame.columns) == COLUMNS
    assert {
        (
            one.point,
            None if pd.isna(one.pollutant) else one.pollutant,
            one.kind,
            one.ts.to_pydatetime(),
            one.until.to_pydatetime(),
        )
        for one in frame.itertuples()
    } == FOUND
    assert {kind for _, _, kind, *_ in FOUND} == set(KINDS)
    assert frame["ts"].is_monotonic_decreasing


def test_the_evidence_says_what_was_seen_and_what_is_usual(books: Books) -> None:
    of = plausibility(books, start=WEEK, end=NOW).set_index("kind")
    stuck = of.loc["stuck"]
    assert (stuck["seen"], stuck["hours"], stuck["unit"]) == (pytest.approx(0.035), 8, "mg/m3")
    assert stuck["detail_zh"].endswith("连续 8 小时恒为 0.035 mg/m3")
    copies = of.loc["copied_series"].set_index("point")
    # The words reach the enterprise, and say nothing of another one.
    assert copies.loc["AQ001", "source"] == "mill/AQ009/a34004"
    assert "PM2.5 at a point of another enterprise" in copies.loc["AQ001", "detail"]
    assert "另一企业点位" in copies.loc["AQ001", "detail_zh"]
    copy = copies.loc["DA002"]
    assert copy["source"] == "works/DA001/a21002"
    assert "boiler stack (DA001)" in copy["detail"]
    assert "锅炉烟囱（DA001）" in copy["detail_zh"]
    assert "1 day(s) before" in of.loc["copied_day", "detail"]
    # Half the flow: 0.5; the honest spread of a day's mean is 1 %.
    assert of.loc["flue_gas_against_fuel", "seen"] == pytest.approx(0.5, rel=0.05)
    assert "8.52 Nm3 per Nm3" in of.loc["flue_gas_against_fuel", "detail"]
    oxygen = of.loc["oxygen_of_air_at_load"]
    assert (oxygen["seen"], oxygen["expected"]) == (20.0, pytest.approx(5.0, rel=0.02))
    treatment = of.loc["treatment_off"]
    assert (treatment["seen"], treatment["unit"]) == (1.0, "kWh")
    assert treatment["expected"] == pytest.approx(40.0, rel=0.02)
    fallen = of.loc["fallen_without_treatment"]
    assert (fallen["seen"], fallen["expected"]) == (
        pytest.approx(30.0, rel=0.1), pytest.approx(60.0, rel=0.02),
    )  # fmt: skip
    assert of.loc["converted_otherwise", "detail"].endswith("right for 9 % reference oxygen")
    amount = of.loc["amount_otherwise"]
    assert (amount["seen"], amount["unit"]) == (pytest.approx(63.0), "kg")
    assert amount["expected"] == pytest.approx(40 * 17.5 * 3.6e-3, rel=0.1)
    assert not frame_has_braces(of)


def frame_has_braces(of: Any) -> bool:
    return any("{" in text or "nan" in text for text in [*of["detail"], *of["detail_zh"]])


def test_by_point_and_time(books: Books) -> None:
    only = plausibility(books, start=WEEK, end=NOW, enterprise="works", point="DW001")
    assert set(only["point"]) == {"DW001"}
    # The second stack alone has nothing to be compared with.
    assert plausibility(books, start=WEEK, end=NOW, point="DA002").empty
    # Of the 26th on only what reaches into it.
    later = plausibility(books, start=at(26), end=at(27))
    assert set(later["kind"]) == {"oxygen_of_air_at_load"}
    assert plausibility(books, start=WEEK, end=NOW, enterprise="nobody").empty
    with pytest.raises(ValueError, match="at most 100 days"):
        plausibility(books, start=NOW - timedelta(days=101), end=NOW)


def test_the_honest_weeks_before_give_nothing(books: Books) -> None:
    """11 days of 12 series, of which 28 days of history are known in part."""
    assert plausibility(books, start=WEEK - timedelta(days=11), end=WEEK).empty


def test_the_api_gives_the_same(books: Books) -> None:
    client = TestClient(create_app(ApiContext(books, dict)))

    def asked(**params: str) -> list[dict[str, Any]]:
        answer = client.get("/api/v1/plausibility", params=params)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    # Without a start it is the last seven days.
    assert {(one["point"], one["pollutant"], one["kind"]) for one in asked()} == {
        (point, pollutant, kind) for point, pollutant, kind, *_ in FOUND
    }
    (copy,) = asked(kind="copied_series", start="2026-03-24", end="2026-03-24")
    assert (copy["ts"], copy["hours"], copy["seen"]) == ("2026-03-23T16:00:00Z", 12, None)
    assert asked(point="DA002", enterprise="works") == []
    refused = client.get("/api/v1/plausibility", params={"start": "2025"})
    assert (refused.status_code, "more than 100 days" in refused.text) == (422, True)
    unknown = client.get("/api/v1/plausibility", params={"point": "DA009"})
    assert unknown.json()["detail"] == "point: 'DA009' is not registered"


def test_the_kinds_of_the_api_are_those_of_the_ledger() -> None:
    assert get_args(api.plausibility.Kind) == KINDS
