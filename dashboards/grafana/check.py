"""Whether every query of the dashboards is answered, with the columns that its panel reads.

It asks what the checked-in dashboards ask, with their variables filled as Grafana would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx

from dashboards.grafana.dashboard import Dashboard
from dashboards.grafana.rows import AnswerError, missing_columns, rows_under
from dashboards.grafana.sources import API_UID
from dashboards.grafana.values import UnknownVariableError, Values

OK, FAILED, NOT_APPLICABLE = "ok", "failed", "not applicable"


@dataclass(frozen=True)
class InfluxDB:
    """Where raw readings are asked for by InfluxQL; ``url`` of the server, ``database``'s name."""

    http: httpx.Client
    url: str
    database: str


@dataclass(frozen=True)
class Verdict:
    """What became of one query; ``columns`` are those that the panel reads."""

    board: str
    panel: str
    query: str
    rows: int | None
    columns: tuple[str, ...]
    verdict: str
    detail: str = ""


class Checker:
    """Asks the API (``http``'s base is the one of its ``/api/v1``) and InfluxDB."""

    def __init__(self, http: httpx.Client, influx: InfluxDB | None) -> None:
        """``influx`` None: the store is another, and queries to it are not applicable."""
        self._http = http
        self._root = str(http.base_url).rstrip("/").removesuffix("/api/v1")
        self._influx = influx

    def check(self, made: Dashboard) -> Iterator[Verdict]:
        """A verdict for each variable and each query of a dashboard."""
        values = Values(made["time"]["from"], self._newest())
        for variable in made["templating"].get("list", ()):
            asked = variable["query"]["infinityQuery"]
            verdict, found = self._ask(made, f"${variable['name']}", asked, values)
            if verdict.verdict == OK and not found:
                verdict = replace(verdict, verdict=FAILED, detail="there is nothing to choose")
            yield verdict
            (value,) = (one["selector"] for one in asked["columns"] if one["text"] == "__value")
            values.choose(variable["name"], [row[value] for row in found])
        for panel in made["panels"]:
            for target in panel["targets"]:
                if target["datasource"]["uid"] == API_UID:
                    yield self._ask(made, panel["title"], target, values)[0]
                else:
                    yield self._ask_influx(made, panel["title"], target, values)

    def _newest(self) -> list[dict[str, Any]]:
        answer = self._http.get(f"{self._root}/api/v1/latest", params={"limit": "10000"})
        return rows_under(_json(answer), "items")

    def _ask(
        self, made: Dashboard, title: str, target: dict[str, Any], values: Values
    ) -> tuple[Verdict, list[dict[str, Any]]]:
        selectors = tuple(column["selector"] for column in target["columns"])
        verdict = Verdict(made["title"], title, target["url"], None, selectors, FAILED)
        try:
            params = {
                one["key"]: values.filled(one["value"]) for one in target["url_options"]["params"]
            }
            address = f"{self._root}{target['url']}"
            body = _json(self._http.get(address, params=params))
            rows = rows_under(body, target["root_selector"])
            missing = missing_columns(rows, target["columns"])
            if not rows and target["root_selector"] == "items":
                missing = set(selectors) - self._header(address, params)
        except (AnswerError, UnknownVariableError, httpx.HTTPError) as error:
            return replace(verdict, detail=str(error) or type(error).__name__), []
        verdict = replace(verdict, rows=len(rows))
        if missing:
            lacks = f"no fitting {', '.join(sorted(missing))} in the answer"
            return replace(verdict, detail=lacks), []
        return replace(verdict, verdict=OK), rows

    def _header(self, address: str, params: dict[str, str]) -> set[str]:
        """The columns of an answer without rows, which its CSV names all the same."""
        answer = self._http.get(address, params=params, headers={"Accept": "text/csv"})
        answer.raise_for_status()
        return set(answer.text.splitlines()[0].split(","))

    def _ask_influx(
        self, made: Dashboard, title: str, target: dict[str, Any], values: Values
    ) -> Verdict:
        verdict = Verdict(made["title"], title, "InfluxQL", None, ("value",), FAILED)
        if self._influx is None:
            return replace(verdict, verdict=NOT_APPLICABLE, detail="the store is not InfluxDB")
        try:
            statement = values.filled(target["query"])
            params = {"db": self._influx.database, "q": statement, "epoch": "ms"}
            answer = self._influx.http.get(f"{self._influx.url}/query", params=params)
            (result,) = _json(answer)["results"]
        except (AnswerError, UnknownVariableError, httpx.HTTPError) as error:
            return replace(verdict, detail=str(error) or type(error).__name__)
        (series,) = result.get("series") or [{"columns": [], "values": []}]
        verdict = replace(verdict, rows=len(series["values"]))
        if "error" in result:
            return replace(verdict, detail=result["error"])
        if not series["values"]:
            return replace(verdict, detail=f"no points: {statement}")
        if "value" not in series["columns"]:
            return replace(verdict, detail=f"columns are {', '.join(series['columns'])}")
        return replace(verdict, verdict=OK)


def _json(answer: httpx.Response) -> Any:
    try:
        body = answer.json()
    except ValueError:
        raise AnswerError(f"status {answer.status_code}, not JSON") from None
    if answer.is_error:
        said = body if isinstance(body, dict) else {}
        why = said.get("detail") or said.get("message") or said.get("error") or body
        raise AnswerError(f"status {answer.status_code}: {why}")
    return body
