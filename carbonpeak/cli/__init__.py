"""The command line: exit code 0 done, 1 failed, 2 misused; an error is one clear line."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import httpx
import typer

from carbonpeak import __version__
from models.errors import CarbonpeakError

GARBAGE = 50_000  # objects made before rings of them are looked for; some 10 MB

# Command: its module of carbonpeak.cli and the function, or the app of its own commands, there. In
# the order of the help. Only the module of the command that is called is imported: all of them
# bring most of the service, which takes seconds.
COMMANDS = {
    "demo": ("demo", "demo"),
    "run": ("run", "run"),
    "decode": ("decode", "app"),
    "import": ("importing", "import_file"),
    "registry": ("registry", "app"),
    "hj212": ("hj212", "hj212"),
    "rejections": ("rejections", "app"),
    "alarms": ("alarms", "app"),
    "correct": ("correct", "app"),
    "activity": ("activity", "app"),
    "certificates": ("certificates", "app"),
    "allowances": ("allowances", "app"),
    "balance": ("balance", "balance"),
    "receipts": ("receipts", "receipts"),
    "inventory": ("inventory", "inventory"),
    "energy": ("energy", "energy"),
    "factors": ("factors", "app"),
    "limits": ("limits", "app"),
    "permits": ("permits", "permits"),
    "plausibility": ("plausibility", "plausibility"),
    "water": ("water", "water"),
    "waste": ("waste", "waste"),
    "discharges": ("discharges", "discharges"),
    "exceedances": ("discharges", "exceedances"),
    "budgets": ("discharges", "budgets"),
    "indicators": ("indicators", "app"),
    "roadmap": ("roadmap", "roadmap"),
    "targets": ("targets", "targets"),
    "dual-control": ("targets", "dual_control"),
    "assess": ("assess", "app"),
    "peak": ("peak", "app"),
    "report": ("report", "app"),
    "explain": ("explain", "explain"),
    "freeze": ("freeze", "freeze"),
    "restate": ("freeze", "restate"),
    "simulate": ("simulate", "simulate"),
    "audit": ("audit", "app"),
    "dashboards": ("dashboards", "app"),
}


def every_command(
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
    verbose: bool = typer.Option(False, "--verbose", "-v", help="Log what happens to stderr."),
) -> None:
    """Options of every command."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    # It would log every address that is asked, and that of a webhook may hold a key.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if version:
        typer.echo(__version__)
        raise typer.Exit


def app_with(names: Iterable[str]) -> typer.Typer:
    """The command line with these of COMMANDS."""
    app = typer.Typer(
        name="carbonpeak",
        help="Carbon and environment monitoring of an industrial park. "
        "/ 工业园区碳排放与环境监测。",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(every_command)
    for name in names:
        module, attribute = COMMANDS[name]
        found = getattr(import_module(f"carbonpeak.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def __getattr__(name: str) -> Any:
    """``app``: the whole command line."""
    if name == "app":
        return app_with(COMMANDS)
    raise AttributeError(name)


def main() -> None:
    """Run the command; a failure that the user can mend is one line, not a traceback."""
    # What is imported stays: to look for garbage in it time and again is a sixth of a start.
    gc.set_threshold(GARBAGE)
    called = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    try:
        app_with([called] if called in COMMANDS else COMMANDS)()
    except (CarbonpeakError, OSError, httpx.HTTPError) as error:
        typer.echo(f"carbonpeak: {error}", err=True)
        sys.exit(1)
