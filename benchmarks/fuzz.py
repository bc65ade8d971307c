"""Hostile payloads through every decoder, validation and a real store: none may bring it down.

    python benchmarks/fuzz.py [--each N] [--form FORM ...] [--seed N] [--json]

Each decoder gets N payloads made of valid ones (hostile.py), through the same pipeline as messages
and files in earnest. One in forty blocks is stored for good, rejections with it, and the hash chain
is checked at the end; the others are a dry run, which is everything but the commit. A payload must
end as readings, as refusals that name field and reason, or hold no reading at all, and take a
bounded time: a watchdog ends the run with a trace after STALL_S seconds. Memory is the process's
at the first and at the last tenth.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import platform
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

# Started by its path, this folder would come first, and this file's neighbours have our names.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
sys.path.append(str(Path(__file__).parents[1]))

from benchmarks.hostile import hostile
from ingest.decode.mapping import Mapping
from ingest.decode.sparkplug import Addressed, births_in, read_payload
from ingest.message import Message
from ingest.pipeline import Outcome, Pipeline
from ingest.sources.file_blocks import Block
from ingest.sources.files import submit_csv
from models.errors import DecodeError
from models.quantities import Kind
from models.readings import Source
from models.registry import Cluster, Enterprise, Meter, Park, Registry
from store.duckdb_store import DuckDBStore

FOREIGN = Path(__file__).parents[1] / "tests" / "fixtures" / "foreign_senders"
GROUP = 50  # payloads of one batch
STORED_GROUPS = 40  # one of so many is stored for good
STALL_S = 60.0
EXPLAINED = re.compile(r"[A-Za-z][A-Za-z_ ]*: .", re.DOTALL)  # a field, and what is wrong with it

REGISTRY = Registry(
    Park("p", "园", "Park", "吉林", "东北"),
    (Cluster("c", "集群", "Cluster"),),
    (Enterprise("E1", "企业", "Enterprise", "c"),),
    (
        Meter(1, "E1", "m1", "electricity", Kind.COUNTER, "kWh", 900),
        Meter(2, "E1", "m2", "electricity", Kind.INTERVAL, "kWh", 900),
    ),
)

JSON = (
    b'{"ts": "2026-01-24T10:15:00+08:00", "value": 1234.5, "unit": "kWh", "quality": "good"}',
    b'{"ts": 1769220900000, "value": 12, "meter": "m1"}',
    b'[{"meter": "m1", "ts": "2026-01-24T10:15:00Z", "value": 1.5, "unit": "MWh"},'
    b' {"meter": "m2", "ts": 1769220900000, "value": 3, "enterprise": "E1"}]',
    '{"ts": "2026-01-24T10:15:00+08:00", "value": 1, "note": "总进线 π \\u00e9"}'.encode(),
)
SENML = (
    b'[{"bn": "E1/", "bt": 1769220900, "bu": "kWh", "n": "m1", "v": 1000.5},'
    b' {"n": "m2", "t": 900, "u": "J", "v": 7.2e9}, {"n": "m2", "t": 1800, "vs": "ajar"}]',
    b'[{"n": "m1", "u": "kWh", "v": 1, "t": -60, "s": 3}]',
)
CSV = (
    b"enterprise,meter,ts,value,unit\nE1,m1,2026-01-24T10:15:00+08:00,1234.5,kWh\n"
    b"E1,m2,1769220900000,3,MWh\n",
    b'enterprise,meter,ts,value\r\n"E1","m1","2026-01-24T10:15:00Z","7"\r\n',
)


_ODD_FIELDS: dict[str, tuple[object, ...]] = {
    "name": ("", "Node Control/Rebirth", "a/" * 2_000, "\0", "m1", "../m1"),
    "alias": (0, 1, 2, 3, 2**64 - 1),
    "timestamp": (0, 1, 2**63 - 1, 2**63, 2**64 - 1),
    "datatype": (0, 1, 2, 3, 4, 8, 12, 16, 19, 34, 2**32 - 1),
    "is_null": (True, False),
    "int_value": (0, 2**31, 2**32 - 1),
    "long_value": (0, 2**63, 2**64 - 1),
    "float_value": (float("nan"), float("-inf"), 3.4e38),
    "double_value": (float("nan"), float("inf"), 1.7e308, -0.0),
    "boolean_value": (True,),
    "string_value": ("", "x" * 10_000, "１２"),
    "bytes_value": (b"", b"\xff" * 1_000),
    "dataset_value": (b"\x08\x01",),
}


@dataclass
class Report:
    """What became of one decoder's payloads; ``unexplained`` should be empty."""

    form: str
    payloads: int = 0
    bytes: int = 0
    readings: int = 0  # payloads that gave readings only
    refused: int = 0  # payloads of which something or all was refused
    empty: int = 0  # payloads without a reading in them
    refusals: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    stored_rejections: int = 0
    seconds: float = 0.0
    slowest_s: float = 0.0  # of one block of GROUP payloads
    rss_first_mb: float = 0.0
    rss_last_mb: float = 0.0
    unexplained: list[str] = field(default_factory=list)


