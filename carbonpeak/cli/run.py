"""``carbonpeak run``: the service in the foreground."""

from __future__ import annotations

import signal
from typing import Annotated, NoReturn

import typer

from carbonpeak.cli.options import Data, settings_for
from carbonpeak.roles import Role


def run(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    role: Annotated[
        Role | None,
        typer.Option(help="Run one part only; the others run as processes of their own."),
    ] = None,
) -> None:
    """Run the service: ingest, store, ledger, API and console in one process.

    With --role one part of it; ingest and ledger answer /api/v1/health only.
    Example: carbonpeak run --data /srv/park --port 8000
    """
    signal.signal(signal.SIGTERM, _end)  # also while it waits for what it needs
    from carbonpeak.hj212_parts import WhereTaken, switched_on  # noqa: PLC0415
    from carbonpeak.server import Server  # noqa: PLC0415 (with all of the service, as in access)
    from carbonpeak.service import Service  # noqa: PLC0415

    changes = {
        key: value for key, value in {"host": host, "port": port}.items() if value is not None
    }
    settings = settings_for(data).model_copy(update=changes)
    service = Service(switched_on(settings) if role is None else settings, role)
    if settings.hj212 == "auto":
        service.hj212.where_taken = WhereTaken.WITHOUT
    try:
        service.start()
        server = Server(service, settings.host, settings.port)
        typer.echo(f"carbonpeak: {server.url}", err=True)
        server.serve()
    finally:
        service.stop()


def _end(*_: object) -> NoReturn:
    raise SystemExit(0)
