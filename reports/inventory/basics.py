"""The statement of truth, and chapter 1: who reports, of what boundary and period."""

from __future__ import annotations

from datetime import timedelta

from models.carbon.guidelines import guideline
from reports.document import Chapter, Column, Paragraph, Row, Table
from reports.inventory.facts import Facts


def statement(facts: Facts) -> Chapter:
    """The page to be signed."""
    words = facts.words
    text = words("statement_park" if facts.whole_park else "statement_enterprise", year=facts.year)
    signed = ["prepared", "reviewed", "seal", "date"]
    if not facts.whole_park:
        signed.insert(0, "legal")
    rows = [Row({"name": words(f"statement_{one}"), "value": ""}) for one in signed]
    columns = [Column("name", words("item"), 6), Column("value", words("content"), 11)]
    table = Table("statement", words("statement_table"), columns, rows)
    return Chapter(words("statement_name"), words("statement_title"), [Paragraph(text), table])


def guideline_of(facts: Facts) -> str:
    """The document by which the enterprise accounts, or those of the park's enterprises."""
    enterprises = facts.registry.enterprises
    codes = (
        dict.fromkeys(one.guideline for one in enterprises)
        if facts.enterprise is None
        else [facts.enterprise.guideline]
    )
    return facts.words("semicolon").join(guideline(code, facts.year).document for code in codes)


def basics(facts: Facts) -> Chapter:
    """Chapter 1."""
    words, registry = facts.words, facts.registry
    last = facts.end - timedelta(seconds=1)
    park = registry.park
    period = words(
        "period_value",
        start=facts.local(facts.start)[:10],
        end=facts.local(last)[:10] if not facts.is_partial else facts.local(facts.end),
    )
    of_park = f"{park.province}，{park.grid_region}"
    own = _of_park(facts) if facts.enterprise is None else _of_enterprise(facts)
    told = [
        *own,
        (words("province"), of_park),
        (words("boundary"), words("boundary_park" if facts.whole_park else "boundary_enterprise")),
        (words("period"), period),
        (words("guideline"), guideline_of(facts)),
        (
            words("rules"),
            words(
                "rules_value", level=words(f"level_{facts.factor_level}"), gwp=facts.gwp_assessment
            ),
        ),
    ]
    rows = [Row({"name": name, "value": text}) for name, text in told]
    columns = [Column("name", words("item"), 5), Column("value", words("content"), 12)]
    title = "basics_title_park" if facts.whole_park else "basics_title_enterprise"
    table = Table("basics", words("basics_table"), columns, rows)
    return Chapter(words("basics_name"), words(title), [table])


def _of_enterprise(facts: Facts) -> list[tuple[str, str]]:
    words, one, registry = facts.words, facts.enterprise, facts.registry
    assert one is not None  # the park has its own
    cluster = registry.cluster_by_code.get(one.cluster)
    land = "" if one.land_area_mu is None else f"{one.land_area_mu:,g}"
    return [
        (words("name"), one.name_zh),
        (words("name_en"), one.name_en),
        (words("uscc"), one.uscc or words("blank")),
        (words("industry"), one.industry or words("blank")),
        (words("legal_person"), words("blank")),
        (words("address"), words("blank")),
        (words("contact"), words("blank")),
        (words("park"), registry.park.name_zh),
        (words("cluster"), one.cluster if cluster is None else cluster.name_zh),
        (words("land"), land or words("blank")),
        (words("key_user"), words("yes" if one.key_energy_user else "no")),
        (words("ets_sector"), one.ets_sector or words("ets_none")),
    ]


def _of_park(facts: Facts) -> list[tuple[str, str]]:
    words, registry = facts.words, facts.registry
    clusters = words("list").join(one.name_zh for one in registry.clusters)
    return [
        (words("name"), registry.park.name_zh),
        (words("name_en"), registry.park.name_en),
        (words("cluster"), clusters),
        (words("enterprises_counted"), str(len(registry.enterprises))),
    ]
