"""The image's recipe, as far as it can be checked without an engine that builds it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from deploy.compose_file import read_compose

ROOT = Path(__file__).parents[3]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def instructions(name: str) -> list[str]:
    """What follows an instruction, wherever it stands."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{name} (.*)$", joined, re.MULTILINE)


def test_only_what_the_package_is_made_of_gets_in() -> None:
    allowed = {line[1:] for line in IGNORED if line[:1] == "!"}
    assert IGNORED[1] == "*"
    packages = set(PROJECT["tool"]["importlinter"]["root_packages"])
    needed = {"pyproject.toml", "requirements.txt", PROJECT["project"]["readme"]}
    assert allowed == packages | needed | set(PROJECT["project"]["license-files"])
    assert all((ROOT / name).exists() for name in allowed)


def test_what_is_copied_exists() -> None:
    sources = [line.split()[:-1] for line in instructions("COPY") if not line.startswith("--from")]
    assert ["requirements.txt"] in sources
    assert all((ROOT / name).exists() for names in sources for name in names)


def test_bases_are_pinned_and_one_python() -> None:
    bases = [line.split()[0] for line in instructions("FROM")]
    assert len(bases) == 2
    assert len(set(bases)) == 1
    version = re.fullmatch(r"python:(\d+\.\d+)\.\d+-slim-bookworm", bases[0])
    assert version is not None
    assert PROJECT["project"]["requires-python"] == f">={version[1]}"


def test_libraries_are_those_of_the_lock_by_their_hashes() -> None:
    download, build = instructions("RUN")[:2]
    assert "--require-hashes" in download
    assert "--requirement requirements.txt" in download
    assert build.count("--no-index --find-links /wheels") == 2
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^[\w.-]+==", lock, re.MULTILINE)
    assert len(pinned) >= 50
    assert lock.count("--hash=sha256:") > len(pinned)


def test_it_runs_the_command_as_the_user_of_the_compose_file() -> None:
    assert instructions("ENTRYPOINT") == ['["carbonpeak"]']
    assert "carbonpeak" in PROJECT["project"]["scripts"]
    needed = {"SECRETS_GROUP": "1000", "MQTT_CLIENT_SUFFIX": "x"}
    services = read_compose([ROOT / "docker-compose.yml"], needed)["services"]
    own = [one for one in services.values() if "build" in one]
    assert {one["user"] for one in own} == set(instructions("USER"))
    folder = instructions("VOLUME")
    assert folder == instructions("WORKDIR")[1:]
    homes = {volume.split(":")[1] for one in own for volume in one.get("volumes", ())}
    assert homes == set(folder)
