"""Where the services of a compose file are when they run as processes of one machine.

Every port that a service publishes or exposes gets a loopback port here: the published one, else a
free one that is kept in ``ports.json``. Every mount gets a place under the service's root folder:
configs and secrets are links to their files, volumes are folders. Environment and arguments are
rewritten accordingly:

- ``service:port`` anywhere in a value, and ``127.0.0.1:port`` for a service's own port;
- a value ``*_HOST`` (``--*-host``) that names a service, with the ``*_PORT`` beside it;
- ``*_HOST`` 0.0.0.0 and its ``*_PORT``: the service's own;
- paths of mounts, and of folders that hold mounted files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from deploy.compose_file import ComposeError
from deploy.debian_servers.process import free_port

OWN_NAMES = ("127.0.0.1", "localhost", "0.0.0.0")


class Placement:
    """Ports and paths of ``services`` on this machine; everything is kept in ``folder``."""

    def __init__(self, compose: Mapping[str, Any], beside: Path, folder: Path) -> None:
        """``beside`` is the folder that relative paths of the compose file start from.

        Raises ComposeError where two services publish the same port.
        """
        self._compose = compose
        self._services: Mapping[str, Any] = compose["services"]
        self._beside = beside
        self.folder = folder.resolve()
        self._kept = self.folder / "ports.json"
        self._ports = self._choose_ports()

    def port(self, service: str, inside: int) -> int:
        """Loopback port of a service's port."""
        try:
            return self._ports[service][inside]
        except KeyError:
            raise ComposeError(f"{service}: neither exposes nor publishes {inside}") from None

    def ports(self, service: str) -> dict[int, int]:
        """All ports of a service: those in the compose file, and those here."""
        return dict(self._ports[service])

    def home(self, service: str) -> Path:
        """Folder of a service: its log, and what it writes outside its mounts."""
        return self.folder / "services" / service

    def prepare(self, service: str) -> None:
        """Make the folders of a service and lay its mounts there.

        Raises ComposeError where a config or secret has no file.
        """
        root = self.home(service) / "root"
        for target, source in self._mounts(service).items():
            place = Path(f"{root}{target}")
            place.parent.mkdir(parents=True, exist_ok=True)
            if source.parent == self.folder / "volumes":
                source.mkdir(parents=True, exist_ok=True)
            elif not source.exists():
                raise ComposeError(f"{service}: {source} does not exist")
            place.unlink(missing_ok=True)
            place.symlink_to(source)

    def place(self, service: str, path: str) -> str:
        """The place here of a path in the container; other paths are the same here."""
        root = self.home(service) / "root"
        return self._path_pattern(service).sub(lambda found: f"{root}{found[0]}", path)

    def moved(self, service: str, text: str) -> str:
        """A text of the service with the addresses and paths of this machine."""
        names = "|".join(map(re.escape, (*self._services, *OWN_NAMES)))

        def address(found: re.Match[str]) -> str:
            name, inside = found["name"], int(found["port"])
            owner = service if name in OWN_NAMES else name
            here = self._ports.get(owner, {}).get(inside)
            return found[0] if here is None else f"127.0.0.1:{here}"

        found = re.compile(rf"(?<![\w.-])(?P<name>{names}):(?P<port>\d+)(?!\d)")
        return self.place(service, found.sub(address, text))

    def environment(self, service: str) -> dict[str, str]:
        """Environment of a service."""
        given = self._services[service].get("environment", {})
        pairs = {name: "" if value is None else str(value) for name, value in given.items()}
        return {name: self.moved(service, value) for name, value in self._met(service, pairs)}

    def arguments(self, service: str) -> list[str]:
        """Command of a service: the arguments of its image's entry point."""
        given = [str(one) for one in self._services[service].get("command", ())]
        pairs = list(pairwise(["", *given]))
        met = dict(self._met(service, {name: value for name, value in pairs if name[:2] == "--"}))
        return [self.moved(service, met.get(before, value)) for before, value in pairs]

    def _met(self, service: str, pairs: Mapping[str, str]) -> Iterable[tuple[str, str]]:
        """The pairs, each host with its port moved to this machine."""
        moved = dict(pairs)
        for name, value in pairs.items():
            found = re.fullmatch(r"(.*[_-])(host)", name, re.IGNORECASE)
            if found is None or not (value in self._services or value == "0.0.0.0"):
                continue
            beside = found[1] + ("PORT" if found[2].isupper() else "port")
            if beside not in pairs:
                raise ComposeError(f"{service}: {name} has no {beside} beside it")
            owner = service if value == "0.0.0.0" else value
            moved[name] = "127.0.0.1"
            moved[beside] = str(self.port(owner, int(pairs[beside])))
        return moved.items()

    def _path_pattern(self, service: str) -> re.Pattern[str]:
        known = set()
        for target, source in self._mounts(service).items():
            is_volume = source.parent == self.folder / "volumes"
            known.add(target if is_volume else str(Path(target).parent))
        longest_first = sorted(map(re.escape, known), key=len, reverse=True)
        return re.compile(rf"(?<![\w/.])(?:{'|'.join(longest_first) or '(?!)'})(?![\w.-])")

    def _mounts(self, service: str) -> dict[str, Path]:
        """What is mounted where: path in the container, and what it is here."""
        one = self._services[service]
        mounts = {}
        for kind, standard in (("configs", "/"), ("secrets", "/run/secrets/")):
            for use in one.get(kind, ()):
                name = use if isinstance(use, str) else use["source"]
                target = use if isinstance(use, str) else use.get("target", name)
                file = self._compose[kind][name]["file"]
                mounts[target if target[0] == "/" else standard + target] = self._beside / file
        for volume in one.get("volumes", ()):
            name, target = volume.split(":")[:2]
            is_named = name in self._compose.get("volumes", {})
            mounts[target] = self.folder / "volumes" / name if is_named else self._beside / name
        return mounts

    def _choose_ports(self) -> dict[str, dict[int, int]]:
        kept = json.loads(self._kept.read_text()) if self._kept.exists() else {}
        chosen: dict[str, dict[int, int]] = {}
        published: dict[int, str] = {}
        for name, one in self._services.items():
            chosen[name] = {
                int(inside): kept.get(name, {}).get(str(inside)) or free_port()
                for inside in one.get("expose", ())
            }
            for text in one.get("ports", ()):
                outside, inside = (int(one) for one in str(text).split(":")[-2:])
                if outside in published:
                    raise ComposeError(f"{name}: {published[outside]} publishes {outside} too")
                if outside:  # 0 asks for any
                    published[outside] = name
                    chosen[name][inside] = outside
        self.folder.mkdir(parents=True, exist_ok=True)
        self._kept.write_text(json.dumps(chosen, indent=1))
        return chosen
