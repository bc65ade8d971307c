"""The command line: exit code 0 done, 1 failed, 2 misused; an error is one clear line."""

from __future__ import annotations

import logging
import sys

import httpx
import typer

from carbonpeak import __version__
from carbonpeak.cli import (
    activity,
    audit,
    balance,
    certificates,
    correct,
    dashboards,
    decode,
    demo,
    energy,
    explain,
    factors,
    freeze,
    importing,
    inventory,
    receipts,
    registry,
    rejections,
    report,
    simulate,
)
from carbonpeak.cli import run as running
from models.errors import CarbonpeakError

app = typer.Typer(
    name="carbonpeak",
    help="Carbon and environment monitoring of an industrial park. / 工业园区碳排放与环境监测。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("run")(running.run)
app.add_typer(decode.app, name="decode")
app.command("import")(importing.import_file)
app.add_typer(registry.app, name="registry")
app.add_typer(rejections.app, name="rejections")
app.add_typer(correct.app, name="correct")
app.add_typer(activity.app, name="activity")
app.add_typer(certificates.app, name="certificates")
app.command("balance")(balance.balance)
app.command("receipts")(receipts.receipts)
app.command("inventory")(inventory.inventory)
app.command("energy")(energy.energy)
app.add_typer(factors.app, name="factors")
app.add_typer(report.app, name="report")
app.command("explain")(explain.explain)
app.command("freeze")(freeze.freeze)
app.command("restate")(freeze.restate)
app.command("simulate")(simulate.simulate)
app.add_typer(audit.app, name="audit")
app.add_typer(dashboards.app, name="dashboards")


@app.callback(invoke_without_command=True)
def options(
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Log what happens to stderr."),
) -> None:
    """Options of every command."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command; a failure that the user can mend is one line, not a traceback."""
    try:
        app()
    except (CarbonpeakError, OSError, httpx.HTTPError) as error:
        typer.echo(f"carbonpeak: {error}", err=True)
        sys.exit(1)
