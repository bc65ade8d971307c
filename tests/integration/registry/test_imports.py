"""The record of imports: what is done, what was only begun, and what a new import of a file is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.registry_db import RegistryDatabase
from store.registry_db.imports import BegunBlock, BlockCounts, FileKey, Imports, UnknownImportError

AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
KEY = FileKey("a" * 64, "b" * 64)


def test_an_import_goes_on_where_it_was_cut_off(database: RegistryDatabase) -> None:
    """Block 0 is done, block 1 was begun: which is what is known after a kill."""
    imports = Imports(database)
    assert imports.newest(KEY) is None
    one = imports.open(KEY, "may.csv", 5_000_000_000, AT, again=False)
    assert (one.size, one.started, one.finished, one.blocks) == (5_000_000_000, AT, None, 0)
    assert imports.begin(one.id, 0, AT) == BegunBlock(AT, again=False, counts=None)
    imports.done(one.id, 0, BlockCounts(3, 2, 1), AT, last=False)
    imports.begin(one.id, 1, AT + timedelta(seconds=1))

    later = AT + timedelta(hours=1)
    again = imports.open(KEY, "may.csv", 5_000_000_000, later, again=False)
    assert (again.id, again.started, again.blocks) == (one.id, AT, 1)
    assert again.counts == BlockCounts(3, 2, 1)
    assert imports.begin(one.id, 0, later).counts == BlockCounts(3, 2, 1)
    begun = BegunBlock(AT + timedelta(seconds=1), again=True, counts=None)
    assert imports.begin(one.id, 1, later) == begun
    imports.done(one.id, 1, BlockCounts(10, 20, 30), later, last=True)
    whole = imports.newest(KEY)
    assert whole is not None
    assert (whole.finished, whole.blocks, whole.counts) == (later, 2, BlockCounts(13, 22, 31))


def test_again_is_a_new_import_only_of_a_finished_one(database: RegistryDatabase) -> None:
    """And another way of reading the same bytes is another import."""
    imports = Imports(database)
    one = imports.open(KEY, "may.csv", 9, AT, again=True)
    assert imports.open(KEY, "may.csv", 9, AT, again=True).id == one.id
    imports.begin(one.id, 0, AT)
    imports.done(one.id, 0, BlockCounts(1, 0, 0), AT, last=True)
    assert imports.open(KEY, "may.csv", 9, AT, again=False).finished == AT
    two = imports.open(KEY, "may.csv", 9, AT, again=True)
    assert (two.id > one.id, two.finished, two.counts) == (True, None, BlockCounts(0, 0, 0))
    other = FileKey(KEY.file_sha256, "c" * 64)
    assert imports.newest(other) is None
    with pytest.raises(UnknownImportError):
        imports.begin(99, 0, AT)
