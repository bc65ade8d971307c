"""``carbonpeak certificates``: green certificates and contracts, and what of them is left."""

from __future__ import annotations

from typing import Annotated

import typer

from carbonpeak.cli.asking import ask
from carbonpeak.cli.options import Data, Json
from carbonpeak.cli.output import print_json, print_table

app = typer.Typer(
    help="Green electricity certificates and contracts. / 绿证与绿电合同。", no_args_is_help=True
)


@app.callback()
def certificates() -> None:
    """A group of commands, though it has one only."""


@app.command("list")
def list_certificates(
    enterprise: Annotated[str | None, typer.Option(help="Only of this enterprise.")] = None,
    as_of: Annotated[str | None, typer.Option(help="As they were recorded then.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """List certificates with what of them is used and left.

    Example: carbonpeak certificates list --enterprise axle-01
    """
    asked = {"enterprise": enterprise, "as_of": as_of}
    items = ask("/certificates", asked, data)["items"]
    if json:
        print_json(items)
        return
    print_table(["id", "enterprise", "kind", "technology", "generated", "valid_to", "amount_mwh",
                 "used_mwh", "left_mwh", "used_in", "cancelled_on"], items)  # fmt: skip
