"""What is particular to the DuckDB file: who may open it, and its version."""

import subprocess
import sys

import pytest

from store.duckdb_store import DuckDBStore
from store.duckdb_store.database import NewerStoreError, StoreInUseError
from store.interface import Batch

pytestmark = pytest.mark.parametrize("kind", ["duckdb"])


def test_batches_and_rejections_are_numbered_from_one(open_store, make):
    store = open_store()
    for hour in (0, 1):
        store.append(Batch(make.readings((1, hour, 1)), make.rejections({"item": 1}, {"item": 2})))
    assert store.batches()["batch"].to_pylist() == [1, 2]
    assert store.rejections()["rejection_id"].to_pylist() == [4, 3, 2, 1]


def test_a_file_of_a_newer_version_is_refused(open_store, damage):
    open_store().close()
    damage("insert into schema_version values (999)")
    with pytest.raises(NewerStoreError, match=r"schema version 999.*use a newer program"):
        open_store()
    damage("delete from schema_version where version = 999")
    assert open_store().counts()["readings"] == 0


def test_a_file_open_in_another_process_is_refused(kind, tmp_path, make, clock):
    path = tmp_path / "other.duckdb"
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True);"
            "sys.stdin.read()",
            path,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(StoreInUseError, match="another process"):
            DuckDBStore(path, writer="w", clock=clock, zone=make.zone)
    finally:
        holder.communicate()
