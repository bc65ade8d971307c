#!/usr/bin/env python3
"""Make the secrets of docker-compose.yml, and accounts for enterprises at the MQTT broker.

``make_secrets.py`` once; ``make_secrets.py enterprise CODE`` for each enterprise, which prints its
password. Needs nothing but Python. What exists is never overwritten.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import re
import secrets
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
PASSWORDS = "mosquitto_passwords.txt"

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
    enterprise = what.add_parser("enterprise", help="add the account of an enterprise")
    enterprise.add_argument("code", help="its code in the registry; the user name at the broker")
    given = parser.parse_args()
    os.umask(0o077)
    try:
        if given.what == "enterprise":
            sys.stdout.write(f"{add_enterprise(given.folder, given.code)}\n")
        else:
            make_all(given.folder, given.env_file)
    except (OSError, ValueError) as error:
        sys.exit(f"make_secrets: {error}")


def make_all(folder: Path, env_file: Path) -> None:
    """Write every secret to ``folder`` and name their group in ``env_file``.

    Raises FileExistsError where any of them exists, before anything is written.
    """
    names = (*TEXTS, *ACCOUNTS.values(), PASSWORDS)
    for name in names:
        if (folder / name).exists():
            raise FileExistsError(f"{folder / name} exists; nothing was written")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    group = os.getgid() or ROOTS_GROUP
    for name in (*TEXTS, *ACCOUNTS.values()):
        write_new(folder / name, secrets.token_urlsafe(32) + "\n", group)
    lines = [
        password_line(user, (folder / name).read_text(encoding="ascii").strip())
        for user, name in ACCOUNTS.items()
    ]
    write_new(folder / PASSWORDS, "".join(lines), group)
    with env_file.open("a", encoding="utf-8") as env:
        env.write(f"SECRETS_GROUP={group}\nMQTT_CLIENT_SUFFIX={secrets.token_hex(8)}\n")
    sys.stdout.write(
        f"{folder}: {len(names)} files, readable for group {group}\n"
        f"{env_file}: SECRETS_GROUP and MQTT_CLIENT_SUFFIX appended\n"
    )


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
        raise ValueError(f"{code} has an account; remove its line from {file} to make a new one")
    password = secrets.token_urlsafe(24)
    # Appended, not replaced: a container sees the file that was there when it started.
    with file.open("a", encoding="ascii") as passwords:
        passwords.write(password_line(code, password))
    return password


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
