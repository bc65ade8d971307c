"""SM4 keys of stations come from a file that is checked as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbonpeak.settings import Settings, SettingsError


def test_keys_by_mn(tmp_path: Path) -> None:
    assert Settings().station_keys() == {}
    file = tmp_path / "keys.toml"
    file.write_text(
        '88888880000001 = "30303030303030303030303030303030"\n"日" = "' + "aF" * 16 + '"'
    )
    keys = Settings(hj212_keys_file=file).station_keys()
    assert keys == {"88888880000001": b"0" * 16, "日": b"\xaf" * 16}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('A1 = "3030"', "the key of A1 is not 32 hexadecimal digits"),
        ("A1 = 30303030303030303030303030303030", "the key of A1 is not 32 hexadecimal digits"),
        (f'A1 = "{"x" * 32}"', "the key of A1 is not 32 hexadecimal digits"),
        ("A1", "cannot be read"),
    ],
)
def test_a_file_that_is_not_sound(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=f"hj212_keys_file: .*{said}"):
        Settings(hj212_keys_file=file).station_keys()
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings(hj212_keys_file=tmp_path / "nowhere").station_keys()
