"""Hostile streams of HJ 212 stations: broken frames, and sound ones that say what none should."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from benchmarks.hostile import hostile
from benchmarks.hostile_messages import Form
from ingest.decode.hj212_frames import LONGEST_DATA, packed, parse
from ingest.decode.hj212_readings import read_fields, station_of
from ingest.decode.hj212_stream import Garbage, Splitter
from ingest.hj212_stations import RegisteredStations
from ingest.message import Message
from ingest.pipeline import Outcome, Pipeline
from models.quantities import Kind
from models.readings import Source
from models.registry import Channel, Medium, Meter, Park, Point, Registry

MN = "010000A8900016F000169DC0"
HEAD = f"QN=20260126080000123;ST=31;CN={{cn}};PW=123456;MN={MN};Flag={{flag}};CP=&&"
AREAS = (
    ("2011", 5, "DataTime=20260126080000;a21026-Rtd=12.5,a21026-ZsRtd=15.2,a21026-Flag=N;"
     "02-Rtd=7;a34013-Rtd=1.0,a34013-Flag=D"),
    ("2051", 4, "DataTime=20260126080000;a21026-Min=1,a21026-Avg=2,a21026-Max=3,a21026-Flag=N"),
    ("2061", 9, "DataTime=20260126080000;a21026-Avg=1.5e2,a21026-Cou=0.3,a21026-Flag=C"),
    ("2031", 7, "DataTime=20260125000000;a21026-Cou=63.0;DataTime=20260126000000;a21026-Cou=6"),
    ("2021", 5, "DataTime=20260126080000;SB001-RS=1;SB002-RS=0"),
    ("3020", 5, "DataTime=20260126080000;PolId=a21026;i11001-Info=//校准,零点//"),
    ("9015", 9, ""),
)  # fmt: skip
FIELDS = ("realtime", "realtime-zs", "minute", "minute-min", "minute-max", "hour", "hour-cou",
          "day-cou")  # fmt: skip
# What to put into a frame before its length and CRC are made.
_ODD = (
    "", "--", "NaN", "1e999", "-Infinity", "9" * 400, "１２", "20261326080000", "20991231235959",
    "X", "D", "654321", "MN=1", "a21026-Rtd=1", "DataTime=", "&&", ";", ",", "=", "Flag=255",
    "Flag=63", "CN=", "w01018-Avg=1", "\x00", "\r\n", "##0101", " ", "日",
)  # fmt: skip


POINTS = (Point("E1", "DA001", Medium.WASTE_GAS, "烟囱", "Stack", MN, "123456", "31"),)
CHANNELS = (Channel("E1", "DA001", "a21026", fields=FIELDS),)
METERS = tuple(
    Meter(key, "E1", f"DA001.a21026.{field}", "concentration", Kind.MEAN, "mg/m3", 600)
    for key, field in enumerate(FIELDS, 100)
)
STATIONS = RegisteredStations(
    Registry(Park("p", "园", "Park", "吉林", "东北"), points=POINTS, channels=CHANNELS)
)


class Hj212(Form):
    """What a connection brings until it ends, each payload through a splitter of its own."""

    name = "hj212"

    def valid(self) -> list[bytes]:
        """Frames of every kind, and several of them glued together."""
        frames = [packed(self._data(*area)) for area in AREAS]
        return [*frames, b"".join(frames[:3]), frames[0][:-2] + frames[1]]

    def payloads(self, count: int, seed: int) -> Iterator[bytes]:
        """Half of them changed as bytes; of the others length and CRC are right."""
        chance = random.Random(seed)
        broken = hostile(self.valid(), count, seed)
        for payload in broken:
            if chance.random() < 0.5:
                yield payload
            else:
                yield self._sound(chance)

    @staticmethod
    def _data(cn: str, flag: int, area: str) -> bytes:
        return f"{HEAD.format(cn=cn, flag=flag)}{area}&&".encode()

    def _sound(self, chance: random.Random) -> bytes:
        data = self._data(*chance.choice(AREAS)).decode()
        for _ in range(chance.choice((1, 1, 2))):
            signs = [place for place, sign in enumerate(data) if sign in "=;,&"]
            begin = chance.choice(signs) + chance.choice((0, 1))
            end = begin + chance.choice((0, 0, 1, 5, 14))
            data = data[:begin] + chance.choice(_ODD) + data[end:]
        return packed(data.encode()[:LONGEST_DATA])

    def submit(self, pipeline: Pipeline, payloads: list[bytes], *, dry_run: bool) -> Outcome:
        """All of them in one batch; what is refused is told by the payload it came in."""
        of_payload, messages = [], []
        for number, payload in enumerate(payloads):
            for piece in _pieces(payload):
                of_payload.append(number)
                now = datetime.now(UTC)
                messages.append(
                    Message(piece, None, None, "10.0.0.7", Source.HJ212, now, hj212=STATIONS)
                )
        outcome = pipeline.submit(messages, dry_run=dry_run)
        refused = [replace(one, message=of_payload[one.message]) for one in outcome.refused]
        return replace(outcome, refused=tuple(refused))

    def holds_nothing(self, payload: bytes) -> bool:
        """Whether there is no frame in it, or but commands, answers and notices."""
        for piece in _pieces(payload):
            frame = parse(piece)
            sent, _, foreign = read_fields(frame, station_of(frame, STATIONS), _never)
            if sent or foreign:
                return False
        return True


def _pieces(payload: bytes) -> list[bytes]:
    splitter = Splitter()
    pieces = (*splitter.feed(payload), *splitter.close())
    return [piece.data if isinstance(piece, Garbage) else piece for piece in pieces]


def _never(*told: object) -> None:
    raise ValueError(told)
