"""``carbonpeak report``: the accounts as documents to be handed in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import unquote

import typer

from carbonpeak.access import answer, open_api
from carbonpeak.cli.options import Data, settings_for
from reports.render import Format
from reports.texts import Language

app = typer.Typer(no_args_is_help=True, help="Reports as xlsx, docx or pdf. / 报告。")


@app.command("inventory")
def inventory(
    enterprise: Annotated[str | None, typer.Option(help="Of this enterprise.")] = None,
    park: Annotated[bool, typer.Option("--park", help="Of the whole park.")] = False,
    year: Annotated[int | None, typer.Option(help="Year of the park's time.")] = None,
    form: Annotated[Format, typer.Option("--format", help="xlsx has live formulas.")] = "pdf",
    output: Annotated[
        Path | None, typer.Option(help="File to write.", show_default="named for its content")
    ] = None,
    frozen: Annotated[
        int | None, typer.Option(help="Number of the frozen inventory to report.")
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of the report.")] = "zh",
    data: Data = None,
) -> None:
    """The year's inventory in the chapters of the sector guideline; a draft unless frozen.

    Example: carbonpeak report inventory --enterprise axle-01 --year 2025 --format docx
    """
    if park and enterprise is not None:
        raise typer.BadParameter("either an --enterprise or the --park")
    if frozen is None and (not park and enterprise is None):
        raise typer.BadParameter("name an --enterprise or the --park")
    if frozen is None and year is None:
        raise typer.BadParameter("name the --year, or a --frozen inventory")
    wanted = {"enterprise": enterprise, "year": year, "format": form, "frozen": frozen,
              "lang": lang}  # fmt: skip
    with open_api(settings_for(data)) as api:
        params = {name: value for name, value in wanted.items() if value is not None}
        written = answer(api.get("/reports/inventory", params=params))
    named = unquote(written.headers["Content-Disposition"].rpartition("''")[2])
    path = output or Path(named)
    path.write_bytes(written.content)
    typer.echo(str(path))
