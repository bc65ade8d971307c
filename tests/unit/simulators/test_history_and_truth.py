"""What is sent, against the truth; and the truth, against an integration of its own."""

import json
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from simulators.energy import Loads
from simulators.faults import faults_of
from simulators.grid import history_start, local, step_at
from simulators.history import write_history
from simulators.meters import meters
from simulators.truth import write_truth

START, END = local("2025-01-01T00:00"), datetime(2025, 4, 17, 3, 41, 7, tzinfo=UTC)


def whole(parts) -> pa.Table:
    """All files together; only that of the outlets and stations has qualities."""
    return pa.concat_tables(parts, promote_options="default").unify_dictionaries()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return list(write_history(tmp_path_factory.mktemp("history"), START, END))


@pytest.fixture(scope="module")
def history(files) -> pa.Table:
    return whole(pq.read_table(path) for path in files)


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    return write_truth(tmp_path_factory.mktemp("truth") / "truth.jsonl", START, END)


@pytest.fixture(scope="module")
def series(history):
    """(instants in ms since 1970, values) by (enterprise, meter), in the order of sending."""
    key = pc.binary_join_element_wise(
        history["enterprise"].cast(pa.string()), history["meter"].cast(pa.string()), "/"
    )
    coded = key.combine_chunks().dictionary_encode()
    codes = coded.indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(coded.dictionary) + 1))
    ts = history["ts"].cast(pa.int64()).to_numpy()[order] // 1000
    values = history["value"].to_numpy()[order]
    return {
        tuple(name.split("/")): (ts[low:high], values[low:high])
        for name, low, high in zip(
            coded.dictionary.to_pylist(), bounds[:-1], bounds[1:], strict=True
        )
    }


def months_of(path) -> dict[tuple[str, str, str], dict]:
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {
        (record["enterprise"], record["meter"], record["month"]): record
        for record in records
        if record["record"] == "month"
    }


def test_history_begins_two_calendar_years_back() -> None:
    # 17:00 UTC on 31 December is already the next year in the park
    assert history_start(datetime(2026, 12, 31, 17, tzinfo=UTC)) == local("2025-01-01T00:00")
    assert history_start(datetime(2026, 12, 31, 15, tzinfo=UTC)) == local("2024-01-01T00:00")


def test_every_meter_has_its_rows(series) -> None:
    for meter in meters():
        if faults_of(*meter.key):
            continue
        ts, _ = series[meter.key]
        count = (END - START).total_seconds() // meter.interval_s
        assert len(ts) == count + (meter.kind not in ("interval", "mean")), meter.key
        assert (np.diff(ts) == meter.interval_s * 1000).all()


def test_history_is_the_same_every_time(files, tmp_path) -> None:
    again = list(write_history(tmp_path, START, END))
    assert [path.name for path in again] == [path.name for path in files]
    for one, two in zip(files, again, strict=True):
        assert pq.read_table(one).equals(pq.read_table(two))


def test_months_of_clean_meters_by_straight_differences(series, truth) -> None:
    months = months_of(truth)
    borders = {
        month: [
            int(local(text).timestamp() * 1000)
            for text in (f"2025-0{month}-01T00:00", f"2025-0{month + 1}-01T00:00")
        ]
        for month in (1, 2, 3)
    }
    compared = 0
    for meter in meters():
        if faults_of(*meter.key) or not meter.has_amounts:
            continue
        ts, values = series[meter.key]
        for month, (begin, end) in borders.items():
            if meter.kind == "counter":
                low, high = np.searchsorted(ts, [begin, end])
                amount = values[high] - values[low]
            elif meter.kind == "interval":
                amount = values[(ts > begin) & (ts <= end)].sum()
            else:
                inside = values[(ts >= begin) & (ts <= end)]
                amount = ((inside[1:] + inside[:-1]) / 2).sum() * meter.interval_s / 3600
            expected = months[(*meter.key, f"2025-0{month}")]["amount"]
            assert amount * meter.scale == pytest.approx(expected, rel=1e-6), (meter.key, month)
            compared += 1
    assert compared > 3 * 330


