"""The OpenAPI document tells the truth: answers fit their schema, and so do the examples."""

from __future__ import annotations

import re
from functools import cache
from typing import get_args

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel

from api.app import ROUTERS

PARAMS = {
    "/readings": {"enterprise": "steel", "meter": "EL-01", "limit": "3"},
    "/usage": {"every": "month"},
    "/intensity": {"by": "enterprise"},
    "/factors/compare": {"carrier": "natural_gas"},
    "/activity/codes": {"enterprise": "steel"},
}
NUMBER = {"number": 1}  # of what an address has in braces
# This park has none of these; parks that have are elsewhere (tests/integration/environment).
EMPTY = {
    "/findings", "/corrections", "/activity", "/certificates", "/outlets", "/stations",
    "/stations/connections", "/discharges", "/exceedances", "/early-warnings", "/budgets",
    "/monitoring", "/monitoring-rates", "/reduction", "/stack-co2",
    "/plausibility", "/permits", "/water-balance", "/solid-waste", "/alarms", "/alarms/responses",
    "/alarms/deliveries", "/air-quality", "/noise", "/surface-water",
    "/targets", "/targets/path", "/targets/breakdown", "/targets/lead-units",
    "/roadmap", "/roadmap/scenarios", "/roadmap/measures", "/roadmap/assumptions",
    "/peak/decoupling", "/peak/nowcast/months", "/titles", "/assessment/appeals",
    "/allowances", "/allowances/units", "/allowances/movements", "/allowances/balances",
    "/allowances/findings", "/allowances/certificates", "/rights",
}  # fmt: skip
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
LISTS = [
    route
    for route in ROUTES
    if "GET" in route.methods
    and isinstance(route.response_model, type)
    and "items" in route.response_model.model_fields
]


def row_model(route: APIRoute) -> type[BaseModel]:
    """The model of one row of a list's answer."""
    row = get_args(route.response_model.model_fields["items"].annotation)[0]
    return get_args(row)[0] if get_args(row) else row


def test_the_nouns_are_those_of_the_design(park):
    paths = park.client.get("/api/v1/openapi.json").json()["paths"]
    nouns = {path.split("/")[3] for path in paths}
    assert nouns == {
        "health", "enterprises", "meters", "readings", "latest", "usage", "balance", "inventory",
        "explain", "inventories", "activity", "certificates", "reports", "intensity", "factors",
        "allowances", "rights", "indicators", "titles", "title-counts", "targets", "dual-control",
        "energy", "rejections", "alarms", "receipts", "corrections", "findings", "audit",
        "outlets", "stations", "monitoring", "monitoring-rates", "discharges", "exceedances",
        "early-warnings", "budgets", "reduction", "stack-co2", "side-by-side", "plausibility",
        "limits", "permits", "water-balance", "solid-waste", "air-quality", "noise",
        "surface-water", "roadmap", "peak", "assessment",
    }  # fmt: skip


@pytest.fixture(scope="module")
def answer_of(park):
    """The answer of a list by its path; each is asked once."""
    return cache(lambda path: park.get(path[1:].format(**NUMBER), **PARAMS.get(path, {})))


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.path)
def test_rows_fit_their_model(answer_of, route):
    row = row_model(route)
    items = answer_of(route.path)["items"]
    assert items or route.path in EMPTY
    optional = {"/intensity": {"enterprise", "cluster", "park"}, "/energy": {"cluster", "carrier"}}
    only_by = optional.get(route.path, set())
    for item in items:
        assert set(item) | only_by == set(row.model_fields) | only_by
        filled = dict.fromkeys(only_by, "x") | item
        row.model_validate(filled)


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.path)
def test_every_column_has_a_meaning_and_an_example_that_fits(route):
    row = row_model(route)
    example = {}
    for name, field in row.model_fields.items():
        assert field.description, name
        (example[name],) = field.examples
    row.model_validate(example)


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.path)
def test_units_name_columns_that_are_there(answer_of, route):
    answer = answer_of(route.path)
    for item in answer["items"][:1]:
        assert set(answer["units"]) <= set(item)
        for unit in answer["units"].values():
            for column in re.findall(r"{(\w+)}", unit):
                assert isinstance(item[column], str)


def test_every_parameter_is_described(park):
    document = park.client.get("/api/v1/openapi.json").json()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            assert operation["description"], path
            for parameter in operation.get("parameters", []):
                assert parameter["description"], (path, parameter["name"])


def test_references_of_the_document_lead_somewhere(park):
    document = park.client.get("/api/v1/openapi.json").json()

    def references(part):
        if isinstance(part, dict):
            if "$ref" in part:
                yield part["$ref"]
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    for reference in set(references(document)):
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
    assert "HTTPValidationError" not in document["components"]["schemas"]
