"""A copy of the deployment's files with secrets of its own, and where it runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from dotenv import dotenv_values

ROOT = Path(__file__).parents[3]
COMPOSE = ("docker-compose.yml", "docker-compose.tls.yml")


class Project:
    """What an administrator has: the files, ``secrets/`` and ``.env``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.compose = folder / "docker-compose.yml"
        self.tls = folder / "docker-compose.tls.yml"

    def variables(self, **changed: object) -> dict[str, str]:
        """Values of ``.env``, and ``changed`` ones over them."""
        given = dotenv_values(self.folder / ".env", interpolate=False)
        return {name: str(value) for name, value in {**given, **changed}.items()}

    def secret(self, name: str) -> str:
        """Content of a file of ``secrets/``."""
        return (self.folder / "secrets" / name).read_text(encoding="ascii").strip()

    def make_secrets(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the project's script that makes them, here."""
        folders = [
            "--folder",
            str(self.folder / "secrets"),
            "--env-file",
            str(self.folder / ".env"),
        ]
        return subprocess.run(
            [sys.executable, str(ROOT / "deploy" / "make_secrets.py"), *folders, *arguments],
            capture_output=True,
            text=True,
            check=False,
        )

    def add_enterprise(self, code: str) -> str:
        """Give an enterprise its account; its password."""
        done = self.make_secrets("enterprise", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def project() -> Iterator[Project]:
    """A deployment's files in a folder that the user of PostgreSQL can reach, secrets made."""
    folder = Path(tempfile.mkdtemp(prefix="carbonpeak-deployment-"))
    folder.chmod(0o755)
    for name in COMPOSE:
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    shutil.copytree(ROOT / "dashboards", folder / "dashboards")
    made = Project(folder)
    done = made.make_secrets()
    assert done.returncode == 0, done.stderr
    yield made
    shutil.rmtree(folder)
