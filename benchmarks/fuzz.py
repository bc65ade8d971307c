"""Hostile payloads through every decoder, validation and a real store: none may bring it down.

    python benchmarks/fuzz.py [--each N] [--form FORM ...] [--seed N] [--json]

Each decoder gets N payloads made of valid ones (hostile.py), through the same pipeline as messages
and files in earnest. One in forty blocks is stored for good, rejections with it, and the hash chain
is checked at the end; the others are a dry run, which is everything but the commit. A payload must
end as readings, as refusals that name field and reason, or hold no reading at all, and take a
bounded time: a watchdog ends the run with a trace after STALL_S seconds of the processor's time,
or BLOCKED_S by the clock (other work on the machine is no stall of ours). Memory is the process's
at the first tenth, in the middle and at the last tenth.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import json
import os
import platform
import re
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

# Started by its path, this folder would come first, and this file's neighbours have our names.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))

from benchmarks.hostile_files import File, Parquet, WideFile, WideWorkbook, Workbook
from benchmarks.hostile_messages import Form, SenML, Sparkplug
from benchmarks.hostile_stations import CHANNELS, METERS, POINTS, STATIONS, Hj212
from ingest.pipeline import Outcome, Pipeline
from ingest.replay import Replayer
from models.errors import DecodeError
from models.quantities import Kind
from models.registry import Cluster, Enterprise, Meter, Park, Registry
from store.duckdb_store import DuckDBStore
from store.registry_db import RegistryDatabase, Replays

STORED_BATCHES = 40  # one of so many is stored for good, and what it refused replayed
WATCHED = 50  # payloads between two looks at the clock and the memory
STALL_S = 60.0
BLOCKED_S = 1_200.0
# A field, and what is wrong with it; those of HJ 212 are a code and more: a21026-Rtd.
EXPLAINED = re.compile(r"[A-Za-z][A-Za-z_ ]*: .|[A-Za-z0-9_.-]+: .", re.DOTALL)

REGISTRY = Registry(
    Park("p", "园", "Park", "吉林", "东北"),
    (Cluster("c", "集群", "Cluster"),),
    (Enterprise("E1", "企业", "Enterprise", "c"),),
    (
        Meter(1, "E1", "m1", "electricity", Kind.COUNTER, "kWh", 900),
        Meter(2, "E1", "m2", "electricity", Kind.INTERVAL, "kWh", 900),
        *METERS,
    ),
    points=POINTS,
    channels=CHANNELS,
)


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
    slowest_s: float = 0.0  # of one batch
    rss_first_mb: float = 0.0
    rss_middle_mb: float = 0.0
    rss_last_mb: float = 0.0
    unexplained: list[str] = field(default_factory=list)


FORMS: tuple[Form, ...] = (
    Form(), SenML(), Sparkplug(), Hj212(),
    File(), WideFile(), Workbook(), WideWorkbook(), Parquet(),
)  # fmt: skip


def run(form: Form, count: int, seed: int, folder: Path) -> Report:
    """Send ``count`` hostile payloads of one form through a pipeline of its own."""
    report = Report(form.name)
    zone = ZoneInfo("Asia/Shanghai")
    file = folder / f"{form.name}.duckdb"
    store = DuckDBStore(
        file, writer="fuzz", clock=lambda: datetime.now(UTC), zone=zone, memory_limit="400MB"
    )
    kept = Kept()
    pipeline = Pipeline(
        store,
        lambda: REGISTRY,
        on_stored=lambda: None,
        on_rejected=kept.add,
        now=lambda: datetime.now(UTC),
    )
    replays = Replays(RegistryDatabase("sqlite://"))
    replayer = Replayer(pipeline, store, replays, stations=lambda: STATIONS)
    watched = 0
    began = time.perf_counter()
    try:
        for number, group in enumerate(_groups(form.payloads(count, seed), form.size)):
            if watched <= report.payloads:
                faulthandler.dump_traceback_later(BLOCKED_S, exit=True)
                signal.setitimer(signal.ITIMER_PROF, STALL_S)
                _remember(report, count)
                watched += WATCHED
            batch_began = time.perf_counter()
            report.payloads += len(group)
            report.bytes += sum(map(len, group))
            try:
                outcome = form.submit(pipeline, group, dry_run=number % STORED_BATCHES > 0)
                if kept.ids:
                    replayer.attempt(store.rejections(ids=kept.taken(), with_payload=True))
                report.slowest_s = max(report.slowest_s, time.perf_counter() - batch_began)
                lost = _account(report, form, pipeline, group, outcome)
            except Exception as error:  # noqa: BLE001 - this is what is looked for
                frames = traceback.extract_tb(error.__traceback__)
                at = [one for one in frames if one.filename.startswith(str(ROOT))][-1]
                report.unexplained.append(f"{error!r:.300} at {at.filename}:{at.lineno}")
                _save(group, folder)
                continue
            for payload in lost:
                report.unexplained.append(f"nothing became of {payload[:200]!r}")
                _save([payload], folder)
        _remember(report, count)
        report.seconds = time.perf_counter() - began
        table = store.rejections().select(["payload_sha256"])
        report.stored_rejections = table.num_rows
        stored = HashSum()
        stored.add(table["payload_sha256"])
        if stored != kept.hashes:
            report.unexplained.append("the store does not keep what was refused")
        report.unexplained += [str(fault) for fault in store.verify_chain()]
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        store.close()
    return report


@dataclass
class HashSum:
    """How many hashes, and their sum: equal for equal hashes in any order, and never larger."""

    count: int = 0
    total: int = 0

    def add(self, hashes: pa.ChunkedArray) -> None:
        """SHA-256 in hexadecimal."""
        self.count += len(hashes)
        self.total = (self.total + sum(int(one, 16) for one in hashes.to_pylist())) % (1 << 256)


@dataclass
class Kept:
    """What the pipeline says is kept of refusals."""

    hashes: HashSum = field(default_factory=HashSum)
    ids: list[int] = field(default_factory=list)  # of them those that were not replayed

    def add(self, table: pa.Table, ids: tuple[int, ...]) -> None:
        """As ``Pipeline`` tells it."""
        self.hashes.add(table["payload_sha256"])
        self.ids += ids

    def taken(self) -> list[int]:
        """Those not replayed yet, which they are now."""
        ids, self.ids = self.ids, []
        return ids


def _save(group: list[bytes], folder: Path) -> None:
    for payload in group:
        name = hashlib.sha256(payload).hexdigest()[:16]
        (folder / f"fault-{name}").write_bytes(payload)


def _groups(payloads: Iterator[bytes], size: int) -> Iterator[list[bytes]]:
    while group := list(islice(payloads, size)):
        yield group


def _account(
    report: Report,
    form: Form,
    pipeline: Pipeline,
    group: list[bytes],
    outcome: Outcome,
) -> list[bytes]:
    """Count what became of a batch; those of its payloads are given back that nothing became of."""
    lost: list[bytes] = []
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
            lost.append(payload)
    return lost


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
    if count * 0.45 < report.payloads <= count * 0.55:
        report.rss_middle_mb = max(report.rss_middle_mb, megabytes)
    if report.payloads > count * 9 / 10:
        report.rss_last_mb = max(report.rss_last_mb, megabytes)


def main() -> int:
    """Run and print; the last line is JSON with --json. Exit code 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=200_000, help="payloads of each decoder")
    parser.add_argument("--form", action="append", choices=[form.name for form in FORMS])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for payloads that brought us down")
    parser.add_argument("--json", action="store_true", help="last line: all figures as JSON")
    given = parser.parse_args()
    faulthandler.register(signal.SIGPROF, chain=True)  # the trace, and then the end
    reports = []
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMS:
            if given.form is None or form.name in given.form:
                reports.append(run(form, given.each, given.seed, given.keep or Path(folder)))
                for name, value in asdict(reports[-1]).items():
                    print(f"{name:20} {value}", flush=True)
                print()
    conditions = {"seed": given.seed, "cores": os.cpu_count(), "python": platform.python_version()}
    if given.json:
        print(json.dumps({"forms": [asdict(one) for one in reports], "conditions": conditions}))
    return 1 if any(one.unexplained for one in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
