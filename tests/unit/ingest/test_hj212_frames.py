"""Frames of HJ 212: length, CRC, fields, editions, any stream; the standard's own examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.decode.hj212_frames import Frame, crc, packed, parse
from ingest.decode.hj212_stream import Garbage, Splitter
from models.errors import DecodeError

SHARED = Path(__file__).parents[4] / "shared" / "data" / "hj212"
# HJ 212-2017, annex A: data segment, length and CRC as printed there.
ANNEX_A = (
    b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    b"CP=&&RtdInterval=30&&1C80\r\n"
)
# HJ 212-2025, annex A.1, as transcribed publicly (hj212_sm4.py names the source).
ANNEX_A_2025 = (
    b"##0087QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;"
    b"CP=&&&&2200"
)
# The same, annex A.2: the data area of 208 characters encrypted with a key of sixteen 0x30.
KEY_OF_ANNEX = b"0" * 16
ENCRYPTED = bytes.fromhex(
    "E43E159ACFAB242CB53155FB8B9281A1A242577ABFAED881BE88B72D69FC55ED1A80119FAAC8B3CD33D285CC76F57F2C"
    "A7F88B9573C6647E0F07E24609BD6B63EB20C5B9784F28E71D2F4994FF61D9E1C2B3075592B4D1E09C4D8BB27BE97B55"
    "9E3DA6643781A6F477769DEEB009B10DFFF3426922725D607DC4480F0CAC5F70DB2587B124BCB281592721D6E4BC180A"
    "97E5E111499CBE822E31C8D7761553543AA24207C290997BBDE64F9266BC5F529A172E381C1D898CA1A0D771A914A7B2"
    "D7467C70B94F1D4A7B0350A48DBF8B41"
)
# Annex A.2 again, 147 characters: nine blocks, and three that stay plain.
ENCRYPTED_WITH_REST = (
    bytes.fromhex(
        "E43E159ACFAB242CB53155FB8B9281A1A242577ABFAED881BE88B72D69FC55ED1A80119FAAC8B3CD33D285CC"
        "76F57F2CA7F88B9573C6647E0F07E24609BD6B63EB20C5B9784F28E71D2F4994FF61D9E13B391A1D2A454B65"
        "388D5D9435DBF021528C7BF9755EF16518710C0CAC0ADEF9C5156CD0A5A17674AC0ED2ABC40023E9EF701285"
        "54B82438E91ADCE98A0D03A4"
    )
    + b"g=N"
)
HEAD_OF_A2 = (
    b"QN=20240520210700000;ST=31;CN=2051;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&"
)


def bitwise(data: bytes) -> int:
    """The CRC as annex A writes it, bit by bit; nothing of ours."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            lowest = register & 1
            register >>= 1
            if lowest:
                register ^= 0xA001
    return register


def framed(data: str | bytes) -> bytes:
    raw = data.encode() if isinstance(data, str) else data
    return b"##%04d%s%04X\r\n" % (len(raw), raw, bitwise(raw))


def segment(
    area: str = "DataTime=20261126080000;a21026-Rtd=1.5,a21026-Flag=N", **fields: str
) -> str:
    told = {
        "QN": "20261126080000123", "ST": "31", "CN": "2011", "PW": "123456",
        "MN": "010000A8900016F000169DC0", "Flag": "5",
    } | fields  # fmt: skip
    head = ";".join(f"{name}={value}" for name, value in told.items() if value != "-")
    return f"{head};CP=&&{area}&&"


def refused(frame: bytes) -> str:
    with pytest.raises(DecodeError) as error:
        parse(frame)
    return str(error.value)


def test_the_annex_s_own_frame() -> None:
    read = parse(ANNEX_A)
    assert (read.qn, read.st, read.cn, read.pw) == ("20160801085857223", "32", "1062", "100000")
    assert read.mn == "010000A8900016F000169DC0"
    assert (read.flag, read.edition, read.wants_answer, read.resent) == (5, "2017", True, False)
    assert read.cp == ((("RtdInterval", "30"),),)
    assert packed(read.data) == ANNEX_A
    # What ordinary CRC-16/MODBUS gives for it (golden case 1) is another number.
    assert (
        refused(ANNEX_A.replace(b"1C80", b"0759")) == 'bad_crc: crc: "0759" came, 1C80 is computed'
    )


def test_the_frame_of_2025_s_annex() -> None:
    read = parse(ANNEX_A_2025)
    assert (read.edition, read.wants_answer, read.cp) == ("2025", True, ())


@pytest.mark.parametrize(
    "length", [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 300, 1_023, 1_024, 1_025, 9_999]
)
def test_the_crc_is_the_bitwise_one_at_every_length(length: int) -> None:
    data = bytes((place * 151 + length) % 256 for place in range(length))
    assert crc(data) == bitwise(data)
    assert crc(bytes(length)) == bitwise(bytes(length))


def test_what_four_digits_cannot_tell_is_not_packed() -> None:
    with pytest.raises(ValueError, match="10,000 bytes, at most 9,999"):
        packed(b"x" * 10_000)


