"""The script that makes the secrets and the accounts at the broker."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
import subprocess
from pathlib import Path

from deploy import make_secrets
from tests.conftest import find_program
from tests.integration.deployment.conftest import Project


def test_secrets_are_random_and_readable_for_one_group_only(project: Project) -> None:
    files = list((project.folder / "secrets").iterdir())
    names = {*make_secrets.TEXTS, *make_secrets.ACCOUNTS.values(), make_secrets.PASSWORDS}
    assert {file.name for file in files} == names
    group = int(project.variables()["SECRETS_GROUP"])
    assert group > 0
    for file in files:
        state = file.stat()
        assert stat.S_IMODE(state.st_mode) == 0o640
        assert state.st_gid == group
        assert state.st_uid == os.geteuid()
    texts = {file.read_text() for file in files}
    assert len(texts) == len(files)
    assert all(len(text.strip()) >= 43 for text in texts)
    assert len(project.variables()["MQTT_CLIENT_SUFFIX"]) == 16
    assert stat.S_IMODE((project.folder / ".env").stat().st_mode) == 0o600


def test_nothing_is_overwritten(project: Project) -> None:
    def content() -> dict[Path, bytes]:
        return {file: file.read_bytes() for file in project.folder.rglob("*") if file.is_file()}

    (project.folder / "secrets" / "read_key.txt").unlink()
    before = content()
    again = project.make_secrets()
    assert again.returncode == 1
    assert again.stderr.startswith("make_secrets: ")
    assert "exists; nothing was written" in again.stderr
    assert content() == before


def test_the_env_file_keeps_what_is_in_it(project: Project) -> None:
    for file in (project.folder / "secrets").iterdir():
        file.unlink()
    (project.folder / ".env").write_text("API_PORT=9000\n")
    assert project.make_secrets().returncode == 0
    assert project.variables()["API_PORT"] == "9000"
    assert "SECRETS_GROUP" in project.variables()


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
