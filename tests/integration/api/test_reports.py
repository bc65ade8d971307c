"""The inventory's report over HTTP: a file, and clear refusals."""

from __future__ import annotations

import io

import openpyxl
import pypdf
import pytest
from fastapi.testclient import TestClient

from api.app import ApiContext, Keys, create_app
from tests.integration.api.conftest import Park

PATH = "/api/v1/reports/inventory"
STEEL_T = 2_160 * 40 * 0.5 / 1000


def test_a_workbook_comes_as_a_named_file(park: Park) -> None:
    answer = park.client.get(PATH, params={"enterprise": "steel", "year": 2026, "format": "xlsx"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    assert answer.headers["content-disposition"].endswith("inventory-steel-2026.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content), data_only=True)
    summary = {line[0].value: line[2].value for line in book["2 排放量"].iter_rows()}
    assert summary["购入电力"] == pytest.approx(STEEL_T)
    assert "截至" in book["封面"]["A4"].value  # the year is not over


def test_without_an_enterprise_it_is_the_parks(park: Park) -> None:
    answer = park.client.get(PATH, params={"year": 2026})
    assert answer.headers["content-type"] == "application/pdf"
    text = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert "示范园区" in text


@pytest.mark.parametrize(
    ("params", "status", "field"),
    [
        ({"year": 2026, "enterprise": "nobody"}, 404, "enterprise"),
        ({"enterprise": "steel"}, 422, "year"),
        ({"year": 2019}, 422, "year"),
        ({"year": 2026, "format": "odt"}, 422, "format"),
        ({"year": 2026, "lang": "fr"}, 422, "lang"),
        ({"year": 2026, "years": 2}, 422, "years"),
        ({"frozen": 10**26}, 422, "frozen"),
    ],
)
def test_what_cannot_be_reported_is_refused_by_its_field(
    park: Park, params: dict[str, object], status: int, field: str
) -> None:
    answer = park.client.get(PATH, params=params)
    assert answer.status_code == status
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_an_enterprises_key_gets_its_own(park: Park) -> None:
    context = ApiContext(park.books, health=lambda: {"status": "ok"})
    client = TestClient(create_app(context, Keys(enterprises={"steel": "k" * 32})))
    client.headers["Authorization"] = f"Bearer {'k' * 32}"
    answer = client.get(PATH, params={"year": 2026, "format": "docx"})
    assert answer.headers["content-disposition"].endswith("inventory-steel-2026.docx")
    assert client.get(PATH, params={"year": 2026, "enterprise": "glass"}).status_code == 403


def test_the_number_of_anothers_frozen_inventory_tells_nothing(park: Park) -> None:
    """1 is steel's, which was told to glass with its period."""
    context = ApiContext(park.books, health=lambda: {"status": "ok"})
    client = TestClient(create_app(context, Keys(enterprises={"glass": "k" * 32})))
    client.headers["Authorization"] = f"Bearer {'k' * 32}"
    told = [client.get(PATH, params={"frozen": number}) for number in (1, 77)]
    assert [one.status_code for one in told] == [404, 404]
    assert told[0].json()["detail"].replace("1", "77") == told[1].json()["detail"]