@pytest.mark.skipif(not SHARED.exists(), reason="recorded frames are not here")
def test_recorded_frames() -> None:
    sound = [line for line in (SHARED / "accepted.txt").read_bytes().splitlines() if line]
    broken = [line for line in (SHARED / "rejected-bad-crc.txt").read_bytes().splitlines() if line]
    read = [parse(line) for line in sound]
    assert [one.cn for one in read] == ["1062", "2011", "2011", "2011", "2011", "2051"]
    # One of 2021 says that it is of 2025: Flag tells the edition, and lies.
    assert [one.edition for one in read] == ["2017", "2025", "2017", "2017", "2017", "2017"]
    assert [refused(line)[:7] for line in broken] == ["bad_crc", "bad_crc"]
    stream = Splitter()
    assert stream.feed(b"\r\n".join(sound)) == sound


@pytest.mark.parametrize(
    ("flag", "edition", "wants_answer"),
    [("0", "2005", False), ("4", "2017", False), ("5", "2017", True), ("6", "2017", False),
     ("7", "2017", True), ("8", "2025", False), ("9", "2025", True), ("11", "2025", True)],
)  # fmt: skip
def test_flag_tells_edition_and_answer(flag: str, edition: str, *, wants_answer: bool) -> None:
    read = parse(framed(segment(Flag=flag)))
    assert (read.edition, read.wants_answer) == (edition, wants_answer)


def test_what_real_devices_do() -> None:
    plain = parse(
        framed(segment(QN="-", Flag="-", MN="NJGDKYYC202101q0001w0001", PNUM="0002", PNO="0001"))
    )
    assert (plain.qn, plain.flag, plain.edition, plain.wants_answer) == (None, None, "2005", False)
    assert (plain.mn, plain.pnum, plain.pno) == ("NJGDKYYC202101q0001w0001", 2, 1)
    split = parse(framed(segment(Flag="7", PNUM="2", PNO="2")))
    assert (split.flag, split.pnum, split.pno) == (7, 2, 2)
    assert parse(framed(segment(RF="1", Flag="9"))).resent
    assert parse(framed(segment(Vendor="x"))).cn == "2011"
    lower = framed(segment())
    assert parse(lower[:-6] + lower[-6:].lower()).cn == "2011"
    assert parse(lower[:-2]) == parse(lower) == parse(lower[:-1])  # the tail, in part or not at all
    assert parse(framed(segment("DataTime=20261126080000;;a21026-Rtd=1,;"))).cp == (
        (("DataTime", "20261126080000"),), (("a21026-Rtd", "1"),),
    )  # fmt: skip
    assert parse(framed(segment("PolId=w01018,InfoId=i13004,i13004-Info=168.0", CN="3020"))).cp == (
        (("PolId", "w01018"), ("InfoId", "i13004"), ("i13004-Info", "168.0")),
    )
    assert parse(framed(segment("PolId=w01018;i11001-Info=//清洗管路,两次//", CN="3020"))).cp == (
        (("PolId", "w01018"),), (("i11001-Info", "//清洗管路,两次//"),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        # What is misprinted in the standard's annex C (2017): C.48, C.19, C.2.
        ("QN=20160801085857534,ST=32;CN=2051;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"
         "CP=&&DataTime=20160801084000;w01018-Avg=1.1,w01018-Flag=N&&",
         'malformed: QN: "20160801085857534,ST=32" is not digits of a time to the millisecond'),
        ("QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5CP=&&"
         "DataTime=20160801085857;w01018-Rtd=1.1,w01018-Flag=N&&",
         "malformed: CP: no ';CP=&&' begins the data area"),
        ("QN=20160801085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;"
         "CP=&& PolId=w01018;SystemTime=20160801085857&&",
         'malformed: CP: " PolId=w01018" is not name=value'),
        (segment("", Flag="12"),
         "unsupported: Flag: 12 is of version 3, which is none of 2005, 2017, 2025"),
        (segment("", Flag="256"), "malformed: Flag: 256 is not a number from 0 to 255"),
        (segment("", Flag=""), 'malformed: Flag: "" is not a number from 0 to 255'),
        (segment("", MN=""), 'malformed: MN: "" is not a text of 1 to 24 characters'),
        (segment("", CN="20511"), 'malformed: CN: "20511" is not four digits'),
        (segment("") + "x", "malformed: CP: no '&&' ends the data segment"),
        (segment("a=1&&b=2"), "malformed: CP: '&&' is inside the data area"),
        (segment("", X="1;ST=32"), "malformed: ST: there are two of them"),
        (segment("", X="1;loose"), 'malformed: field: "loose" is not name=value'),
        (segment("a=\x07"), "malformed: data: holds a control character"),
        (segment("i11001-Info=清洗").encode("gb18030"), "malformed: data: not UTF-8 at byte"),
        (segment("DataTime=20261126080000;a21026"), 'malformed: CP: "a21026" is not name=value'),
        (segment("7F3A" * 12, Flag="9"), "unsupported: CP: cipher text (SM4 of HJ 212-2025?)"),
        (segment("{0xE4,0x3E}", Flag="9"), "unsupported: CP: cipher text (SM4 of HJ 212-2025?)"),
        ("", "malformed: CP: no ';CP=&&' begins the data area"),
    ],
)  # fmt: skip
def test_what_is_refused_though_length_and_crc_are_right(data: str | bytes, detail: str) -> None:
    assert refused(framed(data)).startswith(detail)


