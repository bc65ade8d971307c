"""The demo park's outlets and stations at the real receiver: every edition, every fault at once.

What must come of them is asked of their load functions, the simulator's, which know nothing of
frames; what the wire's faults must leave behind is typed.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.environment.hj212_commands import Outcome, order
from models.registry import Registry
from models.registry.channel_fields import meter_code
from simulators.grid import DATA, local
from simulators.park import table
from simulators.stations.faults import Faults
from simulators.stations.instruments import Instruments
from simulators.stations.points import stations
from simulators.stations.sender import StationSender
from store.registry_db import RegistryDatabase
from store.registry_files import load
from tests.integration.hj212.conftest import Receiver, receiving, until

NOW = local("2026-11-24T10:04")
MORNING = local("2026-11-24T09:00")
# One device with each fault of the wire, and those without.
FAULTS = {
    "EQ07/DA001": {"bad_crc": 1.0},
    "SV07/AQ002": {"wrong_password": 0.4},
    "SV08/DA001": {"split": 1.0},
    "IT05/DW001": {"torn": 1.0},
    "MD03/DW001": {"resent": 1.0},
    "EQ06/DU001": {"undeclared": 1.0},
    "MD03/DA001": {"lying_flag": 1.0},
    "MD01/DW001": {"lying_flag": 1.0},
}


def _write(folder: Path, name: str, columns: set[str]) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, sorted(columns), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(table(name))


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """The demo park's points without its meters, which are of no matter here."""
    folder = tmp_path_factory.mktemp("park")
    for name in ("park.yaml", "channels.csv"):
        shutil.copy(DATA / name, folder)
    _write(folder, "enterprises.csv", {"code", "name_zh", "name_en", "cluster"})
    meters = {"load_meter", "treatment_meter", "fuel_meter"}
    _write(folder, "points.csv", set(table("points.csv")[0]) - meters)
    database = RegistryDatabase(f"sqlite:///{folder / 'registry.sqlite'}")
    database.migrate()
    load(database, folder)
    return database.snapshot()


@pytest.fixture(scope="module")
def heard(
    registered: Registry, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Receiver, StationSender]]:
    """The receiver, once every station has told the hour from 9 to 10."""
    folder: Path = tmp_path_factory.mktemp("heard")
    begun = datetime.now(UTC)
    with receiving(registered, folder) as receiver:
        sender = StationSender(
            "127.0.0.1",
            receiver.source.port,
            now=NOW,
            clock=lambda: NOW + (datetime.now(UTC) - begun),
            over_time_s=1.0,
        )
        for device in sender.devices:
            shares = dict(FAULTS.get(device.station.name, {}))
            if device.identity.bare:
                shares["bare"] = 1.0
            device.faults = Faults(device.station.key, shares)
            device.instruments = Instruments(device.station)
            device._ahead = timedelta(0)
            if {"bad_crc", "wrong_password"} & set(shares):
                device.over_time_s = 0.3  # it waits for answers that do not come
        sender.start()
        try:
            until(lambda: all(_told(receiver, one) for one in stations()))
            yield receiver, sender
        finally:
            sender.stop()


def _values(receiver: Receiver, enterprise: str, meter: str) -> dict[datetime, float]:
    key = receiver.registry.key_of[enterprise, meter]
    rows = receiver.store.readings([key]).to_pylist()
    return {row["ts"]: row["value"] for row in rows}


def _told(receiver: Receiver, station) -> bool:
    meter = meter_code(station.code, station.channels[-1].code, "hour")
    return NOW.replace(minute=0) in _values(receiver, station.enterprise, meter)


def test_every_mean_is_stored_as_its_load_function_has_it(heard) -> None:
    receiver, _ = heard
    compared = 0
    for station in stations():
        instruments = Instruments(station)
        hour = {
            one.channel.code: one for one in instruments.mean(MORNING, MORNING + timedelta(hours=1))
        }
        length = timedelta(seconds=station.minute_s)
        ends = [MORNING + length * n for n in range(1, 3600 // station.minute_s + 1)]
        for code, fields in station.fields.items():
            half = 0.5001 * 10.0 ** -hour[code].channel.decimals
            if "minute" in fields:
                stored = _values(
                    receiver, station.enterprise, meter_code(station.code, code, "minute")
                )
                for end in ends:
                    expected = {
                        one.channel.code: one for one in instruments.mean(end - length, end)
                    }
                    assert stored[end] == pytest.approx(expected[code].mean, abs=half)
                    compared += 1
            if "hour" in fields:
                stored = _values(
                    receiver, station.enterprise, meter_code(station.code, code, "hour")
                )
                end = MORNING + timedelta(hours=1)
                assert stored[end] == pytest.approx(hour[code].mean, abs=half)
    assert compared > 500


def test_amounts_of_the_hour_are_flow_times_concentration(heard) -> None:
    receiver, _ = heard
    end = MORNING + timedelta(hours=1)

    def at(meter: str) -> float:
        return _values(receiver, "MD01", f"DW001.{meter}")[end]

    assert at("w00000.hour-cou") == pytest.approx(at("w00000.hour") * 3.6, rel=1e-3)  # L/s to m3
    expected = at("w01018.hour") * at("w00000.hour") * 3600e-6  # mg/L x L/s to kg an hour
    assert at("w01018.hour-cou") == pytest.approx(expected, rel=2e-3)


def test_only_the_wires_faults_are_refused(heard) -> None:
    receiver, sender = heard
    reasons = Counter(reason for reason, _ in receiver.refused())
    assert set(reasons) == {"bad_crc", "bad_password", "unsupported"}
    assert reasons["bad_crc"] == sender.sent.spoilt > 0
    assert reasons["bad_password"] == sender.sent.wrong_password > 0
    assert reasons["unsupported"] >= sender.sent.undeclared > 3  # more where it was sent again
    for count in ("lying", "twice", "torn", "packets", "resends"):
        assert getattr(sender.sent, count) > 0, count


def test_a_host_fills_a_gap_from_the_logger_and_learns_where_there_is_nothing(heard) -> None:
    receiver, _ = heard
    mn = next(one.identity.mn for one in stations() if one.name == "MD06/DW001")
    # never sent: 18 November from 13:00 for six hours (point_events.csv); the logger has them
    span = {"start": local("2026-11-18T13:00"), "end": local("2026-11-18T19:00")}
    done = receiver.source.command(mn, order("fill", data="hour", **span))
    assert (done.outcome, done.frames) == (Outcome.DONE, 6)
    stored = _values(receiver, "MD06", "DW001.w01018.hour")
    assert sum(span["start"] < when <= span["end"] for when in stored) == 6
    mn = next(one.identity.mn for one in stations() if one.name == "MD02/DA001")
    span = {"start": local("2025-11-13T02:00"), "end": local("2025-11-13T18:00")}
    nothing = receiver.source.command(mn, order("fill", data="hour", **span))
    assert (nothing.outcome, nothing.code, nothing.frames) == (Outcome.FAILED, 100, 0)
