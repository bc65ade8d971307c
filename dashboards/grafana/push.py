"""Dashboards and data sources brought to a running Grafana by its HTTP API.

What stands there already as we would send it is left alone. What somebody edited there meanwhile is
not written over unless that is asked for: we send the version that our own last push made, which
the history of the dashboard tells by its message, and Grafana itself refuses (412) if it is no
longer the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests
from grafana_client import GrafanaApi
from grafana_client.client import GrafanaException

from dashboards.grafana.dashboard import Dashboard

FOLDER_UID, FOLDER_TITLE = "carbonpeak", "carbonpeak"
MESSAGE = "carbonpeak dashboards push"
TIMEOUT_S = 30.0
CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"


class PushError(Exception):
    """Grafana did not take something; the text says what, why, and how to go on."""


@dataclass(frozen=True)
class Done:
    """What became of one thing that was brought."""

    what: str  # folder, data source or dashboard
    uid: str
    outcome: str
    version: int | None = None


class Grafana:
    """A Grafana at an address, entered with a service account's token."""

    def __init__(self, url: str, token: str | None) -> None:
        self._url = url
        self._api = GrafanaApi.from_url(url.rstrip("/") + "/", credential=token, timeout=TIMEOUT_S)

    def bring_folder(self) -> Done:
        """The folder, made once."""
        with self._said("folder carbonpeak"):
            if self._standing(lambda: self._api.folder.get_folder(FOLDER_UID)) is not None:
                return Done("folder", FOLDER_UID, UNCHANGED)
            self._api.folder.create_folder(FOLDER_TITLE, uid=FOLDER_UID)
            return Done("folder", FOLDER_UID, CREATED)

    def bring_source(self, source: Mapping[str, Any], *, overwrite: bool = False) -> Done:
        """A data source; Grafana does not tell secrets, so changed ones need ``overwrite``."""
        uid = source["uid"]
        with self._said(f"data source {uid}"):
            standing = self._standing(lambda: self._api.datasource.get_datasource_by_uid(uid))
            if standing is None:
                self._api.datasource.create_datasource(dict(source))
                return Done("data source", uid, CREATED)
            if _same_source(standing, source) and not overwrite:
                return Done("data source", uid, UNCHANGED)
            self._api.datasource.update_datasource_by_uid(uid, dict(source))
            return Done("data source", uid, UPDATED)

    def bring_dashboard(self, made: Dashboard, *, overwrite: bool = False) -> Done:
        """A dashboard; PushError where somebody edited it, unless it is to be written over."""
        uid = made["uid"]
        with self._said(f"dashboard {uid}"):
            standing = self._standing(lambda: self._api.dashboard.get_dashboard(uid))
            if standing is not None and _content(standing["dashboard"]) == _content(made):
                version = standing["dashboard"]["version"]
                return Done("dashboard", uid, UNCHANGED, version)
            # A dashboard that is new has version 0, for Grafana too.
            base = 0 if standing is None or overwrite else self._our_version(uid)
            body = {
                "dashboard": {**made, "id": None, "version": base},
                "folderUid": FOLDER_UID,
                "message": MESSAGE,
                "overwrite": overwrite,
            }
            try:
                saved = self._api.dashboard.update_dashboard(body)
            except GrafanaException as error:
                if error.status_code == HTTPStatus.PRECONDITION_FAILED and standing is not None:
                    raise _conflict(uid, standing["meta"], base) from error
                raise
            outcome = CREATED if standing is None else UPDATED
            return Done("dashboard", uid, outcome, saved["version"])

    def _our_version(self, uid: str) -> int:
        """The newest version that a push of ours made, 0 where none is in the history."""
        told = self._api.dashboard_versions.get_dashboard_versions_by_uid(uid)
        versions = told["versions"] if isinstance(told, dict) else told  # a list before 11.4
        return max((one["version"] for one in versions if one["message"] == MESSAGE), default=0)

    @staticmethod
    def _standing(ask: Callable[[], Any]) -> Any:
        """The answer, None where there is no such thing."""
        try:
            return ask()
        except GrafanaException as error:
            if error.status_code == HTTPStatus.NOT_FOUND:
                return None
            raise

    @contextmanager
    def _said(self, what: str) -> Iterator[None]:
        """Errors of Grafana and of the way to it, said for people."""
        try:
            yield
        except GrafanaException as error:
            raise PushError(_why(self._url, what, error)) from error
        except requests.RequestException as error:
            raise PushError(
                f"no Grafana answers at {self._url} (setting grafana_url): {_first_line(error)}"
            ) from error
        except ValueError as error:
            raise PushError(f"{self._url} answers, but not as Grafana does: {error}") from error


def _content(made: Dashboard) -> Dashboard:
    """A dashboard without what only that Grafana counts."""
    return {name: value for name, value in made.items() if name not in ("id", "version")}


def _same_source(standing: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    secrets = standing.get("secureJsonFields") or {}
    return all(
        standing.get(name) == value for name, value in wanted.items() if name != "secureJsonData"
    ) and all(secrets.get(name) for name in wanted.get("secureJsonData", {}))


def _conflict(uid: str, meta: Mapping[str, Any], base: int) -> PushError:
    ours = f"the last push made version {base}" if base else "no push of ours is in its history"
    return PushError(
        f"dashboard {uid}: {meta['updatedBy']} changed it in Grafana at {meta['updated']} "
        f"(version {meta['version']}; {ours}). Nothing of it was written over. Keep that change by "
        "saving it under another name in Grafana; --overwrite replaces it with ours"
    )


def _why(url: str, what: str, error: GrafanaException) -> str:
    said = error.response.get("message") if isinstance(error.response, dict) else error.response
    match error.status_code:
        case HTTPStatus.UNAUTHORIZED:
            return (
                f"{what}: Grafana at {url} does not know the token (setting grafana_token): {said}"
            )
        case HTTPStatus.FORBIDDEN:
            return (
                f"{what}: the token may not do that ({said}). Its service account needs the role "
                "Editor, for data sources Admin (--no-sources leaves these out)"
            )
    if "provision" in str(said).lower():
        return f"{what}: it comes from files of that Grafana, which push cannot change: {said}"
    return f"{what}: {error.status_code} {said}"


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