@pytest.mark.parametrize(
    ("frame", "detail"),
    [
        (b"", "malformed: head: '##' is missing"),
        (b"hello", "malformed: head: '##' is missing"),
        (b"##", 'malformed: length: "" is not four digits'),
        (b"##01x1abc", 'malformed: length: "01x1" is not four digits'),
        (ANNEX_A.replace(b"##0101", b"##0100"), "malformed: length: 100 is told, 101 bytes came"),
        (ANNEX_A[:50], "malformed: length: 101 is told, 40 bytes came"),
        (ANNEX_A.replace(b"1C80", b"!!!!"), 'bad_crc: crc: "!!!!" came, 1C80 is computed'),
        (b"##" + b"9" * 20_000, "too_large: data: 20,002 bytes, at most 9,999 fit a frame"),
    ],
)  # fmt: skip
def test_what_is_no_frame(frame: bytes, detail: str) -> None:
    assert refused(frame).startswith(detail)


def test_encrypted_frames_of_the_annex() -> None:
    frame = b"##0295" + HEAD_OF_A2 + ENCRYPTED + b"&&2200\r\n"
    read = parse(frame, lambda mn: KEY_OF_ANNEX if mn == "010000A8900016F000169DC0" else None)
    assert [item[0] for item in read.cp] == [
        ("DataTime", "20240520210600"), ("a01011-Min", "1.35"), ("a01012-Min", "9.3"),
        ("a01014-Min", "3.20"),
    ]  # fmt: skip
    assert bitwise(read.data) == 0x2200
    with_rest = parse(
        b"##0234" + HEAD_OF_A2 + ENCRYPTED_WITH_REST + b"&&B541", lambda _mn: KEY_OF_ANNEX
    )
    assert with_rest.cp[-1][-1] == ("a01014-Flag", "N")
    detail = 'unsupported: CP: encrypted (SM4, HJ 212-2025), and no key of MN "010000A8900016F00016'
    assert refused(frame).startswith(detail)
    with pytest.raises(DecodeError, match="bad_crc"):
        parse(frame, lambda _mn: b"1" * 16)
    for place in range(0, len(frame), 7):  # however it is cut
        stream = Splitter()
        assert [*stream.feed(frame[:place]), *stream.feed(frame[place:])] == [frame[:-2]]


def test_split_and_glued() -> None:
    one, two = framed(segment()), framed(segment(CN="2061"))
    stream = Splitter()
    assert stream.feed(one + two[:30]) == [one[:-2]]
    assert stream.feed(two[30:-3]) == []
    assert stream.feed(two[-3:-2] + b"\r") == [two[:-2]]
    assert stream.feed(b"\n" + one + one) == [one[:-2], one[:-2]]
    assert stream.feed(one[:-2] * 2) == [one[:-2]] * 2  # devices that send no tail
    assert stream.close() == []


@pytest.mark.parametrize(
    "before",
    [b"##", b"##9999", b"##0101QN=2016", b"##9999" + HEAD_OF_A2 + b"\x00\xff" * 20, b"#" * 50,
     b"\x00\xff\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", ANNEX_A[:-10], ANNEX_A[:-2],
     ANNEX_A.replace(b"1C80", b"1C81"), ANNEX_A.replace(b"##0101", b"##0099"),
     ANNEX_A.replace(b"##0101", b"##0103"), b"x" * 30_000, b"##" * 10_000, b"##9999" * 5_000],
)  # fmt: skip
def test_a_good_frame_is_found_after_anything_and_at_once(before: bytes) -> None:
    good = framed(segment())
    stream = Splitter()
    pieces = stream.feed(before + good)
    if before[:6] == b"##9999" and b"CP=" in before:  # may be encrypted: the told end is awaited
        pieces += stream.close()
    assert good[:-2] in pieces
    assert stream.close() == []
    told = b"".join(one.data if isinstance(one, Garbage) else one for one in pieces)
    assert told.replace(b"\r\n", b"") == (before + good).replace(b"\r\n", b"")


def test_the_splitter_holds_little_more_than_a_frame() -> None:
    stream = Splitter()
    came = b"##9999" + b"##" * 500
    given = sum(map(size, (piece for _ in range(300) for piece in stream.feed(came))))
    assert 0 < 300 * len(came) - given < 10_100
    left = stream.close()
    assert sum(map(size, left)) == 300 * len(came) - given
    given = sum(map(size, (piece for _ in range(30_000) for piece in stream.feed(b"a"))))
    assert 0 < 30_000 - given < 10_100


def size(piece: bytes | Garbage) -> int:
    return len(piece.data if isinstance(piece, Garbage) else piece)


def test_a_frame_is_a_value() -> None:
    assert isinstance(parse(ANNEX_A), Frame)
    assert hash(parse(ANNEX_A)) == hash(parse(ANNEX_A))
