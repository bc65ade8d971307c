"""The limit files: sound, and each kind of fault is found; figures typed in from their sources."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from models.environment.limit_checks import check
from models.environment.limits import LIMIT_FILES, limit_classes, limits, limits_of
from models.reference_tables import package_folder

Spoil = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the limit files below a folder of reference data."""
    shutil.copytree(Path(str(package_folder())) / "limits", tmp_path / "limits")
    return tmp_path


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    """Writes cells of the row on a line (the head is line 1) of a file."""

    def write(file: str, line: int, **cells: str) -> int:
        path = folder / "limits" / f"{file}.csv"
        with path.open(encoding="utf-8") as text:
            rows = list(csv.DictReader(text))
        rows[line - 2] |= cells
        with path.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return line

    return write


def values(limit_class: str, pollutant: str) -> dict[tuple[str, str, str], float]:
    """Of a class and pollutant: the values by averaging, bound and condition."""
    return {
        (row.averaging, row.bound, row.condition): row.value
        for row in limits_of(limit_class, pollutant)
    }


def test_every_file_is_sound():
    assert check() == []


def test_every_file_is_read():
    """All files of the folder are checked and loaded: no limit lies there unseen."""
    names = {path.name for path in (package_folder() / "limits").iterdir()}
    assert names == {f"{name}.csv" for name in (*LIMIT_FILES, "classes")}
    lines = sum(
        len((package_folder() / "limits" / f"{name}.csv").read_text("utf-8").splitlines()) - 1
        for name in LIMIT_FILES
    )
    assert len(limits()) == lines > 0


@pytest.mark.parametrize(
    "case",
    [
        ("boilers", 2, {"value": "80 / 60"}, "value", "is not one number"),
        ("boilers", 2, {"value": "-80"}, "value", "is no limit"),
        ("noise", 2, {"value": "500"}, "value", "is no limit"),
        ("boilers", 2, {"pollutant": "SO2"}, "pollutant", "no code of HJ 212"),
        ("boilers", 2, {"pollutant": "w01018"}, "pollutant", "is not measured in waste_gas"),
        ("boilers", 2, {"pollutant": "a21026"}, "pollutant", "stands on boilers.csv:2"),
        ("boilers", 2, {"unit": "mg/L/s"}, "unit", "measure different things"),
        ("boilers", 2, {"unit": "mgg/m3"}, "unit", "not known"),
        ("boilers", 2, {"class": "GB13271"}, "class", "is not in classes.csv"),
        ("boilers", 2, {"averaging": "week"}, "averaging", "is not one of: hour"),
        ("boilers", 2, {"bound": ""}, "bound", "is not one of: max"),
        ("boilers", 2, {"condition": "cold"}, "condition", "is not one of: (empty)"),
        ("boilers", 2, {"status": "sure"}, "status", "is not one of: verified"),
        ("boilers", 2, {"source": " "}, "source", "is empty"),
        ("classes", 2, {"status": "sure"}, "status", "is not one of: verified"),
        ("classes", 2, {"reference_oxygen_pct": ""}, "reference_oxygen_pct", "between 0 and 21"),
        ("classes", 2, {"reference_oxygen_pct": "21"}, "reference_oxygen_pct", "between 0 and 21"),
        ("classes", 2, {"basis": "as_measured"}, "reference_oxygen_pct", "nothing is converted"),
        ("classes", 2, {"media": "waste"}, "media", "is not one of: waste_gas"),
        ("classes", 2, {"valid_from": "2015"}, "valid_from", "is not a date"),
        ("classes", 2, {"valid_to": "2015-01-01"}, "valid_to", "not after valid_from"),
        ("classes", 2, {"name_zh": ""}, "name_zh", "is empty"),
        ("classes", 3, {"class": "GB13271-2014/existing/coal"}, "class", "stands on line 2"),
        ("classes", 3, {"class": "GB13271-2014/none"}, "class", "limits nothing"),
    ],
)
def test_a_fault_is_named_with_its_line_and_column(case, folder, spoil):
    file, line, cells, column, reason = case
    spoil(file, line, **cells)
    found = [
        fault
        for fault in check(folder)
        if fault.field == column and reason in fault.detail and fault.file == f"{file}.csv"
    ]
    # A second row of the same question is told on the later of the two.
    assert found
    assert found[0].row == (3 if "stands on boilers" in reason else line)


def test_a_minimum_above_its_maximum_is_found(folder, spoil):
    rows = [*csv.DictReader((folder / "limits" / "waste_water.csv").open(encoding="utf-8"))]
    (at, *_) = [number for number, row in enumerate(rows) if row["bound"] == "min"]
    spoil("waste_water", at + 2, value="9.5")
    (fault,) = check(folder)
    assert (fault.row, fault.field) == (at + 2, "value")


