"""Virtual meters, gap policies and typical days: what a load refuses, what the database keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from models.errors import FaultsError
from models.registry import DayType, GapPolicy, Profile, Registry
from store.registry_db import RegistryDatabase
from store.registry_files import load, read_folder

Write = Callable[..., Path]

COLUMNS = "enterprise,code,quantity,kind,unit,interval_s,multiplier,gap_policy,formula,valid_from"
METERS = f"""\
{COLUMNS}
axle,EL-0,electricity,counter,kWh,900,40,profile,,
axle,PV-1,electricity,counter,MWh,900,,none,,
axle,TEMP,temperature,level,degC,900,,,,
heat,GAS,natural_gas,counter,Sm3,900,,,,
"""
PROFILES = "enterprise,meter,day_type,hour,amount,valid_from,valid_to,evidence\n"
DAY = "axle,EL-0,workday,8,42.5,2026-01-01,,mean of May\n"


def virtual(formula: str, kind: str = "interval", interval: str = "3600", rest: str = ",") -> str:
    """A row of meters.csv: ``rest`` is multiplier and gap policy."""
    quantity, unit = ("temperature", "degC") if kind == "mean" else ("electricity", "kWh")
    return f'axle,V,{quantity},{kind},{unit},{interval},{rest},"{formula}",\n'


def faults(folder: Path) -> list[str]:
    with pytest.raises(FaultsError) as raised:
        read_folder(folder)
    return [str(fault) for fault in raised.value.faults]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (virtual("'EL-0' - 'X'"), "meters.csv:6 formula: 'X': no such meter of axle"),
        (virtual("'EL-0' - 'GAS'"), "meters.csv:6 formula: 'GAS': no such meter of axle"),
        (virtual("'EL-0' + 'TEMP'"), "meters.csv:6 formula: K and kWh cannot be added"),
        (virtual("'EL-0' * 'PV-1'"), "meters.csv:6 formula: its result is in "),
        (virtual("EL - PV"), "meters.csv:6 formula: "),
        (virtual("'V' + 'EL-0'"), "meters.csv:6 formula: a meter computed from itself: V from V"),
        (virtual("'EL-0'", "counter"), "meters.csv:6 kind: a virtual meter is interval (amounts)"),
        (virtual("'EL-0'", interval="900"), "meters.csv:6 interval_s: a virtual meter has an amou"),
        (virtual("'EL-0'", rest="2,"), "meters.csv:6 multiplier: a virtual meter has none"),
        (virtual("'EL-0'", rest=",none"), "meters.csv:6 gap_policy: a virtual meter has none"),
        (
            virtual("'EL-0'").rstrip("\n") + "2026-03-01T08:30:00+08:00\n",
            "meters.csv:6 valid_from: of a virtual meter it is a whole hour",
        ),
        (
            virtual("'W'") + "axle,W,electricity,interval,kWh,3600,,,'V',\n",
            "formula: a meter computed from itself: ",
        ),
    ],
)
def test_a_formula_that_cannot_be(folder: Write, row: str, said: str) -> None:
    (found,) = faults(folder(meters=METERS + row, exchanges=None))
    assert said in found


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("axle,X,workday,8,1,2026-01-01,,e", "profiles.csv:2 meter: 'X': no such meter of axle"),
        ("axle,TEMP,workday,8,1,2026-01-01,,e", "profiles.csv:2 meter: "),
        ("axle,EL-0,sunday,8,1,2026-01-01,,e", "profiles.csv:2 day_type: 'sunday': "),
        ("axle,EL-0,workday,24,1,2026-01-01,,e", "profiles.csv:2 hour: '24': "),
        ("axle,EL-0,workday,8,-1,2026-01-01,,e", "profiles.csv:2 amount: "),
        ("axle,EL-0,workday,8,nan,2026-01-01,,e", "profiles.csv:2 amount: "),
        ("axle,EL-0,workday,8,1,2026-01-01,,", "profiles.csv:2 evidence: is missing"),
        (
            "axle,EL-0,workday,8,1,2026-01-01,2026-01-01,e",
            "profiles.csv:2 valid_to: not after valid_from",
        ),
    ],
)
def test_a_typical_day_that_cannot_be(folder: Write, row: str, said: str) -> None:
    path = folder(meters=METERS, exchanges=None)
    (path / "profiles.csv").write_text(PROFILES + row + "\n", encoding="utf-8")
    (found,) = faults(path)
    assert found.startswith(said)


def computed(registry: Registry) -> dict[str, tuple[GapPolicy, str | None]]:
    return {meter.code: (meter.gap_policy, meter.formula) for meter in registry.meters}


def test_they_are_kept_and_go_with_their_migration(
    folder: Write, database: RegistryDatabase
) -> None:
    path = folder(meters=METERS + virtual("'EL-0' - 'PV-1'"), exchanges=None)
    (path / "profiles.csv").write_text(PROFILES + DAY, encoding="utf-8")
    load(database, path)
    registry = database.snapshot()
    key = registry.key_of["axle", "EL-0"]
    expected = {
        "EL-0": (GapPolicy.PROFILE, None),
        "PV-1": (GapPolicy.NONE, None),
        "TEMP": (GapPolicy.LINEAR, None),
        "GAS": (GapPolicy.LINEAR, None),
        "V": (GapPolicy.LINEAR, "'EL-0' - 'PV-1'"),
    }
    assert computed(registry) == expected
    (profile,) = registry.profiles
    assert profile == Profile(
        key, DayType.WORKDAY, 8, 42.5, date(2026, 1, 1), None, "mean of May", profile.recorded_at
    )
    assert not load(database, path)

    database.downgrade("0002")
    database.migrate()
    without = database.snapshot()
    assert computed(without) == dict.fromkeys(expected, (GapPolicy.LINEAR, None))
    assert without.profiles == ()
    assert without.key_of == registry.key_of


def test_a_meter_that_a_standing_formula_names_keeps_its_dimension(
    folder: Write, database: RegistryDatabase
) -> None:
    """Folders need not hold every meter: the formula is in the database only."""
    load(database, folder(meters=METERS + virtual("'EL-0' - 'PV-1'"), exchanges=None))
    water = METERS.replace("PV-1,electricity,counter,MWh", "PV-1,water,counter,m3")
    with pytest.raises(FaultsError) as raised:
        load(database, folder(meters=water, exchanges=None))
    said = "quantity: formula of V: m3 and kWh cannot be subtracted"
    found = [str(fault) for fault in raised.value.faults]
    assert found == [f"meters.csv:2 {said}", f"meters.csv:3 {said}"]  # either may be at fault
