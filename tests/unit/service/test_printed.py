"""What the command line prints of texts that strangers sent, and of numbers that are none."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from carbonpeak.cli.correct import app
from carbonpeak.cli.explain import _line
from carbonpeak.cli.output import console, print_table


@pytest.mark.parametrize("text", ["meter: '[/x]' is none", "known are [kWh]", "a :key: of it"])
def test_a_table_shows_texts_as_they_are(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Brackets and words between colons are markup to the library; ``[/x]`` ended the command."""
    print_table(["detail"], [{"detail": text}])
    assert capsys.readouterr().out.splitlines()[1] == text


def test_an_unfolded_figure_shows_names_as_they_are() -> None:
    node = {
        "title_zh": "[/x] 厂", "value": 1.0, "unit": "t", "source": None, "formula": None,
        "evidence": {}, "folded": False, "id": "park/[y]",
    }  # fmt: skip
    with console.capture() as shown:
        console.print(_line(node))
    assert shown.get().split() == ["[/x]", "厂", "1.000", "t", "park/[y]"]


@pytest.mark.parametrize(
    "given",
    [
        ["replace", "--value", "2026-03-05T08:00:00+08:00=nan"],
        ["substitute", "--start", "2026-03-05", "--end", "2026-03-05", "--amount", "inf"],
    ],
)
def test_a_number_that_is_none_is_misuse(given: list[str]) -> None:
    """It ended in a traceback: JSON has no such number."""
    why = ["--reason", "wrong_entry", "--note", "n", "--evidence", "e"]
    result = CliRunner().invoke(app, [given[0], "steel", "EL-01", *given[1:], *why])
    assert result.exit_code == 2
    assert "is not a finite number" in result.output
