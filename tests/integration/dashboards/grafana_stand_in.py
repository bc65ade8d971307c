"""A stand-in for Grafana: checks requests as its HTTP API documents them, and keeps its state.

Folders, data sources and dashboards with their versions, as of Grafana 11.6: 401 and 403 by token,
404 for an unknown uid, 412 ``version-mismatch`` for a dashboard whose version is not the newest
(unless ``overwrite``), 409 for a data source that is there, secrets never told. What only a real
Grafana does (drawing, plugins, permissions by folder) it does not.
"""

from __future__ import annotations

import copy
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
Answer = tuple[int, Any]
AT = "2026-11-25T09:30:00+08:00"


class StandIn:
    """The state; ``edit`` is what somebody does in the browser."""

    def __init__(self) -> None:
        self.url = ""
        self.tokens = {"editor-and-admin": True, "editor": False}  # token -> may data sources
        self.folders: dict[str, Body] = {}
        self.sources: dict[str, Body] = {}
        self.dashboards: dict[str, list[Body]] = {}  # versions of each, the newest last
        self.provisioned: set[str] = set()
        self.requests: list[tuple[str, str]] = []
        self.faults: list[str] = []  # of requests, as documented

    @property
    def writes(self) -> list[tuple[str, str]]:
        """Requests that change something."""
        return [one for one in self.requests if one[0] != "GET"]

    def newest(self, uid: str) -> Body:
        """The newest version of a dashboard with who made it and why."""
        return self.dashboards[uid][-1]

    def edit(self, uid: str, by: str, **changes: Any) -> None:
        """Somebody saves a changed dashboard in the browser."""
        changed = copy.deepcopy(self.newest(uid)["data"]) | changes
        self._save(changed, by=by, message="")

    def answer(self, method: str, path: str, token: str | None, body: Any) -> Answer:
        """What Grafana answers to a request."""
        self.requests.append((method, path))
        if token not in self.tokens:
            return 401, {"message": "Invalid API key", "messageId": "api-key.invalid"}
        for pattern, method_of, answers in self._routes():
            if method_of == method and (found := re.fullmatch(f"/api{pattern}", path)):
                if pattern.startswith("/datasources") and not self.tokens[token]:
                    missing = "datasources:read" if method == "GET" else "datasources:create"
                    return 403, {
                        "accessErrorId": "ACE0123456789",
                        "message": f"You'll need additional permissions: {missing}",
                        "title": "Access denied",
                    }
                return answers(*found.groups(), *([body] if method != "GET" else []))
        self.faults.append(f"{method} {path} is no address of the API")
        return 404, {"message": "Not found"}

    def _routes(self) -> list[tuple[str, str, Callable[..., Answer]]]:
        return [
            (r"/folders/([^/]+)", "GET", self._get_folder),
            (r"/folders", "POST", self._post_folder),
            (r"/datasources/uid/([^/]+)", "GET", self._get_source),
            (r"/datasources", "POST", self._post_source),
            (r"/datasources/uid/([^/]+)", "PUT", self._put_source),
            (r"/dashboards/uid/([^/]+)", "GET", self._get_dashboard),
            (r"/dashboards/uid/([^/]+)/versions", "GET", self._get_versions),
            (r"/dashboards/db", "POST", self._post_dashboard),
        ]

    def _get_folder(self, uid: str) -> Answer:
        if uid not in self.folders:
            return 404, {"message": "folder not found", "status": "not-found"}
        return 200, self.folders[uid]

    def _post_folder(self, body: Body) -> Answer:
        self._require(body, "folder", {"title": str}, {"uid": str})
        if body["uid"] in self.folders:
            return 412, {"message": "The folder has been changed by someone else"}
        self.folders[body["uid"]] = body | {"id": len(self.folders) + 1, "version": 1}
        return 200, self.folders[body["uid"]]

    def _get_source(self, uid: str) -> Answer:
        if uid not in self.sources:
            return 404, {"message": "Data source not found", "messageId": "", "statusCode": 404}
        told = dict(self.sources[uid])
        secrets = told.pop("secureJsonData", {})
        return 200, told | {"secureJsonFields": dict.fromkeys(secrets, True)}

    def _post_source(self, body: Body) -> Answer:
        self._check_source(body)
        if body["uid"] in self.sources or self._named(body["name"]):
            return 409, {"message": "data source with the same name already exists"}
        numbers = {"id": len(self.sources) + 1, "orgId": 1, "version": 1, "readOnly": False}
        self.sources[body["uid"]] = DEFAULT_SOURCE | body | numbers
        return 200, {"id": numbers["id"], "message": "Datasource added", "name": body["name"]}

    def _put_source(self, uid: str, body: Body) -> Answer:
        self._check_source(body)
        if uid not in self.sources:
            return 404, {"message": "Data source not found"}
        old = self.sources[uid]
        # A secret that is not sent is kept.
        secrets = old.get("secureJsonData", {}) | body.get("secureJsonData", {})
        self.sources[uid] = old | body | {
            "secureJsonData": secrets, "version": old["version"] + 1,
        }  # fmt: skip
        return 200, {"id": old["id"], "message": "Datasource updated", "name": body["name"]}

    def _named(self, name: str) -> bool:
        return any(one["name"] == name for one in self.sources.values())

    def _check_source(self, body: Body) -> None:
        needed = {"name": str, "type": str, "access": str, "url": str, "uid": str}
        self._require(body, "data source", needed, {"jsonData": dict, "secureJsonData": dict})
        if body["access"] not in ("proxy", "direct"):
            self.faults.append(f"access is {body['access']}")

    def _get_dashboard(self, uid: str) -> Answer:
        if uid not in self.dashboards:
            return 404, {"message": "Dashboard not found", "status": "not-found"}
        newest = self.newest(uid)
        meta = {
            "version": newest["version"], "folderUid": newest["folderUid"], "updated": AT,
            "updatedBy": newest["createdBy"], "created": AT, "slug": uid, "url": f"/d/{uid}/{uid}",
        }  # fmt: skip
        return 200, {"dashboard": newest["data"], "meta": meta}

    def _get_versions(self, uid: str) -> Answer:
        if uid not in self.dashboards:
            return 404, {"message": "Dashboard not found"}
        names = ("version", "parentVersion", "restoredFrom", "created", "createdBy", "message")
        listed = [
            {"id": one["version"], "uid": uid} | {name: one[name] for name in names}
            for one in reversed(self.dashboards[uid])
        ]
        return 200, {"continueToken": "", "versions": listed}

    def _post_dashboard(self, body: Body) -> Answer:
        self._require(
            body, "dashboard", {"dashboard": dict, "folderUid": str},
            {"overwrite": bool, "message": str},
        )  # fmt: skip
        made = body["dashboard"]
        uid = made["uid"]
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", uid):
            return 400, {"message": "uid contains illegal characters"}
        if body["folderUid"] not in self.folders:
            return 400, {"message": "folder not found", "status": "not-found"}
        if uid in self.provisioned:
            return 400, {"message": "Cannot save provisioned dashboard"}
        if uid in self.dashboards:
            standing = self.newest(uid)["version"]
            if made.get("version") != standing and not body.get("overwrite"):
                return 412, {
                    "message": "The dashboard has been changed by someone else",
                    "status": "version-mismatch",
                }
        saved = self._save(made, by="sa-1-carbonpeak", message=body.get("message", ""))
        return 200, {
            "id": saved["id"], "uid": uid, "status": "success", "slug": uid,
            "url": f"/d/{uid}/{uid}", "version": saved["version"],
        }  # fmt: skip

    def _save(self, made: Body, *, by: str, message: str) -> Body:
        versions = self.dashboards.setdefault(made["uid"], [])
        number = len(versions) + 1
        saved = made | {"id": list(self.dashboards).index(made["uid"]) + 1, "version": number}
        versions.append(
            {
                "version": number, "parentVersion": number - 1, "restoredFrom": 0, "created": AT,
                "createdBy": by, "message": message, "folderUid": "carbonpeak", "data": saved,
            }
        )  # fmt: skip
        return saved

    def _require(self, body: Any, what: str, needed: dict[str, type], may: dict[str, type]) -> None:
        """Note every field of a request that is missing or of another type."""
        for name, kind in needed.items():
            if not isinstance(body.get(name), kind):
                self.faults.append(f"{what}: {name} is {body.get(name)!r}")
        for name, kind in may.items():
            if name in body and not isinstance(body[name], kind):
                self.faults.append(f"{what}: {name} is {body[name]!r}")


# What Grafana tells of a data source that nobody said anything about.
DEFAULT_SOURCE = {
    "user": "", "database": "", "basicAuth": False, "basicAuthUser": "", "withCredentials": False,
    "isDefault": False, "typeLogoUrl": "",
}  # fmt: skip


@contextmanager
def running() -> Iterator[StandIn]:
    """A stand-in that answers on a free loopback port until the block ends."""
    state = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def do_PUT(self) -> None:
            self._serve()

        def _serve(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            scheme, _, token = (self.headers.get("Authorization") or "").partition(" ")
            if self.command != "GET" and self.headers.get("Content-Type") != "application/json":
                state.faults.append(f"{self.command} {self.path}: not sent as JSON")
            path = self.path.partition("?")[0]
            body = json.loads(text) if text and self.command != "GET" else None
            status, told = state.answer(
                self.command, path, token if scheme == "Bearer" else None, body
            )
            said = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
