"""The script that makes the secrets and the accounts at the broker."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import stat
import subprocess
from pathlib import Path

from deploy import make_secrets
from tests.conftest import find_program
from tests.integration.deployment.project import ROOT, Project


def test_secrets_are_random_and_readable_for_one_group_only(project: Project) -> None:
    files = list((project.folder / "secrets").iterdir())
    names = {*make_secrets.TEXTS, *make_secrets.ACCOUNTS.values()}
    assert {file.name for file in files} == {*names, make_secrets.SUFFIX, make_secrets.PASSWORDS}
    group = int(project.variables()["SECRETS_GROUP"])
    assert group > 0
    for file in files:
        state = file.stat()
        assert stat.S_IMODE(state.st_mode) == 0o640
        assert state.st_gid == group
        assert state.st_uid == os.geteuid()
    texts = {file.read_text() for file in files}
    assert len(texts) == len(files)
    assert all(len(project.secret(name)) == 43 for name in names)
    assert len(project.secret(make_secrets.SUFFIX)) == 16
    assert project.variables()["MQTT_CLIENT_SUFFIX"] == project.secret(make_secrets.SUFFIX)
    assert stat.S_IMODE((project.folder / ".env").stat().st_mode) == 0o600


def test_nothing_is_overwritten(project: Project) -> None:
    def content() -> dict[Path, bytes]:
        return {file: file.read_bytes() for file in project.folder.rglob("*") if file.is_file()}

    (project.folder / "secrets" / "read_key.txt").unlink()
    before = content()
    again = project.make_secrets()
    assert again.returncode == 1
    assert again.stderr.startswith("make_secrets: ")
    assert "has secrets, but not read_key.txt; nothing was written" in again.stderr
    assert content() == before


def test_the_env_file_keeps_what_is_in_it(project: Project) -> None:
    for file in (project.folder / "secrets").iterdir():
        file.unlink()
    (project.folder / ".env").write_text("API_PORT=9000")  # without an end of the line
    assert project.make_secrets().returncode == 0
    assert project.variables()["API_PORT"] == "9000"
    assert "SECRETS_GROUP" in project.variables()
    assert stat.S_IMODE((project.folder / ".env").stat().st_mode) == 0o600


def test_a_lost_env_file_gets_back_what_it_said(project: Project) -> None:
    said = project.variables()
    secrets = {file: file.read_bytes() for file in (project.folder / "secrets").iterdir()}
    env = project.folder / ".env"
    shutil.copy(ROOT / ".env.example", env)  # over it, as a reader of the guide may do
    assert project.make_secrets().returncode == 0
    assert project.variables() == said
    env.write_text("SECRETS_GROUP=4711\nMQTT_CLIENT_SUFFIX=\n")
    assert project.make_secrets().returncode == 0
    assert project.variables() == {**said, "SECRETS_GROUP": "4711"}
    whole = env.read_bytes()
    again = project.make_secrets()
    assert again.returncode == 0
    assert "nothing appended" in again.stdout
    assert env.read_bytes() == whole
    assert secrets == {file: file.read_bytes() for file in (project.folder / "secrets").iterdir()}


def test_an_account_is_added_once_and_its_password_is_nowhere(project: Project) -> None:
    file = project.folder / "secrets" / make_secrets.PASSWORDS
    inode = file.stat().st_ino
    password = project.add_enterprise("steel-works")
    assert len(password) >= 32
    assert file.stat().st_ino == inode  # a container has the file, not its name
    everything = b"".join(one.read_bytes() for one in project.folder.rglob("*") if one.is_file())
    assert password.encode() not in everything
    again = project.make_secrets("enterprise", "steel-works")
    assert again.returncode == 1
    assert "steel-works has an account" in again.stderr


def test_an_account_is_removed_in_place_and_no_other(project: Project) -> None:
    file = project.folder / "secrets" / make_secrets.PASSWORDS
    before, state = file.read_text(), file.stat()
    project.add_enterprise("steel")
    kept = file.read_text()
    project.add_enterprise("steel-works")
    assert project.make_secrets("enterprise", "steel-works", "--remove").returncode == 0
    assert file.read_text() == kept
    assert project.make_secrets("enterprise", "steel", "--remove").returncode == 0
    assert file.read_text() == before
    assert (file.stat().st_ino, file.stat().st_mode) == (state.st_ino, state.st_mode)
    for code in ("steel", "carbonpeak", "", "steel:x"):
        done = project.make_secrets("enterprise", code, "--remove")
        assert done.returncode == 1, code
        assert file.read_text() == before


def test_names_that_are_no_enterprises_are_refused(project: Project) -> None:
    for code in ("carbonpeak", "simulator", "event", "a/b", "+", "a:b", "", "x" * 65):
        done = project.make_secrets("enterprise", code)
        assert done.returncode == 1, code
        assert not done.stdout


def test_a_line_is_what_mosquitto_passwd_writes(mosquitto: str, tmp_path: Path) -> None:
    program = find_program("mosquitto_passwd")
    theirs = tmp_path / "passwords"
    subprocess.run([program, "-c", "-b", str(theirs), "works", "pw"], check=True)
    user, rest = theirs.read_text().strip().split(":")
    _, kind, iterations, salt, hashed = rest.split("$")
    assert (user, kind) == ("works", "7")
    by_us = hashlib.pbkdf2_hmac("sha512", b"pw", base64.b64decode(salt), int(iterations))
    assert base64.b64encode(by_us).decode() == hashed
    ours = make_secrets.password_line("works", "pw").strip().split("$")
    assert len(ours) == 5
    assert len(ours[3]) == len(salt)
    assert len(ours[4]) == len(hashed)
