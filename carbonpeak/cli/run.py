"""``carbonpeak run``: the service in the foreground."""

from __future__ import annotations

from typing import Annotated

import typer

from carbonpeak.cli.options import Data, settings_for
from carbonpeak.service import Server, Service


def run(
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Run the service: ingest, store, ledger, API and console in one process.

    Example: carbonpeak run --data /srv/park --port 8000
    """
    changes = {
        key: value for key, value in {"host": host, "port": port}.items() if value is not None
    }
    settings = settings_for(data).model_copy(update=changes)
    service = Service(settings)
    try:
        service.start()
        server = Server(service, settings.host, settings.port)
        typer.echo(f"carbonpeak: {server.url}", err=True)
        server.serve()
    finally:
        service.stop()