def test_a_missing_file_or_column_is_told_alone(folder):
    (folder / "limits" / "voc.csv").unlink()
    path = folder / "limits" / "noise.csv"
    path.write_text(path.read_text("utf-8").replace("averaging", "mean", 1), "utf-8")
    assert [(fault.file, fault.field) for fault in check(folder)] == [
        ("noise.csv", "averaging"),
        ("voc.csv", "file"),
    ]


def test_an_unknown_class_is_named():
    with pytest.raises(KeyError, match="GB13271-2014/new/wood"):
        limits_of("GB13271-2014/new/wood", "a21002")


def test_a_class_that_does_not_limit_the_pollutant_has_no_row():
    assert limits_of("GB13271-2014/new/gas", "a24088") == []


def test_boilers():
    """GB 13271-2014 tables 1 to 3 (limits gathered for this project; NOx of gas 400, 200, 150)."""
    hour = ("hour", "max", "")
    for stage, particulates, sulphur, nitrogen in (
        ("existing", 30, 100, 400),
        ("new", 20, 50, 200),
        ("special", 20, 50, 150),
    ):
        boiler = f"GB13271-2014/{stage}/gas"
        assert values(boiler, "a34013") == {hour: particulates}
        assert values(boiler, "a21026") == {hour: sulphur}
        assert values(boiler, "a21002") == {hour: nitrogen}
        assert limit_classes()[boiler].reference_oxygen_pct == 3.5
    (coal,) = limits_of("GB13271-2014/existing/coal", "a21026")
    assert (coal.value, coal.reference_oxygen_pct, coal.unit) == (400, 9.0, "mg/m3")
    assert "550 in Guangxi" in coal.note


def test_noise_by_zone_day_and_night():
    """GB 12348-2008 table 1: of zone 3 (industry) 65 dB by day, 55 dB by night."""
    assert values("GB12348-2008/3", "Leq") == {
        ("daytime", "max", ""): 65,
        ("nighttime", "max", ""): 55,
    }
    assert values("GB3096-2008/4b", "Leq")["nighttime", "max", ""] == 60


def test_waste_water():
    """GB 8978-1996 table 4 of 1998 (SS grade 2 is 150, table 2 has 200), GB 18918-2002 1A."""
    day = ("day", "max", "")
    assert values("GB8978-1996/2", "w01012") == {day: 150}
    assert values("GB8978-1996/1", "w01018") == {day: 100}
    assert values("GB8978-1996/3", "w21003") == {}
    assert values("GB8978-1996/1", "w01001") == {("day", "min", ""): 6, day: 9}
    assert values("GB18918-2002/1A", "w01018") == {day: 50}
    assert values("GB18918-2002/1A", "w21003") == {
        ("day", "max", "water_above_12_degC"): 5,
        ("day", "max", "water_up_to_12_degC"): 8,
    }


def test_surface_water():
    """GB 3838-2002 table 1, as a public page prints it (g230.com): classes I to V."""
    day = ("day", "max", "")
    classes = ("I", "II", "III", "IV", "V")
    for code, printed in (
        ("w01018", (15, 15, 20, 30, 40)),
        ("w21003", (0.15, 0.5, 1.0, 1.5, 2.0)),
        ("w21011", (0.02, 0.1, 0.2, 0.3, 0.4)),
        ("w20111", (0.00005, 0.00005, 0.0001, 0.001, 0.001)),
    ):
        assert [values(f"GB3838-2002/{one}", code)[day] for one in classes] == list(printed)
    oxygen = [values(f"GB3838-2002/{one}", "w01009")["day", "min", ""] for one in classes]
    assert oxygen == [7.5, 6, 5, 3, 2]
    # Total nitrogen is an item of lakes and reservoirs only; their phosphorus limits are lower.
    assert values("GB3838-2002/III", "w21001") == {}
    assert values("GB3838-2002/III/lake", "w21001") == {day: 1.0}
    assert values("GB3838-2002/III/lake", "w21011") == {day: 0.05}


def test_ambient_air_changes_with_the_edition():
    """PM2.5, grade II, day: 75 ug/m3 (2012), 60 from 2026-03-01, 50 from 2031-01-01."""
    editions = ("GB3095-2012/II", "GB3095-2026/transition/II", "GB3095-2026/II")
    for day, expected in (
        (date(2026, 2, 28), 75),
        (date(2026, 3, 1), 60),
        (date(2030, 12, 31), 60),
        (date(2031, 1, 1), 50),
    ):
        rows = [row for one in editions for row in limits_of(one, "a34004", on=day)]
        assert [row.value for row in rows if row.averaging == "day"] == [expected]


def test_a_limit_itself_is_allowed():
    (nitrogen,) = limits_of("GB13271-2014/new/gas", "a21002")
    assert [nitrogen.passed_by(value) for value in (199.9, 200.0, 200.1)] == [False, False, True]
    low, high = limits_of("GB8978-1996/1", "w01001")
    assert (low.passed_by(5.9), low.passed_by(6.0)) == (True, False)
    assert (high.passed_by(9.0), high.passed_by(9.1)) == (False, True)
