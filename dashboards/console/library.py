"""The page "factors": the library searched, and sets and years of one carrier side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from markupsafe import Markup
from nicegui import ui

from dashboards.boards import API, Text, codes
from dashboards.client import ApiError, Client
from dashboards.console import texts
from dashboards.console.head import LOGO, language_switch, page_links
from dashboards.console.numbers import UNKNOWN
from dashboards.console.rows import Row

TITLE = Text("排放因子库", "Emission factors")
SHOWN = 40  # rows of a search at most; the API has the others
AGE_S = 300.0  # the library changes with the program only
# What is compared where nothing was chosen: the question that most figures stand on.
COMPARED = {"carrier": "electricity", "region": "全国", "basis": "average"}

Asked = Mapping[str, str]


async def page(client: Client, language: str, asked: Asked) -> None:
    """One viewer's page; ``asked`` has search, set, status, carrier, region as far as given."""
    wanted = {name: asked[name] for name in ("search", "set", "status") if asked.get(name)}
    compared = {name: asked[name] for name in ("carrier", "region") if asked.get(name)}
    if "carrier" not in compared:
        compared = dict(COMPARED)
    with ui.element("div").classes("page"):
        with ui.element("header").classes("top"):
            ui.html(LOGO, sanitize=False).classes("logo")
            with ui.element("div").classes("names"):
                ui.html(TITLE.in_language(language), tag="h1", sanitize=False)
                ui.html(texts.word("product", language), tag="p", sanitize=False)
            ui.html(str(language_switch(language)), sanitize=False).classes("switch")
            ui.html(str(page_links("factors", language)), sanitize=False).classes("ways")
        with ui.element("main").classes("grid-of-panels"):
            try:
                whole, found, beside = await asyncio.gather(
                    client.get(f"{API}/factors", {}, max_age_s=AGE_S),
                    client.get(f"{API}/factors", wanted, max_age_s=AGE_S),
                    client.get(f"{API}/factors/compare", compared, max_age_s=AGE_S),
                )
            except ApiError as error:
                _card("factor-search", texts.word("failed", language), str(error), Markup(""))
                return
            sets = sorted({row["set"] for row in whole["items"]})
            form = _form(language, asked, sets)
            _card(
                "factor-search",
                texts.word("factor_search", language),
                texts.word("factor_search_hint", language),
                form + _results(found["items"], language),
            )
            named = _name(compared["carrier"], found["items"], language)
            what = " · ".join(filter(None, (named, compared.get("region"))))
            _card(
                "factor-compare",
                texts.word("factor_compare", language, what=what),
                texts.word("factor_compare_hint", language),
                _comparison(beside["items"], language),
            )
        ui.html(texts.word("no_outside", language, api=API), tag="footer", sanitize=False)


def _card(name: str, title: str, hint: str, body: Markup) -> None:
    with ui.element("section").classes("card full").props(f'data-testid="panel-{name}"'):
        head = Markup("<header><h2>{}</h2><p>{}</p></header>").format(title, hint)
        ui.html(str(head), sanitize=False)
        ui.html(str(body), sanitize=False).classes("body")


def _form(language: str, asked: Asked, sets: Sequence[str]) -> Markup:
    statuses = {code: codes.STATUSES[code].in_language(language) for code in codes.STATUSES}
    statuses.pop("declared")  # own factors are in the registry, not in the library
    return Markup(
        '<form method="get" class="search" data-testid="factor-form">'
        '<input type="search" name="search" value="{}" placeholder="{}" aria-label="{}">'
        "{}{}<button>{}</button></form>"
    ).format(
        asked.get("search", ""),
        texts.word("factor_words", language),
        texts.word("factor_words", language),
        _select("set", asked, {code: code for code in sets}, texts.word("every_set", language)),
        _select("status", asked, statuses, texts.word("every_status", language)),
        texts.word("search", language),
    )


def _select(name: str, asked: Asked, options: Mapping[str, str], every: str) -> Markup:
    rest = Markup("").join(
        Markup('<option value="{}" {}>{}</option>').format(
            code, Markup("selected") if asked.get(name) == code else "", said
        )
        for code, said in options.items()
    )
    return Markup(
        '<select name="{}" aria-label="{}"><option value="">{}</option>{}</select>'
    ).format(name, every, every, rest)


