"""A board as a Grafana dashboard: panels on the grid, variables, links, times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from grafana_foundation_sdk.builders import dashboard as sdk
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import (
    DashboardLinkType,
    VariableHide,
    VariableModel,
    VariableRefresh,
    VariableSort,
)
from grafana_foundation_sdk.models.dashboard import Panel as GrafanaPanel

from dashboards.boards import Board, Text, Variable
from dashboards.grafana.fields import UID_PREFIX
from dashboards.grafana.pictures import grafana_panels
from dashboards.grafana.queries import Built, Column, infinity
from dashboards.grafana.sources import API_SOURCE

TAG = "carbonpeak"
TIME_ZONE = "Asia/Shanghai"
PAGE_WIDTH = 24
LEAST_REFRESH_S = 1.0  # Grafana takes whole seconds

Dashboard = dict[str, Any]


def uid(board: Board) -> str:
    """The dashboard's uid, the same in every Grafana."""
    return UID_PREFIX + board.id


def dashboard(board: Board) -> Dashboard:
    """The dashboard's JSON, as Grafana takes and gives it."""
    built = sdk.Dashboard(board.title.both).uid(uid(board)).tags([TAG]).timezone(TIME_ZONE)
    built.editable().refresh(f"{max(board.refresh_s, LEAST_REFRESH_S):.0f}s").time(
        f"now-{board.hours or 24}h", "now"
    )
    built.timepicker(sdk.TimePicker().hidden(board.hours is None))
    built.link(_other_boards())
    for variable in board.variables:
        built.with_variable(Built(_variable(variable, board)))
    pictures = [one for panel in board.panels for one in grafana_panels(panel, board)]
    for number, picture in enumerate(on_grid(pictures), start=1):
        picture.id_val = number
        built.with_panel(Built(picture))
    made: Dashboard = json.loads(json.dumps(built.build(), cls=JSONEncoder))
    return made


def text(made: Dashboard) -> str:
    """A dashboard as it is checked in: the same bytes from the same board."""
    return json.dumps(made, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def on_grid(panels: Iterable[GrafanaPanel]) -> Iterator[GrafanaPanel]:
    """Panels placed from left to right; a line is as high as its highest panel."""
    x = y = line = 0
    for panel in panels:
        place = panel.grid_pos
        assert place is not None
        if x + place.w > PAGE_WIDTH:
            x, y, line = 0, y + line, 0
        place.x, place.y = x, y
        yield panel
        x, line = x + place.w, max(line, place.h)


def _variable(variable: Variable, board: Board) -> VariableModel:
    label = variable.label or variable.value
    columns = [
        Column(label, "__text", "string"),
        Column(variable.value, "__value", "string"),
    ]
    return VariableModel(
        name=variable.name,
        label=variable.title.both,
        hide=VariableHide.HIDE_VARIABLE if variable.hidden else VariableHide.DONT_HIDE,
        datasource=API_SOURCE,
        query={
            "refId": f"variable-{variable.name}",
            "queryType": "infinity",
            "infinityQuery": infinity(variable.query, board, columns).to_json(),
        },
        refresh=VariableRefresh.ON_DASHBOARD_LOAD,
        sort=VariableSort.DISABLED,
        allow_custom_value=False,
    )


def _other_boards() -> sdk.DashboardLink:
    link = sdk.DashboardLink(Text("看板", "Boards").both).type(DashboardLinkType.DASHBOARDS)
    return link.tags([TAG]).include_vars(True).keep_time(False).as_dropdown(False)
