"""Debian's InfluxDB 1.6 behind nginx, in the place of InfluxDB 2 where no container runs.

nginx asks for the token and turns ``/api/v2/write`` into 1.x's ``/write``, so that writes by
``influxdb-client`` and reads by InfluxQL are answered by a real InfluxDB. Not there: Flux, the API
of buckets, DBRP mappings, tokens and health (``/ping`` answers).
"""

from __future__ import annotations

import os
import re
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from deploy.debian_servers.process import Process, free_port, require_free, require_program

START_S = 60.0

_INFLUXD = """\
reporting-disabled = true
bind-address = "127.0.0.1:{backup_port}"
[meta]
  dir = "{folder}/meta"
  logging-enabled = false
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  index-version = "tsi1"
  query-log-enabled = false
  max-series-per-database = 0
  max-values-per-tag = 0
[coordinator]
  write-timeout = "60s"
[monitor]
  store-enabled = false
[continuous_queries]
  enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
  max-body-size = 0
"""

# 1.x calls microseconds "u" and silently takes an unknown precision for nanoseconds.
_NGINX = """\
{user}daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
  access_log off;
  map_hash_bucket_size 1024;
  client_max_body_size 0;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_buffering off;
  proxy_read_timeout 600s;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Authorization "";
  upstream influxd {{ server 127.0.0.1:{influxd_port}; keepalive 16; }}
  map $arg_precision $precision_1x {{ default $arg_precision; us u; "" ns; }}
  map $http_authorization $may {{ default ""; "Token {token}" yes; "Bearer {token}" yes; }}
  server {{
    listen 127.0.0.1:{port};
    default_type application/json;
    location = /ping {{ proxy_pass http://influxd; }}
    location = /api/v2/write {{
      if ($may = "") {{ return 401 '{refusal}'; }}
      set $bucket $arg_bucket;
      rewrite ^ /write?db=$bucket&precision=$precision_1x? break;
      proxy_pass http://influxd;
    }}
    location / {{
      if ($may = "") {{ return 401 '{refusal}'; }}
      proxy_pass http://influxd;
    }}
  }}
}}
"""
_REFUSAL = '{"code":"unauthorized","message":"unauthorized access"}'


class InfluxServer:
    """An InfluxDB with one bucket kept for ever, that answers who has the token."""

    def __init__(self, folder: Path, *, token: str, bucket: str, port: int = 0) -> None:
        """``port`` 0 takes a free one. The token's and the bucket's signs are restricted."""
        for name, text in (("token", token), ("bucket", bucket)):
            if not re.fullmatch(r"[A-Za-z0-9_.=-]+", text):
                raise ValueError(f"{name}: only letters, digits and _ . = - are possible here")
        self.folder = folder.resolve()
        self.token = token
        self.bucket = bucket
        self.port = port or free_port()
        self._influxd_port = free_port()
        influxd, nginx = self.folder / "influxd.conf", self.folder / "nginx.conf"
        self._influxd = Process(
            "influxd", [require_program("influxd"), "-config", str(influxd)], self.folder
        )
        self._nginx = Process(
            "nginx",
            [require_program("nginx"), "-p", str(self.folder), "-c", str(nginx)],
            self.folder,
        )

    @property
    def url(self) -> str:
        """Address for ``influxdb-client``."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start both and wait until the bucket can be written. Raises ServerError otherwise."""
        for port in (self.port, self._influxd_port):
            require_free(port)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write_configuration()
        try:
            self._influxd.start()
            self._influxd.await_ready(lambda: answers(self._influxd_url("/ping")), START_S)
            self._create_database()
            self._nginx.start()
            self._nginx.await_ready(lambda: answers(f"{self.url}/ping"), START_S)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End both; what was written stays in the folder."""
        try:
            self._nginx.stop()
        finally:
            self._influxd.stop()

    def has_ended(self) -> bool:
        """Whether one of them is not running."""
        return self._influxd.ended_within(0) or self._nginx.ended_within(0)

    def kill_influxd(self) -> None:
        """End the database as a power cut would; ``start`` brings it back with its data."""
        self._influxd.kill()
        self._nginx.stop()

    def _influxd_url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._influxd_port}{path}"

    def _write_configuration(self) -> None:
        (self.folder / "influxd.conf").write_text(
            _INFLUXD.format(folder=self.folder, port=self._influxd_port, backup_port=free_port()),
            encoding="utf-8",
        )
        nginx = _NGINX.format(
            folder=self.folder,
            port=self.port,
            influxd_port=self._influxd_port,
            token=self.token,
            refusal=_REFUSAL,
            # Started as root it would become a user who cannot write into our folder.
            user="user root;\n" if os.geteuid() == 0 else "",
        )
        file = self.folder / "nginx.conf"
        file.touch(mode=0o600)  # it holds the token
        file.write_text(nginx, encoding="utf-8")

    def _create_database(self) -> None:
        form = urllib.parse.urlencode({"q": f'CREATE DATABASE "{self.bucket}"'}).encode()
        with urllib.request.urlopen(self._influxd_url("/query"), form, timeout=30):
            pass


def answers(url: str) -> bool:
    """Whether a request for the address succeeds."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (OSError, urllib.error.URLError):
        return False
