"""A copy of the deployment's files with secrets of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dotenv import dotenv_values

ROOT = Path(__file__).parents[3]


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