def test_truth_by_an_independent_fine_sum(truth) -> None:
    # midpoint rule at every minute of February: exact for steps and for lines between grid points
    months = months_of(truth)
    first, last = step_at(local("2025-02-01T00:00")), step_at(local("2025-03-01T00:00"))
    loads = Loads(first, last)
    position = (np.arange((last - first) * 15) + 0.5) / 15
    whole = position.astype(np.int64)
    for meter in meters():
        if not meter.has_amounts:
            continue
        power = loads.power(*meter.key)
        if meter.kind == "rate":
            at_minute = power[whole] + (position - whole) * (power[whole + 1] - power[whole])
        else:
            at_minute = power[whole]
        record = months[(*meter.key, "2025-02")]
        assert record["amount"] == pytest.approx(at_minute.sum() / 60, rel=1e-9)
        assert record["unit"] == meter.usage_unit


def test_unfinished_month_is_marked_and_ends_at_the_given_instant(truth) -> None:
    record = months_of(truth)["EQ01", "E1", "2025-04"]
    assert record["complete"] is False
    assert record["end"] == END.isoformat()


def test_gap_is_a_gap(series) -> None:
    # EQ05/H1: from 31 January 2025 06:00 for 36 hours, local
    ts, _ = series["EQ05", "H1"]
    gaps = np.flatnonzero(np.diff(ts) > 3_600_000)
    assert len(gaps) == 1
    assert ts[gaps[0]] == local("2025-01-31T05:00").timestamp() * 1000
    assert ts[gaps[0] + 1] == local("2025-02-01T18:00").timestamp() * 1000


def test_gap_over_a_months_end_explains_what_the_line_moves(series, truth) -> None:
    ts, values = series["EQ05", "H1"]
    begin, border, end = (
        local(text).timestamp() * 1000
        for text in ("2025-01-31T05:00", "2025-02-01T00:00", "2025-02-01T18:00")
    )
    before, behind = values[np.searchsorted(ts, [begin, end])]
    line = before + (behind - before) * (border - begin) / (end - begin)
    january = (line - values[0]) * 3.6  # the meter counts MWh, 3.6 GJ each
    record = months_of(truth)["EQ05", "H1", "2025-01"]
    assert abs(record["explained"]) > 1
    assert january == pytest.approx(record["amount"] + record["explained"], rel=1e-7)


def test_reset_loses_what_passed_between_its_readings(series, truth) -> None:
    ts, values = series["MD01", "W1-PURE"]  # 20 February 2025 03:10, local
    fall = int(np.flatnonzero(np.diff(values) < 0)[0])
    assert ts[fall] == local("2025-02-20T03:00").timestamp() * 1000
    low, high = np.searchsorted(
        ts, [local(t).timestamp() * 1000 for t in ("2025-02-01T00:00", "2025-03-01T00:00")]
    )
    known = values[fall] - values[low] + values[high] - values[fall + 1]
    record = months_of(truth)["MD01", "W1-PURE", "2025-02"]
    assert record["explained"] < 0
    assert known == pytest.approx(record["amount"] + record["explained"], rel=1e-6)


def test_spike_is_one_reading(series) -> None:
    _, values = series["IT03", "E1-LINE1"]
    assert (np.diff(values) < 0).sum() == 1


def test_late_readings_come_in_a_later_file(files) -> None:
    def rows(path) -> pa.Table:
        table = pq.read_table(path)
        return table.filter(
            pc.and_(pc.equal(table["enterprise"], "MD03"), pc.equal(table["meter"], "H1"))
        )

    counts = {path: rows(path).num_rows for path in files}
    holding = [path for path, count in counts.items() if count]
    late = rows(holding[-1])["ts"].to_pylist()[-60:]
    assert late[0] == local("2025-01-10T00:00")
    assert late[-1] == local("2025-01-12T11:00")


def test_out_of_order_readings_run_backwards(series) -> None:
    ts, _ = series["AG05", "E1-LINE1"]  # 72 hourly readings: 71 steps back among them
    assert (np.diff(ts) < 0).sum() == 71


def test_duplicates_are_sent_twice(tmp_path) -> None:
    start, end = local("2024-10-01T00:00"), local("2024-11-01T00:00")
    parts = [pq.read_table(path) for path in write_history(tmp_path, start, end)]
    table = whole(parts)
    mine = pc.and_(pc.equal(table["enterprise"], "IT08"), pc.equal(table["meter"], "E1"))
    ts = table.filter(mine)["ts"].cast(pa.int64()).to_numpy()
    assert (np.diff(ts) == 0).sum() == 72  # IT08/E1: 8 October 06:00, 72 hours
    assert len(ts) == 31 * 24 + 1 + 72
