#!/usr/bin/env python3
"""Make the secrets of docker-compose.yml, and accounts for enterprises at the MQTT broker.

``make_secrets.py`` once; ``make_secrets.py enterprise CODE`` for each enterprise, which prints its
password, and with ``--remove`` withdraws it. Needs nothing but Python. What exists is never
overwritten; run again, it only gives ``.env`` back what it lost.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import re
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
PASSWORDS = "mosquitto_passwords.txt"
SUFFIX = "mqtt_client_suffix.txt"  # for .env; here so that it is known where .env is lost

# Accounts of our own processes at the broker, with the file that holds the password.
ACCOUNTS = {"carbonpeak": "mqtt_password.txt", "simulator": "mqtt_simulator_password.txt"}
RESERVED = {*ACCOUNTS, "event"}  # "event" is the topic level of our own events

# Everything else that needs a random text.
TEXTS = (
    "influxdb_token.txt",
    "influxdb_password.txt",
    "influxdb_grafana_password.txt",
    "postgres_password.txt",
    "read_key.txt",
    "write_key.txt",
    "grafana_password.txt",
    "alarm_webhook_secret.txt",
    "alarm_mail_password.txt",  # to be replaced by that of your mail server
)

# The containers do not run as root and not as you, so a file is readable for one group, and the
# containers are given that group.
MODE = 0o640
ROOTS_GROUP = 10001  # root's own group would be too much; nobody else has this one

ITERATIONS = 1000  # the passwords are random: there is no guessing to slow down


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folder", type=Path, default=TOP / "secrets", help="default: secrets/")
    parser.add_argument("--env-file", type=Path, default=TOP / ".env", help="default: .env")
    what = parser.add_subparsers(dest="what")
    enterprise = what.add_parser("enterprise", help="add or remove the account of an enterprise")
    enterprise.add_argument("code", help="its code in the registry; the user name at the broker")
    enterprise.add_argument("--remove", action="store_true", help="withdraw it")
    given = parser.parse_args()
    os.umask(0o077)
    try:
        if given.what == "enterprise" and given.remove:
            remove_enterprise(given.folder, given.code)
        elif given.what == "enterprise":
            sys.stdout.write(f"{add_enterprise(given.folder, given.code)}\n")
        else:
            make_all(given.folder, given.env_file)
    except (OSError, ValueError) as error:
        sys.exit(f"make_secrets: {error}")


def make_all(folder: Path, env_file: Path) -> None:
    """Write every secret to ``folder``, and what compose has to know of them to ``env_file``.

    Where all of them exist they stay, and only what ``env_file`` lacks is written. Raises
    FileExistsError where some of them exist, before anything is written.
    """
    names = (*TEXTS, *ACCOUNTS.values(), SUFFIX, PASSWORDS)
    missing = [name for name in names if not (folder / name).exists()]
    if len(missing) == len(names):
        write_all(folder)
        sys.stdout.write(f"{folder}: {len(names)} files\n")
    elif missing:
        raise FileExistsError(
            f"{folder} has secrets, but not {', '.join(missing)}; nothing was written"
        )
    added = complete(
        env_file,
        {
            "SECRETS_GROUP": str((folder / PASSWORDS).stat().st_gid),
            "MQTT_CLIENT_SUFFIX": (folder / SUFFIX).read_text(encoding="ascii").strip(),
        },
    )
    sys.stdout.write(f"{env_file}: {' and '.join(added) or 'nothing'} appended\n")


def write_all(folder: Path) -> None:
    """Write every secret, readable for one group."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    group = os.getgid() or ROOTS_GROUP
    for name in (*TEXTS, *ACCOUNTS.values()):
        write_new(folder / name, secrets.token_urlsafe(32) + "\n", group)
    write_new(folder / SUFFIX, secrets.token_hex(8) + "\n", group)
    lines = [
        password_line(user, (folder / name).read_text(encoding="ascii").strip())
        for user, name in ACCOUNTS.items()
    ]
    write_new(folder / PASSWORDS, "".join(lines), group)


def complete(env_file: Path, values: Mapping[str, str]) -> list[str]:
    """Append those ``values`` that ``env_file`` lacks; their names. It then holds a secret."""
    with env_file.open("a+", encoding="utf-8") as env:
        env.seek(0)
        text = env.read()
        lacking = [name for name in values if not re.search(rf"^{name}=\S", text, re.MULTILINE)]
        if lacking:
            env.write("" if text.endswith("\n") or not text else "\n")
            env.writelines(f"{name}={values[name]}\n" for name in lacking)
            os.fchmod(env.fileno(), 0o600)
    return lacking


def add_enterprise(folder: Path, code: str) -> str:
    """Add the account to the broker's password file; its password, which is kept nowhere else.

    Raises ValueError where the code cannot be one or has an account.
    """
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", code):
        raise ValueError(f"{code!r} is no enterprise code: 1 to 64 of A-Z a-z 0-9 . _ -")
    if code in RESERVED:
        raise ValueError(f"{code!r} is a name of carbonpeak's own")
    file = folder / PASSWORDS
    if f"\n{code}:" in "\n" + file.read_text(encoding="ascii"):
        raise ValueError(f"{code} has an account; --remove it first to make a new one")
    password = secrets.token_urlsafe(24)
    # Appended, not replaced: a container sees the file that was there when it started.
    with file.open("a", encoding="ascii") as passwords:
        passwords.write(password_line(code, password))
    return password


def remove_enterprise(folder: Path, code: str) -> None:
    """Take the account out of the broker's password file. Raises ValueError where it has none."""
    if code in RESERVED:
        raise ValueError(f"{code!r} is a name of carbonpeak's own")
    # In place, as in adding.
    with (folder / PASSWORDS).open("r+", encoding="ascii") as passwords:
        lines = passwords.readlines()
        kept = [line for line in lines if line.partition(":")[0] != code]
        if len(kept) == len(lines):
            raise ValueError(f"{code!r} has no account")
        passwords.seek(0)
        passwords.writelines(kept)
        passwords.truncate()


def password_line(user: str, password: str) -> str:
    """A line as ``mosquitto_passwd`` of mosquitto 2 writes it: PBKDF2 with SHA-512."""
    salt = secrets.token_bytes(12)
    hashed = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    texts = [base64.b64encode(part).decode() for part in (salt, hashed)]
    return f"{user}:$7${ITERATIONS}${texts[0]}${texts[1]}\n"


def write_new(path: Path, text: str, group: int) -> None:
    """Write a file that does not exist yet, readable for ``group``."""
    with path.open("x", encoding="ascii") as file:
        if os.geteuid() == 0:
            os.fchown(file.fileno(), -1, group)
        os.fchmod(file.fileno(), MODE)
        file.write(text)


if __name__ == "__main__":
    main()
