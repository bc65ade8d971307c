"""Whose series the commands of ``carbonpeak peak`` ask for, and how they tell the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from carbonpeak.cli.asking import ask
from carbonpeak.cli.output import print_json, print_table


class Whose(StrEnum):
    """Whose series."""

    PARK = "park"
    CLUSTER = "cluster"
    ENTERPRISE = "enterprise"


By = Annotated[Whose, typer.Option(help="Whose series.")]
Code = Annotated[str | None, typer.Option(help="Only this enterprise or cluster.")]


def tell(
    path: str,
    wanted: Mapping[str, object],
    shown: Sequence[str],
    *,
    data: Path | None,
    json: bool,
    said: bool = True,
) -> None:
    """Print an answer's rows, and (``said``) their statements in both languages; or all as JSON."""
    body = ask(path, wanted, data)
    if json:
        print_json(body)
        return
    print_table(shown, body["items"])
    if said:
        for row in body["items"]:
            typer.echo(f"\n{row['statement_zh']}\n{row['statement_en']}")
