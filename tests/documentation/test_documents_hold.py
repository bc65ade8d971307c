"""Links lead somewhere, examples are taken in, commands exist."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer
import yaml
from fastapi.routing import APIRoute

from api.app import PREFIX, ROUTERS
from carbonpeak.cli import app
from ingest.decode.lines import decode_lines
from ingest.decode.mapping import Mapping
from ingest.pipeline import Pipeline
from ingest.sources.files import import_file
from store.duckdb_store import DuckDBStore
from tests.integration.ingest.test_files_and_http import now, pipeline, store

__all__ = ["now", "pipeline", "store"]

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def documents() -> list[Path]:
    """Every document that is tracked or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / line for line in listed.stdout.splitlines()]


def anchors(path: Path) -> set[str]:
    """Names of a document's headings, as links name them."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_resolve(path: Path) -> None:
    for target in LINK.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = path if not name else (path.parent / name).resolve()
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_json_examples_are_taken_in(reference: Callable[[str], str]) -> None:
    examples = [text for kind, text in FENCE.findall(reference("ingest.md")) if kind == "json"]
    assert len(examples) >= 3
    for example in examples:
        (answer,) = decode_lines([example.replace("\n", " ").encode()])
        assert answer["readings"]
        assert answer["ok"]


def test_the_mapping_examples_are_some(reference: Callable[[str], str]) -> None:
    examples = [text for kind, text in FENCE.findall(reference("ingest.md")) if kind == "yaml"]
    long, wide = (Mapping.model_validate(yaml.safe_load(example)) for example in examples)
    assert long.decimal == ","
    assert wide.wide == {"总表": "main (kWh)", "锅炉": "gas (Nm3)"}


def test_the_guides_workbook_comes_in(
    tmp_path: Path, pipeline: Pipeline, store: DuckDBStore
) -> None:
    """The guide's table, written as a workbook by another program, by the guide's mapping."""
    guide = (ROOT / "docs" / "guides" / "energy-manager.md").read_text(encoding="utf-8")
    section = guide.split("## From Excel")[1]
    (mapping,) = [text for kind, text in FENCE.findall(section) if kind == "yaml"]
    head, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "五月"
    sheet.append(["电表日报"])
    sheet.append(head)
    for day, time, *values in rows:
        at = datetime.fromisoformat(day)
        of_day = datetime.fromisoformat(f"{day} {time}").time()
        sheet.append([at, of_day, *(float(value) if value else None for value in values)])
    book.save(tmp_path / "may.xlsx")
    how = Mapping.model_validate(yaml.safe_load(mapping))
    how = how.model_copy(update={"enterprise": "steel-works"})  # that is registered here
    report = import_file(tmp_path / "may.xlsx", how, pipeline)
    assert (report.accepted, report.rejected) == (2, 1)  # a meter that is not registered here
    table = store.readings([1])
    assert table["ts"].to_pylist() == [
        datetime(2026, 5, 1, 0, 0, tzinfo=UTC), datetime(2026, 5, 1, 0, 15, tzinfo=UTC)
    ]  # fmt: skip
    assert table["value"].to_pylist() == [1_200.0, 1_350.5]
    assert store.rejections()["meter"].to_pylist() == ["lab"]


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    written = [line for _, block in FENCE.findall(text) for line in block.splitlines()]
    written += re.findall(r"`([^`]+)`", FENCE.sub("", text))
    for line in written:
        if re.match(r"carbonpeak [a-z]", line):
            require_command(shlex.split(line.replace("\n", " "), comments=True)[1:])
        elif line.startswith("make "):
            target = line.split()[1]
            assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8"), line


@cache
def the_command() -> Any:
    """The whole command line; putting it together imports every command."""
    return typer.main.get_command(app)


def require_command(words: list[str]) -> None:
    """Refuse a command or an option that the command line does not have."""
    command = the_command()
    while words and hasattr(command, "commands"):
        if words[0].isupper():
            return
        assert words[0] in command.commands, words
        command = command.commands[words.pop(0)]
    options = {option for one in command.params for option in one.opts} | {"--help", "-h"}
    for word in words:
        assert not word.startswith("--") or word.split("=")[0] in options, word


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_addresses_are_answered(path: Path) -> None:
    known = {route.path for one in ROUTERS for route in one.routes if isinstance(route, APIRoute)}
    known = {PREFIX, f"{PREFIX}/openapi.json"} | {PREFIX + one for one in known}
    text = path.read_text(encoding="utf-8")
    for address in re.findall(r"(?:`|127\.0\.0\.1:8000)(/[^`?'>\s]*)", text):
        if address.startswith(PREFIX) or (path.name == "README.md" and path.parent == ROOT):
            assert address in known, address
