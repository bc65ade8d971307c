"""Boards are said once: every panel in both languages, every query a question the API knows."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.app import ApiContext, create_app
from dashboards.boards import BOARDS, Board, Panel, Query, Text, placeholders

CJK = re.compile(r"[\u4e00-\u9fff]")
PANELS = [(board, panel) for board in BOARDS for panel in board.panels]
IDS = [panel.id for _, panel in PANELS]


def texts_of(panel: Panel) -> Iterator[Text]:
    yield panel.title
    yield panel.question
    yield from (field.title for field in panel.fields)


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    # The document needs no books: nothing is asked.
    return create_app(ApiContext(books=None, health=dict)).openapi()  # type: ignore[arg-type]


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=IDS)
def test_every_panel_speaks_both_languages(board: Board, panel: Panel) -> None:
    for text in (board.title, *texts_of(panel)):
        assert CJK.search(text.zh), text
        assert text.en.strip(), text
        assert not CJK.search(text.en), text


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=IDS)
def test_every_query_is_a_path_of_the_api_with_its_parameters(
    board: Board, panel: Panel, openapi: dict[str, Any]
) -> None:
    for query in (board.names, panel.query):
        operation = openapi["paths"][query.path]["get"]
        known = {parameter["name"] for parameter in operation.get("parameters", ())}
        assert set(query.params) <= known


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=IDS)
def test_every_field_is_one_that_the_api_answers(
    board: Board, panel: Panel, openapi: dict[str, Any]
) -> None:
    answered = properties_under(openapi, panel.query)
    for field in panel.fields:
        assert field.name.split(".")[0] in answered


def properties_under(openapi: dict[str, Any], query: Query) -> set[str]:
    """Names of the properties of the rows under a query's root, from the OpenAPI document."""
    responses = openapi["paths"][query.path]["get"]["responses"]
    answer = responses["200"]["content"]["application/json"]["schema"]
    under = resolved(openapi, answer)
    if query.root:
        under = resolved(openapi, under["properties"][query.root])
    forms = under.get("anyOf", [under])
    rows = [resolved(openapi, form.get("items", form)) for form in forms]
    return {name for row in rows for name in row["properties"]}


def resolved(openapi: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        found: dict[str, Any] = openapi["components"]["schemas"][name]
        return found
    return schema


def test_panel_ids_are_unique_and_found() -> None:
    for board in BOARDS:
        assert len({panel.id for panel in board.panels}) == len(board.panels)
        assert all(board.panel(panel.id) is panel for panel in board.panels)
        with pytest.raises(KeyError):
            board.panel("no-such-panel")


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=IDS)
def test_every_placeholder_is_filled(board: Board, panel: Panel) -> None:
    values = placeholders(datetime(2026, 3, 5, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
    assert not any("{" in text for text in panel.query.filled(values).values())


def test_the_park_s_midnight_rules_year_and_day() -> None:
    # 17:00 UTC on 31 December is one in the morning of 1 January in Changchun (UTC+8).
    at = datetime(2025, 12, 31, 17, tzinfo=UTC)
    assert placeholders(at, ZoneInfo("Asia/Shanghai")) == {
        "year": "2026",
        "last_year": "2025",
        "today": "2026-01-01",
    }


def test_an_unknown_placeholder_is_an_error() -> None:
    with pytest.raises(KeyError, match="month"):
        Query("/api/v1/usage", {"start": "{month}"}).filled({"year": "2026"})
