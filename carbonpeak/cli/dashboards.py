"""``carbonpeak dashboards``: Grafana's dashboards built, brought to a Grafana, checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import httpx
import typer

from carbonpeak.access import answer, open_api
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table
from carbonpeak.settings import Settings
from dashboards.boards import BOARDS
from dashboards.grafana.check import FAILED, Checker, InfluxDB
from dashboards.grafana.dashboard import dashboard
from dashboards.grafana.files import PROVISIONED, outdated, write
from dashboards.grafana.push import Done, Grafana, PushError
from dashboards.grafana.sources import api_source, influx_source
from models.errors import CarbonpeakError

WAIT_S = 120.0

app = typer.Typer(help="Grafana's dashboards, from the same boards as the console.")


@app.callback()
def group() -> None:
    """Grafana's dashboards, from the same boards as the console."""


@app.command()
def build(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where a file is not current.")
    ] = False,
    to: Annotated[Path, typer.Option(help="Folder of the JSON files.")] = PROVISIONED,
) -> None:
    """Write the dashboards' JSON files, which Grafana can read from their folder.

    Example: carbonpeak dashboards build --to /etc/carbonpeak/dashboards
    """
    if check:
        faults = list(outdated(to))
        for fault in faults:
            typer.echo(fault, err=True)
        if faults:
            raise typer.Exit(1)
        typer.echo(f"{len(BOARDS)} dashboards in {to} are current")
        return
    for path in write(to):
        typer.echo(path)


@app.command()
def push(
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace what was edited in Grafana; send secrets anew."),
    ] = False,
    sources: Annotated[bool, typer.Option(help="Create and update the data sources too.")] = True,
    api_url: Annotated[
        str | None,
        typer.Option(help="Address of the API as Grafana sees it; default http://HOST:PORT."),
    ] = None,
    influx_url: Annotated[
        str | None,
        typer.Option(help="Address of InfluxDB as Grafana sees it; default setting influx_url."),
    ] = None,
    influx_user: Annotated[
        str, typer.Option(help="InfluxDB's account for Grafana, which may read.")
    ] = "grafana",
    influx_password_file: Annotated[
        Path | None, typer.Option(help="File with its password; without it no InfluxDB source.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Bring folder, data sources and dashboards to Grafana (settings grafana_url, grafana_token).

    What stands there already is left alone. Example: carbonpeak dashboards push
    """
    settings = settings_for(data)
    done: list[Done] = []
    try:
        grafana = Grafana(settings.grafana_url, settings.secret("grafana_token"))
        done.append(grafana.bring_folder())
        if sources:
            api = (api_url or f"http://{settings.host}:{settings.port}").rstrip("/")
            brought = [api_source(api, settings.secret("read_key"))]
            if influx_password_file is not None:
                password = influx_password_file.read_text(encoding="utf-8").strip()
                address = (influx_url or settings.influx_url).rstrip("/")
                brought.append(
                    influx_source(address, settings.influx_bucket, influx_user, password)
                )
            done += [grafana.bring_source(one, overwrite=overwrite) for one in brought]
        for board in BOARDS:
            done.append(grafana.bring_dashboard(dashboard(board), overwrite=overwrite))
    except PushError as error:
        _report(done, json)
        raise CarbonpeakError(str(error)) from error
    _report(done, json)


@app.command("check")
def check_queries(
    url: Annotated[
        str | None, typer.Option(help="Address of the API, where it is not the data folder's.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Ask the live API everything that the dashboards ask; exit code 1 where a panel gets nothing.

    Queries to InfluxDB are asked where it is the store. Example: carbonpeak dashboards check
    """
    settings = settings_for(data)
    with _api(settings, url) as api, _influx(settings, api) as influx:
        checker = Checker(api, influx)
        verdicts = [one for board in BOARDS for one in checker.check(dashboard(board))]
    rows = [
        asdict(one) | {"columns": list(one.columns) if json else len(one.columns)}
        for one in verdicts
    ]
    if json:
        print_json(rows)
    else:
        print_table(["board", "panel", "query", "rows", "columns", "verdict", "detail"], rows)
    failed = sum(one.verdict == FAILED for one in verdicts)
    if failed:
        typer.echo(f"{failed} of {len(verdicts)} queries failed", err=True)
        raise typer.Exit(1)


@contextmanager
def _api(settings: Settings, url: str | None) -> Iterator[httpx.Client]:
    if url is None:
        with open_api(settings) as api:
            yield api
        return
    key = settings.secret("read_key") or settings.secret("write_key")
    headers = {} if key is None else {b"Authorization": f"Bearer {key}".encode()}
    base = f"{url.rstrip('/').removesuffix('/api/v1')}/api/v1"
    with httpx.Client(base_url=base, headers=headers, timeout=WAIT_S) as api:
        yield api


@contextmanager
def _influx(settings: Settings, api: httpx.Client) -> Iterator[InfluxDB | None]:
    """InfluxDB, where the service says that it is the store."""
    if answer(api.get("/health")).json()["store"]["kind"] != "influxdb":
        yield None
        return
    token = settings.secret("influx_token") or ""
    with httpx.Client(headers={"Authorization": f"Token {token}"}, timeout=WAIT_S) as http:
        yield InfluxDB(http, settings.influx_url.rstrip("/"), settings.influx_bucket)


def _report(done: list[Done], json: bool) -> None:
    rows = [asdict(one) for one in done]
    if json:
        print_json(rows)
    elif rows:
        print_table(["what", "uid", "outcome", "version"], rows)
