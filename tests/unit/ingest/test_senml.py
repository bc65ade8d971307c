"""SenML by RFC 8428: examples of the RFC, another implementation's pack, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.decode import senml
from ingest.decode.senml_units import senml_units
from ingest.message import Message
from models.errors import DecodeError
from models.readings import Source
from models.units import conversion

FOREIGN = Path(__file__).parents[2] / "fixtures" / "foreign_senders" / "senml.json"
NOW = 1_795_485_600.0  # 2026-11-24T02:00:00Z


def decoded(pack: str | bytes, now: float = NOW):
    refused: list[tuple] = []
    payload = pack.encode() if isinstance(pack, str) else pack
    assert senml.is_pack(payload)
    sent, items = senml.decode(payload, lambda *one: refused.append(one), now)
    readings = [
        (item, one.meter, one.ts, one.value, one.unit)
        for item, one in zip(items, sent, strict=True)
    ]
    return readings, [
        (item, meter, reason.value, detail) for item, meter, reason, detail in refused
    ]


def test_the_packs_of_rfc_8428_section_5_1():
    # Section 5.1.2 (multiple data points) and 5.1.3: 1276020076.001 s.
    readings, refused = decoded(
        '[{"bn":"urn:dev:ow:10e2073a01080063:","bt":1.276020076001e+09,"bu":"A","bver":5,'
        '"n":"voltage","u":"V","v":120.1},'
        '{"n":"current","t":-5,"v":1.2},{"n":"current","v":1.7}]'
    )
    assert refused == []
    assert readings == [
        (0, "10e2073a01080063.voltage", 1_276_020_076_001, 120.1, "V"),
        (1, "10e2073a01080063.current", 1_276_020_071_001, 1.2, "A"),
        (2, "10e2073a01080063.current", 1_276_020_076_001, 1.7, "A"),
    ]


def test_times_below_2_to_the_28_are_relative_to_the_receipt():
    # Section 4.5.3; 2**28 = 268435456 itself is absolute: 1978-07-04T21:24:16Z.
    readings, _ = decoded(
        '[{"n":"m1","v":1},{"n":"m1","t":-90,"v":2},{"n":"m1","t":268435456,"v":3}]'
    )
    assert [ts for _, _, ts, _, _ in readings] == [
        1_795_485_600_000, 1_795_485_510_000, 268_435_456_000,
    ]  # fmt: skip


def test_base_fields_hold_until_the_next_of_their_kind_and_are_added():
    readings, refused = decoded(
        '[{"bn":"a:","bv":1000,"bt":1795485600},{"n":"x","v":1},'
        '{"bn":"b:","n":"x","v":2},{"bv":0,"t":60,"n":"x","v":3}]'
    )
    assert refused == []
    assert readings == [
        (1, "a.x", 1_795_485_600_000, 1001.0, None),
        (2, "b.x", 1_795_485_600_000, 1002.0, None),
        (3, "b.x", 1_795_485_660_000, 3.0, None),
    ]


def test_a_sum_is_in_its_unit_times_seconds():
    # RFC 8428, section 4.2: 3.6 MJ = 1 kWh from the integral of watts.
    readings, refused = decoded('[{"n":"m1","u":"W","bs":1e6,"s":2.6e6},{"n":"m1","s":5}]')
    assert readings == [(0, "m1", 1_795_485_600_000, 3.6e6, "W*s")]
    assert conversion("W*s", "kWh")[0] * 3.6e6 == pytest.approx(1.0)
    assert refused == [(1, "m1", "bad_unit", "u: missing; a sum (s) is in its unit times seconds")]


def test_what_is_no_reading_is_refused_by_name_and_the_others_come_in():
    readings, refused = decoded(
        '[{"n":"m1","vs":"ajar"},{"n":"m1","vb":true},{"n":"m1","vd":"AAAA"},{"n":"m1"},'
        '{"n":"m1","v":"5"},{"n":"-m","v":5},7,{"n":"m1","v":NaN},{"n":"m1","v":5}]'
    )
    assert readings == [(8, "m1", 1_795_485_600_000, 5.0, None)]
    assert [(item, reason, detail) for item, _, reason, detail in sorted(refused)] == [
        (0, "unsupported", "vs: a text is no reading, only v and s are taken"),
        (1, "unsupported", "vb: a truth value is no reading, only v and s are taken"),
        (2, "unsupported", "vd: data is no reading, only v and s are taken"),
        (3, "bad_value", "v: missing"),
        (4, "bad_value", 'v: "5" is not a number'),
        (5, "malformed", 'n: "-m" is no name of SenML'),
        (6, "malformed", "item: 7 is not an object"),
        (7, "bad_value", "v: NaN is not a finite number"),
    ]


def test_a_base_that_cannot_be_read_spoils_what_it_holds_for_and_no_more():
    readings, refused = decoded(
        '[{"bn":"a:","bt":"noon","n":"x","v":1},{"n":"y","v":2},{"bt":1795485600,"n":"z","v":3}]'
    )
    assert readings == [(2, "a.z", 1_795_485_600_000, 3.0, None)]
    assert [(item, reason) for item, _, reason, _ in refused] == [(0, "bad_time"), (1, "bad_time")]


@pytest.mark.parametrize("beside", ["", ',{"n":"x","v":"odd"}'])
def test_a_null_is_as_left_out_but_is_no_time(beside: str) -> None:
    """As programs write records that have a field for every label; also beside one that is wrong,
    where each record is looked at by itself."""
    nulls = '"bn":null,"bu":null,"bv":null,"bs":null,"bver":null,"vs":null,"vb":null,"s":null'
    base = '{"bn":"a:","bt":1795485600,"bu":"kWh","n":"x","v":1,"t":null}'
    readings, refused = decoded(f'[{base},{{{nulls},"bt":null,"n":"y","u":null,"v":2}}{beside}]')
    assert readings == [
        (0, "a.x", 1_795_485_600_000, 1.0, "kWh"), (1, "a.y", 1_795_485_600_000, 2.0, "kWh"),
    ]  # fmt: skip
    assert [(item, reason) for item, _, reason, _ in refused] == [(2, "bad_value")] * bool(beside)
    # Left out it would be the receipt; so it is not known.
    for label in ("t", "bt"):
        said = {"t": '{"n":"x","v":1,"t":null}', "bt": '{"bt":null,"n":"x","v":1,"t":-5}'}[label]
        readings, refused = decoded(f"[{said}{beside}]")
        assert readings == []
        assert (0, None, "bad_time", f"{label}: null, so the time is not known") in refused
    # A base that cannot be read is not mended by a null.
    readings, refused = decoded('[{"bt":"noon","n":"x","v":1},{"bt":null,"n":"y","v":2}]')
    assert readings == []
    assert [reason for _, _, reason, _ in refused] == ["bad_time"] * 2


@pytest.mark.parametrize(
    ("pack", "detail"),
    [
        ('[{"n":"a","v":1},{"bver":11,"n":"a","v":1}]', "bver: 11 is newer than 10"),
        ('[{"n":"a","v":1,"crs_":"x"}]', '"crs_": a field that must be understood'),
    ],
)
def test_a_pack_that_must_not_be_used_is_refused_as_a_whole(pack, detail):
    with pytest.raises(DecodeError, match=detail) as error:
        decoded(pack)
    assert error.value.reason == "unsupported"


def test_names_name_an_enterprise_before_a_slash():
    refused: list[tuple] = []
    pack = b'[{"n":"E1/boiler:gas","v":1},{"n":"urn:dev:mac:0024befffe804ff1","v":2},{"v":3}]'
    sent, _ = senml.decode(pack, lambda *one: refused.append(one), NOW)
    assert refused == []
    assert [(one.enterprise, one.meter) for one in sent] == [
        ("E1", "boiler.gas"), (None, "0024befffe804ff1"), (None, None),
    ]  # fmt: skip


def test_a_pack_of_another_implementation():
    readings, refused = decoded(FOREIGN.read_bytes())
    assert readings == [
        (0, "m1", 1_795_485_600_000, 1000.5, "kWh"),
        (1, "m1", 1_795_489_200_000, 1010.5, "kWh"),
        (2, "m2", 1_795_489_200_000, 7.2e9, "J"),
    ]
    assert refused == [(3, "m2", "unsupported", "vs: a text is no reading, only v and s are taken")]


def test_of_an_item_its_resolved_form_is_kept_which_means_the_same_later():
    pack = b'[{"bn":"a:","bt":-60,"bu":"Wh","bv":10,"n":"x","v":1},{"n":"y","v":2,"t":5},3]'
    received = datetime(2026, 11, 24, 2, tzinfo=UTC)
    message = Message(pack, "E1", None, "park/tl/E1/batch", Source.MQTT, received)
    kept, peer = message.item(1)
    assert (json.loads(kept), peer) == (
        [{"n": "a:y", "u": "Wh", "t": 1_795_485_545.0, "v": 12.0}], "park/tl/E1/batch",
    )  # fmt: skip
    assert message.item(2)[0] == b"3"
    assert decoded(kept, now=0.0)[0] == [(0, "a.y", 1_795_485_545_000, 12.0, "Wh")]


def test_our_own_json_is_not_taken_for_senml():
    for payload in (
        b'[{"ts":1795485600000,"value":1,"meter":"a","n":"b"}]', b'{"n":"a","v":1}', b"[]", b"[1]",
        b'[{"text":"no label of either"}]',
    ):  # fmt: skip
        assert not senml.is_pack(payload)


def test_every_unit_of_the_table_is_one_of_ours():
    # By the registry's own definitions (IANA, SenML Units): 1 l = 0.001 m3, 1 ug/m3 = 0.001 mg/m3.
    expected = {
        "J": ("kWh", 1 / 3.6e6), "Wh": ("kWh", 0.001), "Pa": ("kPa", 0.001), "hPa": ("kPa", 0.1),
        "W": ("kW", 0.001), "l": ("m3", 0.001), "m3/s": ("m3/h", 3600.0), "kg": ("t", 0.001),
        "ug/m3": ("mg/m3", 0.001), "mg/l": ("mg/m3", 1000.0), "l/s": ("m3/h", 3.6),
    }  # fmt: skip
    for unit, (to, scale) in expected.items():
        assert conversion(senml_units()[unit], to) == (pytest.approx(scale), 0.0), unit
    assert conversion(senml_units()["Cel"], "degC") == (1.0, 0.0)
    assert conversion(senml_units()["K"], "degC") == (pytest.approx(1.0), pytest.approx(-273.15))


@pytest.mark.parametrize("label", ["bn", "bu"])
def test_a_long_base_field_is_refused_before_records_multiply_it(label: str) -> None:
    pack = [{label: "a" * 1_001}, {"n": "b", "v": 1}]
    with pytest.raises(DecodeError, match=f"{label}: 1,001 characters, at most 1,000 are read"):
        decoded(json.dumps(pack))
    readings, _ = decoded(json.dumps([{label: "a" * 1_000}, {"n": "b", "v": 1}]))
    assert len(readings) == 1
