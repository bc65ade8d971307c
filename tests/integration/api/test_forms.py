"""CSV holds what JSON holds, the client chooses, and what has not changed is not sent again."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from api.negotiation import Form, form
from api.problems import ProblemError

LISTS = [
    ("enterprises", {}),
    ("meters", {}),
    ("readings", {"enterprise": "steel", "meter": "EL-01", "end": "2026-01-02"}),
    ("latest", {}),
    ("usage", {"every": "month"}),
    ("usage", {"every": "hour", "start": "2026-02-28", "end": "2026-02-28"}),
    ("balance", {}),
    ("inventory", {"every": "month"}),
    ("inventory", {"every": "month", "by": "period,cluster,carrier"}),
    ("intensity", {"every": "month", "by": "enterprise"}),
    ("intensity", {"by": "park"}),
    ("factors", {}),
    ("rejections", {}),
    ("findings", {}),
    ("receipts", {"start": "2026-03-31", "end": "2026-04-01"}),
    ("receipts", {"start": "2026-03", "every": "month", "by": "enterprise"}),
]


def as_cell(value):
    """A JSON value as it is written in CSV."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(("path", "params"), LISTS)
def test_csv_equals_json(park, path, params):
    items = park.get(path, **params)["items"]
    rows = list(csv.DictReader(io.StringIO(park.csv(path, **params))))
    assert [{name: as_cell(value) for name, value in item.items()} for item in items] == rows
    if path != "findings":
        assert rows


@pytest.mark.parametrize(("path", "params"), LISTS)
def test_unchanged_is_not_sent_again(park, path, params):
    address = f"/api/v1/{path}"
    first = park.client.get(address, params=params)
    tag = first.headers["etag"]
    again = park.client.get(address, params=params, headers={"If-None-Match": f'"x", W/{tag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    table = park.client.get(
        address, params=params, headers={"If-None-Match": tag, "Accept": "text/csv"}
    )
    assert table.status_code == 200  # another form is another answer
    assert table.headers["vary"] == "Accept"


def test_a_late_reading_changes_the_tag(empty_park):
    empty_park.send("glass", "EL-01", 5 * np.arange(25))
    address = "/api/v1/usage?every=year"
    tag = empty_park.client.get(address).headers["etag"]
    same = {"If-None-Match": tag}
    assert empty_park.client.get(address, headers=same).status_code == 304
    # As many readings as before: one of them is put right.
    empty_park.send("glass", "EL-01", np.array([1.0]), late_s=60)
    answer = empty_park.client.get(address, headers=same)
    assert answer.status_code == 200
    assert answer.json()["items"][0]["amount"] == 24 * 5 - 1


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, Form.JSON),
        ("", Form.JSON),
        ("*/*", Form.JSON),
        ("application/json", Form.JSON),
        ("text/csv", Form.CSV),
        ("TEXT/CSV; charset=utf-8", Form.CSV),
        ("text/*", Form.CSV),
        ("text/csv, application/json", Form.JSON),
        ("text/csv, application/json;q=0.9", Form.CSV),
        ("text/csv;q=0.5, */*;q=0.1", Form.CSV),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Form.JSON),
        ("application/json;q=0, */*", Form.CSV),
    ],
)
def test_the_client_chooses_the_form(accept, expected):
    assert form(accept) is expected


@pytest.mark.parametrize("accept", ["text/html", "text/csv;q=0", "*/*;q=0", "image/*"])
def test_no_form_that_the_client_takes(accept):
    with pytest.raises(ProblemError):
        form(accept)
