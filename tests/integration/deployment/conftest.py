"""A copy of the deployment's files, where it runs, and its broker."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.deployment.broker import Broker, running
from tests.integration.deployment.project import ROOT, Project

COMPOSE = ("docker-compose.yml", "docker-compose.tls.yml")


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


@pytest.fixture
def passwords(project: Project) -> dict[str, str]:
    """Passwords of two enterprises."""
    return {code: project.add_enterprise(code) for code in ("steel-works", "glass-works")}


@pytest.fixture
def broker(mosquitto: str, project: Project, passwords: dict[str, str]) -> Iterator[Broker]:
    """The broker of docker-compose.yml."""
    with running(project, project.compose) as one:
        yield one
