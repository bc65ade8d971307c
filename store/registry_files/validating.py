"""Cells to a row's values, or to faults that name the field."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.errors import Fault
from store.registry_files.cells import Column
from store.registry_files.placed import Placed
from store.registry_files.row import Row


def validate_row(
    model: type[Row],
    cells: dict[str, Any],
    *,
    file: str,
    row: int | None,
    zone: ZoneInfo,
    at: str = "",
) -> Placed | list[Fault]:
    """The row's values, or every fault of its fields; ``at`` is written before field names."""
    try:
        valid = model.model_validate(cells, context={"zone": zone})
    except ValidationError as error:
        return [
            Fault(file, row, at + str(fault["loc"][0]), _detail(fault, _is_secret(model, fault)))
            for fault in error.errors()
        ]
    return Placed({name: getattr(valid, name) for name in model.model_fields}, file, row)


def _is_secret(model: type[Row], fault: ErrorDetails) -> bool:
    field = model.model_fields.get(str(fault["loc"][0]))
    said = field.metadata if field is not None else []
    return any(isinstance(one, Column) and one.secret for one in said)


def _detail(fault: ErrorDetails, is_secret: bool) -> str:
    if fault["type"] == "missing":
        return "is missing"
    if fault["type"] == "extra_forbidden":
        return "there is no such field"
    said = str(fault["ctx"]["error"]) if fault["type"] == "value_error" else fault["msg"]
    said = f"{said[0].lower()}{said[1:]}"
    return said if is_secret else f"{fault['input']!r}: {said}"
