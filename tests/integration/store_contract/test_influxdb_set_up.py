"""Bucket and mapping of InfluxDB 2, by the shape of the requests: no such server is installed here.

The stand-in answers /ping, /api/v2/orgs, /api/v2/buckets and /api/v2/dbrps as InfluxDB's HTTP API
of version 2 documents them, and keeps what it was sent.
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from store.influxdb_store import InfluxDB, InfluxDBError
from store.influxdb_store.set_up import prepare

ORG = {"id": "0f00000000000001", "name": "carbonpeak"}
TOKEN = "set-up-token"


class InfluxDB2:
    """Buckets and mappings by their names."""

    def __init__(self) -> None:
        self.buckets: dict[str, dict[str, object]] = {}
        self.mappings: list[dict[str, object]] = []
        self.posts: list[tuple[str, dict[str, object]]] = []
        self.taken_meanwhile = False  # another process makes the bucket between look and make

    def answer(self, method, path, query, body) -> tuple[int, dict[str, object]]:
        if method == "POST":
            self.posts.append((path, body))
        if path == "/api/v2/orgs":
            return 200, {"orgs": [ORG] if query.get("org") in (None, [ORG["name"]]) else []}
        if path == "/api/v2/buckets" and method == "GET":
            found = self.buckets.get(query["name"][0])
            return 200, {"buckets": [found] if found else []}
        if path == "/api/v2/buckets":
            name = body["name"]
            if self.taken_meanwhile:
                self.buckets[name] = {"id": "b1", "name": name, "retentionRules": []}
            if name in self.buckets:
                return 422, {
                    "code": "conflict",
                    "message": f"bucket with name {name} already exists",
                }
            assert body["orgID"] == ORG["id"]
            assert body["retentionRules"] == []  # kept for ever
            self.buckets[name] = {"id": "b1", "name": name, "retentionRules": []}
            return 201, self.buckets[name]
        if path == "/api/v2/dbrps" and method == "GET":
            assert query["org"] == [ORG["name"]]
            wanted = query["bucketID"][0], query["db"][0]
            return 200, {
                "content": [m for m in self.mappings if (m["bucketID"], m["database"]) == wanted]
            }
        assert path == "/api/v2/dbrps"
        self.mappings.append({"id": "m1", "orgID": ORG["id"], **body})
        return 201, self.mappings[-1]


@pytest.fixture
def stand_in() -> Iterator[tuple[InfluxDB2, str]]:
    state = InfluxDB2()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply("GET", {})

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self.reply("POST", json.loads(self.rfile.read(length)))

        def reply(self, method, body) -> None:
            url = urlsplit(self.path)
            if url.path == "/ping":
                status, answer = 204, None
            elif self.headers.get("Authorization") != f"Token {TOKEN}":
                status, answer = 401, {"code": "unauthorized", "message": "unauthorized access"}
            else:
                status, answer = state.answer(method, url.path, parse_qs(url.query), body)
            self.send_response(status)
            self.send_header("X-Influxdb-Version", "v2.7.12")
            text = b"" if answer is None else json.dumps(answer).encode()
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_args) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_bucket_and_mapping_are_made_once(stand_in):
    state, url = stand_in
    server = InfluxDB(url, "carbonpeak", "park", TOKEN)
    prepare(server)
    assert list(state.buckets) == ["park"]
    mapping = {"org": "carbonpeak", "bucketID": "b1", "database": "park",
               "retention_policy": "autogen", "default": True}  # fmt: skip
    assert [path for path, _ in state.posts] == ["/api/v2/buckets", "/api/v2/dbrps"]
    assert state.posts[1][1] == mapping
    prepare(server)
    assert len(state.posts) == 2
    server.close()


def test_a_bucket_made_by_another_process_meanwhile_is_taken(stand_in):
    state, url = stand_in
    state.taken_meanwhile = True
    server = InfluxDB(url, "carbonpeak", "park", TOKEN)
    prepare(server)
    assert [mapping["bucketID"] for mapping in state.mappings] == ["b1"]
    server.close()


def test_a_wrong_token_is_said(stand_in):
    state, url = stand_in
    server = InfluxDB(url, "carbonpeak", "park", "wrong")
    with pytest.raises(InfluxDBError, match=r"401.*unauthorized access"):
        prepare(server)
    assert state.posts == []
    server.close()
