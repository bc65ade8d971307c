"""One enterprise: its year, its meters, and what is wrong with its data."""

from __future__ import annotations

from types import MappingProxyType

from dashboards.boards.accounts import amounts, ask, comparisons, intensities
from dashboards.boards.data_quality import findings, rejection_counts, rejections
from dashboards.boards.fields import LATEST, NAME, NAME_EN, UNIT
from dashboards.boards.vocabulary import Board, Field, Kind, Link, Panel, Picture, Text, Variable

WHO = Text("该企业", "the enterprise")
WHOSE = {"enterprise": "{enterprise}"}

ENTERPRISE_VARIABLE = Variable(
    name="enterprise",
    title=Text("企业", "Enterprise"),
    query=ask("enterprises"),
    value="code",
    label="name_zh",
)

ENTERPRISE_BOARD = Board(
    id="enterprise",
    title=Text("企业", "Enterprise"),
    names=ask("enterprises"),
    variables=(ENTERPRISE_VARIABLE,),
    panels=(
        *amounts(WHO, **WHOSE),
        *intensities("enterprise", **WHOSE),
        *comparisons(WHO, **WHOSE),
        Panel(
            id="latest",
            title=Text("表计最新读数", "Meters' latest readings"),
            question=Text(
                "各表计最近一次读数是多少、何时、质量如何？",
                "What did each meter say last, when, and of what quality?",
            ),
            query=ask("latest", limit="500", **WHOSE),
            picture=Picture.TABLE,
            fields=LATEST[1:],
        ),
        Panel(
            id="meters",
            title=Text("登记的表计", "Registered meters"),
            question=Text(
                "登记了哪些表计，各测什么？",
                "Which meters are registered, and what do they measure?",
            ),
            query=ask("meters", **WHOSE),
            picture=Picture.TABLE,
            fields=(
                Field(
                    "code",
                    Text("表计", "Meter"),
                    kind=Kind.TEXT,
                    link=Link(
                        "live-meters",
                        MappingProxyType({"enterprise": "enterprise", "meter": "code"}),
                    ),
                ),
                NAME,
                NAME_EN,
                Field("quantity", Text("物理量", "Quantity"), kind=Kind.TEXT),
                Field("kind", Text("类型", "Kind"), kind=Kind.TEXT),
                UNIT,
                Field("interval_s", Text("应报间隔", "Expected interval"), "s"),
                Field("multiplier", Text("倍率", "Multiplier")),
                Field("parent", Text("上级表", "Meter upstream"), kind=Kind.TEXT),
            ),
        ),
        rejections(**WHOSE),
        rejection_counts(**WHOSE),
        findings(**WHOSE),
    ),
)
