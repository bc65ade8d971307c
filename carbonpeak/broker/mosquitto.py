"""mosquitto as a child process, configured so that what it took in survives a restart."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Final, Literal

from carbonpeak.broker.errors import BrokerError, usable_port

START_S = 10.0
STOP_S = 30.0  # a full queue is written at the end
_ASK_S = 0.02

# Loopback only, so anonymous clients are this machine's; accounts come with a deployment that
# listens on more. autosave_interval is in seconds (autosave_on_changes would make it a number of
# changes): a killed broker loses at most what it acknowledged within it; the default is 1,800 s.
# max_queued_messages leaves the bytes as the only bound: the default of 1,000 messages drops a
# burst that was already acknowledged to its sender, and 0, which should mean no bound, delivers
# nothing in 2.0.16. message_size_limit lets a message that is too large for us arrive, so that it
# is kept as a rejection and not dropped unseen.
_CONFIG = """\
listener {port} {host}
allow_anonymous true
persistence true
persistence_location {folder}/
autosave_on_changes false
autosave_interval 5
max_queued_messages 1000000000
max_queued_bytes 1073741824
max_inflight_messages {in_flight}
message_size_limit 16777216
log_dest file {log}
log_type error
log_type warning
log_type notice
log_timestamp_format %Y-%m-%dT%H:%M:%S
connection_messages false
"""

# What the broker sends ahead of acknowledgements: with commits a few times a second this bounds
# the rate, so it holds what the pipeline queues (2,000) and as much again on its way.
IN_FLIGHT = 4000


def find_mosquitto() -> str | None:
    """Path of the mosquitto program, or None; /usr/sbin is often not on a user's PATH."""
    return shutil.which("mosquitto") or shutil.which(
        "mosquitto", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
    )


class MosquittoProcess:
    """mosquitto on loopback with its queue, log and configuration in ``folder``.

    It gets its own session, so that Ctrl-C reaches only us and we can still acknowledge what we
    hold. With setpriv (util-linux) it gets SIGTERM when the thread that called ``start`` ends
    without ``stop``, so call it from the main thread; elsewhere a killed service leaves it running.
    """

    kind: Final[Literal["mosquitto"]] = "mosquitto"

    def __init__(self, folder: Path, port: int, host: str = "127.0.0.1") -> None:
        self.folder = folder.resolve()
        self.host = host
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers. Raises BrokerError with the log's end otherwise."""
        program = find_mosquitto()
        if program is None:
            raise BrokerError("broker: mosquitto is not installed")
        self.port = usable_port(self.host, self.port)
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "mosquitto.conf"
        config.write_text(self._config(), encoding="utf-8")
        command = [program, "-c", str(config)]
        setpriv = shutil.which("setpriv")
        if setpriv is not None:
            command = [setpriv, "--pdeathsig", "TERM", *command]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._await_answer(self._process)

    def stop(self) -> None:
        """End it with SIGTERM, upon which it writes its queue, and wait for that."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise BrokerError(
                f"broker: mosquitto did not end within {STOP_S:.0f} s and was killed; what it "
                "took in since its last save is lost"
            ) from None

    @property
    def pid(self) -> int | None:
        """Number of the process while it runs."""
        return None if self._process is None else self._process.pid

    @property
    def _log(self) -> Path:
        return self.folder / "mosquitto.log"

    def _config(self) -> str:
        text = _CONFIG.format(
            host=self.host,
            port=self.port,
            folder=self.folder,
            log=self._log,
            in_flight=IN_FLIGHT,
        )
        # Started as root it would become user "mosquitto", who cannot write into our folder.
        return text + "user root\n" if os.geteuid() == 0 else text

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_S
        while True:
            try:
                socket.create_connection((self.host, self.port), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    self.stop()
                    raise self._failed("does not answer") from None
            try:
                process.wait(_ASK_S)
            except subprocess.TimeoutExpired:
                continue
            self._process = None
            raise self._failed(f"ended at once (status {process.returncode})")

    def _failed(self, what: str) -> BrokerError:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return BrokerError("\n".join([f"broker: mosquitto {what}; its log ends:", *lines[-5:]]))
