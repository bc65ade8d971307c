"""What is refused in numbers becomes an alarm: of whom it is, and of what."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alarms.sources import rejected
from alarms.sources.rejected import Rejected
from alarms.sources.source import Scope
from ingest.message import Message
from ledger.books import Books
from models.alarms import Cause
from models.carbon.factors import FactorLibrary
from models.readings import Source
from tests.integration.hj212.conftest import Receiver, until


def test_bursts_of_strangers_and_of_stations(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """60 frames of nobody with wrong check numbers, 50 of E1's stack with fields that it has not
    declared, and 50 messages to an enterprise that is none.
    """
    now = datetime.now(UTC)
    with receiver.station() as station:
        for n in range(60):
            station.socket.sendall(b"##0011CP=&&%04d&&0000\r\n" % n)
        for n in range(50):
            area = f"DataTime=20251126{n:06};a99999-Rtd=1"
            station.send("2011", area, qn=f"20251126100000{n:03}")
    for _ in range(50):
        receiver.pipeline.put(
            Message(b"{}", "no\x7fbody", "EL", "topic", Source.MQTT, now, None, (0, None))
        )
    until(lambda: receiver.store.rejections().num_rows == 160)
    books = Books(receiver.store, lambda: receiver.registry, FactorLibrary(), lambda: now)
    found = Rejected(books).found(Scope(datetime.now(UTC), now))
    assert {(one.cause, one.value) for one in found} == {
        (Cause("rejections_burst", None, "", "bad_crc"), 60.0),
        (Cause("rejections_burst", "E1", "", "unsupported"), 50.0),
        (Cause("rejections_burst", None, "", "bad_time/no body"), 50.0),
    }
    # Where only the newest are looked at, strangers cannot hide what an enterprise is refused.
    monkeypatch.setattr(rejected, "LOOKED_AT", 50)
    found = Rejected(books).found(Scope(datetime.now(UTC), now))
    assert Cause("rejections_burst", "E1", "", "unsupported") in {one.cause for one in found}
