"""Boards are said once: every panel in both languages, every query a question the API knows."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from api.app import ApiContext, create_app
from dashboards.boards import BOARDS, Board, Panel, Query, Text

CJK = re.compile(r"[\u4e00-\u9fff]")
PANELS = [(board, panel) for board in BOARDS for panel in board.panels]
IDS = [f"{board.id}/{panel.id}" for board, panel in PANELS]


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
def test_every_place_is_a_variable_of_the_board_or_the_span(board: Board, panel: Panel) -> None:
    values = {variable.name: "x" for variable in board.variables}
    if board.hours is not None:
        values |= {"start": "x", "end": "x"}
    assert not any("{" in text for text in panel.query.filled(values).values())
    assert "{" not in panel.influxql.format_map(values | {"time_filter": "x"})


def test_the_overview_asks_the_same_of_everybody() -> None:
    # The console has no variables: what it asks is what is written.
    (overview,) = (board for board in BOARDS if board.id == "park-overview")
    for panel in overview.panels:
        assert panel.query.filled({}) == dict(panel.query.params)


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.id)
def test_variables_are_answered_and_follow_from_those_before(
    board: Board, openapi: dict[str, Any]
) -> None:
    known: dict[str, str] = {}
    for variable in board.variables:
        variable.query.filled(known)
        answered = properties_under(openapi, variable.query)
        assert {variable.value, variable.label or variable.value} <= answered
        assert variable.hidden or variable.label
        known[variable.name] = "x"


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=IDS)
def test_links_lead_to_boards_with_their_variables(board: Board, panel: Panel) -> None:
    boards = {one.id: one for one in BOARDS}
    in_row = {field.name for field in panel.fields} | {one.name for one in board.variables}
    for link in (field.link for field in panel.fields if field.link):
        offered = {one.name for one in boards[link.board].variables if not one.hidden}
        assert set(link.variables) <= offered
        assert set(link.variables.values()) <= in_row


def test_an_unknown_place_is_an_error() -> None:
    with pytest.raises(KeyError, match="month"):
        Query("/api/v1/usage", {"start": "{month}"}).filled({"year": "2026"})
