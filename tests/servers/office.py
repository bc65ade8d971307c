"""LibreOffice without a screen, made to calculate every formula anew when it loads a workbook."""

from __future__ import annotations

import subprocess
from pathlib import Path

# Otherwise it takes the results that the file has with its formulas.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def recalculated(soffice: str, book: Path, folder: Path) -> Path:
    """The workbook with every formula's result as LibreOffice computes it, in ``folder``."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    written = folder / "calculated"
    subprocess.run(
        [
            soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless",
            "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(written), str(book),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return written / book.name
