"""Targets, yearly figures, measures, assumptions, titles, movements: loaded, restated, refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from models.errors import FaultsError
from models.registry import (
    Assumption,
    EnergyBasis,
    Measure,
    Movement,
    Scope,
    Subject,
    Target,
    Title,
    YearlyFigure,
)
from store.registry_db import RegistryDatabase, describe
from store.registry_db.history import history
from store.registry_files import load, read_folder

Write = Callable[..., Path]
AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
LATER = datetime(2026, 11, 2, 8, tzinfo=UTC)
FILES = {
    "targets": "scope,code,subject,period,document,clause,value,reduction,base_year,basis,"
    "price_basis,lead_unit\n"
    "park,demo,co2_intensity,2021-2025,plan,table 3,,0.18,2020,,constant 2020,Ecology Bureau\n"
    "enterprise,axle,energy_total,2026,notice 4,annex 1,11200,,,equivalent,,\n"
    "enterprise,axle,energy_total,2026,notice 4,annex 1,9000,,,calorific,,\n"
    "cluster,equipment,co2_total,2026-03,notice 4,annex 2,900,,,,,\n",
    "yearly_figures": "scope,code,year,indicator,value,source,source_date,item,price_basis,"
    "boundary\n"
    "enterprise,axle,2019,co2e_t,11840,report,2020-03-20,,,\n"
    "enterprise,axle,2019,co2e_t,9000,report,2020-03-20,electricity,,\n"
    "enterprise,axle,2019,output_1e4_yuan,31250.5,yearbook,2020-10-01,,constant 2020,\n"
    "enterprise,axle,2019,output_1e4_yuan,30100,yearbook,2020-10-01,,current,\n"
    "peer,other-park,2019,co2e_t,900000,report,2020-06-30,,,with the airport\n",
    "measures": "code,enterprise,kind,name_zh,name_en,saving_tce,saving_co2e_t,cost_1e4_yuan,"
    "start_year,source,ramp_years,life_years,uncertainty_pct,scenarios,overlaps\n"
    "PV,axle,photovoltaics,屋顶光伏,Roof photovoltaics,1229,5300,4200,2027,study,2,25,20,"
    "planned|fast,\n"
    "LED,,efficiency,照明,Lamps,40,160,30,2026,study,,,,,PV\n",
    "assumptions": "scenario,parameter,from_year,value,source,cluster,low,high\n"
    "planned,output_growth,2026,5.5,plan,equipment,4,7\n"
    "planned,output_growth,2026,5,plan,,,\n"
    "fast,grid_factor_fall,2026,4,plan,,,\n",
    "titles": "scope,code,title,level,awarded,document,valid_to\n"
    "enterprise,axle,green_factory,national,2025-02-10,list of 2024,2028-02-10\n",
    "movements": "id,enterprise,instrument,kind,on,amount,document,item,vintage,for_year,"
    "counterpart,price_yuan\n"
    "A-1,heat,allowance,purchase,2026-11-20,1200,statement,,2025,,Power Co.,68.5\n"
    "A-2,heat,allowance,surrender,2026-12-20,1100,statement,,2025,2025,,\n"
    "P-1,heat,discharge_right,initial,2026-01-05,2.4,permit,a21002,,,,\n",
}


@pytest.fixture
def progress(folder: Write) -> Write:
    """Writes the example park with FILES, some replaced or left out."""

    def write(**replaced: str | None) -> Path:
        path = folder()
        for name, text in (FILES | replaced).items():
            target = path / f"{name}.csv"
            target.unlink(missing_ok=True)
            if text is not None:
                target.write_text(text, encoding="utf-8")
        return path

    return write


def changed(name: str, old: str, new: str) -> str:
    assert old in FILES[name]
    return FILES[name].replace(old, new, 1)


def test_what_is_loaded_is_what_the_snapshot_has(
    progress: Write, database: RegistryDatabase
) -> None:
    path = progress()
    load(database, path, now=AT)
    found = database.snapshot()
    assert found.targets == (
        Target(Scope.PARK, "demo", Subject.CO2_INTENSITY, "2021-2025", "plan", "table 3", None,
               0.18, 2020, None, "constant 2020", "Ecology Bureau", AT),
        Target(Scope.ENTERPRISE, "axle", Subject.ENERGY_TOTAL, "2026", "notice 4", "annex 1",
               11200.0, basis=EnergyBasis.EQUIVALENT, recorded_at=AT),
        Target(Scope.ENTERPRISE, "axle", Subject.ENERGY_TOTAL, "2026", "notice 4", "annex 1",
               9000.0, basis=EnergyBasis.CALORIFIC, recorded_at=AT),
        Target(Scope.CLUSTER, "equipment", Subject.CO2_TOTAL, "2026-03", "notice 4", "annex 2",
               900.0, recorded_at=AT),
    )  # fmt: skip
    assert [type(one.basis) for one in found.targets[:2]] == [type(None), EnergyBasis]
    whole, electricity, constant, current, peer = found.yearly_figures
    assert whole == YearlyFigure(
        Scope.ENTERPRISE, "axle", 2019, "co2e_t", 11840.0, "report", date(2020, 3, 20),
        recorded_at=AT,
    )  # fmt: skip
    assert (electricity.item, electricity.value) == ("electricity", 9000.0)
    assert (constant.price_basis, current.price_basis) == ("constant 2020", "current")
    assert (peer.scope, peer.code, peer.boundary) == (Scope.PEER, "other-park", "with the airport")
    assert found.measures == (
        Measure("PV", "axle", "photovoltaics", "屋顶光伏", "Roof photovoltaics", 1229.0, 5300.0,
                4200.0, 2027, "study", 2, 25, 20.0, ("planned", "fast"), None, AT),
        Measure("LED", None, "efficiency", "照明", "Lamps", 40.0, 160.0, 30.0, 2026, "study",
                overlaps="PV", recorded_at=AT),
    )  # fmt: skip
    assert found.assumptions == (
        Assumption("planned", "output_growth", 2026, 5.5, "plan", "equipment", 4.0, 7.0, AT),
        Assumption("planned", "output_growth", 2026, 5.0, "plan", recorded_at=AT),
        Assumption("fast", "grid_factor_fall", 2026, 4.0, "plan", recorded_at=AT),
    )
    assert found.titles == (
        Title(Scope.ENTERPRISE, "axle", "green_factory", "national", date(2025, 2, 10),
              "list of 2024", date(2028, 2, 10), AT),
    )  # fmt: skip
    assert found.movements == (
        Movement("A-1", "heat", "allowance", "purchase", date(2026, 11, 20), 1200.0, "statement",
                 None, 2025, None, "Power Co.", 68.5, AT),
        Movement("A-2", "heat", "allowance", "surrender", date(2026, 12, 20), 1100.0, "statement",
                 None, 2025, 2025, recorded_at=AT),
        Movement("P-1", "heat", "discharge_right", "initial", date(2026, 1, 5), 2.4, "permit",
                 "a21002", recorded_at=AT),
    )  # fmt: skip
    assert not load(database, path)


def test_what_is_restated_is_read_as_it_was_known_then(
    progress: Write, database: RegistryDatabase
) -> None:
    load(database, progress(), now=AT)
    path = progress(
        targets=changed("targets", "0.18", "0.2"),
        yearly_figures=changed("yearly_figures", "11840", "11900"),
        assumptions=changed("assumptions", "2026,5,plan", "2026,4.5,plan"),
        movements=changed("movements", "2.4", "2.5"),
        measures=None,  # what the files do not have stays
        titles=None,
    )
    lines = load(database, path, now=LATER).lines()
    assert lines == [
        "~ target park demo co2_intensity (empty) 2021-2025 plan corrected: reduction 0.18 -> 0.2",
        "~ yearly_figure enterprise axle 2019 co2e_t (empty) (empty) corrected: "
        "value 11840.0 -> 11900.0",
        "~ assumption planned output_growth (empty) 2026 corrected: value 5.0 -> 4.5",
        "~ movement P-1 corrected: amount 2.4 -> 2.5",
    ]
    now, before = database.snapshot(), database.snapshot(AT)
    assert {one.reduction for one in now.targets} == {0.2, None}
    assert {one.reduction for one in before.targets} == {0.18, None}
    assert max(one.value for one in before.yearly_figures if one.code == "axle") == 31250.5
    assert sum(one.value for one in now.yearly_figures) - sum(
        one.value for one in before.yearly_figures
    ) == pytest.approx(60.0)
    assert [one.amount for one in before.movements if one.id == "P-1"] == [2.4]
    assert (now.measures, now.titles) == (before.measures, before.titles)
    last, first = history(database)
    assert last.difference.lines() == lines
    assert first.difference.counts["target"] == {"added": 4}
    assert first.difference.counts["movement"] == {"added": 3}


def test_all_of_it_is_shown(progress: Write, database: RegistryDatabase) -> None:
    load(database, progress(), now=AT)
    shown = describe(database.snapshot())
    assert [row["basis"] for row in shown["targets"]] == [None, "equivalent", "calorific", None]
    assert shown["measures"][0]["scenarios"] == "planned|fast"
    assert shown["movements"][0]["on"] == "2026-11-20"
    assert shown["titles"][0]["valid_to"] == "2028-02-10"
    assert len(shown["yearly_figures"]) == 5
    assert len(shown["assumptions"]) == 3


def test_a_value_of_several_years_may_start_from_a_year(
    progress: Write, database: RegistryDatabase
) -> None:
    """So it has a path; a value of one year has none."""
    load(database, progress(targets=changed("targets", "3,,0.18,2020", "3,900,,2020")), now=AT)
    (found,) = [one for one in database.snapshot().targets if one.base_year is not None]
    assert (found.period, found.value, found.reduction) == ("2021-2025", 900.0, None)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("targets", "park,demo", "peer,demo", "targets.csv:2 scope: 'peer': a peer has no"),
        ("targets", "park,demo", "park,other", "targets.csv:2 code: 'other': no such park"),
        ("targets", "cluster,equipment", "cluster,axle", "code: 'axle': no such cluster"),
        ("targets", "enterprise,axle", "enterprise,lost", "code: 'lost': no such enterprise"),
        ("targets", "3,,0.18", "3,1,0.18", "value: there is a reduction as well"),
        ("targets", "3,,0.18,2020", "3,,,", "value: is missing, and reduction too"),
        ("targets", "0.18,2020", "18,2020", "reduction: '18': input should be less than or equal"),
        ("targets", "0.18,2020", "0.18,", "base_year: is missing: a reduction starts"),
        ("targets", "0.18,2020", "0.18,2021", "base_year: 2021: not before the period 2021-2025"),
        ("targets", "11200,,", "11200,,2020", "base_year: 2020: only a reduction starts"),
        ("targets", "2021-2025", "2025-2021", "period: '2025-2021': years that do not follow"),
        ("targets", "2021-2025", "2021-13", "period: '2021-13': not a year like 2026 nor a month"),
        ("targets", "2,900,,", "2,,0.1,2025", "reduction: a month has a value"),
        ("targets", "constant 2020,E", ",E", "price_basis: is missing: co2_intensity"),
        ("targets", "equivalent,,", "equivalent,current,", "'current': energy_total has none"),
        ("targets", "equivalent", "", "basis: is missing: energy_total: electricity counts"),
        ("targets", "2020,,constant", "2020,calorific,constant", "'calorific': co2_intensity has"),
        ("targets", "energy_total", "energy", "subject: 'energy': input should be 'energy_total'"),
        ("targets", "calorific", "equivalent", "this target is already in line 3"),
        ("targets", "11200", "-1", "value: '-1': input should be greater than or equal to 0"),
        ("yearly_figures", "co2e_t", "co2", "indicator: 'co2': known are co2e_t"),
        ("yearly_figures", "electricity", "power", "item: 'power': known are "),
        ("yearly_figures", ",,current", ",x,current", "item: 'x': output_1e4_yuan has none"),
        ("yearly_figures", "current", "", "price_basis: is missing: output_1e4_yuan is money"),
        ("yearly_figures", "electricity,", "electricity,current", "co2e_t is no money"),
        ("yearly_figures", "other-park", "demo", "code: 'demo' is this park, no peer of it"),
        ("yearly_figures", "11840", "11 840", "value: '11 840': not a number like 1234.5"),
        ("yearly_figures", "11840", "", "value: is missing"),
        ("yearly_figures", "2019,co2e_t,9", "219,co2e_t,9", "year: '219': input should be greater"),
        ("yearly_figures", "current", "constant 2020", "this yearly figure is already in line 4"),
        ("yearly_figures", "2020-03-20", "spring", "source_date: 'spring': not a day"),
        ("measures", "photovoltaics", "suncatcher", "kind: 'suncatcher': known are efficiency"),
        ("measures", "|fast", "|slow", "scenarios: 'slow': no assumption of it in assumptions"),
        ("measures", "PV,axle", "PV,lost", "enterprise: 'lost': no such enterprise"),
        ("measures", ",,,,,PV", ",,,,,PX", "overlaps: 'PX': no such measure"),
        ("measures", "planned|fast,\n", "planned|fast,LED\n", "PV → LED → PV: a measure overlaps"),
        ("measures", ",,,,,PV", ",,,,,LED", "LED → LED: a measure overlaps itself"),
        ("measures", "4200", "-4200", "cost_1e4_yuan: '-4200': input should be greater"),
        ("assumptions", "output_growth", "growth", "parameter: 'growth': known are output_growth"),
        ("assumptions", "equipment,4,7", "lost,4,7", "cluster: 'lost': no such cluster"),
        ("assumptions", "equipment,4,7", "equipment,,7", "low: is missing: an interval has both"),
        ("assumptions", "equipment,4,7", "equipment,6,7", "low: 6 is above the value 5.5"),
        ("assumptions", "equipment,4,7", "equipment,4,5", "high: 5 is below the value 5.5"),
        ("assumptions", "2026,4,plan,", "2026,4,plan,equipment", "is of the whole park"),
        ("assumptions", "2026,4,plan", "2026,400,plan", "value: 400 is not from -100 to 100"),
        ("titles", "green_factory", "greenest", "title: 'greenest': known are green_factory"),
        ("titles", "enterprise,axle", "park,demo", "scope: 'park': green_factory is awarded to"),
        ("titles", "enterprise,axle", "cluster,equipment", "scope: 'cluster': a cluster has no"),
        ("titles", "national", "galactic", "level: 'galactic': input should be 'national'"),
        ("titles", "2028-02-10", "2025-02-10", "valid_to: not after awarded"),
        ("movements", "allowance,p", "permit,p", "instrument: 'permit' is not one of: allowance"),
        ("movements", "purchase", "theft", "kind: 'theft' is not one of: pre_allocation"),
        ("movements", "1200,", "1200.5,", "amount: 1200.5: allowance has whole units only"),
        ("movements", "1200,", "0,", "amount: '0': input should be greater than 0"),
        ("movements", ",,2025,,Power", ",,,,Power", "vintage: is empty; allowance needs one"),
        ("movements", "a21002,", "nox,", "item: 'nox' is no pollutant of HJ 212"),
        ("movements", "a21002,", ",", "item: is empty; discharge_right needs one"),
        ("movements", "2025,2025", "2025,", "for_year: is empty; surrender needs one"),
        ("movements", "A-2", "A-1", "this movement is already in line 2"),
        ("movements", "heat,discharge", "lost,discharge", "enterprise: 'lost': no such enterprise"),
    ],
)  # fmt: skip
def test_a_fault_names_file_field_and_reason(
    progress: Write, name: str, old: str, new: str, said: str
) -> None:
    path = progress(**{name: changed(name, old, new)})
    with pytest.raises(FaultsError) as raised:
        read_folder(path)
    assert said in str(raised.value)
    assert {fault.file for fault in raised.value.faults} == {f"{name}.csv"}


def test_every_fault_is_told_at_once(progress: Write, database: RegistryDatabase) -> None:
    path = progress(
        targets=changed("targets", "0.18,2020", "0.18,"),
        yearly_figures=changed("yearly_figures", "current", ""),
        movements=changed("movements", "purchase", "theft"),
    )
    with pytest.raises(FaultsError) as raised:
        load(database, path, now=AT)
    assert [(fault.file, fault.row, fault.field) for fault in raised.value.faults] == [
        ("targets.csv", 2, "base_year"),
        ("yearly_figures.csv", 5, "price_basis"),
        ("movements.csv", 2, "kind"),
    ]
    assert database.version() == 0


def test_what_the_database_has_may_be_named(progress: Write, database: RegistryDatabase) -> None:
    """Scenarios and measures of an earlier load, also where the files leave them out."""
    load(database, progress(), now=AT)
    again = FILES["measures"].replace("PV,axle", "PV2,axle").replace("LED,,", "LED2,,")
    load(database, progress(assumptions=None, measures=again), now=LATER)
    assert [one.overlaps for one in database.snapshot().measures] == [None, "PV", None, "PV"]
    # A circle through what the database has is told of the measure in the files.
    closing = FILES["measures"].replace("planned|fast,\n", "planned|fast,LED\n").splitlines()
    with pytest.raises(FaultsError, match=r"measures.csv:2 overlaps: PV → LED → PV"):
        load(database, progress(measures="\n".join(closing[:2]) + "\n"))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        # A share typed as it is not, an amount below nothing, a load in per cent.
        ("park,demo,2025,green_cover_pct,4700,x,2026-01-01,,",
         "value: 4700 is more than 100, the most of green_cover_pct"),
        ("enterprise,axle,2025,clean_energy_share_pct,-5,x,2026-01-01,,",
         "value: -5 is less than 0"),
        ("enterprise,axle,2025,verified_emissions_t,-70,x,2026-01-01,,",
         "value: -70 is less than 0"),
        ("enterprise,axle,2025,load_factor,70,x,2026-01-01,up_to_300_mw,",
         "value: 70 is more than 1"),
        # Without its item, or of one that nothing asks for, a figure would be entered for nothing.
        ("enterprise,axle,2025,product_amount,5,x,2026-01-01,,",
         "item: is missing: product_amount is of a product"),
        ("park,demo,2025,main_pollutant_t,5,x,2026-01-01,nh4,", "item: 'nh4': known are cod, nh3n"),
        ("park,demo,2025,indicator_target,15,x,2026-01-01,plan_14/energy,",
         "item: 'plan_14/energy': known are plan_14/energy_per_gdp"),
        ("enterprise,axle,2025,heat_supplied_gj,5,x,2026-01-01,big,",
         "item: 'big': known are above_300_mw"),
    ],
)  # fmt: skip
def test_a_figure_that_cannot_be_is_refused(
    progress: Write, database: RegistryDatabase, row: str, told: str
) -> None:
    path = progress(yearly_figures=FILES["yearly_figures"] + f"{row},\n")
    with pytest.raises(FaultsError) as refused:
        load(database, path, now=AT)
    assert told in str(refused.value)


def test_nothing_is_surrendered_for_a_year_that_has_not_begun(
    progress: Write, database: RegistryDatabase
) -> None:
    path = progress(movements=changed("movements", "2025,2025", "2025,2027"))
    with pytest.raises(FaultsError, match="for_year: 2027 has not begun on 2026-12-20"):
        load(database, path, now=AT)
