"""Keys of single enterprises come from a file that is checked as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbonpeak.settings import Settings, SettingsError

WRITE = "the-write-key-of-all"


def settings(file: Path | None) -> Settings:
    return Settings(write_key=WRITE, enterprise_keys_file=file)


def test_without_a_file_there_are_none() -> None:
    assert settings(None).enterprise_keys() == {}


def test_a_key_for_each_enterprise(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('axle-01 = "0123456789abcdef"\n"mill.2" = "fedcba9876543210"\n')
    keys = settings(file).enterprise_keys()
    assert keys == {"axle-01": "0123456789abcdef", "mill.2": "fedcba9876543210"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('axle = "short"', "the key of axle is no text of at least 16 characters"),
        ("axle = 1234567890123456", "the key of axle is no text of at least 16 characters"),
        ("[axle]\nkey = 'x'", "the key of axle is no text of at least 16 characters"),
        (f'axle = "{WRITE}"', "the key of axle is another's"),
        ('a = "0123456789abcdef"\nb = "0123456789abcdef"', "the key of b is another's"),
        ("axle 0123456789abcdef", "cannot be read"),
    ],
)
def test_a_file_that_is_not_sound(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=f"enterprise_keys_file: .*{said}"):
        settings(file).enterprise_keys()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        settings(tmp_path / "nowhere.toml").enterprise_keys()
