"""Frames of HJ 212 that were refused come in once what they need is registered."""

from __future__ import annotations

from typing import Any

import pytest

from carbonpeak.stations_view import StationsView
from ingest.message import Message
from models.readings import Source
from tests.integration.rejections.conftest import Open, Park
from tests.unit.ingest.test_hj212_frames import (
    ENCRYPTED,
    HEAD_OF_A2,
    KEY_OF_ANNEX,
    framed,
    segment,
)

MN = "010000A8900016F000169DC0"
POINTS = "enterprise,code,medium,name_zh,name_en,mn,password\n"
POINT = f"E01,DA001,waste_gas,一号烟囱,Stack 1,{MN},{{password}}\n"
CHANNELS = "enterprise,point,code,fields\n"
SO2 = "E01,DA001,a21026,minute\n"
NOX = "E01,DA001,a21002,minute|minute-cou\n"
AREA = "DataTime=20260302100000;a21026-Avg=12,a21026-Flag=N;a21002-Avg=30,a21002-Flag=D"


@pytest.fixture(params=["duckdb"])
def store() -> dict[str, Any]:
    """What differs here is before the store."""
    return {}


def register(park: Park, *channels: str, password: str = "123456") -> None:
    (park.folder / "points.csv").write_text(POINTS + POINT.format(password=password), "utf-8")
    (park.folder / "channels.csv").write_text(CHANNELS + "".join(channels), "utf-8")
    park.register()


def send(park: Park, *frames: bytes) -> None:
    stations = StationsView(park.service.registry, park.service.settings.station_keys())()
    now = park.service.pipeline.now()
    park.service.pipeline.submit(
        [
            Message(frame, None, None, "10.0.0.7:5000", Source.HJ212, now, hj212=stations)
            for frame in frames
        ]
    )


def values(park: Park, meter: str) -> list[tuple[float, int, int]]:
    return [(row["value"], row["quality"], row["source"]) for row in park.rows(meter)]


def test_frames_of_a_station_that_is_registered_afterwards(park: Park) -> None:
    frame = framed(segment(AREA, CN="2051"))
    send(park, frame, framed(segment(AREA, CN="2051"))[:-6] + b"0000\r\n")
    assert [row["reason"] for row in park.get("rejections")["items"]] == [
        "bad_crc", "unknown_meter",
    ]  # fmt: skip
    register(park, SO2, password="654321")
    told = park.replay(reason="unknown_meter")["items"]
    assert [(one["outcome"], one["reason"]) for one in told] == [("refused", "bad_password")]
    register(park, SO2)
    told = park.replay(reason="unknown_meter")["items"]
    assert [(one["outcome"], one["accepted"], one["reason"]) for one in told] == [
        ("partly", 1, "unsupported")
    ]
    assert values(park, "DA001.a21026.minute") == [(12.0, 0, 4)]
    register(park, SO2, NOX)
    told = park.replay(reason="unknown_meter")["items"]
    assert [(one["outcome"], one["accepted"], one["duplicates"]) for one in told] == [
        ("accepted", 1, 1)
    ]
    assert values(park, "DA001.a21026.minute") == [(12.0, 0, 4)]
    assert values(park, "DA001.a21002.minute") == [(30.0, 11, 4)]
    told = park.replay(reason="bad_crc")["items"]  # what is broken stays so
    assert [(one["outcome"], one["reason"]) for one in told] == [("refused", "bad_crc")]


def test_a_field_that_is_declared_afterwards_and_one_that_stays_wrong(park: Park) -> None:
    register(park, SO2)
    send(park, framed(segment(AREA + ";a21002-Cou=--", CN="2051")))
    (kept,) = park.get("rejections")["items"]
    assert (kept["reason"], kept["enterprise"], kept["source"]) == ("unsupported", "E01", "hj212")
    register(park, SO2, NOX)
    told = park.replay(reason="unsupported")["items"]
    assert [
        (one["outcome"], one["accepted"], one["duplicates"], one["reason"]) for one in told
    ] == [("partly", 1, 1, "bad_value")]
    assert values(park, "DA001.a21002.minute") == [(30.0, 11, 4)]
    assert park.rows("DA001.a21002.minute-cou") == []


def test_encrypted_frames_come_in_once_their_key_is_there(open_park: Open) -> None:
    park = open_park()
    register(park, "E01,DA001,a01011,minute\n")
    send(park, b"##0295" + HEAD_OF_A2 + ENCRYPTED + b"&&2200\r\n")
    (kept,) = park.get("rejections")["items"]
    assert kept["detail"].startswith("CP: encrypted (SM4, HJ 212-2025), and no key of MN")
    keys = park.folder / "keys.toml"
    keys.write_text(f'{MN} = "{KEY_OF_ANNEX.hex()}"\n')
    park = open_park(hj212_keys_file=keys)
    told = park.replay(reason="unsupported")["items"]
    assert [(one["outcome"], one["accepted"]) for one in told] == [("partly", 1)]
    assert values(park, "DA001.a01011.minute") == [(1.35, 0, 4)]
