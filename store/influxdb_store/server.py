"""The InfluxDB server: writes by influxdb-client, reads by InfluxQL over its HTTP API."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.csv
import urllib3
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException

from models.errors import CarbonpeakError

TIMEOUT_S = 60.0
LINES_A_WRITE = 10_000
STATEMENTS_A_QUERY = 500
ROWS_A_CHUNK = 20_000
RETRY_S = 1.0
SERVER_FAILED = 500  # from this status on a request may still come into effect


class InfluxDBError(CarbonpeakError):
    """The server did not answer, or refused; the text says what it said."""


class UnknownEndError(InfluxDBError):
    """A request was sent and no answer came: it may come into effect, now or later."""


class _Series(msgspec.Struct):
    columns: list[str]
    values: msgspec.Raw
    tags: dict[str, str] = {}


class _Result(msgspec.Struct):
    series: list[_Series] = []
    error: str | None = None


class _Chunk(msgspec.Struct):
    results: list[_Result] = []
    error: str | None = None


_decode_chunk = msgspec.json.Decoder(_Chunk).decode


def is_whole(row: Mapping[str, Any]) -> bool:
    """Whether a point whose fields are all always written shows them all.

    The server shows a point that is just being written with some of its fields only.
    """
    return None not in row.values()


class InfluxDB:
    """One bucket, which is a database of the same name for InfluxQL. Safe from many threads."""

    def __init__(self, url: str, org: str, bucket: str, token: str | None) -> None:
        self.url = url.rstrip("/")
        self.org = org
        self.bucket = bucket
        self.client = InfluxDBClient(
            url=self.url,
            token=token or "",
            org=org,
            timeout=int(TIMEOUT_S * 1000),
            connection_pool_maxsize=16,
        )
        self._write = self.client.write_api(write_options=SYNCHRONOUS).write
        # A query that waits for a big answer must not wait for the connection of another.
        self._http = urllib3.PoolManager(maxsize=16, retries=False, timeout=TIMEOUT_S)
        self._headers = {"Authorization": f"Token {token or ''}", "Accept": "application/json"}
        self._closed = False

    def ping(self, wait_s: float = 0.0) -> bool:
        """Whether the server answers; asks again for up to ``wait_s`` seconds."""
        until = time.monotonic() + wait_s
        while not self.client.ping():
            left = until - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(RETRY_S, left))
        return True

    def write(self, lines: pa.Array) -> None:
        """Write lines of the line protocol (strings, times in ns); durable at return.

        Raises InfluxDBError; some of the lines may then be written, which the next attempt repeats.
        """
        self._still_open()
        for begin in range(0, len(lines), LINES_A_WRITE):
            text = "\n".join(lines.slice(begin, LINES_A_WRITE).to_pylist())
            try:
                self._write(bucket=self.bucket, org=self.org, record=text.encode())
            except ApiException as error:
                said = error.body if isinstance(error.body, str) else str(error.message)
                kind = UnknownEndError if error.status >= SERVER_FAILED else InfluxDBError
                raise kind(f"InfluxDB at {self.url}: {error.status} {said}") from error
            except urllib3.exceptions.HTTPError as error:
                raise self._failed(error) from error

    def numbers(self, statements: Sequence[str], schema: pa.Schema) -> pa.Table:
        """Rows of all statements in one table: time in ns, then the selected columns.

        ``schema`` names and types them, in the order of the statements' columns. They hold numbers
        only (tags that hold numbers among them), so that they are read column by column.
        """
        parts = []
        for series in self._answers(statements):
            # [[1,"5",2.5],[2,"5",null]]: without its brackets it is CSV.
            text = bytes(series.values)[2:-2]
            parts.append(text.replace(b"],[", b"\n"))
        if not any(parts):
            return schema.empty_table()
        return pyarrow.csv.read_csv(
            pa.BufferReader(b"\n".join(parts)),
            read_options=pyarrow.csv.ReadOptions(column_names=schema.names),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=schema, null_values=["null", ""], strings_can_be_null=True
            ),
        )

    def rows(self, statements: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Rows of all statements, columns and tags (of ``group by``) by name."""
        for series in self._answers(statements):
            for values in msgspec.json.decode(series.values):
                yield {**series.tags, **dict(zip(series.columns, values, strict=True))}

    def run(self, statements: Sequence[str]) -> None:
        """Run statements that answer nothing, like DELETE."""
        for _ in self._answers(statements):
            pass

    def close(self) -> None:
        """Let go of the connections; later calls fail."""
        self._closed = True
        self.client.close()
        self._http.clear()

    def _failed(self, error: urllib3.exceptions.HTTPError) -> InfluxDBError:
        """The error to raise; a request that found no server has no unknown end."""
        text = f"InfluxDB at {self.url}: {error}"
        cause = error.reason if isinstance(error, urllib3.exceptions.MaxRetryError) else error
        never_sent = isinstance(cause, urllib3.exceptions.NewConnectionError)
        return InfluxDBError(text) if never_sent else UnknownEndError(text)

    def _still_open(self) -> None:
        if self._closed:
            raise InfluxDBError("the store is closed")

    def _answers(self, statements: Sequence[str]) -> Iterator[_Series]:
        self._still_open()
        for begin in range(0, len(statements), STATEMENTS_A_QUERY):
            for chunk in self._chunks("; ".join(statements[begin : begin + STATEMENTS_A_QUERY])):
                for result in chunk.results:
                    if result.error is not None:
                        raise InfluxDBError(f"InfluxDB at {self.url}: {result.error}")
                    yield from result.series

    def _chunks(self, query: str) -> Iterable[_Chunk]:
        fields = {
            "db": self.bucket, "epoch": "ns", "chunked": "true", "chunk_size": str(ROWS_A_CHUNK),
            "q": query,
        }  # fmt: skip
        try:
            answer = self._http.request(
                "POST", f"{self.url}/query", fields=fields, encode_multipart=False,
                headers=self._headers,
            )  # fmt: skip
        except urllib3.exceptions.HTTPError as error:
            raise self._failed(error) from error
        if answer.status != 200:
            said = answer.data[:500].decode("utf-8", "replace").strip()
            raise InfluxDBError(f"InfluxDB at {self.url}: {answer.status} {said}")
        chunks = [_decode_chunk(line) for line in answer.data.splitlines()]
        for chunk in chunks:
            if chunk.error is not None:
                raise InfluxDBError(f"InfluxDB at {self.url}: {chunk.error}")
        return chunks
