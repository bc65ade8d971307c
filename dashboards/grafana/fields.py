"""How a field looks: title, unit, decimals, limits, names of its codes, and where it leads.

The columns keep the names that the API gives them; everything a reader sees is said here.
"""

from __future__ import annotations

from typing import Any

from grafana_foundation_sdk.models.dashboard import (
    DashboardFieldConfigSourceOverrides,
    DynamicConfigValue,
    MatcherConfig,
)

from dashboards.boards import Board, Field, Kind, Limit, Link
from dashboards.boards.vocabulary import Ceiling, Text
from dashboards.grafana.units import decimals, unit

UNKNOWN = Text("未知", "unknown").both
GOOD, DOUBTED, BAD = "green", "yellow", "red"
UID_PREFIX = "carbonpeak-"


def title(field: Field) -> str:
    """Both languages, with the meter's unit where the meter tells it."""
    of_meter = f" (${field.unit})" if field.unit.startswith("{") else ""
    return field.title.both + of_meter


def override(
    field: Field, board: Board, shown: tuple[Field, ...]
) -> DashboardFieldConfigSourceOverrides:
    """Everything said of a field, by its column's name; ``shown`` are the fields of its row."""
    said: list[tuple[str, Any]] = [("displayName", title(field))]
    if unit(field):
        said.append(("unit", unit(field)))
    if decimals(field) is not None:
        said.append(("decimals", decimals(field)))
    if field.kind is Kind.TIME:
        said.append(("unit", "time:YYYY-MM-DD HH:mm:ss"))
    if field.limit:
        said += [("thresholds", limits(field.limit)), ("color", {"mode": "thresholds"})]
    if field.ceiling:
        said += [("thresholds", ceiling(field.ceiling)), ("color", {"mode": "thresholds"})]
    if field.codes:
        said.append(("mappings", [names_of(field)]))
    if field.link:
        said.append(("links", [link(field.link, board, shown)]))
    return DashboardFieldConfigSourceOverrides(
        matcher=MatcherConfig(id_val="byName", options=field.name),
        properties=[DynamicConfigValue(id_val=name, value=value) for name, value in said],
    )


def limits(limit: Limit) -> dict[str, Any]:
    """Red below what is bad, yellow below what is doubted, else green."""
    return {
        "mode": "absolute",
        "steps": [
            {"color": BAD, "value": None},
            {"color": DOUBTED, "value": limit.bad_below},
            {"color": GOOD, "value": limit.doubted_below},
        ],
    }


def ceiling(above: Ceiling) -> dict[str, Any]:
    """Green, yellow from where it is doubted, red from where it is bad."""
    return {
        "mode": "absolute",
        "steps": [
            {"color": GOOD, "value": None},
            {"color": DOUBTED, "value": above.doubted_from},
            {"color": BAD, "value": above.bad_above},
        ],
    }


def names_of(field: Field) -> dict[str, Any]:
    """What the codes of a field stand for."""
    codes = field.codes or {}
    return {
        "type": "value",
        "options": {
            code: {"index": index, "text": text.both}
            for index, (code, text) in enumerate(codes.items())
        },
    }


def link(to: Link, board: Board, shown: tuple[Field, ...]) -> dict[str, Any]:
    """A cell's way to another board: its variables from the row, else from this board's own."""
    in_row = {field.name for field in shown}
    own = {variable.name for variable in board.variables}
    given = []
    for name, source in to.variables.items():
        if source in in_row:
            given.append(f"var-{name}=${{__data.fields.{source}:percentencode}}")
        elif source in own:
            given.append(f"var-{name}=${{{source}:percentencode}}")
        else:
            raise KeyError(f"{board.id}: {source} is neither in the row nor a variable")
    return {
        "title": Text("打开", "open").both,
        "url": f"/d/{UID_PREFIX}{to.board}?{'&'.join(given)}",
    }
