"""What the parts may import, how large and how named files are, and what may not be in them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["importlinter"]["root_packages"]
VAGUE = {"utils", "util", "common", "core", "helpers", "helper", "manager", "base", "misc"}


def tracked() -> list[Path]:
    """Files of the project under version control that are still there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for name in listed.stdout.split("\0") if name and (path := Path(name)).parts
            and (ROOT / path).is_file()]  # fmt: skip


def product() -> list[Path]:
    """Files of our packages."""
    return [path for path in tracked() if path.parts[0] in PACKAGES]


def test_import_contracts_hold() -> None:
    program = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_every_package_with_code_is_held_to_the_contracts() -> None:
    with_code = {path.parts[0] for path in tracked() if path.name == "__init__.py"}
    assert with_code == set(PACKAGES)
    assert {f"{name}*" for name in PACKAGES} == set(
        PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    )


def test_no_file_is_over_400_lines() -> None:
    lengths = {
        str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in product()
        if path.suffix == ".py"
    }
    assert {path: lines for path, lines in lengths.items() if lines > 400} == {}


def test_modules_are_named_for_what_they_are() -> None:
    named = {part for path in product() for part in (*path.parts[:-1], path.stem)}
    assert named & VAGUE == set()


def test_no_place_of_one_machine_is_named() -> None:
    # Put together here, so that this file does not hold what it looks for.
    registries = ("pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(com|org)")
    places = ("/wo" + "rk/", "/ho" + r"me/\w+/", "/tm" + "p/(v|contract|issue)", "/ro" + "ot/")
    wanted = re.compile("|".join((*registries, *places)))
    found = {}
    for path in tracked():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        hits = [hit.group() for hit in wanted.finditer(text)]
        if hits:
            found[str(path)] = hits[:3]
    assert found == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_tell_that_they_are_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()
    first = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(first)
