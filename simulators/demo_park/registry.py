"""The registry folder of the demo park: what an administrator would have written down."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from simulators.demo_park.yearly_figures import COLUMNS, PRICE_BASIS, yearly_figures
from simulators.energy import Loads
from simulators.faults import all_faults
from simulators.grid import DATA, ZONE, history_start, instant, month_start, next_month, step_at
from simulators.meters import meters
from simulators.noise import fraction
from simulators.park import firms, table
from simulators.register import Register
from simulators.seasons import day_kinds
from simulators.supply import virtual_meters

_ENTERPRISE = ("code", "name_zh", "name_en", "cluster", "uscc", "industry", "land_area_mu",
               "ets_sector", "key_energy_user", "guideline")  # fmt: skip
_METER = ("enterprise", "code", "quantity", "kind", "unit", "interval_s", "name_zh", "name_en",
          "multiplier", "register_max", "range_low", "range_high", "parent", "direction",
          "counterpart", "source_stream", "building", "accuracy_pct", "formula")  # fmt: skip
_VIRTUAL = {"kind": "interval", "unit": "GJ", "interval_s": 3600}
# Declared as they are: what else belongs to the park's accounting.
_AS_THEY_ARE = ("source_streams.csv", "buildings.csv", "groups.csv", "certificates.csv",
                "certificate_uses.csv", "declared_factors.csv", "points.csv", "permits.csv",
                "operating_states.csv", "targets.csv", "assumptions.csv", "measures.csv",
                "titles.csv", "movements.csv")  # fmt: skip
_REST_DAY_SHARE = 0.4  # of a working day's output


def demo_registry(folder: Path, now: datetime) -> Path:
    """Write park.yaml, enterprises, meters, exchanges up to ``now``, outputs of the finished months
    from the history's start on, yearly figures, and what is declared once; returns ``folder``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("park.yaml", *_AS_THEY_ARE):
        shutil.copyfile(DATA / name, folder / name)
    _write(
        folder / "enterprises.csv",
        _ENTERPRISE,
        ([firm.row[column] for column in _ENTERPRISE] for firm in firms()),
    )
    _write(
        folder / "meters.csv",
        _METER,
        ([_cell(row.get(column)) for column in _METER] for row in _meter_rows()),
    )
    _write(
        folder / "exchanges.csv",
        ("enterprise", "meter", "ts", "final_value", "initial_value"),
        _exchanges(now),
    )
    channels = list(_channels(now))
    _write(folder / "channels.csv", list(channels[0]), (list(row.values()) for row in channels))
    outputs = list(_outputs(now))
    _write(
        folder / "outputs.csv", ("enterprise", "period", "output_1e4_yuan", "price_basis"), outputs
    )
    figures = yearly_figures(now, _whole_years(outputs))
    _write(
        folder / "yearly_figures.csv",
        COLUMNS,
        ([row.get(column, "") for column in COLUMNS] for row in figures),
    )
    return folder


def demo_activity() -> Path:
    """The CSV file of what the demo park's enterprises enter by hand."""
    return DATA / "activity.csv"


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _meter_rows() -> Iterator[dict[str, object]]:
    """Columns of meters.csv of every meter, the virtual ones last."""
    accuracy = {row["quantity"]: row["accuracy_pct"] for row in table("accuracy.csv")}
    for meter in meters():
        yield asdict(meter) | {"accuracy_pct": accuracy.get(meter.quantity)}
    for virtual in virtual_meters().values():
        yield asdict(virtual) | _VIRTUAL | {"accuracy_pct": accuracy[virtual.quantity]}


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    return "" if value is None else str(value)


def _channels(now: datetime) -> Iterator[dict[str, str]]:
    """Rows of channels.csv: until the hour before ``now`` only the history's hourly means are sent,
    from then on all that the stations upload.
    """
    hour = now.astimezone(ZONE).replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    for row in table("channels.csv"):
        if set(row["fields"].split("|")) != {"hour"}:
            yield row | {"fields": "hour", "valid_to": hour.isoformat()}
            row["valid_from"] = hour.isoformat()
        yield row


def _exchanges(now: datetime) -> Iterable[Sequence[str]]:
    by_key = {meter.key: meter for meter in meters()}
    due = [fault for fault in all_faults() if fault.kind == "exchange" and fault.start < now]
    if not due:
        return
    loads = Loads(0, step_at(max(fault.start for fault in due)) + 1)
    for fault in due:
        meter = by_key[fault.enterprise, fault.meter]
        for era, final in Register(meter, loads.total(meter)).exchanges():
            if era.step == fault.at_step:
                ts = fault.start.astimezone(ZONE).isoformat()
                yield [*meter.key, ts, _cell(final), _cell(era.initial)]


def _whole_years(outputs: Iterable[Sequence[str]]) -> dict[tuple[str, int], float]:
    """Sums of the months by enterprise and year; of the current year they are a part."""
    found: dict[tuple[str, int], float] = defaultdict(float)
    for enterprise, period, amount, _ in outputs:
        found[enterprise, int(period[:4])] += float(amount)
    return found


def _outputs(now: datetime) -> Iterable[Sequence[str]]:
    """Output of a month: the year's pace at mid-month times the share of its days, rest days
    counting less, and a little noise.
    """
    start, last = history_start(now), month_start(now)
    while start < last:
        end = next_month(start)
        first, until = ((at - instant(0)).days for at in (start, end))
        kinds = day_kinds(first, until)
        weight = float(np.where(kinds == 0, 1.0, _REST_DAY_SHARE).sum())
        days_of_year = 250 + 115 * _REST_DAY_SHARE
        period = f"{start.astimezone(ZONE):%Y-%m}"
        years = (start.astimezone(ZONE).year - 2020) + (start.astimezone(ZONE).month - 6.5) / 12
        for firm in firms():
            noise = 1 + 0.06 * (fraction("output", firm.code, period) - 0.5)
            pace = firm.output_2020 * (1 + firm.output_growth) ** years
            output = pace * weight / days_of_year * noise
            yield [firm.code, period, f"{output:.1f}", PRICE_BASIS]
        start = end
