"""``carbonpeak assess``: grades of enterprises, why, the way to the next one, land use, appeals."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from typing import Annotated, Literal

import typer

from carbonpeak.access import answer, open_api
from carbonpeak.cli.asking import ask, ask_table
from carbonpeak.cli.inventory import Enterprise, Year
from carbonpeak.cli.options import Data, Json, settings_for
from carbonpeak.cli.output import print_json, print_table

app = typer.Typer(
    help="Assess enterprises: grades, points, paths, land use, appeals. / 企业综合评价与申诉。",
    no_args_is_help=True,
)

# Of the columns; --json gives all of them.
GRADES = [
    "rank", "enterprise", "name_en", "cluster", "score", "grade", "caps", "rank_cluster",
    "score_change", "previous_grade", "known_weight", "without_figure", "no_grade",
]  # fmt: skip
POINTS = [
    "enterprise", "criterion", "value", "unit", "yardstick", "yardstick_kind", "yardstick_of", "at",
    "share", "counted_weight", "points", "standing", "reason", "source",
]  # fmt: skip
PATH = [
    "enterprise", "grade", "score", "state", "to_grade", "criterion", "value", "value_needed",
    "value_alone", "unit", "points", "effort", "lifts_cap", "also",
]  # fmt: skip
WATCH = [
    "enterprise", "verdict", "land_area_mu", "output_per_mu", "output_ratio", "tax_per_mu",
    "tax_ratio", "grade", "low_years", "worst_grade_years", "reason",
]  # fmt: skip
APPEALS = [
    "id", "enterprise", "year", "criterion", "state", "grade", "score", "filed_by", "filed_at",
    "note", "answered_by", "answer",
]  # fmt: skip

Words = Annotated[
    Literal["zh", "en"] | None,
    typer.Option(help="Statements instead of figures, in this language."),
]
By = Annotated[str | None, typer.Option(help="Who does it; by default the user.")]


@app.command()
def grades(
    year: Year = None,
    enterprise: Enterprise = None,
    cluster: Annotated[str | None, typer.Option(help="Only this cluster.")] = None,
    words: Words = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Score, grade and place of enterprises in a whole year (by default the last).

    Example: carbonpeak assess grades --year 2025 --cluster equipment
    """
    wanted = {"year": year, "enterprise": enterprise, "cluster": cluster}
    _tell("/assessment", wanted, GRADES, words=words, data=data, json=json)


@app.command()
def points(
    year: Year = None,
    enterprise: Enterprise = None,
    words: Words = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Every criterion's points: value, yardstick, weight, source.

    Example: carbonpeak assess points --enterprise axle-01 --words zh
    """
    wanted = {"year": year, "enterprise": enterprise}
    _tell("/assessment/points", wanted, POINTS, words=words, data=data, json=json)


@app.command()
def path(
    year: Year = None,
    enterprise: Enterprise = None,
    words: Words = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """What brings an enterprise to the next grade at the least effort.

    Example: carbonpeak assess path --enterprise axle-01 --words en
    """
    wanted = {"year": year, "enterprise": enterprise}
    _tell("/assessment/path", wanted, PATH, words=words, data=data, json=json)


@app.command()
def watch(
    year: Year = None,
    enterprise: Enterprise = None,
    words: Words = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """The list of low-efficiency land use.

    Example: carbonpeak assess watch --year 2025
    """
    wanted = {"year": year, "enterprise": enterprise}
    _tell("/assessment/watch", wanted, WATCH, words=words, data=data, json=json)


@app.command()
def appeals(
    year: Year = None,
    enterprise: Enterprise = None,
    state: Annotated[
        Literal["open", "upheld", "dismissed", "withdrawn"] | None,
        typer.Option(help="Only in this state."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 50,
    data: Data = None,
    json: Json = False,
) -> None:
    """Appeals against assessments, newest first.

    Example: carbonpeak assess appeals --state open
    """
    wanted = {"year": year, "enterprise": enterprise, "state": state, "limit": limit}
    ask_table("/assessment/appeals", wanted, APPEALS, data=data, json=json)


@app.command()
def appeal(
    enterprise: Annotated[str, typer.Argument(help="Code of the enterprise.")],
    year: Annotated[int, typer.Argument(help="The assessed year.")],
    note: Annotated[str, typer.Option(help="Why.")],
    criterion: Annotated[
        str | None, typer.Option(help="Code of a criterion; none: the whole assessment.")
    ] = None,
    evidence: Annotated[str, typer.Option(help="What proves it.")] = "",
    by: By = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """File an appeal against an assessment; nothing of it changes by that.

    Example: carbonpeak assess appeal axle-01 2025 --criterion energy_quota --note "one meter"
    """
    given = {
        "enterprise": enterprise, "year": year, "criterion": criterion, "note": note,
        "evidence": evidence, "by": by or getpass.getuser(),
    }  # fmt: skip
    _post("/assessment/appeals", given, data=data, json=json)


@app.command(name="answer")
def answer_appeal(
    number: Annotated[int, typer.Argument(help="Number of the appeal.")],
    state: Annotated[
        Literal["upheld", "dismissed", "withdrawn"], typer.Argument(help="The answer.")
    ],
    note: Annotated[str, typer.Option(help="Why; a withdrawal needs none.")] = "",
    by: By = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Answer an appeal, once.

    Example: carbonpeak assess answer 3 upheld --note "meter plan seen"
    """
    given = {"state": state, "note": note, "by": by or getpass.getuser()}
    _post(f"/assessment/appeals/{number}", given, data=data, json=json)


def _tell(
    path: str,
    wanted: Mapping[str, object],
    shown: list[str],
    *,
    words: str | None,
    data: Data,
    json: bool,
) -> None:
    if words is None or json:
        ask_table(path, wanted, shown, data=data, json=json)
        return
    for row in ask(path, wanted, data)["items"]:
        typer.echo(row[f"statement_{words}"])


def _post(path: str, given: Mapping[str, object], *, data: Data, json: bool) -> None:
    with open_api(settings_for(data)) as api:
        body = answer(api.post(path, json=given)).json()
    if json:
        print_json(body)
    else:
        print_table(APPEALS, [body])
