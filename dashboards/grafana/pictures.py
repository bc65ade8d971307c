"""Pictures as Grafana's panels: one function for each kind of picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from grafana_foundation_sdk.builders import (
    barchart,
    common,
    piechart,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.builders.dashboard import FieldColor
from grafana_foundation_sdk.models.common import (
    BarGaugeDisplayMode,
    BigValueColorMode,
    BigValueGraphMode,
    BigValueTextMode,
    GraphDrawStyle,
    LegendDisplayMode,
    LegendPlacement,
    TableBarGaugeCellOptions,
    VisibilityMode,
)
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColorModeId,
)
from grafana_foundation_sdk.models.dashboard import Panel as GrafanaPanel
from grafana_foundation_sdk.models.piechart import PieChartLegendValues, PieChartType

from dashboards.boards import SHARE, Board, Kind, Panel, Picture
from dashboards.boards.fields import NAME, NAME_EN
from dashboards.grafana.fields import UNKNOWN, override, title
from dashboards.grafana.progress import courses, read_as, statement
from dashboards.grafana.queries import (
    Built,
    Column,
    InfluxQLQuery,
    columns,
    in_order,
    infinity,
    places,
)

COLOUR = "#1f7a6c"
HEIGHTS = {Picture.FIGURE: 7, Picture.STATUS: 6, Picture.RANKING: 12}
HEIGHT = 9  # of the other pictures
HOUR_MS = 3_600_000
LAST_KNOWN = "lastNotNull"


def grafana_panels(panel: Panel, board: Board) -> Iterator[GrafanaPanel]:
    """What a panel becomes: one of Grafana's, or one for each measure of shares."""
    if panel.picture is Picture.SHARES:
        key, *measures = panel.fields
        for measure in measures:
            one = replace(panel, fields=(key, measure), width=panel.width // len(measures))
            yield _said(PICTURES[panel.picture](one), one, board, measure.title.both)
    else:
        yield _said(PICTURES[panel.picture](panel), panel, board)


def _said(built: Any, panel: Panel, board: Board, measure: str = "") -> GrafanaPanel:
    """With what every panel has: titles in both languages, queries, and how its fields look."""
    heading = panel.title.both + (f": {measure}" if measure else "")
    question = f"{panel.question.zh}\n\n{panel.question.en}"
    built.title(heading).description(question).no_value(UNKNOWN)
    built.span(panel.width).height(HEIGHTS.get(panel.picture, HEIGHT))
    if panel.influxql:  # its one series has InfluxDB's name, so its looks are the panel's
        built.with_target(Built(InfluxQLQuery(panel.influxql.format_map(places(board)))))
    else:
        built.with_target(Built(infinity(panel.query, board, columns(read_as(panel)))))
    if panel.picture is Picture.RANKING:
        names = [Column("code", panel.fields[1].name, "string"), *columns((NAME, NAME_EN))]
        built.with_target(Built(infinity(board.names, board, names, ref="B")))
    done: GrafanaPanel = built.build()
    if done.field_config is not None and not panel.influxql:
        done.field_config.overrides = [
            *(override(field, board, panel.fields) for field in panel.fields),
            *done.field_config.overrides,
        ]
    return done


def _figure(panel: Panel) -> stat.Panel:
    shown = common.ReduceDataOptions().calcs([LAST_KNOWN])
    if any(field.kind is Kind.TEXT for field in panel.fields):
        shown.fields("/.*/")  # by default numbers only
    built = stat.Panel().graph_mode(BigValueGraphMode.NONE).reduce_options(shown)
    built.color_mode(BigValueColorMode.VALUE).text_mode(BigValueTextMode.VALUE_AND_NAME)
    return built.with_transformation(in_order(panel.fields)).color_scheme(_fixed("text"))


def _fixed(colour: str) -> FieldColor:
    return FieldColor().mode(FieldColorModeId.FIXED).fixed_color(colour)


def _bars(panel: Panel) -> barchart.Panel:
    main, period = panel.fields[0], panel.fields[1]
    built = barchart.Panel().x_field(period.name).color_scheme(_fixed(COLOUR))
    built.show_value(VisibilityMode.NEVER).legend(common.VizLegendOptions().show_legend(False))
    built.axis_label(title(main)).with_transformation(in_order(panel.fields))
    for field in panel.fields[2:]:  # said under the pointer, not drawn: they have other units
        built.override_by_name(
            field.name,
            [
                DynamicConfigValue(
                    "custom.hideFrom", {"viz": True, "legend": True, "tooltip": False}
                )
            ],
        )
    return built


def _shares(_: Panel) -> piechart.Panel:
    legend = piechart.PieChartLegendOptions().show_legend(True)
    legend.display_mode(LegendDisplayMode.TABLE).placement(LegendPlacement.BOTTOM)
    legend.values([PieChartLegendValues.VALUE, PieChartLegendValues.PERCENT])
    built = piechart.Panel().pie_type(PieChartType.DONUT).legend(legend)
    return built.reduce_options(common.ReduceDataOptions().values(True).calcs([LAST_KNOWN]))


def _table(panel: Panel) -> table.Panel:
    return table.Panel().filterable(True).with_transformation(in_order(panel.fields))


def _ranking(panel: Panel) -> table.Panel:
    """A table with bars, longest first, each with the name that the registry gives its code."""
    main, key, *others = panel.fields
    order = [field.name for field in (key, NAME, NAME_EN, main, *others)]
    built = table.Panel()
    built.with_transformation(
        DataTransformerConfig(id_val="joinByField", options={"byField": key.name, "mode": "outer"})
    )
    built.with_transformation(
        DataTransformerConfig(
            id_val="sortBy", options={"sort": [{"field": main.name, "desc": True}]}
        )
    )
    if panel.limit:
        built.with_transformation(
            DataTransformerConfig(id_val="limit", options={"limitField": panel.limit})
        )
    built.with_transformation(
        DataTransformerConfig(
            id_val="organize",
            options={"indexByName": {name: index for index, name in enumerate(order)}},
        )
    )
    gauge = TableBarGaugeCellOptions(mode=BarGaugeDisplayMode.BASIC)
    built.override_by_name(
        main.name,
        [
            DynamicConfigValue("custom.cellOptions", gauge),
            DynamicConfigValue("min", 0),
            DynamicConfigValue("color", {"mode": "fixed", "fixedColor": COLOUR}),
        ],
    )
    for field in (NAME, NAME_EN):
        built.override_by_name(field.name, [DynamicConfigValue("displayName", title(field))])
    return built


def _over_time(panel: Panel) -> timeseries.Panel:
    main = panel.fields[0]
    built = timeseries.Panel().axis_label(title(main)).fill_opacity(10)
    built.span_nulls(False).show_points(VisibilityMode.AUTO)
    if panel.influxql:
        built.display_name(title(main))
    if panel.query.params.get("every") == "hour":  # an hour that is not there is not drawn over
        built.insert_nulls(1.5 * HOUR_MS)
    if panel.picture is Picture.BARS:
        built.draw_style(GraphDrawStyle.BARS).fill_opacity(60)
    if main.unit == SHARE:
        built.min(0).max(1)
    return built.color_scheme(FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC))


PICTURES: dict[Picture, Callable[[Panel], Any]] = {
    Picture.FIGURE: _figure,
    Picture.STATUS: _figure,
    Picture.MONTHS: _bars,
    Picture.YEARS: _bars,
    Picture.SHARES: _shares,
    Picture.RANKING: _ranking,
    Picture.TABLE: _table,
    Picture.LINE: _over_time,
    Picture.BARS: _over_time,
    Picture.STATEMENT: statement,
    Picture.COURSES: courses,
}
