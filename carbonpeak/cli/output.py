"""How commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from models.errors import Fault

console = Console()
progress_console = Console(stderr=True)


def print_json(value: Any) -> None:
    """One JSON value on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def print_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """A table of the named columns; numbers to the right, unknown as a dash."""
    rows = list(rows)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        numeric = any(isinstance(row.get(column), int | float) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", no_wrap=True)
    for row in rows:
        # As Text: what was sent to us is shown as it is, brackets and colons are no markup in it.
        table.add_row(*(Text(_cell(row.get(column))) for column in columns))
    # As wide as it has to be: a terminal that is narrower wraps lines, which is easier to read than
    # cells of three letters.
    unbound = console.options.update(max_width=10_000)
    width = max(console.width, Measurement.get(console, unbound, table).maximum)
    Console(width=width).print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    return number(value) if isinstance(value, float) else str(value)


def number(value: float) -> str:
    """Three decimals, and below one six digits that say something: intensities are small."""
    return f"{value:,.6g}" if 0 < abs(value) < 1 else f"{value:,.3f}"


def tell_faults(faults: Sequence[Fault], *, as_json: bool) -> None:
    """Print the faults of checked files; exit code 1 where there are any."""
    if as_json:
        print_json(
            [
                {"file": one.file, "row": one.row, "column": one.field, "reason": one.detail}
                for one in faults
            ]
        )
    else:
        for one in faults:
            typer.echo(str(one))
        typer.echo(f"{len(faults)} faults / 处错误" if faults else "no faults / 没有错误")
    if faults:
        raise typer.Exit(1)
