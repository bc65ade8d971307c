"""Questions as Grafana's data sources take them: Infinity for our API, InfluxQL for raw readings.

The foundation SDK knows neither, so these are queries of our own in its sense. Places of a board's
query become Grafana's variables: ``{enterprise}`` is ``${enterprise}``, and the span that is looked
at goes as instants in UTC, which no browser's time zone can shift.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig

from dashboards.boards import Board, Field, Query
from dashboards.grafana.sources import API_SOURCE, INFLUX_SOURCE

Made = TypeVar("Made")

START, END, TIME_FILTER = "${__from:date:iso}", "${__to:date:iso}", "$timeFilter"
# Types of columns that Infinity knows, by our kinds.
COLUMN_TYPES = {"number": "number", "text": "string", "time": "timestamp"}


@dataclass(frozen=True)
class Column:
    """A column that Infinity reads from each row: ``selector`` in the row, ``text`` in Grafana."""

    selector: str
    text: str
    type: str


@dataclass
class InfinityQuery(Dataquery):
    """A GET on our API, its JSON read in Grafana's server ("backend").

    The address is relative to the data source's; Infinity escapes the parameters.
    """

    path: str
    params: Mapping[str, str]
    root: str
    columns: tuple[Column, ...]
    ref_id: str = "A"

    def to_json(self) -> dict[str, Any]:
        """As it stands in a dashboard."""
        return {
            "refId": self.ref_id,
            "datasource": API_SOURCE,
            "type": "json",
            "source": "url",
            "parser": "backend",
            "format": "table",
            "url": self.path,
            "url_options": {
                "method": "GET",
                "data": "",
                "params": [{"key": key, "value": value} for key, value in self.params.items()],
            },
            "root_selector": self.root,
            "columns": [vars(column) for column in self.columns],
            "filters": [],
        }


@dataclass
class InfluxQLQuery(Dataquery):
    """A statement to InfluxDB, as it is written."""

    statement: str
    ref_id: str = "A"

    def to_json(self) -> dict[str, Any]:
        """As it stands in a dashboard."""
        return {
            "refId": self.ref_id,
            "datasource": INFLUX_SOURCE,
            "query": self.statement,
            "rawQuery": True,
            "resultFormat": "time_series",
        }


class Built(Builder[Made]):
    """What is built already, where the SDK wants a builder."""

    def __init__(self, made: Made) -> None:
        self._made = made

    def build(self) -> Made:
        """It."""
        return self._made


def places(board: Board) -> dict[str, str]:
    """What Grafana puts in the places of a board's queries."""
    variables = {variable.name: f"${{{variable.name}}}" for variable in board.variables}
    return variables | {"start": START, "end": END, "time_filter": TIME_FILTER}


def infinity(
    query: Query, board: Board, columns: Iterable[Column], ref: str = "A"
) -> InfinityQuery:
    """A board's query to the API."""
    return InfinityQuery(query.path, query.filled(places(board)), query.root, tuple(columns), ref)


def columns(fields: Iterable[Field]) -> list[Column]:
    """Columns of fields, under the names that the API gives them."""
    return [Column(one.name, one.name, COLUMN_TYPES[one.kind]) for one in fields]


def in_order(fields: Iterable[Field]) -> DataTransformerConfig:
    """Columns in the order of fields: Infinity gives them by their names."""
    order = {field.name: index for index, field in enumerate(fields)}
    return DataTransformerConfig(id_val="organize", options={"indexByName": order})
