"""docs/reference/registry.md says of every column what the program holds it to.

Where it does not, the failure prints the table as it should be.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from models import registry
from store.registry_db import kinds
from store.registry_db.kinds import KINDS
from store.registry_files import read_folder
from store.registry_files.cells import Column
from store.registry_files.placed import Placed
from store.registry_files.row import Row
from store.registry_files.rows import PARK_FILE, TABLE_FILES, ClusterRow, ParkRow
from store.registry_files.validating import validate_row

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "registry.md"
TYPES = {str: "text", int: "whole number", float: "number", bool: "true or false"}
TIMES = {datetime: "time", date: "day"}
MODELS = {kinds.PARK: ParkRow, kinds.CLUSTER: ClusterRow, **dict(TABLE_FILES.values())}
RECORDS = {
    kinds.PARK: registry.Park,
    kinds.CLUSTER: registry.Cluster,
    kinds.ENTERPRISE: registry.Enterprise,
    kinds.METER: registry.Meter,
    kinds.EXCHANGE: registry.Exchange,
    kinds.PROFILE: registry.Profile,
    kinds.OUTPUT: registry.Output,
    kinds.DECLARED_FACTOR: registry.DeclaredFactor,
    kinds.SOURCE_STREAM: registry.SourceStream,
    kinds.BUILDING: registry.Building,
    kinds.GROUP: registry.Group,
    kinds.CERTIFICATE: registry.Certificate,
    kinds.CERTIFICATE_USE: registry.CertificateUse,
    kinds.POINT: registry.Point,
    kinds.CHANNEL: registry.Channel,
    kinds.PERMIT: registry.Permit,
    kinds.OPERATING_STATE: registry.OperatingState,
    kinds.TARGET: registry.Target,
    kinds.YEARLY_FIGURE: registry.YearlyFigure,
    kinds.MEASURE: registry.Measure,
    kinds.ASSUMPTION: registry.Assumption,
    kinds.TITLE: registry.Title,
    kinds.MOVEMENT: registry.Movement,
}


def columns(model: type[Row]) -> dict[str, Column]:
    found = {}
    for name, field in model.model_fields.items():
        [found[name]] = [said for said in field.metadata if isinstance(said, Column)]
    return found


def type_name(annotation: Any) -> str:
    if isinstance(annotation, UnionType) or get_args(annotation):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
        while get_args(annotation):
            annotation = get_args(annotation)[0]
    if issubclass(annotation, StrEnum):
        return "one of " + ", ".join(f"`{member}`" for member in annotation)
    return (TYPES | TIMES)[annotation]


def table(model: type[Row]) -> str:
    lines = [
        "| column | type | unit | empty means | meaning | example |",
        "|---|---|---|---|---|---|",
    ]
    for name, said in columns(model).items():
        field = model.model_fields[name]
        if field.is_required():
            empty = "refused"
        else:
            default = field.default
            empty = "" if default in (None, "", ()) else f"`{str(default).lower()}`"
            empty = f"`{default}`" if name == "time_zone" else empty
        cells = [
            f"`{name}`", type_name(field.annotation), said.unit, empty, said.meaning,
            f"`{said.example}`",
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_reference_has_the_table_of_columns(kind: kinds.RecordKind) -> None:
    expected = table(MODELS[kind])
    assert expected in REFERENCE.read_text(encoding="utf-8"), f"\n{expected}\n"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_examples_are_a_valid_row(kind: kinds.RecordKind) -> None:
    model = MODELS[kind]
    cells = {name: said.example for name, said in columns(model).items()}
    zone = ZoneInfo("Asia/Shanghai")
    assert isinstance(validate_row(model, cells, file="", row=None, zone=zone), Placed)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_columns_are_the_fields_of_the_record(kind: kinds.RecordKind) -> None:
    inside = {"key", "meter_key", "recorded_at", "superseded_at"}
    record = {field.name for field in fields(RECORDS[kind])} - inside
    if kind in (kinds.EXCHANGE, kinds.PROFILE):  # name their meter by code, the record by key
        record |= {"enterprise", "meter"}
    if kind is kinds.GROUP:  # a row of the file is a member, a record the group with all of them
        record = record - {"code", "enterprises"} | {"group", "enterprise"}
    assert set(MODELS[kind].model_fields) == record
    kept = set(kind.table.c.keys()) | (
        set(kind.identities.c.keys()) if kind is kinds.METER else set()
    )
    if "meter_key" in kind.table.c:
        kept |= {"enterprise", "meter"}
    assert record <= kept


def test_reference_names_every_file() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert all(f"`{file}`" in text for file in (PARK_FILE, *TABLE_FILES))


def test_the_example_files_of_the_reference_are_sound(tmp_path: Path) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    for block in text.split("```")[1::2]:
        first, _, content = block.partition("\n")
        if name := first.partition(" ")[2]:
            (tmp_path / name).write_text(content, encoding="utf-8")
    files = read_folder(tmp_path)
    assert [row.values["code"] for row in files.records[kinds.METER]] == ["EL-01", "GAS-01"]
