"""How commands that only ask get their answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from carbonpeak.access import answer, open_api
from carbonpeak.cli.options import settings_for
from carbonpeak.cli.output import print_json, print_table


def ask(path: str, wanted: Mapping[str, object], data: Path | None) -> dict[str, Any]:
    """The body that the API of a data folder answers; what is None is not asked for.

    Raises AnswerError with the service's reason.
    """
    given: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    with open_api(settings_for(data)) as api:
        body: dict[str, Any] = answer(api.get(path, params=given)).json()
    return body


def ask_table(
    path: str,
    wanted: Mapping[str, object],
    shown: Sequence[str],
    *,
    data: Path | None,
    json: bool,
) -> None:
    """Print an answer's rows as a table of the columns ``shown``, or the whole body as JSON."""
    body = ask(path, wanted, data)
    if json:
        print_json(body)
    else:
        print_table(shown, body["items"])