class Form:
    """Valid payloads of one form, and how they go in."""

    name = "json"

    def valid(self) -> list[bytes]:
        """What hostile ones are made of."""
        return list(JSON)

    def submit(self, pipeline: Pipeline, payloads: list[bytes], *, dry_run: bool) -> Outcome:
        """All of them in one batch."""
        messages = [self._message(n, payload) for n, payload in enumerate(payloads)]
        return pipeline.submit(messages, dry_run=dry_run)

    def holds_nothing(self, payload: bytes) -> bool:
        """Whether there is no reading in it, good or bad."""
        return bool(json.loads(payload) == [])

    def _message(self, number: int, payload: bytes) -> Message:
        meter = "m1" if number % 2 else None
        topic = f"park/p/E1/meter/{meter}" if meter else "park/p/E1/batch"
        return Message(payload, "E1", meter, topic, Source.MQTT, datetime.now(UTC))


class SenML(Form):
    """RFC 8428 in JSON."""

    name = "senml"

    def valid(self) -> list[bytes]:
        """Ours and another implementation's."""
        return [*SENML, (FOREIGN / "senml.json").read_bytes()]

    def holds_nothing(self, payload: bytes) -> bool:
        """Whether no record has a value or a sum (RFC 8428, section 4.2)."""
        records = json.loads(payload)
        values = {"v", "vs", "vb", "vd", "s"}
        return all(isinstance(one, dict) and not values & set(one) for one in records)


class Sparkplug(Form):
    """Sparkplug B of another implementation."""

    name = "sparkplug"

    def __init__(self) -> None:
        lines = (FOREIGN / "sparkplug.txt").read_text("ascii").splitlines()
        self._payloads = [bytes.fromhex(line.split()[1]) for line in lines]
        self._births = births_in(read_payload(self._payloads[0]))

    def valid(self) -> list[bytes]:
        """Births and data, and as many again with fields that no sender should send.

        Bytes changed blindly are mostly no protobuf any more; these stay one.
        """
        chance = random.Random(5)
        odd = [self._odd(chance, payload) for payload in self._payloads * 20]
        return [*self._payloads * 5, *odd]

    @staticmethod
    def _odd(chance: random.Random, payload: bytes) -> bytes:
        read = read_payload(payload)
        for metric in read.metrics:
            field, values = chance.choice(list(_ODD_FIELDS.items()))
            setattr(metric, field, chance.choice(values))
            if chance.random() < 0.1:
                metric.ClearField(chance.choice(("name", "alias", "datatype", "value")))
        return bytes(read.SerializeToString())

    def holds_nothing(self, payload: bytes) -> bool:
        """Whether every metric is of the protocol's own, or a birth's without a value."""
        own = ("Node Control/", "Device Control/", "Properties/", "Node Info/", "Device Info/")
        return all(
            metric.is_null
            or (metric.name or self._name(metric.alias)) == "bdSeq"
            or (metric.name or self._name(metric.alias)).startswith(own)
            for metric in read_payload(payload).metrics
        )

    def _name(self, alias: int) -> str:
        born = self._births.by_alias.get(alias)
        return "" if born is None else born.name

    def _message(self, number: int, payload: bytes) -> Message:
        where = Addressed(("NBIRTH", "NDATA")[number % 2], None, self._births)
        topic = f"spBv1.0/p/{where.kind}/E1"
        return Message(payload, "E1", None, topic, Source.MQTT, datetime.now(UTC), sparkplug=where)


class Csv(Form):
    """CSV files, each a block of its own."""

    name = "csv"

    def valid(self) -> list[bytes]:
        """Two dialects."""
        return list(CSV)

    def submit(self, pipeline: Pipeline, payloads: list[bytes], *, dry_run: bool) -> Outcome:
        """One; files do not share a batch."""
        (payload,) = payloads
        block = Block(payload, "hostile.csv", 2)
        return submit_csv(block, Mapping(), pipeline, Source.FILE, dry_run=dry_run)

    def holds_nothing(self, payload: bytes) -> bool:
        """Whether there is a header at most, and cells that are all empty."""
        text = payload.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
        return not any(line.strip('," \t') for line in text.split("\n")[1:])