def _results(found: Sequence[Row], language: str) -> Markup:
    count = Markup('<p class="caption" data-testid="factor-count">{}</p>').format(
        texts.word("factor_count", language, n=len(found), shown=min(len(found), SHOWN))
    )
    if not found:
        return count
    titles = {
        name: texts.word(f"factor_{name}", language)
        for name in ("name", "value", "year", "status", "source")
    }
    body = Markup("").join(
        Markup(
            '<tr data-testid="factor-result">'
            '<td data-title="{name}"><b>{said}</b><small>{id}</small></td>'
            '<td class="right" data-title="{value}">{figure}<small>{unit}</small></td>'
            '<td class="right" data-title="{year}">{at}</td>'
            '<td data-title="{status}"><span class="quality {checked}">{state}</span></td>'
            '<td data-title="{source}">{where}<small>{clause}</small></td>'
            '<td><a href="?{link}">{compare}</a></td></tr>'
        ).format(
            **titles,
            said=_row_name(row, language),
            id=row["id"],
            figure=_figure(row),
            unit=_unit(row),
            at=row["year"] or row["valid_from"] or row["published"] or UNKNOWN,
            checked="counted" if row["status"] == "verified" else "uncounted",
            state=texts.named(codes.STATUSES, row["status"], language),
            where=row["source"],
            clause=row["clause"] or "",
            link=urlencode(
                {"carrier": row["carrier"]} | ({"region": row["region"]} if row["region"] else {})
            ),
            compare=texts.word("compare", language),
        )
        for row in found[:SHOWN]
    )
    return count + Markup(
        '<table class="grid plain library"><thead><tr><th>{}</th><th class="right">{}</th>'
        '<th class="right">{}</th><th>{}</th><th>{}</th><th></th></tr></thead>'
        "<tbody>{}</tbody></table>"
    ).format(*titles.values(), body)


def _comparison(beside: Sequence[Row], language: str) -> Markup:
    titles = {
        name: texts.word(f"factor_{name}", language)
        for name in ("set", "year", "per_unit", "difference", "change", "status")
    }
    body = Markup("").join(
        Markup(
            '<tr data-testid="factor-compared">'
            '<td data-title="{set}"><b>{name}</b><small>{what}</small></td>'
            '<td class="right" data-title="{year}">{at}</td>'
            '<td class="right" data-title="{per_unit}">{figure} '
            '<small class="inline">{unit}</small>'
            "<small>{made}</small></td>"
            '<td class="right" data-title="{difference}">{against}</td>'
            '<td class="right" data-title="{change}">{before}</td>'
            '<td data-title="{status}"><span class="quality {checked}">{state}</span></td></tr>'
        ).format(
            **titles,
            name=row["set"],
            what=" · ".join(filter(None, (row["region"], row["basis"], row["category"]))),
            at=row["year"] or UNKNOWN,
            figure=_plain(row["per_unit"]),
            unit=_unit(row),
            made=_made_of(row),
            against=_percent(row["difference_pct"]),
            before=_percent(row["change_pct"]),
            checked="counted" if row["status"] == "verified" else "uncounted",
            state=texts.named(codes.STATUSES, row["status"], language),
        )
        for row in beside
    )
    return Markup(
        '<table class="grid plain library"><thead><tr><th>{}</th><th class="right">{}</th>'
        '<th class="right">{}</th><th class="right">{}</th><th class="right">{}</th><th>{}</th>'
        "</tr></thead><tbody>{}</tbody></table>"
    ).format(*titles.values(), body)


def _name(carrier: str, found: Sequence[Row], language: str) -> str:
    """A carrier's name as the library or the console knows it."""
    if carrier in codes.CARRIERS:
        return texts.named(codes.CARRIERS, carrier, language)
    named = next((row for row in found if row["carrier"] == carrier), None)
    return carrier if named is None else _row_name(named, language)


def _row_name(row: Row, language: str) -> str:
    said = row[f"name_{language}"] or texts.named(codes.CARRIERS, row["carrier"], language)
    return " · ".join(filter(None, (str(said), row["region"])))


def _figure(row: Row) -> str:
    return _plain(row["value"] if row["value"] is not None else row["derived_tco2_per_unit"])


def _unit(row: Row) -> str:
    """The unit of what is shown: of a fuel the CO2 of one unit."""
    fuel = row["ncv_gj_per_unit"] is not None
    return f"tCO2/{row['unit']}" if fuel else str(row["unit"])


def _made_of(row: Row) -> str:
    if row["ncv_gj_per_unit"] is None:
        return ""
    parts = (
        f"{_plain(row['ncv_gj_per_unit'])} GJ",
        f"{_plain(row['carbon_tc_per_gj'])} tC/GJ",
        f"{_plain(row['oxidation_pct'])} %",
    )
    return " · ".join(parts)


def _plain(value: float | None) -> str:
    """A figure as it was published: a library rounds nothing."""
    return UNKNOWN if value is None else f"{value:.15g}"


def _percent(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:+.1f} %"
