"""Loading: what is added, corrected, closed; what stays; what was known when."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.errors import FaultsError
from models.registry import Meter, Registry
from store.registry_db import (
    RegistryChangedError,
    RegistryDatabase,
    RegistryEmptyError,
    describe,
)
from store.registry_files import difference, load, read_folder

Write = Callable[..., Path]

FIRST = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
LATER = datetime(2026, 7, 1, 1, 0, tzinfo=UTC)
METERS = "enterprise,code,quantity,kind,unit,interval_s,multiplier,valid_from,valid_to\n"
ONE = METERS + "axle,EL-0,electricity,counter,kWh,900,40,,\n"
# Local midnight of 1 March in Shanghai, eight hours ahead of UTC.
MARCH = datetime(2026, 2, 28, 16, 0, tzinfo=UTC)
APRIL = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)


def versions(registry: Registry, code: str = "EL-0") -> list[Meter]:
    return [meter for meter in registry.meters if meter.code == code]


def validity(registry: Registry) -> list[tuple[object, object, float]]:
    return [(m.valid_from, m.valid_to, m.multiplier) for m in versions(registry)]


def test_first_load_gives_the_snapshot_that_the_files_state(
    folder: Write, database: RegistryDatabase
) -> None:
    with pytest.raises(RegistryEmptyError):
        database.snapshot()
    load(database, folder(), now=FIRST)
    registry = database.snapshot()
    assert registry.version == database.version() == 1
    assert (registry.park.code, registry.park.province) == ("demo", "吉林")
    assert registry.enterprise_by_code["axle"].key_energy_user is True
    assert registry.enterprise_by_code["heat"].key_energy_user is False
    assert registry.enterprise_by_code["axle"].land_area_mu == 120.5
    meter = registry.meter_by_key[registry.key_of["axle", "EL-0"]]
    assert (meter.multiplier, meter.register_max, meter.valid_from) == (40.0, 1e6, None)
    assert meter.recorded_at == FIRST
    assert registry.exchanges[0].ts == datetime(2026, 5, 12, 2, 30, tzinfo=UTC)
    assert registry.exchanges[0].meter_key == meter.key
    assert [(o.period, o.output_1e4_yuan) for o in registry.outputs][:2] == [
        ("2025", 12000.0),
        ("2026-01", 1280.5),
    ]
    assert registry.declared_factors[0].value == 0.5568
    # Sm3 at 20 °C to Nm3 at 0 °C: 273.15 / 293.15.
    gas = registry.meter_by_key[registry.key_of["heat", "GAS"]]
    assert gas.conversion[0] == pytest.approx(273.15 / 293.15, rel=1e-12)


def test_second_load_changes_nothing(folder: Write, database: RegistryDatabase) -> None:
    path = folder()
    assert load(database, path)
    before = database.snapshot()
    again = load(database, path)
    assert not again
    assert again.lines() == []
    assert database.snapshot() == before


def test_dry_run_writes_nothing(folder: Write, database: RegistryDatabase) -> None:
    found = load(database, folder(), dry_run=True)
    assert (
        len(found.added) == 1 + 1 + 2 + 3 + 1 + 3 + 1
    )  # park, cluster, and the rows of each table
    assert database.version() == 0


def test_correction_supersedes_and_is_seen_as_of(folder: Write, database: RegistryDatabase) -> None:
    load(database, folder(meters=ONE), now=FIRST)
    found = load(database, folder(meters=ONE.replace(",40,", ",50,")), now=LATER)
    assert found.lines() == ["~ meter axle EL-0 corrected: multiplier 40.0 -> 50.0"]
    assert validity(database.snapshot()) == [(None, None, 50.0)]
    before, after = LATER - timedelta(microseconds=1), LATER
    assert validity(database.snapshot(before)) == [(None, None, 40.0)]
    assert validity(database.snapshot(after)) == [(None, None, 50.0)]
    assert database.snapshot(before).version == 1
    assert database.snapshot(before).key_of == database.snapshot().key_of
    with pytest.raises(RegistryEmptyError):
        database.snapshot(FIRST - timedelta(seconds=1))


def test_new_valid_from_closes_the_open_version(folder: Write, database: RegistryDatabase) -> None:
    load(database, folder(meters=ONE), now=FIRST)
    changed = METERS + "axle,EL-0,electricity,counter,kWh,900,50,2026-03-01,\n"
    found = load(database, folder(meters=changed), now=LATER)
    assert found.lines() == [
        "| meter axle EL-0 closed: valid_to (empty) -> 2026-03-01T00:00:00+08:00",
        "+ meter axle EL-0 from 2026-03-01T00:00:00+08:00 added",
    ]
    now = [(None, MARCH, 40.0), (MARCH, None, 50.0)]
    assert validity(database.snapshot()) == now
    assert validity(database.snapshot(FIRST)) == [(None, None, 40.0)]
    assert len({meter.key for meter in versions(database.snapshot())}) == 1
    # Neither the new file alone, nor the old one alone, nor both rows in one change anything now.
    both = ONE + changed.removeprefix(METERS)
    for text in (changed, ONE, both):
        assert not load(database, folder(meters=text))


def test_two_open_versions_in_one_file_follow_each_other(
    folder: Write, database: RegistryDatabase
) -> None:
    text = METERS + (
        "axle,EL-0,electricity,counter,kWh,900,60,2026-04-01,\n"
        "axle,EL-0,electricity,counter,kWh,900,40,,\n"
        "axle,EL-0,electricity,counter,kWh,900,50,2026-03-01,\n"
    )
    load(database, folder(meters=text))
    assert validity(database.snapshot()) == [
        (None, MARCH, 40.0),
        (MARCH, APRIL, 50.0),
        (APRIL, None, 60.0),
    ]


def test_the_reference_state_of_a_gas_may_change(folder: Write, database: RegistryDatabase) -> None:
    """The corrector is set anew and the register counts on. A rate may change any unit."""
    text = METERS + (
        "axle,EL-0,natural_gas,counter,Sm3,900,1,,\n"
        "axle,EL-0,natural_gas,counter,Nm3,900,1,2026-03-01,\n"
        "axle,P,electricity,rate,MW,900,1,,\n"
        "axle,P,electricity,rate,kW,900,1,2026-03-01,\n"
    )
    load(database, folder(meters=text))
    registry = database.snapshot()
    assert [meter.unit for meter in versions(registry)] == ["Sm3", "Nm3"]
    assert [meter.unit for meter in versions(registry, "P")] == ["MW", "kW"]


def test_a_version_between_known_ones_ends_where_the_next_begins(
    folder: Write, database: RegistryDatabase
) -> None:
    april = METERS + "axle,EL-0,electricity,counter,kWh,900,60,2026-04-01,\n"
    load(database, folder(meters=april, exchanges=None))
    march = METERS + "axle,EL-0,electricity,counter,kWh,900,50,2026-03-01,\n"
    load(database, folder(meters=march, exchanges=None))
    assert validity(database.snapshot()) == [(MARCH, APRIL, 50.0), (APRIL, None, 60.0)]


def test_version_that_overlaps_a_known_one_is_refused(
    folder: Write, database: RegistryDatabase
) -> None:
    closed = METERS + "axle,EL-0,electricity,counter,kWh,900,40,,2026-04-01\n"
    load(database, folder(meters=closed, exchanges=None))
    inside = METERS + "axle,EL-0,electricity,counter,kWh,900,50,2026-03-01,\n"
    with pytest.raises(FaultsError, match="overlaps that of the version in the database"):
        load(database, folder(meters=inside, exchanges=None))
    # The same where the files were read without the database.
    files = read_folder(folder(meters=inside, exchanges=None))
    with pytest.raises(FaultsError, match="overlaps"):
        difference(files, database.snapshot())
    assert database.version() == 1


def test_retired_meter_is_closed_not_corrected(folder: Write, database: RegistryDatabase) -> None:
    load(database, folder(meters=ONE, exchanges=None))
    retired = ONE.replace(",40,,", ",40,,2026-04-01")
    found = load(database, folder(meters=retired, exchanges=None))
    assert [change.fields for change in found.closed] == [{"valid_to": (None, APRIL)}]
    assert not found.corrected


def test_what_the_files_lack_is_left_alone_and_may_be_referred_to(
    folder: Write, database: RegistryDatabase
) -> None:
    load(database, folder())
    before = database.snapshot()
    rows = "axle,EL-9,electricity,counter,kWh,900,,EL-0\n"
    found = load(
        database,
        folder(
            enterprises=None,
            meters="enterprise,code,quantity,kind,unit,interval_s,multiplier,parent\n" + rows,
            exchanges=None,
            outputs=None,
            declared_factors=None,
        ),
    )
    assert found.counts == {"meter": {"added": 1}}
    after = database.snapshot()
    assert (after.enterprises, after.outputs) == (before.enterprises, before.outputs)
    assert set(after.key_of) - set(before.key_of) == {("axle", "EL-9")}
    assert {code: after.key_of[code] for code in before.key_of} == before.key_of


def test_parents_in_a_circle_with_the_database_are_refused(
    folder: Write, database: RegistryDatabase
) -> None:
    load(database, folder())  # EL-1, from 2026 on, is under EL-0
    circle = "enterprise,code,quantity,kind,unit,interval_s,parent\n"
    circle += "axle,EL-0,electricity,counter,kWh,900,EL-1\n"
    with pytest.raises(FaultsError, match="a meter under itself"):
        load(database, folder(meters=circle, exchanges=None))


def test_months_take_the_place_of_the_year(folder: Write, database: RegistryDatabase) -> None:
    header = "enterprise,period,output_1e4_yuan,price_basis\n"
    load(database, folder(outputs=header + "axle,2025,100,current\naxle,2024,90,current\n"))
    found = load(database, folder(outputs=header + "axle,2025-01,9,current\n"))
    assert found.lines() == [
        "+ output axle 2025-01 current added",
        "- output axle 2025 current withdrawn",
    ]
    assert sorted(output.period for output in database.snapshot().outputs) == ["2024", "2025-01"]
    assert not load(database, folder(outputs=header + "axle,2025-01,9,current\n"))


def test_declared_factors_follow_each_other(folder: Write, database: RegistryDatabase) -> None:
    load(database, folder())
    header = "enterprise,carrier,value,unit,valid_from,evidence\n"
    text = header + "axle,electricity,0.5,kg/kWh,2027-01-01,contract 2\n"
    found = load(database, folder(declared_factors=text))
    assert found.counts == {"declared_factor": {"closed": 1, "added": 1}}
    ends = {f.value: str(f.valid_to) for f in database.snapshot().declared_factors}
    assert ends == {0.5568: "2027-01-01", 0.5: "None"}


def test_another_park_is_refused(folder: Write, database: RegistryDatabase) -> None:
    load(database, folder())
    path = folder()
    park = (path / "park.yaml").read_text(encoding="utf-8")
    (path / "park.yaml").write_text(park.replace("code: demo", "code: other"), encoding="utf-8")
    with pytest.raises(FaultsError, match="the database holds 'demo'"):
        load(database, path)


def test_of_two_loads_against_one_version_only_one_is_applied(
    folder: Write, database: RegistryDatabase
) -> None:
    load(database, folder(meters=ONE))
    known = database.snapshot()
    fifty = read_folder(folder(meters=ONE.replace(",40,", ",50,")), known)
    sixty = read_folder(folder(meters=ONE.replace(",40,", ",60,")), known)
    database.apply(difference(fifty, known))
    with pytest.raises(RegistryChangedError, match="load again"):
        database.apply(difference(sixty, known))
    assert validity(database.snapshot())[0][2] == 50.0


def test_a_clock_set_back_does_not_reorder_what_was_known(
    folder: Write, database: RegistryDatabase
) -> None:
    load(database, folder(meters=ONE), now=LATER)
    load(database, folder(meters=ONE.replace(",40,", ",50,")), now=FIRST)
    assert validity(database.snapshot(LATER)) == [(None, None, 40.0)]
    assert validity(database.snapshot()) == [(None, None, 50.0)]


def test_difference_and_description_are_json(folder: Write, database: RegistryDatabase) -> None:
    found = load(database, folder(), now=FIRST)
    changes = json.loads(json.dumps(found.as_json()))["changes"]
    assert changes[-2]["identity"] == {
        "enterprise": "axle",
        "period": "2026",
        "price_basis": "constant 2020",
    }
    described = json.loads(json.dumps(describe(database.snapshot())))
    assert described["park"]["version"] == 1
    assert described["clusters"][0] == {
        "code": "equipment",
        "name_zh": "高端装备",
        "name_en": "Advanced equipment",
        "enterprises": 2,
        "meters": 3,
    }
    assert [row["meters"] for row in described["enterprises"]] == [2, 1]
    assert described["quantities"] == [
        {"quantity": "electricity", "meters": 2},
        {"quantity": "natural_gas", "meters": 1},
    ]
    assert described["exchanges"][0]["ts"] == "2026-05-12T10:30:00+08:00"
