"""Streams, buildings, groups, certificates and own parameters: loaded, restated, refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from models.errors import FaultsError
from models.registry import (
    Building,
    BuildingKind,
    Certificate,
    CertificateKind,
    CertificateUse,
    DeclaredFactor,
    Group,
    Parameter,
    SourceStream,
    Use,
)
from store.registry_db import RegistryDatabase
from store.registry_files import load, read_folder

Write = Callable[..., Path]
AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
CERTIFICATES = "id,enterprise,kind,technology,generated,amount_mwh,evidence,cancelled_on\n"
USES = "certificate,enterprise,period,amount_mwh\n"
OWN = "enterprise,carrier,parameter,value,unit,uncertainty_pct,valid_from,valid_to,evidence\n"
STREAMS = "enterprise,code,category,use,name_zh,name_en\n"
METERS = "enterprise,code,quantity,kind,unit,interval_s,direction,"
FILES = {
    "source_streams": STREAMS + "axle,boiler,stationary_combustion,conversion,锅炉,boiler\n",
    "buildings": "enterprise,code,name_zh,name_en,kind\n"
    "axle,CS1,充电站,Chargers,charging_station\n",
    "groups": "group,name_zh,name_en,enterprise\nnet,热网,Heat network,axle\n"
    "net,热网,Heat network,heat\n",
    "certificates": CERTIFICATES + "G-1,axle,gec,wind,2025-03,120,extract 7,\n",
    "certificate_uses": USES + "G-1,axle,2025-05,80\nG-1,axle,2026,40\n",
    "declared_factors": OWN + "axle,bituminous,ncv,22.35,GJ/t,2,2025-01-01,,laboratory\n"
    ",heat,,0.1,t/GJ,,2025-01-01,,heat network's statement\n",
    "meters": METERS + "counterpart,accuracy_pct,building,source_stream\n"
    "axle,E1,electricity,counter,kWh,900,import,,0.5,CS1,\n"
    "axle,H1,heat,counter,GJ,900,export,heat,2,,boiler\n",
}


@pytest.fixture
def accounting(folder: Write) -> Callable[..., Path]:
    """Writes the example park with FILES, some replaced."""

    def write(**replaced: str) -> Path:
        path = folder(meters=None, exchanges=None, declared_factors=None)
        for name, text in FILES.items():
            (path / f"{name}.csv").write_text(replaced.get(name, text), encoding="utf-8")
        return path

    return write


def test_what_is_loaded_is_what_the_snapshot_has(
    accounting: Write, database: RegistryDatabase
) -> None:
    path = accounting()
    load(database, path, now=AT)
    found = database.snapshot()
    assert found.source_streams == (
        SourceStream("axle", "boiler", "stationary_combustion", Use.CONVERSION, "锅炉", "boiler"),
    )
    chargers = Building("axle", "CS1", "充电站", "Chargers", BuildingKind.CHARGING_STATION)
    assert found.buildings == (chargers,)
    assert found.groups == (Group("net", "热网", "Heat network", ("axle", "heat")),)
    assert found.certificates == (
        Certificate("G-1", "axle", CertificateKind.GEC, "wind", "2025-03", 120.0, "extract 7",
                    None, AT),
    )  # fmt: skip
    assert found.certificate_uses == (
        CertificateUse("G-1", "axle", "2025-05", 80.0, AT),
        CertificateUse("G-1", "axle", "2026", 40.0, AT),
    )
    own, parks = found.declared_factors
    assert own == DeclaredFactor(
        "axle", "bituminous", 22.35, "GJ/t", date(2025, 1, 1), None, "laboratory",
        Parameter.NCV, 2.0, None, AT,
    )  # fmt: skip
    assert (parks.enterprise, parks.parameter) == (None, Parameter.EMISSION_FACTOR)
    meters = {meter.code: meter for meter in found.meters}
    assert (meters["E1"].accuracy_pct, meters["E1"].building) == (0.5, "CS1")
    assert (meters["H1"].counterpart, meters["H1"].source_stream) == ("heat", "boiler")
    assert found.enterprise_by_code["axle"].guideline == "other_industry"
    assert not load(database, path)


def test_a_group_has_the_members_that_are_stated(
    accounting: Write, database: RegistryDatabase
) -> None:
    load(database, accounting(), now=AT)
    change = load(database, accounting(groups="group,name_zh,name_en,enterprise\n"
                                       "net,热网,Heat network,heat\n"))  # fmt: skip
    assert change.lines() == ["- group net axle withdrawn"]
    assert database.snapshot().groups[0].enterprises == ("heat",)
    assert database.snapshot(AT).groups[0].enterprises == ("axle", "heat")


def test_a_factor_of_the_park_is_restated(accounting: Write, database: RegistryDatabase) -> None:
    load(database, accounting(), now=AT)
    text = FILES["declared_factors"].replace("0.1,t/GJ", "0.09,t/GJ")
    [line] = load(database, accounting(declared_factors=text)).lines()
    assert line.startswith("~ declared_factor (empty) heat emission_factor from 2025-01-01")
    assert line.endswith("corrected: value 0.1 -> 0.09")


def test_what_the_database_holds_counts_too(accounting: Write, database: RegistryDatabase) -> None:
    load(database, accounting(), now=AT)
    path = accounting(certificate_uses=USES + "G-1,axle,2025-06,0.5\n")
    with pytest.raises(FaultsError, match=r"80 \(2025-05\) \+ 40 \(2026\) \+ 0.5 \(2025-06\) = 12"):
        load(database, path)
    less = CERTIFICATES + "G-1,axle,gec,wind,2025-03,100,extract 7,\n"
    with pytest.raises(
        FaultsError, match=r"certificates.csv:2 amount_mwh: G-1: .* used of 100 MWh"
    ):
        load(database, accounting(certificates=less, certificate_uses=USES))
    assert database.version() == 1


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("source_streams", STREAMS + "axle,boiler,smoke,use,锅炉,boiler\n",
         "source_streams.csv:2 category: 'smoke': known are stationary_combustion, "),
        ("source_streams", STREAMS + "axle,boiler,solid_waste_reused,use,锅炉,boiler\n",
         "source_streams.csv:2 code: 'boiler' begins with no code of solid_waste_reused; known are "
         "HW01, "),
        ("source_streams", STREAMS + "axle,oven,stationary_combustion,use,炉,oven\n",
         "meters.csv:3 source_stream: 'boiler': axle declares oven in source_streams.csv"),
        ("source_streams", STREAMS + "who,oven,stationary_combustion,burn,炉,oven\n",
         "source_streams.csv:2 use: 'burn': input should be 'use', "),
        ("buildings", "enterprise,code,name_zh,name_en\naxle,H2,二,two\n",
         "meters.csv:2 building: 'CS1': no such building of axle"),
        ("buildings", "enterprise,code,name_zh,name_en\nwho,CS1,二,two\n",
         "buildings.csv:2 enterprise: 'who': no such enterprise"),
        ("groups", "group,name_zh,name_en,enterprise\nnet,网,Net,who\n",
         "groups.csv:2 enterprise: 'who': no such enterprise"),
        ("groups", "group,name_zh,name_en,enterprise\nnet,网,Net,axle\nnet,网络,Net,heat\n",
         "groups.csv:3 name_zh: the group has another name in line 2"),
        ("meters", METERS + "counterpart\naxle,E1,electricity,counter,kWh,900,import,axle\n",
         "meters.csv:2 counterpart: 'axle' is the meter's own enterprise"),
        ("meters", METERS + "counterpart\naxle,E1,electricity,counter,kWh,900,import,who\n",
         "meters.csv:2 counterpart: 'who': no such enterprise"),
        ("meters", METERS + "counterpart\naxle,E1,electricity,counter,kWh,900,generation,heat\n",
         "meters.csv:2 counterpart: what is generated has nobody at its other end"),
        ("meters", METERS + "accuracy_pct\naxle,E1,electricity,counter,kWh,900,import,101\n",
         "meters.csv:2 accuracy_pct: '101': input should be less than or equal to 100"),
        ("enterprises", "code,name_zh,name_en,cluster,guideline\naxle,轴,Axle,equipment,glass\n"
         "heat,热,Heat,equipment,\n",
         "enterprises.csv:2 guideline: 'glass': known are other_industry, steel, "),
        ("certificates", CERTIFICATES + "G-1,heat,gec,wind,2025-03,120,x,\n",
         "certificate_uses.csv:2 enterprise: G-1: held by heat, it cannot be used by axle"),
        ("certificates", CERTIFICATES + "G-9,axle,gec,wind,2025-03,120,x,\n",
         "certificate_uses.csv:2 certificate: 'G-1': no such certificate"),
        ("certificates", CERTIFICATES + "G-1,axle,gec,wind,2025-06,120,x,\n",
         "certificate_uses.csv:2 period: G-1: 2025-05 is outside its validity, 2025-06 to 2027-05"),
        # Generated in January 2024: 24 months end with December 2025.
        ("certificates", CERTIFICATES + "G-1,axle,gec,wind,2024-01,120,x,\n",
         "certificate_uses.csv:3 period: G-1: 2026 is outside its validity, 2024-01 to 2025-12"),
        ("certificate_uses", USES + "G-1,axle,2025-05,80\nG-1,axle,2025-05,10\n",
         "certificate_uses.csv:3 certificate period: this certificate use is already in line 2"),
        ("certificate_uses", USES + "G-1,axle,2025-05,80\nG-1,axle,2025-06,41\n",
         "certificate_uses.csv:3 amount_mwh: G-1: 80 (2025-05) + 41 (2025-06) = 121 MWh used of "
         "120 MWh"),
        ("declared_factors", OWN + "axle,bituminous,ncv,6000,kWh,,2025-01-01,,x\n",
         "declared_factors.csv:2 unit: 'kWh' is not a unit like GJ/t: heat per mass"),
        ("declared_factors", OWN + "axle,bituminous,ncv,6000,kWh/t,,2025-01-01,2024-01-01,x\n",
         "declared_factors.csv:2 valid_to: not after valid_from"),
        ("declared_factors", OWN + "axle,electricity,ncv,1,GJ/t,,2025-01-01,,x\n",
         "declared_factors.csv:2 carrier: 'electricity': known are anthracite, "),
        ("declared_factors", OWN + "axle,diesel,oxidation,101,%,,2025-01-01,,x\n",
         "declared_factors.csv:2 value: 101 % is no share of the carbon"),
        ("declared_factors", OWN + "axle,diesel,ncv,43,GJ/t,501,2025-01-01,,x\n",
         "declared_factors.csv:2 uncertainty_pct: '501': input should be less than or equal"),
        ("declared_factors", OWN + "axle,diesel,ncv,43,GJ/t,,2025-01-01,2026-01-01,x\n"
         "axle,diesel,ncv,42,GJ/t,,2025-06-01,,x\n",
         "declared_factors.csv:3 valid_from: its validity overlaps that of the version in line 2"),
    ],
)  # fmt: skip
def test_a_fault_names_file_row_column_and_reason(
    accounting: Write, folder: Write, name: str, text: str, said: str
) -> None:
    path = accounting(**{name: text})
    (path / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FaultsError) as raised:
        read_folder(path)
    faults = [str(fault) for fault in raised.value.faults]
    assert any(fault.startswith(said) for fault in faults), faults


def test_parameters_of_one_fuel_do_not_overlap_each_other(accounting: Write) -> None:
    text = OWN + "axle,diesel,ncv,43,GJ/t,,2025-01-01,,x\n,diesel,ncv,42.5,GJ/t,,2025-01-01,,x\n"
    read_folder(accounting(declared_factors=text + "axle,diesel,oxidation,98,%,,2025-01-01,,x\n"))
