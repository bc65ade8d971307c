"""What an installed carbonpeak has with it: the data files beside the modules."""

from __future__ import annotations

import fnmatch
import subprocess
import tomllib
from pathlib import Path

from setuptools import find_namespace_packages

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["importlinter"]["root_packages"]


def test_data_files_are_in_the_wheel() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", *PACKAGES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tracked = [Path(name) for name in listed.stdout.split("\0") if name]
    setuptools = PROJECT["tool"]["setuptools"]
    packages = find_namespace_packages(str(ROOT), include=setuptools["packages"]["find"]["include"])
    patterns = setuptools["package-data"]["*"]
    left_out = [
        str(path)
        for path in tracked
        if path.suffix not in (".py", ".md")
        and not (
            ".".join(path.parts[:-1]) in packages
            and any(fnmatch.fnmatchcase(path.name, pattern) for pattern in patterns)
        )
    ]
    assert left_out == []
