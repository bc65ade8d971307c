"""A real half year of a steel works: 17,376 quarter hours, read as Asia/Shanghai time."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.quantities import Kind

# Sums of the file's column Usage_kWh by calendar month, made with awk from the file alone.
MONTHS = {
    "2018-01": 126_238.29,
    "2018-02": 91_497.34,
    "2018-03": 80_230.41,
    "2018-04": 78_769.80,
    "2018-05": 79_059.28,
    "2018-06": 65_404.64,
}


@pytest.mark.real_data
def test_months_of_the_steel_works(usage_of, meter, steel_works):
    readings = []
    with steel_works.open(newline="") as file:
        for row in csv.DictReader(file):
            day, clock = row["date"].split()
            ts = datetime.strptime(f"{day} {clock}", "%d/%m/%Y %H:%M")  # noqa: DTZ007
            if clock in ("0:00", "00:00"):  # the end of that day, not its beginning
                ts += timedelta(days=1)
            ts = ts.replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
            readings.append((ts, float(row["Usage_kWh"])))
    usage = usage_of(meter, readings, kind=Kind.INTERVAL)
    months = usage["amount"].groupby(usage.index.strftime("%Y-%m")).sum()
    assert months.to_dict() == pytest.approx(MONTHS, abs=0.005)
    assert usage["amount"].sum() == pytest.approx(521_199.76, abs=0.005)
    assert (usage["coverage"] == 1).all()
    assert len(usage) == 181 * 24
