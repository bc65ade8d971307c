"""Debian's PostgreSQL with one database, in a folder and on a loopback port."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from deploy.debian_servers.process import (
    Process,
    ServerError,
    as_user,
    free_port,
    require_free,
    require_program,
)

START_S = 60.0


class PostgresServer:
    """A PostgreSQL whose owner and database are made at its first start.

    It refuses to run as root: there it runs as the system's user ``postgres``, who must be able to
    reach the folder.
    """

    def __init__(
        self, folder: Path, *, user: str, password: str, database: str, port: int = 0
    ) -> None:
        self.folder = folder.resolve()
        self.user = user
        self.database = database
        self.port = port or free_port()
        self._password = password
        self._run_as = "postgres" if os.geteuid() == 0 else None
        self._data = self.folder / "data"
        self._process = Process(
            "postgres",
            [
                require_program("postgres"),
                *("-D", str(self._data), "-h", "127.0.0.1", "-p", str(self.port)),
                *("-c", "unix_socket_directories="),
            ],
            self.folder,
            user=self._run_as,
            end=signal.SIGINT,  # its fast shutdown: open connections are ended, not waited for
        )

    @property
    def url(self) -> str:
        """SQLAlchemy URL without the password."""
        return f"postgresql+psycopg://{self.user}@127.0.0.1:{self.port}/{self.database}"

    def start(self) -> None:
        """Start it and wait until it answers. Raises ServerError otherwise."""
        require_free(self.port)
        self.folder.mkdir(parents=True, exist_ok=True)
        is_new = not (self._data / "PG_VERSION").exists()
        if is_new:
            self._initialize()
        try:
            self._process.start()
            self._process.await_ready(self._is_ready, START_S)
            if is_new:
                self._run("createdb", *self._address(), "-U", self.user, "-w", self.database)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it and wait."""
        self._process.stop()

    def has_ended(self) -> bool:
        """Whether it is not running."""
        return self._process.ended_within(0)

    def _initialize(self) -> None:
        shutil.rmtree(self._data, ignore_errors=True)  # what an interrupted attempt left
        self._data.mkdir(mode=0o700)
        password = self._data.with_name("password")
        password.touch(mode=0o600)
        password.write_text(self._password, encoding="utf-8")
        if self._run_as is not None:
            owner = pwd.getpwnam(self._run_as)
            for path in (self._data, password):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        try:
            self._run(
                "initdb",
                *("-D", str(self._data), "-U", self.user, "--pwfile", str(password)),
                *("-A", "scram-sha-256", "-E", "UTF8", "--locale", "C.UTF-8"),
            )
        except BaseException:
            shutil.rmtree(self._data, ignore_errors=True)
            raise
        finally:
            password.unlink()

    def _is_ready(self) -> bool:
        asked = [require_program("pg_isready"), "-q", *self._address(), "-t", "2"]
        return subprocess.run(asked, check=False).returncode == 0

    def _address(self) -> tuple[str, ...]:
        return "-h", "127.0.0.1", "-p", str(self.port)

    def _run(self, program: str, *arguments: str) -> None:
        environment: Mapping[str, str] = {**os.environ, "PGPASSWORD": self._password}
        done = subprocess.run(
            [*as_user(self._run_as), require_program(program), *arguments],
            env=environment,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServerError(f"{program}: {(done.stderr or done.stdout).strip()}")
