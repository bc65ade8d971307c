"""What must be right of targets, yearly figures, measures, assumptions, titles and movements."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

from models.carbon.factor_files import rows_of
from models.errors import Fault
from models.progress.code_lists import Row, code_list
from models.progress.indicators.tables import indicator_rows
from models.progress.rights.allowance_rules import unit_classes
from models.progress.rights.instruments import movement_faults
from models.quantities import quantities
from models.registry import Movement, Scope, Subject
from store.registry_db import kinds
from store.registry_files.merging import Merged
from store.registry_files.placed import Placed, RegistryFiles

_ENERGY = {Subject.ENERGY_TOTAL, Subject.ENERGY_INTENSITY}
_INTENSITY = {Subject.ENERGY_INTENSITY, Subject.CO2_INTENSITY}
_OWNERS = {
    Scope.PARK: kinds.PARK,
    Scope.CLUSTER: kinds.CLUSTER,
    Scope.ENTERPRISE: kinds.ENTERPRISE,
}


def progress_faults(files: RegistryFiles, merged: Merged) -> Iterator[Fault]:
    """Every fault of these records; that enterprises and clusters exist by field elsewhere."""
    for placed in files.records[kinds.TARGET]:
        yield from _owner(placed, files, merged, barred=(Scope.PEER,))
        yield from _target(placed)
    for placed in files.records[kinds.YEARLY_FIGURE]:
        yield from _owner(placed, files, merged)
        yield from _yearly_figure(placed)
    for placed in files.records[kinds.TITLE]:
        yield from _owner(placed, files, merged, barred=(Scope.PEER, Scope.CLUSTER))
        yield from _title(placed)
    for placed in files.records[kinds.ASSUMPTION]:
        yield from _assumption(placed)
    for placed in files.records[kinds.MEASURE]:
        yield from _measure(placed, files, merged)
    yield from _circles(merged)
    for placed in files.records[kinds.MOVEMENT]:
        for field, reason in movement_faults(Movement(**placed.values)):
            yield placed.fault(field, reason)


def _listed(placed: Placed, field: str, known: Collection[str]) -> Iterator[Fault]:
    if placed.values[field] not in known:
        yield placed.fault(field, f"{placed.values[field]!r}: known are {', '.join(known)}")


def _owner(
    placed: Placed, files: RegistryFiles, merged: Merged, barred: Collection[Scope] = ()
) -> Iterator[Fault]:
    """That the scope may have such a record, and that its code is registered."""
    scope, code = placed.values["scope"], placed.values["code"]
    if scope in barred:
        kind = placed.file.removesuffix(".csv")
        yield placed.fault("scope", f"{scope.value!r}: a {scope.value} has no {kind}")
        return
    if scope is Scope.PEER:
        if (code,) in merged.after[kinds.PARK]:
            yield placed.fault("code", f"{code!r} is this park, no peer of it")
        return
    owner = _OWNERS[scope]
    if (code,) not in merged.after[owner] and (code,) not in files.refused[owner]:
        yield placed.fault("code", f"{code!r}: no such {owner.name}")


def _target(target: Placed) -> Iterator[Fault]:
    values = target.values
    value, reduction, base_year = values["value"], values["reduction"], values["base_year"]
    if (value is None) == (reduction is None):
        said = "is missing, and reduction too" if value is None else "there is a reduction as well"
        yield target.fault("value", f"{said}: a target has one of the two")
    first = int(values["period"][:4])
    if reduction is not None and base_year is None:
        yield target.fault("base_year", "is missing: a reduction starts from a year")
    if reduction is not None and len(values["period"]) == len("2025-03"):
        yield target.fault("reduction", "a month has a value: a reduction is of years")
    of_years = len(values["period"]) == len("2021-2025")
    if base_year is not None and reduction is None and value is not None and not of_years:
        yield target.fault(
            "base_year",
            f"{base_year}: only a reduction starts from a year, or a value of several",
        )
    if base_year is not None and base_year >= first:
        yield target.fault("base_year", f"{base_year}: not before the period {values['period']}")
    subject = values["subject"]
    for field, subjects, why in (
        ("basis", _ENERGY, "electricity counts at one of two values"),
        ("price_basis", _INTENSITY, "an intensity has an output, at prices"),
    ):
        if subject in subjects and values[field] is None:
            yield target.fault(field, f"is missing: {subject.value}: {why}")
        if subject not in subjects and values[field] is not None:
            yield target.fault(field, f"{str(values[field])!r}: {subject.value} has none")


def _yearly_figure(figure: Placed) -> Iterator[Fault]:
    values = figure.values
    indicator = code_list("yearly_figures").get(values["indicator"])
    if indicator is None:
        yield from _listed(figure, "indicator", code_list("yearly_figures"))
        return
    item, price_basis = values["item"], values["price_basis"]
    if item is not None and not indicator["item"]:
        yield figure.fault("item", f"{item!r}: {indicator['code']} has none")
    if item is None and indicator["item_needed"] == "true":
        yield figure.fault("item", f"is missing: {indicator['code']} is of a {indicator['item']}")
    known = _items(indicator["item"])
    if item is not None and known is not None and item not in known:
        yield figure.fault("item", f"{item!r}: known are {', '.join(known)}")
    for bound, is_beyond, says in (
        ("least", values["value"] < float(indicator["least"] or "-inf"), "less than"),
        ("most", values["value"] > float(indicator["most"] or "inf"), "more than"),
    ):
        if is_beyond:
            told = f"{values['value']:.15g} is {says} {indicator[bound]}"
            yield figure.fault("value", f"{told}, the {bound} of {indicator['code']}")
    # The list says of which amounts the prices decide: taxes, say, are always at current ones.
    if price_basis is None and "price_basis" in indicator["source"]:
        yield figure.fault("price_basis", f"is missing: {indicator['code']} is money, at prices")
    if price_basis is not None and "yuan" not in indicator["unit"]:
        yield figure.fault("price_basis", f"{price_basis!r}: {indicator['code']} is no money")


def _items(kind: str) -> Collection[str] | None:
    """What an item of the kind may be; None where it is not a closed list (products, divisions)."""
    if kind == "carrier":
        return _carriers()
    if kind == "unit_class":
        return unit_classes()
    if kind == "pollutant":
        named = [one.entered for one in indicator_rows().values() if one.entered is not None]
        return sorted({one.item for one in named if one.item is not None})
    return [one.id for one in indicator_rows().values()] if kind == "indicator" else None


@cache
def _carriers() -> tuple[str, ...]:
    """Energy carriers that an inventory may have, by code."""
    measured = {quantity.carrier for quantity in quantities().values() if quantity.carrier}
    return tuple(sorted(measured | {row["code"] for row in rows_of("fuels")}))


def _title(title: Placed) -> Iterator[Fault]:
    values = title.values
    known = code_list("titles").get(values["title"])
    if known is None:
        yield from _listed(title, "title", code_list("titles"))
        return
    if values["scope"].value not in known["scope"].split("|"):
        yield title.fault("scope", f"{values['scope'].value!r}: {known['code']} is awarded to "
                          f"{known['scope']}")  # fmt: skip
    if values["level"].value not in known["levels"].split("|"):
        yield title.fault("level", f"{values['level'].value!r}: {known['code']} is "
                          f"{known['levels'].replace('|', ' or ')}")  # fmt: skip
    if values["valid_to"] is not None and values["valid_to"] <= values["awarded"]:
        yield title.fault("valid_to", "not after awarded")


def _assumption(assumption: Placed) -> Iterator[Fault]:
    values = assumption.values
    yield from _listed(assumption, "parameter", code_list("scenario_parameters"))
    parameter = code_list("scenario_parameters").get(values["parameter"])
    if parameter is not None:
        yield from _within(assumption, parameter)
    low, value, high = values["low"], values["value"], values["high"]
    if (low is None) != (high is None):
        missing = "low" if low is None else "high"
        yield assumption.fault(missing, "is missing: an interval has both its ends")
    if low is not None and low > value:
        yield assumption.fault("low", f"{low:.15g} is above the value {value:.15g}")
    if high is not None and high < value:
        yield assumption.fault("high", f"{high:.15g} is below the value {value:.15g}")


def _within(assumption: Placed, parameter: Row) -> Iterator[Fault]:
    """That the parameter may have these values, and a cluster."""
    cluster = assumption.values["cluster"]
    if cluster is not None and parameter["by_cluster"] != "true":
        yield assumption.fault("cluster", f"{cluster!r}: {parameter['code']} is of the whole park")
    least, most = float(parameter["least"]), float(parameter["most"])
    for field in ("low", "value", "high"):
        value = assumption.values[field]
        if value is not None and not least <= value <= most:
            yield assumption.fault(field, f"{value:.15g} is not from {least:g} to {most:g}")


def _measure(measure: Placed, files: RegistryFiles, merged: Merged) -> Iterator[Fault]:
    values = measure.values
    yield from _listed(measure, "kind", code_list("measure_kinds"))
    assumed = {scenario for scenario, *_ in merged.after[kinds.ASSUMPTION]}
    refused = {scenario for scenario, *_ in files.refused[kinds.ASSUMPTION]}
    for scenario in values["scenarios"]:
        if scenario not in assumed | refused:
            yield measure.fault(
                "scenarios", f"{scenario!r}: no assumption of it in assumptions.csv"
            )
    other = values["overlaps"]
    known = (other,) in merged.after[kinds.MEASURE] or (other,) in files.refused[kinds.MEASURE]
    if other is not None and not known:
        yield measure.fault("overlaps", f"{other!r}: no such measure")


def _circles(merged: Merged) -> Iterator[Fault]:
    """Measures that lead back to themselves by ``overlaps``, told at the first one in the files."""
    measures = {code: placed for (code,), placed in merged.after[kinds.MEASURE].items()}
    told: set[object] = set()
    for code, placed in measures.items():
        circle, at = [code], placed.values["overlaps"]
        while at in measures and at not in circle:
            circle.append(at)
            at = measures[at].values["overlaps"]
        if at == code and not told & set(circle):
            told |= set(circle)
            here = next((measures[one] for one in circle if measures[one].row is not None), placed)
            way = " → ".join(str(one) for one in [*circle, code])
            yield here.fault("overlaps", f"{way}: a measure overlaps itself in the end")
