"""Settings and files that cannot be used are said to be so, in one line and not by a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbonpeak.settings import SettingsError, read_settings
from ingest.decode.mapping import read_mapping
from models.errors import FaultsError


def test_a_limit_of_memory_is_a_number_with_its_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store refused it only when it was opened, by an error of its own."""
    for good in ("400MB", "1.5 GiB", "2gb"):
        monkeypatch.setenv("CARBONPEAK_STORE_MEMORY", good)
        assert read_settings().store_memory == good
    for bad in ("lots", "400", "GB"):
        monkeypatch.setenv("CARBONPEAK_STORE_MEMORY", bad)
        with pytest.raises(SettingsError, match="store_memory"):
            read_settings()


def test_a_mapping_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "meter.yaml"
    file.write_bytes(b"\xff\xfe: x")
    with pytest.raises(FaultsError, match=r"meter\.yaml"):
        read_mapping(file)
