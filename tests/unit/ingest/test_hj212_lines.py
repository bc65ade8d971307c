"""``carbonpeak decode hj212``: recorded frames, each a line, without any registry."""

from __future__ import annotations

import pytest

from ingest.decode.hj212_lines import decode_hj212
from tests.unit.ingest.test_hj212_frames import (
    ENCRYPTED,
    HEAD_OF_A2,
    KEY_OF_ANNEX,
    SHARED,
    framed,
    segment,
)


@pytest.mark.skipif(not SHARED.exists(), reason="recorded frames are not here")
def test_recorded_frames() -> None:
    told = list(decode_hj212((SHARED / "accepted.txt").read_bytes()))
    assert [one["ok"] for one in told] == [True] * 6
    assert [one["reason"] for one in told] == [None] * 6
    assert [one["edition"] for one in told] == ["2017", "2025", "2017", "2017", "2017", "2017"]
    assert [one["assumed_interval"] for one in told] == [False] * 5 + [True]
    assert [(one["mn"], one["st"], one["cn"]) for one in told][4:] == [
        ("Y80110010000010", "22", "2011"), ("JLYP01_AIR01_0001", "22", "2051"),
    ]  # fmt: skip
    assert told[0]["readings"] == told[0]["unsupported"] == []
    # As they are in the file: 2021-03-01 11:11 in Beijing.
    values = {one["code"]: one["value"] for one in told[1]["readings"]}
    assert {code: values[code] for code in ("w01001", "w01010", "w21001", "w21003", "w01019")} == {
        "w01001": 8.33, "w01010": 9.7, "w21001": 3.563168, "w21003": 0.09055002, "w01019": 4.102818,
    }  # fmt: skip
    assert {one["ts"] for one in told[1]["readings"]} == {"2021-03-01T03:11:00Z"}
    assert {one["field"] for one in told[1]["readings"]} == {"realtime"}
    assert told[2]["readings"][0] == {
        "code": "a21005", "field": "realtime", "ts": "2019-10-12T05:37:10Z", "value": 0.0,
        "unit": "mg/m3", "quality": "good",
    }  # fmt: skip
    # Codes that somebody invented, by losing digits.
    assert told[3]["readings"] == told[4]["readings"] == []
    assert told[4]["unsupported"] == [
        "a214-Rtd", "a215-Rtd", "a216-Rtd", "a217-Rtd", "a211-Rtd", "a212-Rtd", "a213-Rtd",
    ]  # fmt: skip
    # A mean of 16:26 to 16:36 in Beijing, the minute interval being assumed.
    assert {one["ts"] for one in told[5]["readings"]} == {"2022-05-13T08:36:00Z"}
    assert len(told[5]["readings"]) == 11
    told = list(decode_hj212((SHARED / "rejected-bad-crc.txt").read_bytes()))
    assert [(one["ok"], one["reason"], one["readings"]) for one in told] == [
        (False, "bad_crc", [])
    ] * 2


def test_what_cannot_be_read_is_told_beside_what_can() -> None:
    area = (
        "DataTime=20261126080000;a00000-Cou=10.5;a21026-Avg=--;01-Avg=3,01-Flag=X;03-Avg=4,"
        "03-Flag=F;a21026-Rtd=1;zz-Avg=1"
    )
    (told,) = decode_hj212(framed(segment(area, CN="2051", Flag="-")))
    assert told["ok"]
    assert told["edition"] == "2005"
    by_code = {one["code"]: one for one in told["readings"]}
    assert sorted(by_code) == ["a00000", "a21002"]
    assert (by_code["a00000"]["field"], by_code["a00000"]["unit"]) == ("minute-cou", "m3")
    assert (by_code["a21002"]["value"], by_code["a21002"]["quality"]) == (4.0, "stopped")
    assert told["unsupported"] == ["a21026-Rtd", "zz-Avg"]
    assert [(one["item"], one["reason"]) for one in told["rejected"]] == [
        (2, "bad_value"), (3, "bad_value"),
    ]  # fmt: skip


def test_states_are_unsupported_and_times_are_needed() -> None:
    states, timeless = decode_hj212(
        framed(segment("DataTime=20261126080000;SB001-RS=1;SB001-RT=2", CN="2021"))
        + framed(segment("a21026-Rtd=1"))
    )
    assert (states["ok"], states["unsupported"]) == (True, ["SB001-RS", "SB001-RT"])
    assert (timeless["ok"], timeless["reason"]) == (False, "bad_time")
    assert timeless["detail"] == "DataTime: missing"


def test_encrypted() -> None:
    frame = b"##0295" + HEAD_OF_A2 + ENCRYPTED + b"&&2200\r\n"
    (without,) = decode_hj212(frame)
    assert (without["ok"], without["reason"]) == (False, "unsupported")
    assert "SM4" in without["detail"]
    (told,) = decode_hj212(frame, KEY_OF_ANNEX)
    assert [(one["code"], one["field"], one["value"]) for one in told["readings"]] == [
        ("a01011", "minute-min", 1.35), ("a01011", "minute", 1.35), ("a01011", "minute-max", 1.35),
        ("a01012", "minute-min", 9.3), ("a01012", "minute", 9.3), ("a01012", "minute-max", 9.3),
        ("a01014", "minute-min", 3.2), ("a01014", "minute", 3.211), ("a01014", "minute-max", 3.212),
    ]  # fmt: skip
