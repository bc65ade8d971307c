"""The HTTP server of a service: it listens first, and ends in order."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from carbonpeak.service import Service

_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # listened to, and where it is reached


class Server:
    """uvicorn on a socket that listens before anything is promised about its address.

    ``url`` is where this machine reaches it, also when it listens on every address.
    """

    def __init__(self, service: Service, host: str, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((host, port))
        self._socket.listen(128)  # from here on callers wait instead of being refused
        reached = _EVERY_ADDRESS.get(host, host)
        reached = f"[{reached}]" if ":" in reached else reached
        self.url = f"http://{reached}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            service.app(), log_level="warning", timeout_graceful_shutdown=3, access_log=False
        )
        self._uvicorn = uvicorn.Server(config)
        service.say_where(self.url)

    def serve(self) -> None:
        """Answer until told to stop: by ``stop``, and in the main thread by Ctrl-C or SIGTERM."""
        if threading.current_thread() is not threading.main_thread():
            self._uvicorn.run(sockets=[self._socket])
            return
        # uvicorn raises what it caught once more when it is done; what stops the rest of the
        # service comes after that, so these must not end the process.
        ends = (signal.SIGINT, signal.SIGTERM)
        before = {end: signal.signal(end, lambda *_: self.stop()) for end in ends}
        try:
            self._uvicorn.run(sockets=[self._socket])
        finally:
            for end, handler in before.items():
                signal.signal(end, handler)

    def stop(self) -> None:
        """Ask ``serve`` to return; from any thread."""
        self._uvicorn.should_exit = True


@contextmanager
def serving(service: Service, host: str, port: int) -> Iterator[Server]:
    """Serve from a thread for as long as the block runs."""
    server = Server(service, host, port)
    thread = threading.Thread(target=server.serve, name="http", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()
