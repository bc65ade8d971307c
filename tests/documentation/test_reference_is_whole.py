"""Everything that a user can set, call, send or be told is named in its document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import create_autospec

import typer
from fastapi.routing import APIRoute

from api.app import ROUTERS
from carbonpeak.cli import app
from carbonpeak.settings import Settings
from ingest.decode.columns import Sent
from ingest.decode.mapping import Mapping, Names
from ingest.pipeline import Pipeline
from ingest.sources.http_push import router
from models.carbon.chosen import Match
from models.carbon.factor_files import FILES, rows_of
from models.errors import Reason
from models.quantities import Kind, quantities
from models.readings import QUALITY_BY_NAME, Quality
from store.registry_files.rows import PARK_FILE, TABLE_FILES

Reference = Callable[[str], str]


def table_rows(text: str) -> list[list[str]]:
    """Cells of all table rows of a document."""
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in text.splitlines()
        if line.startswith("| ")
    ]


def commands(command: Any, *names: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command of the command line with its names."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield names, command
        return
    for name, one in inner.items():
        yield from commands(one, *names, name)


def test_settings_with_their_defaults(reference: Reference) -> None:
    rows = {row[0].strip("`"): row for row in table_rows(reference("settings.md"))}
    for name, field in Settings.model_fields.items():
        _, environment, default, *_ = rows[name]
        assert environment == f"`CARBONPEAK_{name.upper()}`"
        assert default == ("none" if field.default is None else f"`{field.default}`")


def test_commands_and_their_options(reference: Reference) -> None:
    text = reference("cli.md")
    for names, command in commands(typer.main.get_command(app)):
        assert f"`carbonpeak {' '.join(names)}" in text, names
        section = text[text.index(f"\n## {names[0]}") :].split("\n## ")[1]
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--") and option != "--help":
                    assert f"`{option}" in section, (names, option)


def test_routes_and_their_parameters(reference: Reference) -> None:
    text = reference("api.md") + reference("ingest.md")
    push = router(create_autospec(Pipeline, instance=True))
    routes = [route for one in (*ROUTERS, push) for route in one.routes]
    assert len(routes) >= 15
    for route in routes:
        assert isinstance(route, APIRoute)
        for method in route.methods:
            assert f"`{method} {route.path}`" in reference("api.md"), route.path
        for parameter in route.dependant.query_params:
            model = getattr(parameter.field_info.annotation, "model_fields", None)
            for name in [parameter.alias] if model is None else model:
                assert f"`{name}`" in text, (route.path, name)


def test_fields_of_a_reading_and_of_a_mapping(reference: Reference) -> None:
    named = {row[0] for row in table_rows(reference("ingest.md"))}
    for name in (*Sent.__struct_fields__, *Mapping.model_fields):
        assert f"`{name}`" in named, name
    columns = next(row for row in table_rows(reference("ingest.md")) if row[0] == "`columns`")
    for name in Names.model_fields:
        assert f"`{name}`" in columns[2]


def test_reasons_with_an_example(reference: Reference) -> None:
    rows = {row[0].strip("`"): row for row in table_rows(reference("ingest.md"))}
    for reason in Reason:
        assert ": " in rows[reason.value][2], reason


def test_qualities_with_their_code_and_whether_they_count(reference: Reference) -> None:
    rows = {row[0].strip("`"): row for row in table_rows(reference("ingest.md"))}
    for name, quality in QUALITY_BY_NAME.items():
        assert rows[name][1] == str(int(quality))
        assert rows[name][2].startswith("yes" if quality <= Quality.MANUAL else "no")


def test_quantities_with_unit_and_kinds(reference: Reference) -> None:
    section = reference("ingest.md").split("\n## Quantities")[1].split("\n## ")[0]
    rows = {name.strip("` "): row for row in table_rows(section) for name in row[0].split(",")}
    for code, quantity in quantities().items():
        _, unit, kinds = rows[code]
        assert unit.replace(";", " ").split()[0] == quantity.unit
        assert {kind for kind in Kind if kind.value in kinds} == quantity.kinds, code


def test_kinds_and_findings_of_usage(reference: Reference) -> None:
    text = reference("usage.md")
    for kind in Kind:
        assert f"| `{kind.value}` |" in text
    for finding in ("reset", "rollover", "exchange", "false_value", "implausible_rate"):
        assert f"| `{finding}` |" in text


def test_factor_sets_statuses_and_matches(reference: Reference) -> None:
    text = reference("factors.md")
    rows = [row for name in FILES for row in rows_of(name)]
    for name in {row["set"] for row in rows} | {row["status"] for row in rows}:
        assert f"`{name}`" in text, name
    for match in Match.__args__:
        assert f"`{match}`" in text, match


def test_files_of_the_registry_folder(reference: Reference) -> None:
    text = reference("registry.md")
    for name, columns in (
        (PARK_FILE, ()),
        *((f, m.model_fields) for f, (_, m) in TABLE_FILES.items()),
    ):
        assert f"`{name}`" in text, name
        for column in columns:
            assert f"`{column}`" in text, (name, column)
