"""``carbonpeak rejections``: what was refused, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from carbonpeak.access import answer, open_api
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table

app = typer.Typer(help="Inputs that were refused and kept.", no_args_is_help=True)


@app.command("list")
def list_rejections(
    data: Data = None,
    enterprise: Annotated[str | None, typer.Option(help="Only of this enterprise.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only with this reason.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many, newest first.")] = 50,
    json: Json = False,
) -> None:
    """List refused inputs, newest first.

    Example: carbonpeak rejections list --reason bad_unit
    """
    wanted = {"enterprise": enterprise, "reason": reason, "limit": limit}
    with open_api(settings_for(data)) as api:
        items = answer(
            api.get("/rejections", params={k: v for k, v in wanted.items() if v is not None})
        ).json()["items"]
    if json:
        print_json(items)
        return
    columns = ["rejection_id", "received", "enterprise", "meter", "item", "reason", "detail"]
    print_table(columns, items)
