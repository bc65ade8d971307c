"""The page "explain": a figure that unfolds by click, down to the readings behind an hour."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from nicegui import ui

from dashboards.boards import API, Text, codes
from dashboards.client import ApiError, Client
from dashboards.console import numbers, texts
from dashboards.console.head import LOGO, language_switch, page_links

TITLE = Text("数据溯源", "Explain a figure")
AGE_S = 30.0
WHATS: Mapping[str, Text] = MappingProxyType(
    {
        "co2e": Text("排放总量（基于位置）", "Emissions, location-based"),
        "co2e_market": Text("排放总量（基于市场）", "Emissions, market-based"),
        "scope1": Text("范围一", "Scope 1"),
        "scope2_location": Text("范围二（基于位置）", "Scope 2, location-based"),
        "scope2_market": Text("范围二（基于市场）", "Scope 2, market-based"),
        "scope3": Text("范围三", "Scope 3"),
        "tce_calorific": Text("能耗（当量值）", "Energy, calorific"),
        "tce_equivalent": Text("能耗（等价值）", "Energy, equivalent"),
    }
)
# What is told of a node, in this order, where it is known; the rest is in the API's answer.
TOLD: Mapping[str, Text] = MappingProxyType(
    {
        "fallback": Text("替代因子", "Fallback"),
        "factor_match": Text("因子选用规则", "Rule of choice"),
        "netted": Text("园区内部抵消", "Netted inside"),
        "left_out": Text("未计入", "Left out"),
        "coverage": Text("覆盖率", "Coverage"),
        "estimated": Text("其中估算", "Of it estimated"),
        "estimated_share": Text("估算占比", "Estimated share"),
        "gap": Text("数据缺口", "Gap"),
        "ts": Text("读数时间", "Read at"),
        "quality": Text("质量", "Quality"),
        "received": Text("接收时间", "Received"),
        "source": Text("来源", "Way in"),
        "batch": Text("批次", "Batch"),
        "sha256": Text("批次哈希", "Hash of the batch"),
        "correction": Text("更正", "Correction"),
        "replaced": Text("原值", "Took the place of"),
        "not_counted": Text("未采用读数", "Readings that do not count"),
        "findings": Text("发现", "Findings"),
        "corrections": Text("更正", "Corrections"),
        "evidence": Text("证据", "Evidence"),
        "entered_by": Text("录入人", "Entered by"),
        "approved_by": Text("审核人", "Approved by"),
    }
)
SHARES = ("coverage", "estimated_share")

Asked = Mapping[str, str]
Node = dict[str, Any]


async def page(client: Client, language: str, asked: Asked) -> None:
    """One viewer's page; ``asked`` has period, what and enterprise as far as given."""
    wanted = {name: asked[name] for name in ("period", "what", "enterprise") if asked.get(name)}
    with ui.element("div").classes("page"):
        with ui.element("header").classes("top"):
            ui.html(LOGO, sanitize=False).classes("logo")
            with ui.element("div").classes("names"):
                ui.html(TITLE.in_language(language), tag="h1", sanitize=False)
                ui.html(texts.word("product", language), tag="p", sanitize=False)
            ui.html(str(language_switch(language)), sanitize=False).classes("switch")
            ui.html(str(page_links("explain", language)), sanitize=False).classes("ways")
        with (
            ui.element("main").classes("grid-of-panels"),
            ui.element("section").classes("card full").props('data-testid="panel-explain"'),
        ):
            try:
                health, enterprises, answer = await asyncio.gather(
                    client.get(f"{API}/health", {}, max_age_s=AGE_S),
                    client.get(f"{API}/enterprises", {}, max_age_s=AGE_S),
                    client.get(f"{API}/explain", wanted | {"depth": "1"}, max_age_s=AGE_S),
                )
            except ApiError as error:
                ui.html(str(_failed(language, error)), sanitize=False)
                return
            names = {
                row["code"]: row["name_zh" if language == "zh" else "name_en"]
                for row in enterprises["items"]
            }
            wanted["period"] = answer["period"]
            ui.html(str(_form(language, wanted, names)), sanitize=False)
            zone = ZoneInfo(health["park"]["time_zone"])
            tree = Tree(client, language, wanted, zone)
            tree.show(answer["figure"], opened=True)
        ui.html(texts.word("no_outside", language, api=API), tag="footer", sanitize=False)


