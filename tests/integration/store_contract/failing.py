"""A server whose writes fail when they are told to, and come into effect later all the same."""

from store.influxdb_store import InfluxDBError


class Failing:
    """Stands before a server's ``write`` and lets it fail, once what it got is known."""

    def __init__(self, server, monkeypatch):
        self.fail_at = None
        self.lines = []
        self._write = server.write
        monkeypatch.setattr(server, "write", self)

    def __call__(self, lines):
        if self.fail_at == len(self.lines):
            self.lines.append(lines)
            raise InfluxDBError("the connection is lost")
        self.lines.append(lines)
        self._write(lines)

    def late(self):
        """The lost write comes into effect after all."""
        self._write(self.lines[self.fail_at])
