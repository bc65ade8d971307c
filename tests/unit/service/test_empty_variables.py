"""What a compose file leaves empty is not set."""

from __future__ import annotations

import pytest

from carbonpeak.settings import read_settings


def test_an_empty_variable_leaves_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARBONPEAK_REJECTIONS_KEEP_DAYS", "")
    monkeypatch.setenv("CARBONPEAK_RECEIPT_HOUR", "")
    settings = read_settings()
    assert settings.rejections_keep_days is None
    assert settings.receipt_hour == 1
    monkeypatch.setenv("CARBONPEAK_REJECTIONS_KEEP_DAYS", "30")
    assert read_settings().rejections_keep_days == 30
