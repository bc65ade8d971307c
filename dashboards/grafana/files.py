"""The dashboards' files: checked in, provisioned by Grafana, and current or not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dashboards.boards import BOARDS
from dashboards.grafana.dashboard import dashboard, text, uid

PROVISIONED = Path(__file__).parent / "provisioned"


def built() -> dict[str, str]:
    """The text of every dashboard's file by its name."""
    return {f"{uid(board)}.json": text(dashboard(board)) for board in BOARDS}


def write(folder: Path = PROVISIONED) -> list[Path]:
    """Write every dashboard's file; take away those of boards that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    files = built()
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    for path in folder.glob("*.json"):
        if path.name not in files:
            path.unlink()
    return [folder / name for name in files]


def outdated(folder: Path = PROVISIONED) -> Iterator[str]:
    """What is wrong with the files, one line each."""
    files = built()
    for name, content in files.items():
        path = folder / name
        if not path.exists():
            yield f"{path}: is missing"
        elif path.read_text(encoding="utf-8") != content:
            yield f"{path}: is not what the boards say"
    for path in sorted(folder.glob("*.json")):
        if path.name not in files:
            yield f"{path}: is no board's"
