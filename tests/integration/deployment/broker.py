"""The deployment's mosquitto as the tests run it."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from pathlib import Path

from deploy.without_containers import Deployment
from tests.integration.deployment.client import Client
from tests.integration.deployment.project import Project


class Broker:
    """The deployment's mosquitto, and clients of it."""

    def __init__(self, project: Project, deployment: Deployment) -> None:
        self.project = project
        self.deployment = deployment
        self._clients: list[Client] = []

    def client(
        self,
        user: str | None,
        password: str | None,
        inside: int = 1883,
        context: ssl.SSLContext | None = None,
    ) -> Client:
        """A connected client, or one that was refused: ``connected`` tells."""
        port = self.deployment.placement.port("mosquitto", inside)
        made = Client(port, user, password, context)
        self._clients.append(made)
        return made

    def service(self, topic: str) -> Client:
        """A client with the account of carbonpeak's processes that listens to ``topic``."""
        made = self.client("carbonpeak", self.project.secret("mqtt_password.txt"))
        made.subscribe(topic)
        return made

    def leave(self) -> None:
        """Disconnect all clients."""
        for one in self._clients:
            one.leave()


@contextlib.contextmanager
def running(project: Project, *files: Path) -> Iterator[Broker]:
    """The broker of the compose files."""
    deployment = Deployment(
        files,
        project.folder / "run",
        variables=project.variables(MQTT_PORT=0, MQTT_TLS_PORT=0),
        only=["mosquitto"],
    )
    deployment.start()
    broker = Broker(project, deployment)
    try:
        yield broker
    finally:
        broker.leave()
        deployment.stop()
