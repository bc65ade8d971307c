"""A mosquitto with accounts, and where asked with TLS by a certificate made for the test."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import find_program

START_S = 20.0


@dataclass(frozen=True)
class Guarded:
    """The broker's port, and the authority of its certificate."""

    port: int
    ca_file: Path | None


@contextmanager
def guarded_mosquitto(
    folder: Path, accounts: Mapping[str, str], *, tls: bool = False
) -> Iterator[Guarded]:
    """Run mosquitto on a free loopback port until the block ends; skips where it is missing."""
    program = find_program("mosquitto")
    folder.mkdir(parents=True, exist_ok=True)
    passwords = folder / "passwords"
    passwords.write_text("".join(f"{name}:{word}\n" for name, word in accounts.items()))
    subprocess.run([find_program("mosquitto_passwd"), "-U", passwords], check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    lines = [
        f"listener {port} 127.0.0.1",
        "allow_anonymous false",
        f"password_file {passwords}",
        "max_queued_messages 0",
        f"log_dest file {folder / 'mosquitto.log'}",
    ]
    if tls:
        _certificate(folder)
        lines += [f"certfile {folder / 'server.crt'}", f"keyfile {folder / 'server.key'}"]
    if os.geteuid() == 0:
        lines.append("user root")
    configuration = folder / "mosquitto.conf"
    configuration.write_text("\n".join(lines) + "\n")
    process = subprocess.Popen([program, "-c", configuration], stderr=subprocess.DEVNULL)
    try:
        _await(port, process)
        yield Guarded(port, folder / "ca.crt" if tls else None)
    finally:
        process.terminate()
        process.wait()


def _certificate(folder: Path) -> None:
    openssl = find_program("openssl")

    def run(*arguments: str) -> None:
        subprocess.run([openssl, *arguments], cwd=folder, check=True, capture_output=True)

    names = folder / "names"
    names.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt",
        "-subj", "/CN=Test authority", "-days", "2")  # fmt: skip
    run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr",
        "-subj", "/CN=localhost")  # fmt: skip
    run("x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key",
        "-CAcreateserial", "-out", "server.crt", "-days", "2", "-extfile", "names")  # fmt: skip


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert process.poll() is None, "mosquitto ended by itself"
            assert time.monotonic() < deadline, "mosquitto does not answer"
            time.sleep(0.02)
