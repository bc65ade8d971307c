"""Statements as tables of wrapped text, courses over years as lines of an XY chart."""

from __future__ import annotations

from dataclasses import replace

from grafana_foundation_sdk.builders import common, table, xychart
from grafana_foundation_sdk.builders.dashboard import FieldColor
from grafana_foundation_sdk.models.common import (
    LegendDisplayMode,
    LegendPlacement,
    TableAutoCellOptions,
)
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColorModeId,
)
from grafana_foundation_sdk.models.xychart import SeriesMapping, XYShowMode

from dashboards.boards import Field, Kind, Panel, Picture
from dashboards.boards import placed_fields as placed
from dashboards.grafana.fields import title
from dashboards.grafana.queries import in_order

HEADING_WIDTH = 160
BOUND_COLOUR = "#c9d5da"


def read_as(panel: Panel) -> tuple[Field, ...]:
    """The fields as Infinity reads them: of courses what names a line is a text, whatever it is."""
    if panel.picture is not Picture.COURSES:
        return panel.fields
    names = placed.courses(panel).name
    return tuple(
        replace(one, kind=Kind.TEXT) if one in names else one for one in panel.fields
    )  # fmt: skip


def statement(panel: Panel) -> table.Panel:
    """A row a statement; both languages beside each other, each as long as it is."""
    fields = placed.statement(panel)
    built = table.Panel().with_transformation(in_order(panel.fields))
    for one in fields.heading:
        built.override_by_name(one.name, [DynamicConfigValue("custom.width", HEADING_WIDTH)])
    wrapped = DynamicConfigValue("custom.cellOptions", TableAutoCellOptions(wrap_text=True))
    for one in fields.texts:
        said = one.title.en if placed.language_of(one) == "en" else one.title.zh
        built.override_by_name(one.name, [wrapped, DynamicConfigValue("displayName", said)])
    return built


def courses(panel: Panel) -> xychart.Panel:
    """A line a name over the years; bounds are thin lines beside it, in a colour of their own.

    Not over time: a panel over time would show the span that the dashboard is looked at for.
    """
    fields = placed.courses(panel)
    built = xychart.Panel().mapping(SeriesMapping.AUTO).series([])
    built.show(XYShowMode.POINTS_AND_LINES).line_width(2).axis_label(title(fields.value))
    legend = common.VizLegendOptions().show_legend(True)
    built.legend(legend.display_mode(LegendDisplayMode.LIST).placement(LegendPlacement.BOTTOM))
    built.color_scheme(FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC))
    # The first number of a frame is what lies along the chart.
    value, year, *others = panel.fields
    built.with_transformation(in_order((year, value, *others)))
    built.with_transformation(
        DataTransformerConfig(
            id_val="partitionByValues",
            options={
                "fields": [one.name for one in fields.name],
                "keepFields": False,
                "naming": {"asLabels": True},
            },
        )
    )
    line = " ".join(f"${{__field.labels.{one.name}}}" for one in fields.name)
    built.override_by_name(value.name, [DynamicConfigValue("displayName", line)])
    for bound in fields.bounds:
        built.override_by_name(
            bound.name,
            [
                DynamicConfigValue("displayName", f"{line} {bound.title.both}"),
                DynamicConfigValue("custom.show", XYShowMode.LINES),
                DynamicConfigValue("custom.lineWidth", 1),
                DynamicConfigValue("color", {"mode": "fixed", "fixedColor": BOUND_COLOUR}),
            ],
        )
    return built
