"""What stands under the pointer of a picture."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import playwright

from dashboards.console.charts import TOOLTIP

NODE = Path(playwright.__file__).parent / "driver" / "node"  # the one that drives browsers


def test_a_name_is_text_and_no_part_of_the_page() -> None:
    """A cluster of the registry that is named so ran its script in the browser of who pointed."""
    name = "<img src=x onerror=alert(1)>"
    pointed = {"name": name, "seriesName": name, "marker": "<i></i>", "data": {"said": name}}
    for given in (pointed, [pointed]):
        script = f"console.log(({TOOLTIP[':formatter']})({json.dumps(given)}))"
        shown = subprocess.run(
            [NODE, "-e", script], capture_output=True, text=True, check=True, timeout=60
        ).stdout
        assert "<img" not in shown
        assert "&#60;img src=x onerror=alert(1)&#62;" in shown
        assert "<i></i>" in shown