FORMS: tuple[Form, ...] = (Form(), Csv(), SenML(), Sparkplug())


def run(form: Form, count: int, seed: int, folder: Path) -> Report:
    """Send ``count`` hostile payloads of one form through a pipeline of its own."""
    report = Report(form.name)
    zone = ZoneInfo("Asia/Shanghai")
    file = folder / f"{form.name}.duckdb"
    store = DuckDBStore(
        file, writer="fuzz", clock=lambda: datetime.now(UTC), zone=zone, memory_limit="400MB"
    )
    stored: list[str] = []
    pipeline = Pipeline(
        store,
        lambda: REGISTRY,
        on_stored=lambda: None,
        on_rejected=lambda table, _ids: stored.extend(table["payload_sha256"].to_pylist()),
        now=lambda: datetime.now(UTC),
    )
    size = 1 if isinstance(form, Csv) else GROUP
    payloads = hostile(form.valid(), count, seed)
    began = time.perf_counter()
    try:
        for number, group in enumerate(_groups(payloads, size)):
            faulthandler.dump_traceback_later(STALL_S, exit=True)
            block_began = time.perf_counter()
            outcome = form.submit(pipeline, group, dry_run=number % STORED_GROUPS > 0)
            report.slowest_s = max(report.slowest_s, time.perf_counter() - block_began)
            _account(report, form, pipeline, group, outcome)
            _remember(report, count)
        faulthandler.cancel_dump_traceback_later()
        report.seconds = time.perf_counter() - began
        kept = store.rejections()["payload_sha256"].to_pylist()
        report.stored_rejections = len(kept)
        if sorted(kept) != sorted(stored):
            report.unexplained.append("the store does not keep what was refused")
        report.unexplained += [str(fault) for fault in store.verify_chain()]
    finally:
        faulthandler.cancel_dump_traceback_later()
        store.close()
    return report


def _groups(payloads: Iterator[bytes], size: int) -> Iterator[list[bytes]]:
    while group := list(islice(payloads, size)):
        yield group


def _account(
    report: Report, form: Form, pipeline: Pipeline, group: list[bytes], outcome: Outcome
) -> None:
    report.payloads += len(group)
    report.bytes += sum(map(len, group))
    report.refusals += len(outcome.refused)
    for reason, many in Counter(one.reason.value for one in outcome.refused).items():
        report.reasons[reason] = report.reasons.get(reason, 0) + many
    report.unexplained += [
        f"detail {one.detail!r}" for one in outcome.refused if not EXPLAINED.match(one.detail)
    ]
    refused = {one.message for one in outcome.refused}
    report.refused += len(refused)
    for number, payload in enumerate(group):
        if number in refused:
            continue
        alone = form.submit(pipeline, [payload], dry_run=True)
        if alone.accepted or alone.refused:
            report.readings += 1
        elif _says_nothing(form, payload):
            report.empty += 1
        else:
            report.unexplained.append(f"nothing became of {payload[:200]!r}")


def _says_nothing(form: Form, payload: bytes) -> bool:
    try:
        return form.holds_nothing(payload)
    except (ValueError, RecursionError, DecodeError):
        return False


def _remember(report: Report, count: int) -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    megabytes = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    if report.payloads <= count / 10:
        report.rss_first_mb = max(report.rss_first_mb, megabytes)
    if report.payloads > count * 9 / 10:
        report.rss_last_mb = max(report.rss_last_mb, megabytes)


def main() -> int:
    """Run and print; the last line is JSON with --json. Exit code 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=200_000, help="payloads of each decoder")
    parser.add_argument("--form", action="append", choices=[form.name for form in FORMS])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="last line: all figures as JSON")
    given = parser.parse_args()
    reports = []
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMS:
            if given.form is None or form.name in given.form:
                reports.append(run(form, given.each, given.seed, Path(folder)))
                for name, value in asdict(reports[-1]).items():
                    print(f"{name:20} {value}", flush=True)
                print()
    conditions = {"seed": given.seed, "cores": os.cpu_count(), "python": platform.python_version()}
    if given.json:
        print(json.dumps({"forms": [asdict(one) for one in reports], "conditions": conditions}))
    return 1 if any(one.unexplained for one in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
