"""Whose frames of HJ 212 are read, and what of them is kept beside its readings."""

from __future__ import annotations

from ingest.hj212_stations import RegisteredStations
from models.readings import Quality
from tests.unit.ingest.hj212_park import (
    GAS,
    REGISTRY,
    gas,
    send,
    water,
)
from tests.unit.ingest.test_hj212_frames import ENCRYPTED, HEAD_OF_A2, KEY_OF_ANNEX, framed


def test_who_sends() -> None:
    area = "DataTime=20261126080000;a21026-Rtd=1"
    came = send(
        gas(area, MN="nobody"), gas(area, MN="-"), gas(area, PW="654321"), gas(area, PW="-"),
        gas(area, CN="-"),
    )  # fmt: skip
    assert came.readings == []
    assert came.reasons == [
        ("unknown_meter", -1, 'MN: "nobody" is not registered'),
        ("malformed", -1, "MN: missing"),
        ("bad_password", -1, "PW: not the password of this MN"),
        ("bad_password", -1, "PW: missing"),
        ("malformed", -1, "CN: missing"),
    ]
    assert [row["enterprise"] for row in came.rejections] == [None, None, "E1", "E1", "E1"]
    assert "123456" not in repr(REGISTRY.points) + repr(RegisteredStations(REGISTRY).of(GAS))
    assert send(water("DataTime=20261126080000;w01018-Rtd=1", PW="any")).rejections == []


def test_data_that_are_no_readings_are_kept_and_the_rest_is_traffic() -> None:
    states = gas("DataTime=20261126080000;SB001-RS=1;SB002-RS=0", CN="2021")
    hours = gas("DataTime=20261126000000;SB001-RT=1.5", CN="2041")
    log = gas("DataTime=20261126080000;PolId=a21026;i11001-Info=//校准//", CN="3020")
    came = send(
        states, hours, log, gas("", CN="2012"), gas("", CN="1013"), gas("", CN="9015", Flag="9"),
        gas("QnRtn=1", CN="9011"),
        gas("BeginTime=20261125000000,EndTime=20261126000000", CN="2061"),
    )  # fmt: skip
    assert came.readings == []
    assert came.reasons == [
        ("unsupported", -1, f"CN: {cn} gives no readings (2011, 2051, 2061, 2031 do)")
        for cn in ("2021", "2041", "3020")
    ]
    assert [row["payload"] for row in came.rejections] == [states, hours, log]


def test_declared_but_without_a_meter_is_refused_by_itself() -> None:
    came = send(gas("DataTime=20261126080000;a01012-Avg=1;a01011-Avg=2", CN="2051"))
    assert came.values == {"DA001.a01011.minute": 2.0}
    assert came.reasons == [
        ("unknown_meter", 1, "meter: 'DA001.a01012.minute' is not a meter of 'E1'")
    ]


def test_broken_frames_are_kept_with_all_their_bytes() -> None:
    sound = gas("DataTime=20261126080000;a21026-Rtd=1")
    broken = [sound[:-6] + b"0000\r\n", sound[:40], b"garbage", sound.replace(b"##", b"##9", 1)]
    came = send(*broken, sound)
    assert came.values == {"DA001.a21026.realtime": 1.0}
    assert [reason for reason, _, _ in came.reasons] == [
        "bad_crc", "malformed", "malformed", "malformed",
    ]  # fmt: skip
    assert [row["payload"] for row in came.rejections] == broken


def test_an_encrypted_frame_is_read_by_the_key_of_its_station() -> None:
    # HJ 212-2025, annex A.2: DataTime=20240520210600, minute data of a01011, a01012, a01014.
    frame = b"##0295" + HEAD_OF_A2 + ENCRYPTED + b"&&2200\r\n"
    came = send(frame, keys={GAS: KEY_OF_ANNEX})
    assert came.readings == [("DA001.a01011.minute", "20 13:11:00", 1.35, Quality.GOOD)]
    assert came.reasons == [
        (
            "unsupported",
            -1,
            "fields: not declared for DA001: a01011-Min, a01011-Max, a01012-Min, a01012-Max, "
            "a01014-Min, a01014-Avg, a01014-Max",
        ),
        ("unknown_meter", 6, "meter: 'DA001.a01012.minute' is not a meter of 'E1'"),
    ]
    assert came.rejections[0]["payload"] == frame
    # What is kept of one field alone is plain.
    assert came.rejections[1]["payload"] == framed(
        HEAD_OF_A2 + b"DataTime=20240520210600;a01012-Avg=9.3,a01012-Flag=N&&"
    )
    without = send(frame)
    assert without.readings == []
    assert without.reasons[0][2].startswith("CP: encrypted (SM4, HJ 212-2025), and no key of MN")
    assert without.rejections[0]["payload"] == frame


def test_the_standard_s_misprinted_frames_are_kept_whole() -> None:
    # HJ 212-2017, annex C: a comma for a semicolon (C.48), none at all (C.19), a blank (C.2).
    head = "QN=20160801085857223;ST=32;CN=2051;PW=123456;MN=010000A8900016F000169DC0"
    area = "DataTime=20160801084000;a21026-Avg=1.1,a21026-Flag=N&&"
    misprinted = [
        framed(f"{head.replace('223;ST', '534,ST')};Flag=5;CP=&&{area}"),
        framed(f"{head};Flag=5CP=&&{area}"),
        framed(f"{head};Flag=4;CP=&& {area}"),
    ]
    came = send(*misprinted)
    assert came.readings == []
    assert [(reason, item) for reason, item, _ in came.reasons] == [("malformed", -1)] * 3
    assert [row["payload"] for row in came.rejections] == misprinted
    as_meant = send(framed(f"{head};Flag=5;CP=&&{area}"))
    assert as_meant.values == {"DA001.a21026.minute": 1.1}