class Tree:
    """The nodes of one figure; each asks for what is below it when it is opened."""

    def __init__(self, client: Client, language: str, wanted: Asked, zone: ZoneInfo) -> None:
        self._client = client
        self._language = language
        self._wanted = dict(wanted)
        self._zone = zone

    def show(self, node: Node, *, opened: bool = False) -> None:
        """A node, and what is below it where it is there already."""
        leaf = not (node["folded"] or node["operands"] or node.get("hours"))
        told = _told(node, self._language)
        with ui.element("div").classes("node"):
            button = ui.element("button").classes("leaf" if leaf and not told else "")
            button.props(f'type="button" data-testid="node" aria-expanded="{_flag(opened)}"')
            with button:
                ui.html(str(self._head(node)), sanitize=False)
            below = ui.element("div").classes("below")
        state = {"known": False}

        async def fill() -> None:
            state["known"] = True
            found = node
            if node["folded"]:
                with below:
                    waiting = ui.html(texts.word("loading", self._language), sanitize=False)
                try:
                    found = (await self._ask(path=node["id"], depth="1"))["figure"]
                except ApiError as error:
                    with below:
                        ui.html(str(_failed(self._language, error)), sanitize=False)
                    found = {"operands": []}
                waiting.delete()
            with below:
                if told:
                    ui.html(str(told), sanitize=False)
                for one in found["operands"]:
                    self.show(one)
                for row in found.get("hours") or ():
                    self._hour(node, row)

        async def toggle() -> None:
            open_ = not below.visible
            below.set_visibility(open_)
            button.props(f'aria-expanded="{_flag(open_)}"')
            if open_ and not state["known"]:
                await fill()

        below.set_visibility(opened)
        button.on("click", toggle)
        if opened:
            state["known"] = True
            with below:
                if told:
                    ui.html(str(told), sanitize=False)
                for one in node["operands"]:
                    self.show(one)

    def _hour(self, day: Node, row: list[Any]) -> None:
        """A row of a day's table as a node that asks for the readings of its hour."""
        start, amount, estimated, coverage = row
        at = datetime.fromisoformat(start).astimezone(self._zone).strftime("%H:%M")
        self.show(
            {
                "id": f"{day['id']}/{at[:2]}", "title": at, "title_zh": at, "formula": None,
                "clause": None, "source": None, "value": amount, "unit": day["unit"],
                "folded": True, "operands": [],
                "evidence": {"coverage": coverage, "estimated": estimated or None},
            }
        )  # fmt: skip

    async def _ask(self, **more: str) -> dict[str, Any]:
        return await self._client.get(f"{API}/explain", self._wanted | more, max_age_s=AGE_S)

    def _head(self, node: Node) -> Markup:
        title = node["title_zh" if self._language == "zh" else "title"]
        formula = node["formula"] or ""
        return Markup(
            '<span class="what">{}</span><b>{}</b><span class="unit">{}</span>'
            '<span class="formula">{}</span>'
        ).format(
            title, _figure(node["value"]), "" if node["unit"] == "1" else node["unit"], formula
        )


def _figure(value: float | None) -> str:
    """Seven digits, without the zeros at the end that say nothing."""
    text = numbers.number(value, 0, 7)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _told(node: Node, language: str) -> Markup:
    """Clause, source and evidence of a node, as far as there is any."""
    rows: list[tuple[str, str]] = []
    if node["clause"]:
        rows.append((texts.word("explain_clause", language), node["clause"]))
    source = node["source"] or {}
    for part in source.get("parts", [source]):
        if part.get("id"):
            status = texts.named(codes.STATUSES, part.get("status"), language)
            words = (part["id"], part.get("document"), part.get("clause"), status)
            rows.append((texts.word("factor_source", language), " · ".join(filter(None, words))))
    for name, text in TOLD.items():
        value = node["evidence"].get(name)
        if value not in (None, "", [], {}) and not isinstance(value, bool):
            rows.append((text.in_language(language), _value(name, value)))
    if not rows:
        return Markup("")
    body = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*row) for row in rows)
    return Markup('<dl class="told">{}</dl>').format(body)


def _value(name: str, value: Any) -> str:
    if name in SHARES:
        return f"{value:.1%}"
    if isinstance(value, float):
        return _figure(value)
    if isinstance(value, list | dict):
        return _plain(value)
    return str(value)


def _plain(value: Any) -> str:
    """Nested evidence as words: a list by semicolons, an object by its known values."""
    if isinstance(value, list):
        return "; ".join(_plain(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(_plain(one) for one in value.values() if one not in (None, ""))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _form(language: str, wanted: Asked, names: Mapping[str, str]) -> Markup:
    whats = {code: text.in_language(language) for code, text in WHATS.items()}
    whole = texts.word("explain_park", language)
    return Markup(
        '<form method="get" class="search" data-testid="explain-form">'
        '<input name="period" value="{}" aria-label="{}" pattern="[0-9]{{4}}(-[0-9]{{2}}){{0,2}}">'
        "{}{}<button>{}</button></form>"
    ).format(
        wanted["period"],
        texts.word("explain_period", language),
        _select("what", wanted.get("what", "co2e"), whats, texts.word("explain_what", language)),
        _select("enterprise", wanted.get("enterprise", ""), {"": whole, **names}, whole),
        texts.word("explain_show", language),
    )


def _select(name: str, chosen: str, options: Mapping[str, str], label: str) -> Markup:
    inner = Markup("").join(
        Markup('<option value="{}" {}>{}</option>').format(
            code, Markup("selected") if code == chosen else "", said
        )
        for code, said in options.items()
    )
    return Markup('<select name="{}" aria-label="{}">{}</select>').format(name, label, inner)


def _failed(language: str, error: ApiError) -> Markup:
    return Markup('<p class="caption">{}: {}</p>').format(
        texts.word("failed", language), str(error)
    )
