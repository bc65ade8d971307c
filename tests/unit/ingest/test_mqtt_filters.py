"""Subscriptions of earlier settings are remembered, however often they changed."""

from __future__ import annotations

from pathlib import Path

from ingest.sources.mqtt_filters import former_filters


def test_all_but_the_present_filters_are_former_ones(tmp_path: Path) -> None:
    assert former_filters(tmp_path, ["a", "b"]) == []
    assert former_filters(tmp_path, ["a", "b"]) == []
    assert former_filters(tmp_path, ["$share/园/a", "b"]) == ["a"]
    assert former_filters(tmp_path, ["c"]) == ["a", "b", "$share/园/a"]
    assert former_filters(tmp_path, ["a", "b"]) == ["$share/园/a", "c"]
