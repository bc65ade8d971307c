"""``carbonpeak explain``: a figure down to its formula, factors, meters, readings and batches."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, get_args

import typer
from rich.markup import escape
from rich.tree import Tree

from carbonpeak.cli.asking import ask
from carbonpeak.cli.options import Data, Json
from carbonpeak.cli.output import console, number, print_json
from ledger.explain import What

WHATS = get_args(What)
TOLD = ("meter", "factor_match", "fallback", "quality", "received", "batch", "sha256", "gap",
        "correction", "netted_note")  # fmt: skip


def explain(
    year: Annotated[int | None, typer.Option(help="Year of the park's time.")] = None,
    period: Annotated[str | None, typer.Option(help="2025, 2025-03 or 2025-03-05.")] = None,
    enterprise: Annotated[str | None, typer.Option(help="Of this enterprise.")] = None,
    cluster: Annotated[str | None, typer.Option(help="Of this cluster.")] = None,
    group: Annotated[str | None, typer.Option(help="Of this group.")] = None,
    what: Annotated[str, typer.Option(help=f"Which figure: {', '.join(WHATS)}.")] = "co2e",
    path: Annotated[str, typer.Option(help="Begin at the node of this id.")] = "",
    depth: Annotated[int, typer.Option(help="Levels to unfold below it.")] = 3,
    hour: Annotated[
        list[str] | None, typer.Option("--hour", help="Unfold this hour to its readings.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="By what was known then.")] = None,
    gwp: Annotated[str | None, typer.Option(help="Assessment report of the potentials.")] = None,
    factor_level: Annotated[
        str | None, typer.Option(help="First level of electricity factors: province or nation.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Unfold a figure: formula with clause, operands with source, meters, hours, readings.

    Without enterprise, cluster or group it is the park's. --json is what verify/recompute.py
    computes again. Example: carbonpeak explain --year 2025 --enterprise axle-01 --depth 4
    """
    if year is not None and period is not None:
        raise typer.BadParameter("--year is one way to say when, --period the other")
    wanted = {
        "period": period if year is None else str(year),
        "enterprise": enterprise, "cluster": cluster, "group": group, "what": what, "path": path,
        "depth": depth, "hours": ",".join(map(_utc, hour)) if hour else None, "as_of": as_of,
        "gwp": gwp, "factor_level": factor_level,
    }  # fmt: skip
    body = ask("/explain", wanted, data)
    if json:
        print_json(body)
        return
    figure = body["figure"]
    tree = Tree(_line(figure))
    _grow(tree, figure)
    console.print(tree, soft_wrap=True)


def _utc(text: str) -> str:
    """An instant with its offset as UTC, which an address needs no escaping for."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except ValueError:
        return text  # the service says what is wrong with it


def _grow(tree: Tree, node: dict[str, Any]) -> None:
    for row in node.get("hours") or ():
        start, amount, estimated, coverage = row
        mark = f" estimated {_number(estimated)}" if estimated else ""
        tree.add(f"{start}  {_number(amount)} {node['unit']}{mark}  coverage {coverage:.2f}")
    for one in node["operands"]:
        _grow(tree.add(_line(one)), one)


def _line(node: dict[str, Any]) -> str:
    text = f"{escape(node['title_zh'])} [bold]{_number(node['value'])}[/bold] {node['unit']}"
    source = node["source"] or {}
    told = [node["formula"] or "", source.get("id", ""), source.get("status", "")]
    evidence = node["evidence"]
    told += [f"{name} {evidence[name]}" for name in TOLD if evidence.get(name) not in (None, "")]
    shown = " · ".join(part.replace("[", "(").replace("]", ")") for part in told if part)
    mark = " …" if node["folded"] else ""
    return f"{text}{mark}  [dim]{shown}  {escape(node['id'])}[/dim]"


def _number(value: float | None) -> str:
    return "—" if value is None else number(value)
