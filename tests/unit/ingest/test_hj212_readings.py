"""What the fields of HJ 212 frames become, through the pipeline: meter, time, value, quality."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.decode.hj212_frames import parse
from ingest.hj212_stations import RegisteredStations
from ingest.message import Message
from ingest.pipeline import Pipeline
from models.readings import Quality, Source
from tests.unit.ingest.hj212_park import (
    NOW,
    REGISTRY,
    Memory,
    gas,
    send,
    water,
)


def test_real_time_minute_hour_and_day_are_series_of_their_own() -> None:
    came = send(
        gas("DataTime=20261126080000;a21026-Rtd=12.5,a21026-ZsRtd=15.25,a21026-Flag=N"),
        gas("DataTime=20261126080000;a21026-Min=10,a21026-Avg=12,a21026-Max=14,a21026-ZsAvg=15,"
            "a21026-Flag=N", CN="2051"),
    )  # fmt: skip
    assert came.rejections == []
    # An instant is at DataTime; a mean at the end of its interval, which is this station's 5 min.
    assert came.readings == [
        ("DA001.a21026.realtime", "26 00:00:00", 12.5, Quality.GOOD),
        ("DA001.a21026.realtime-zs", "26 00:00:00", 15.25, Quality.GOOD),
        ("DA001.a21026.minute-min", "26 00:05:00", 10.0, Quality.GOOD),
        ("DA001.a21026.minute", "26 00:05:00", 12.0, Quality.GOOD),
        ("DA001.a21026.minute-max", "26 00:05:00", 14.0, Quality.GOOD),
        ("DA001.a21026.minute-zs", "26 00:05:00", 15.0, Quality.GOOD),
    ]


def test_flow_of_the_annex() -> None:
    # HJ 212-2017, C.16 to C.18 (golden case 2): 17.5 L/s are 10.5 m3 in 10 min, 63.0 an hour,
    # 1512.0 a day.
    came = send(
        water("DataTime=20261124000000;w00000-Avg=17.5,w00000-Cou=10.5,w00000-Flag=N", CN="2051"),
        water("DataTime=20261124000000;w00000-Cou=63.0,w00000-Flag=N", CN="2061"),
        water("DataTime=20261124000000;w00000-Cou=1512.0,w00000-Flag=N", CN="2031"),
    )
    assert came.readings == [
        ("DW001.w00000.minute", "23 16:10:00", 17.5, Quality.GOOD),
        ("DW001.w00000.minute-cou", "23 16:10:00", 10.5, Quality.GOOD),
        ("DW001.w00000.hour-cou", "23 17:00:00", 63.0, Quality.GOOD),
        ("DW001.w00000.day-cou", "24 16:00:00", 1512.0, Quality.GOOD),
    ]
    assert came.rejections == []


def test_codes_of_2005_whatever_flag_says() -> None:
    area = "DataTime=20261126080000;B01-Rtd=36.91;011-Rtd=231.0,011-Flag=N;060-Rtd=1.803,060-Flag=D"
    expected = [
        ("DW001.w00000.realtime", "26 00:00:00", 36.91, Quality.GOOD),
        ("DW001.w01018.realtime", "26 00:00:00", 231.0, Quality.GOOD),
        ("DW001.w21003.realtime", "26 00:00:00", 1.803, Quality.FAULT),
    ]
    for flag in ("-", "0", "4", "9"):  # none, and three editions
        came = send(water(area, Flag=flag, QN="-"))
        assert came.readings == expected
        assert came.rejections == []


@pytest.mark.parametrize(
    ("mark", "quality"),
    [("N", Quality.GOOD), ("F", Quality.STOPPED), ("M", Quality.MAINTENANCE), ("S", Quality.MANUAL),
     ("D", Quality.FAULT), ("C", Quality.CALIBRATION), ("T", Quality.OVER_RANGE),
     ("B", Quality.OFFLINE), ("P", Quality.FAULT), ("0", Quality.CALIBRATION), ("1", Quality.GOOD),
     ("2", Quality.SUSPECT), ("3", Quality.GOOD), ("", Quality.GOOD), ("d", Quality.FAULT)],
)  # fmt: skip
def test_a_mark_holds_for_all_fields_of_its_code(mark: str, quality: Quality) -> None:
    came = send(
        gas(f"DataTime=20261126080000;a21026-Min=1,a21026-Avg=2,a21026-Flag={mark};a21002-Avg=3",
            CN="2051")
    )  # fmt: skip
    assert [one[3] for one in came.readings] == [quality, quality, Quality.GOOD]
    assert came.rejections == []


def test_marks_that_are_none_or_contradict_each_other() -> None:
    came = send(
        gas("DataTime=20261126080000;a21026-Avg=2,a21026-Flag=X;a21002-Avg=3,a21002-Flag=N,"
            "a21002-Flag=D;a01011-Avg=4,a01011-Flag=N", CN="2051")
    )  # fmt: skip
    assert came.values == {"DA001.a01011.minute": 4.0}
    known = "N, F, M, S, D, C, T, B, P, 0, 1, 2, 3"
    assert came.reasons == [
        ("bad_value", 1, f'a21026-Flag: "X" is none of {known}'),
        ("bad_value", 3, f'a21002-Flag: "N, D" is none of {known}'),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [("12.5", 12.5), ("0", 0.0), ("-3", -3.0), ("+3", 3.0), ("1e5", 1e5), ("1.5E-3", 0.0015),
     (".5", 0.5), ("5.", 5.0), ("000012.50", 12.5), ("0.12345678901234567", 0.12345678901234567)],
)  # fmt: skip
def test_numbers(text: str, value: float) -> None:
    came = send(gas(f"DataTime=20261126080000;a01011-Avg={text}", CN="2051"))
    assert came.values == {"DA001.a01011.minute": value}


@pytest.mark.parametrize(
    ("text", "reason"),
    [("--", "bad_value"), ("", "bad_value"), ("-", "bad_value"), ("N/A", "bad_value"),
     (" 5", "bad_value"), ("1_000", "bad_value"), ("0x10", "bad_value"), ("1.2.3", "bad_value"),
     ("１２", "bad_value"), ("1e", "bad_value"), ("5=6", "bad_value"), ("NaN", "out_of_range"),
     ("-Infinity", "out_of_range"), ("inf", "out_of_range"), ("1e999", "out_of_range"),
     ("9" * 400, "out_of_range")],
)  # fmt: skip
def test_what_is_no_number_is_kept_and_the_others_come_in(text: str, reason: str) -> None:
    came = send(
        gas(f"DataTime=20261126080000;a21002-Avg={text},a21002-Flag=T;a01011-Avg=1", CN="2051")
    )
    assert came.values == {"DA001.a01011.minute": 1.0}
    (kept,) = came.rejections
    assert (kept["reason"], kept["item"]) == (reason, 1)
    assert (kept["enterprise"], kept["meter"]) == ("E1", "DA001.a21002.minute")
    # What is kept is a frame of that field alone, so a replay needs nothing else.
    assert parse(kept["payload"]).cp == (
        (("DataTime", "20261126080000"),), (("a21002-Avg", text), ("a21002-Flag", "T")),
    )  # fmt: skip
    assert parse(kept["payload"]).qn == "20261126080000123"


def test_what_is_not_declared_is_one_rejection_of_the_frame() -> None:
    frame = gas(
        "DataTime=20261126080000;a21026-Avg=2,a21026-Cou=1,a21026-Flag=N;a34013-Avg=1,a34013-Flag=N;"
        "ele01-Avg=3;a21026-EFlag=A01,a21026-SampleTime=20261126075900,a21026-SN=5;x=1", CN="2051"
    )  # fmt: skip
    came = send(frame)
    assert came.values == {"DA001.a21026.minute": 2.0}
    assert came.reasons == [
        ("unsupported", -1, "fields: not declared for DA001: a21026-Cou, a34013-Avg, ele01-Avg, x")
    ]
    assert came.rejections[0]["payload"] == frame
    assert came.rejections[0]["enterprise"] == "E1"
    assert came.rejections[0]["peer"] == "10.0.0.7:5000"


def test_a_thousand_undeclared_fields_are_one_short_rejection() -> None:
    area = "DataTime=20261126080000;" + ";".join(f"b{n:03}-Avg=1" for n in range(700))
    (kept,) = send(gas(area, CN="2051")).rejections
    assert kept["detail"].endswith("b018-Avg, b019-Avg and 680 more")


def test_the_standard_s_misprint_of_a_code() -> None:
    # C.14: the w of w01018-Rtd is missing. The mark alone is no value.
    frame = water(
        "DataTime=20261126080000;w01018-SampleTime=20261126075624,01018-Rtd=1.1,w01018-Flag=N;"
        "w21003-SampleTime=20261126075624,w21003-Rtd=2.1,w21003-Flag=N"
    )
    came = send(frame)
    assert came.values == {"DW001.w21003.realtime": 2.1}
    assert came.reasons == [("unsupported", -1, "fields: not declared for DW001: 01018-Rtd")]
    assert came.rejections[0]["payload"] == frame


def test_a_code_that_comes_twice() -> None:
    came = send(
        gas("DataTime=20261126080000;a21026-Avg=2,a21026-Flag=N;a21026-Avg=2,a21026-Flag=N;"
            "a21002-Avg=3;a01011-Avg=1;a21002-Avg=4", CN="2051")
    )  # fmt: skip
    assert came.values == {"DA001.a21026.minute": 2.0, "DA001.a01011.minute": 1.0}
    assert came.reasons == [("bad_value", -1, 'a21002-Avg: twice, with "3" and "4"')]
    both = send(water("DataTime=20261126080000;w01018-Rtd=5;011-Rtd=6"))
    assert both.readings == []
    assert both.reasons == [("bad_value", -1, '011-Rtd: twice, with "5" and "6"')]


def test_several_times_in_a_frame() -> None:
    came = send(
        gas("DataTime=20261126080000;a21026-Avg=1,a21026-Flag=D;DataTime=20261126080500;"
            "a21026-Avg=2", CN="2051"),
        gas("a21026-Avg=3;DataTime=20261126081000", CN="2051"),
    )  # fmt: skip
    assert came.readings == [
        ("DA001.a21026.minute", "26 00:05:00", 1.0, Quality.FAULT),
        ("DA001.a21026.minute", "26 00:10:00", 2.0, Quality.GOOD),
        ("DA001.a21026.minute", "26 00:15:00", 3.0, Quality.GOOD),
    ]


def test_times_that_are_none() -> None:
    for text in (
        "", "2026112608000", "20261326080000", "20260230080000", "20261126240000",
        "２０261126080000", "2026112608000000", "-",
    ):  # fmt: skip
        came = send(gas(f"DataTime={text};a21026-Rtd=1"))
        assert came.readings == []
        assert came.reasons == [("bad_time", -1, f'DataTime: "{text}" is not YYYYMMDDhhmmss')]
    assert send(gas("a21026-Rtd=1")).reasons == [("bad_time", -1, "DataTime: missing")]


def test_times_in_milliseconds_and_ahead() -> None:
    came = send(
        gas("DataTime=20261126080000250;a21026-Rtd=1"),
        gas("DataTime=20261126091000;a21026-Rtd=2"),  # 10 minutes ahead of 09:00
        gas("DataTime=20261126091001;a21026-Rtd=3"),
        gas("DataTime=20261126090501;a21026-Avg=4", CN="2051"),  # its interval ends at 09:10:01
    )
    assert [value for _, _, value, _ in came.readings] == [1.0, 2.0]
    assert [(reason, item) for reason, item, _ in came.reasons] == [("bad_time", 1)] * 2
    assert "more than 10 minutes ahead" in came.reasons[0][2]
    assert parse(came.rejections[1]["payload"]).cp[-1] == (("a21026-Avg", "4"),)
    store = Memory()
    pipeline = Pipeline(
        store, lambda: REGISTRY, on_stored=lambda: None, now=lambda: NOW  # type: ignore[arg-type]
    )  # fmt: skip
    frame = gas("DataTime=20261126080000250;a21026-Rtd=1")
    stations = RegisteredStations(REGISTRY)
    pipeline.submit([Message(frame, None, None, "", Source.HJ212, NOW, hj212=stations)])
    assert store.batches[0].readings["ts"][0].as_py() == datetime(
        2026, 11, 26, 0, 0, 0, 250_000, tzinfo=UTC
    )
