"""Wide CSV and Parquet, a meter a column, into the real store."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from ingest.decode.columns import Refused
from ingest.decode.file_rows import decode_kept
from ingest.decode.mapping import Mapping, Names
from ingest.pipeline import Pipeline
from ingest.sources.file_blocks import blocks
from ingest.sources.files import import_file
from store.duckdb_store import DuckDBStore
from tests.integration.ingest.test_files_and_http import now, pipeline, store

__all__ = ["now", "pipeline", "store"]
WIDE = Mapping(enterprise="steel-works", zone="Asia/Shanghai")
CSV = """ts,main (MWh),new
2026-05-01 08:00,1.5,
2026-05-01 08:15,,7
2026-05-01 08:30,~2,8,9
,,
2026-05-01 08:45,~2,
"""


def values(store: DuckDBStore) -> list[tuple[datetime, float]]:
    """Time and value of what is stored of the meter main, in kWh."""
    table = store.readings([1])
    return list(zip(table["ts"].to_pylist(), table["value"].to_pylist(), strict=True))


def test_a_wide_csv_cell_by_cell(tmp_path: Path, pipeline: Pipeline, store: DuckDBStore) -> None:
    """A heading with its unit, empty cells, an unknown meter, too many cells, no number."""
    (tmp_path / "may.csv").write_text(CSV)
    report = import_file(tmp_path / "may.csv", WIDE, pipeline)
    assert (report.accepted, report.duplicates, report.rejected) == (1, 0, 3)
    assert values(store) == [(datetime(2026, 5, 1, 0, 0, tzinfo=UTC), 1_500.0)]
    kept = {row["peer"]: row for row in store.rejections(with_payload=True).to_pylist()}
    reasons = {peer: (row["reason"], row["meter"]) for peer, row in kept.items()}
    assert reasons == {
        "may.csv line 3 column new": ("unknown_meter", "new"),
        "may.csv line 4": ("malformed", None),
        "may.csv line 6 column main (MWh)": ("bad_value", "main"),
    }
    cell = kept["may.csv line 3 column new"]
    assert json.loads(cell["payload"])["value"] == "7"
    refused: list[Refused] = []
    (columns,) = decode_kept(cell["decoding"], [cell["payload"]], [0], refused)
    assert (refused, columns.value.tolist(), columns.meter.to_pylist()) == ([], [7.0], ["new"])
    # date -u -d 2026-05-01T00:15Z +%s
    assert columns.ts_us.tolist() == [1_777_594_500_000_000]
    (block,) = blocks(tmp_path / "may.csv", WIDE)
    places = [block.place(row["item"]) for row in kept.values()]
    assert sorted(map(str, places)) == ["3 column new", "4", "6 column main (MWh)"]


def test_headings_by_mapping_with_date_and_time(
    tmp_path: Path, pipeline: Pipeline, store: DuckDBStore
) -> None:
    """Only the columns that the mapping names are meters; German marks."""
    mapping = WIDE.model_copy(
        update={
            "columns": Names(ts="日期", time_of_day="时间"),
            "wide": {"总表": "main (kWh)"},
            "time_format": "%d.%m.%Y %H:%M",
            "delimiter": ";",
            "decimal": ",",
        }
    )
    path = tmp_path / "may.csv"
    path.write_text("日期;时间;总表;备注\n01.05.2026;08:15;1.234,5;早班\n01.05.2026;8;1;\n")
    report = import_file(path, mapping, pipeline)
    assert (report.accepted, report.rejected) == (1, 1)
    assert values(store) == [(datetime(2026, 5, 1, 0, 15, tzinfo=UTC), 1_234.5)]
    (row,) = store.rejections(with_payload=True).to_pylist()
    assert (row["reason"], row["peer"]) == ("bad_time", "may.csv line 3 column 总表")
    refused: list[Refused] = []
    decode_kept(row["decoding"], [row["payload"]], [0], refused)
    assert len(refused) == 1  # again for its time, and not for how it is kept


def test_a_wide_parquet(tmp_path: Path, pipeline: Pipeline, store: DuckDBStore) -> None:
    """Numbers and instants as pandas writes them; a missing value is no reading."""
    at = pd.to_datetime(["2026-05-01T00:00Z", "2026-05-01T00:15Z"])
    frame = pd.DataFrame({"ts": at, "main": [3.5, None], "new (kWh)": [None, 4.5]})
    frame.to_parquet(tmp_path / "may.parquet")
    report = import_file(tmp_path / "may.parquet", WIDE, pipeline)
    assert (report.accepted, report.rejected) == (1, 1)
    assert values(store) == [(datetime(2026, 5, 1, 0, 0, tzinfo=UTC), 3.5)]
    (row,) = store.rejections(with_payload=True).to_pylist()
    assert row["peer"] == "may.parquet row 2 column new (kWh)"
    refused: list[Refused] = []
    (columns,) = decode_kept(row["decoding"], [row["payload"]], [0], refused)
    assert (refused, columns.value.tolist()) == ([], [4.5])
    assert columns.ts_us.tolist() == [1_777_594_500_000_000]


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        ("ts,main (kWh),main（MWh）", "columns: main (kWh), main（MWh） name the same meter main"),
        ("ts,main,main", "columns: main more than once"),
        ("ts,", "columns: none beside the time names a meter"),
    ],
)
def test_headings_that_cannot_be(
    tmp_path: Path, pipeline: Pipeline, store: DuckDBStore, header: str, detail: str
) -> None:
    """The block is refused and kept as a whole."""
    cells = "2026-05-01 08:00" + ",1" * header.count(",")
    (tmp_path / "may.csv").write_text(f"{header}\n{cells}\n")
    report = import_file(tmp_path / "may.csv", WIDE, pipeline)
    assert (report.accepted, report.rejected) == (0, 1)
    assert store.rejections()["detail"].to_pylist() == [detail]
