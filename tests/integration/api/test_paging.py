"""Walking a list page by page gives every row once, whatever arrives meanwhile."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from api.paging import write_cursor


@pytest.mark.parametrize(
    ("path", "params", "sizes"),
    [
        (
            "readings",
            {"enterprise": "steel", "meter": "EL-01", "start": "2026-01-05", "end": "2026-01-05"},
            (1, 5, 24, 25),
        ),
        ("latest", {}, (1, 2, 4, 10)),
        ("rejections", {}, (1, 3, 7, 8)),
        ("rejections", {"reason": "bad_value"}, (2, 5)),
    ],
)
def test_pages_hold_all_rows_in_order(park, path, params, sizes):
    whole = park.get(path, **params)
    assert whole["next"] is None
    for size in sizes:
        pages = park.walk(path, **params, limit=size)
        assert [row for page in pages for row in page] == whole["items"]
        assert all(len(page) == size for page in pages[:-1])
        assert pages[-1]


def test_rows_that_were_replaced_are_paged_too(empty_park):
    """Five versions of the same hours: the cursor cuts between rows of one time."""
    for version in range(5):
        empty_park.send("glass", "EL-01", np.arange(3) + version, late_s=10 + version)
    asked = {"enterprise": "glass", "meter": "EL-01"}
    assert len(empty_park.get("readings", **asked)["items"]) == 3
    whole = empty_park.get("readings", **asked, every_row="true")["items"]
    assert len(whole) == 15
    for size in (1, 2, 4, 7):
        pages = empty_park.walk("readings", **asked, every_row="true", limit=size)
        assert [row for page in pages for row in page] == whole


def test_findings_of_one_moment_are_paged(empty_park):
    falling = np.concatenate([1000 + np.arange(24), np.arange(24), np.arange(24)])
    for owner, meter in (("glass", "EL-01"), ("steel", "EL-01"), ("steel", "EL-02")):
        empty_park.send(owner, meter, falling)
    whole = empty_park.get("findings")["items"]
    assert len([row for row in whole if row["origin"] == "usage"]) == 6
    for size in (1, 2, 4, 5):
        pages = empty_park.walk("findings", limit=size)
        assert [row for page in pages for row in page] == whole


def test_a_reading_that_arrives_does_not_shift_the_pages(empty_park):
    empty_park.send("glass", "EL-01", np.arange(4))
    asked = {"enterprise": "glass", "meter": "EL-01", "limit": 2}
    first = empty_park.get("readings", **asked)
    # An earlier reading comes in late; the second page still begins after the first one's end.
    begin = empty_park.begin - timedelta(hours=1)
    empty_park.send("glass", "EL-01", np.array([0.0]), begin=begin)
    second = empty_park.get("readings", **asked, cursor=first["next"])
    assert [row["value"] for row in first["items"] + second["items"]] == [0, 1, 2, 3]


def test_csv_pages_follow_the_link_header(park):
    url = "/api/v1/rejections?limit=3"
    lines = []
    while url:
        response = park.client.get(url, headers={"Accept": "text/csv"})
        lines += response.text.splitlines()[1:]
        url = response.links.get("next", {}).get("url")
    assert len(lines) == 7


def test_a_cursor_of_another_list_is_refused(park):
    cursor = park.get("rejections", limit=1)["next"]
    response = park.client.get("/api/v1/latest", params={"cursor": cursor})
    assert response.status_code == 422
    cursor = park.get("latest", limit=1)["next"]
    for path in ("rejections", "findings"):
        response = park.client.get(f"/api/v1/{path}", params={"cursor": cursor})
        assert response.status_code == 422, response.text


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_pages_of_every_row_hold_all_revisions_of_a_time(empty_park, size):
    # Three revisions of the first hour, one of the second, two of the third.
    for late_s, values in enumerate([[1.0, 2.0, 3.0], [10.0], [100.0]]):
        empty_park.send("steel", "EL-01", np.array(values), late_s=late_s)
    third = empty_park.begin + timedelta(hours=2)
    empty_park.send("steel", "EL-01", np.array([30.0]), begin=third, late_s=9)
    asked = {"enterprise": "steel", "meter": "EL-01"}
    pages = empty_park.walk("readings", **asked, every_row=True, limit=size)
    assert [row["value"] for page in pages for row in page] == [1, 10, 100, 2, 3, 30]
    assert all(len(page) == size for page in pages[:-1])
    pages = empty_park.walk("readings", **asked, limit=size)
    assert [row["value"] for page in pages for row in page] == [100, 2, 30]


def test_a_cursor_that_counts_backwards_is_none(park):
    """Rows given of a time are counted from none on; it led before the list's beginning."""
    cursor = write_cursor([[1, 2, 3], -5])
    asked = {"enterprise": "steel", "meter": "EL-01", "cursor": cursor}
    response = park.client.get("/api/v1/readings", params=asked)
    assert response.status_code == 422, response.text
    assert [one["field"] for one in response.json()["errors"]] == ["cursor"]
