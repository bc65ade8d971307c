"""Debian's mosquitto with the configuration of the container, its places moved."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.debian_servers.process import Process, listens, require_free, require_program

START_S = 20.0


class MosquittoServer:
    """A mosquitto whose listeners are on loopback ports and whose paths are this machine's.

    ``configuration`` is the file it is started with. ``place`` turns a path in the container into
    one here; a folder of ``include_dir`` is one here already. ``ports`` turns ports in the
    container into ports here, for every listener.
    """

    def __init__(
        self,
        folder: Path,
        configuration: Path,
        *,
        place: Callable[[str], str],
        ports: Mapping[int, int],
    ) -> None:
        self.folder = folder.resolve()
        self.ports = dict(ports)
        self._configuration = configuration
        self._place = place
        self._moved = self.folder / "mosquitto.conf"
        self._process = Process(
            "mosquitto", [require_program("mosquitto"), "-c", str(self._moved)], self.folder
        )

    def start(self) -> None:
        """Start it and wait until every listener answers. Raises ServerError otherwise."""
        for port in self.ports.values():
            require_free(port)
        self.folder.mkdir(parents=True, exist_ok=True)
        # Started as root it would become a user who cannot read our files.
        lines = ["user root"] if os.geteuid() == 0 else []
        self._moved.write_text("\n".join([*lines, *self._lines(self._configuration), ""]))
        try:
            self._process.start()
            self._process.await_ready(
                lambda: all(listens(port) for port in self.ports.values()), START_S
            )
        except BaseException:
            self.stop()
            raise

    def reload(self) -> None:
        """Have it read its password file and its rights again."""
        self._process.signal(signal.SIGHUP)

    def stop(self) -> None:
        """End it; it writes its queue."""
        self._process.stop()

    def has_ended(self) -> bool:
        """Whether it is not running."""
        return self._process.ended_within(0)

    def _lines(self, file: Path) -> list[str]:
        lines = []
        for line in file.read_text(encoding="utf-8").splitlines():
            option, _, value = line.strip().partition(" ")
            if option == "include_dir":
                for part in sorted(Path(self._place(value)).glob("*.conf")):
                    lines += self._lines(part)
            elif option == "listener":
                port = self.ports[int(value.split()[0])]
                lines.append(f"listener {port} 127.0.0.1")
            elif re.match(r"/", value):
                lines.append(f"{option} {self._place(value)}")
            else:
                lines.append(line)
        return lines
