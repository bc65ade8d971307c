"""Two years of a real gas turbine's stack, replayed as hourly means of one outlet.

The rows have no time: they are given consecutive hours from New Year on. The figures were counted
with awk in the files: rows, mean of NOX, rows with NOX over 75 and over 80 (mg/m3).
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta

import pytest

from ingest.decode.mapping import Mapping
from ingest.pipeline import Pipeline
from ingest.sources.files import import_file
from ledger.exceedances import exceedances
from ledger.settle import settle
from tests.conftest import REAL_DATA
from tests.integration.discharges.conftest import ZONE

POINTS = """enterprise,code,medium,name_zh,name_en
works,GT01,waste_gas,燃气轮机排放口,gas turbine stack
"""
CHANNELS = """enterprise,point,code,unit,fields
works,GT01,a21002,mg/m3,hour
works,GT01,a21005,mg/m3,hour
"""
PERMITS = """enterprise,point,pollutant,kind,averaging,value,unit,standard,clause,valid_from,\
valid_to,evidence
works,GT01,a21002,concentration,hour,75,mg/m3,permit,1,2010-01-01,,test
"""
BY_HOUR = Mapping(enterprise="works", zone="Asia/Shanghai", shift_s=3600)
# year: rows, mean of NOX, over 75, over 80
COUNTED = {2011: (7411, 67.5754, 1689, 900), 2012: (7628, 68.7890, 1607, 901)}


@pytest.mark.real_data
def test_two_years_of_a_gas_turbine(open_works, tmp_path):
    files = {year: REAL_DATA / f"gas-turbine-stack-{year}.csv" for year in COUNTED}
    if not all(path.exists() for path in files.values()):
        pytest.skip("the real data (../shared/data/real) is not here")
    works = open_works(points=POINTS, channels=CHANNELS, permits=PERMITS)
    pipeline = Pipeline(
        works.books.store, works.books.registry, on_stored=lambda: None, now=works.clock
    )
    for year, path in files.items():
        start = datetime(year, 1, 1, tzinfo=ZONE)
        with path.open(newline="") as file:
            rows = [
                f"{start + number * timedelta(hours=1):%Y-%m-%d %H:%M},{row['NOX']},{row['CO']}"
                for number, row in enumerate(csv.DictReader(file))
            ]
        dated = tmp_path / f"stack-{year}.csv"
        dated.write_text("\n".join(["ts,GT01.a21002.hour,GT01.a21005.hour", *rows]))
        report = import_file(dated, BY_HOUR, pipeline)
        assert (report.accepted, report.rejected) == (2 * COUNTED[year][0], 0)
    settle(works.books)
    for year, (count, mean, over_75, over_80) in COUNTED.items():
        span = {"start": datetime(year, 1, 1, tzinfo=ZONE)}
        span["end"] = datetime(year + 1, 1, 1, tzinfo=ZONE)
        row = works.row("year", **span, pollutant="a21002")
        assert row["valid_hours"] == count
        assert row["conc_measured"] == pytest.approx(mean, abs=0.00005)
        # Nobody measures its flow: the mass is unknown, and nothing stands in for it.
        assert (row["mass_kg"], row["substituted_kg"]) == (None, None)
        beyond = exceedances(works.books, **span)
        assert beyond["limit"].unique().tolist() == [75.0]
        assert (len(beyond), int((beyond["value"] > 80).sum())) == (over_75, over_80)
