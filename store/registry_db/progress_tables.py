"""The tables of targets, yearly figures, measures, assumptions, titles and movements of rights."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Double, ForeignKey, Integer, String, Text

from store.registry_db.tables import CODE, versions

_SCOPE = String(16)
_BASIS = String(32)  # "constant 2020", and at which value energy is counted

# ``code`` is the park's, a cluster's or an enterprise's, as the scope says: no foreign key.
target = versions(
    "target",
    Column("scope", _SCOPE, nullable=False),
    Column("code", CODE, nullable=False),
    Column("subject", String(32), nullable=False),
    Column("period", String(9), nullable=False),
    Column("document", Text, nullable=False),
    Column("clause", Text, nullable=False),
    Column("value", Double),
    Column("reduction", Double),
    Column("base_year", Integer),
    Column("basis", _BASIS),
    Column("price_basis", _BASIS),
    Column("lead_unit", Text),
    CheckConstraint("(value IS NULL) <> (reduction IS NULL)", name="value_or_reduction"),
    holds_once=("scope", "code", "subject", "basis", "period", "document"),
)

yearly_figure = versions(
    "yearly_figure",
    Column("scope", _SCOPE, nullable=False),
    Column("code", CODE, nullable=False),
    Column("year", Integer, nullable=False),
    Column("indicator", CODE, nullable=False),
    Column("value", Double, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_date", Date, nullable=False),
    Column("item", CODE),
    Column("price_basis", _BASIS),
    Column("boundary", Text, nullable=False),
    holds_once=("scope", "code", "year", "indicator", "item", "price_basis"),
)

# Without an enterprise it is the park's.
measure = versions(
    "measure",
    Column("code", CODE, nullable=False),
    Column("enterprise", CODE, ForeignKey("enterprise.code")),
    Column("kind", CODE, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("saving_tce", Double, nullable=False),
    Column("saving_co2e_t", Double, nullable=False),
    Column("cost_1e4_yuan", Double, nullable=False),
    Column("start_year", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("ramp_years", Integer, nullable=False),
    Column("life_years", Integer),
    Column("uncertainty_pct", Double),
    Column("scenarios", Text, nullable=False),  # codes with | between them
    Column("overlaps", CODE),
    holds_once=("code",),
)

assumption = versions(
    "assumption",
    Column("scenario", CODE, nullable=False),
    Column("parameter", CODE, nullable=False),
    Column("from_year", Integer, nullable=False),
    Column("value", Double, nullable=False),
    Column("source", Text, nullable=False),
    Column("cluster", CODE, ForeignKey("cluster.code")),
    Column("low", Double),
    Column("high", Double),
    holds_once=("scenario", "parameter", "cluster", "from_year"),
)

title = versions(
    "title",
    Column("scope", _SCOPE, nullable=False),
    Column("code", CODE, nullable=False),
    Column("title", CODE, nullable=False),
    Column("level", String(16), nullable=False),
    Column("awarded", Date, nullable=False),
    Column("document", Text, nullable=False),
    Column("valid_to", Date),
    CheckConstraint("valid_to > awarded", name="validity"),
    holds_once=("scope", "code", "title", "awarded"),
)

movement = versions(
    "movement",
    Column("movement", CODE, nullable=False),
    Column("enterprise", CODE, ForeignKey("enterprise.code"), nullable=False),
    Column("instrument", CODE, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("on", Date, nullable=False),
    Column("amount", Double, nullable=False),
    Column("document", Text, nullable=False),
    Column("item", CODE),
    Column("vintage", Integer),
    Column("for_year", Integer),
    Column("counterpart", Text),
    Column("price_yuan", Double),
    CheckConstraint("amount > 0", name="amount"),
    holds_once=("movement",),
)
