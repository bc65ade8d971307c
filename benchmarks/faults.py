"""Readings on their way through one fault after another, and the account of every one of them.

    python benchmarks/faults.py [--quick] [--json] [--seed N]

Half of the readings come as single messages, half in batches of 100, all with QoS 1 from senders
that keep an exact account of what the broker acknowledged. Meanwhile the service (``carbonpeak
run``, a process) is killed by SIGKILL again and again at random, the broker is stopped and started
cleanly, and the store fails: the service's files may not grow, as on a full disk. Killed between
the commit of readings and that of their usage it was where touched hours are found in the file;
killed between a commit and its acknowledgement it was where readings came again.

At the end every reading is compared with what its register showed (arithmetic of register_park.py),
every meter's usage with its register's difference, usage with a full recompute, and the hash chain.
Exit code 1 where anything is lost, counted twice or differs.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from importlib.metadata import version
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

# Started by its path, this folder would come first, and this file's neighbours have our names.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
sys.path.append(str(Path(__file__).parents[1]))

import duckdb
import numpy as np

from benchmarks import register_park as park
from benchmarks.exact_sender import ExactSender, SenderAccount
from benchmarks.service_process import ANSWER_S, WAIT_S, Service, wait_until
from carbonpeak.broker import MosquittoProcess

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Plan:
    """How much is sent, at which rate, and what goes wrong meanwhile."""

    minutes: int  # readings of each of the 200 registers
    single_rate: float  # messages a second, all senders of single messages together
    senders: int
    kills: int
    broker_stops: int
    store_fails_s: float

    @property
    def readings(self) -> int:
        """Readings in all."""
        return (len(park.SINGLES) + len(park.BATCHED)) * self.minutes


FULL = Plan(10_000, 3_200, 2, kills=30, broker_stops=5, store_fails_s=60)
QUICK = Plan(600, 3_200, 2, kills=4, broker_stops=1, store_fails_s=5)


@dataclass
class Account:
    """What became of everything; ``faults`` names what is wrong, and should be empty."""

    readings: int = 0
    messages: int = 0
    transmitted: int = 0  # messages, those sent again among them
    acknowledged: int = 0  # messages
    single_per_s: float = 0.0  # acknowledged
    readings_per_s: float = 0.0
    kills: int = 0
    kills_before_usage: int = 0
    broker_stops: int = 0
    store_failed_s: float = 0.0
    health_while_failing: list[str] = field(default_factory=list)
    stored_rows: int = 0
    stored_readings: int = 0
    came_again: int = 0  # stored rows of a reading beyond the first: no harm, but counted
    lost: int = 0
    differing: int = 0  # stored values that are not what the register showed
    usage_kwh: float = 0.0
    truth_kwh: float = 0.0
    meters_off: int = 0  # whose usage is not their register's difference
    audit_differences: int = 0
    chain_faults: int = 0
    rejections: int = 0
    left_touched: int = 0
    seconds: float = 0.0
    peak_mb: float = 0.0

    @property
    def faults(self) -> list[str]:
        """What is not as promised."""
        bad = {
            "not acknowledged": self.messages - self.acknowledged,
            "lost": self.lost,
            "differing": self.differing,
            "meters whose usage is off": self.meters_off,
            "audit differences": self.audit_differences,
            "chain faults": self.chain_faults,
            "rejections": self.rejections,
            "touched hours left": self.left_touched,
        }
        return [f"{what}: {many}" for what, many in bad.items() if many]


def send(
    port: int, name: str, rate: float, told: Connection, *, numbers: range, minutes: int
) -> None:
    """One sender in a process of its own; tells its account at the end."""
    messages = park.single_messages if numbers[0] in park.SINGLES else park.batch_messages
    told.send(ExactSender(port, name, rate).run(messages(numbers, minutes)))


class Senders:
    """All the senders, each a process."""

    def __init__(self, plan: Plan, port: int) -> None:
        self.single_count = plan.senders
        each = len(park.SINGLES) // plan.senders
        parts = [
            (f"single-{n}", plan.single_rate / plan.senders, park.SINGLES[n * each :][:each])
            for n in range(plan.senders)
        ]
        # Batches of 100 at a rate that makes them last as long as the single messages.
        parts.append(("batches", plan.single_rate / 100, park.BATCHED))
        self._told: list[Connection] = []
        self._processes: list[BaseProcess] = []
        context = multiprocessing.get_context("spawn")
        for name, rate, numbers in parts:
            hear, tell = context.Pipe(duplex=False)
            process = context.Process(
                target=send,
                args=(port, name, rate, tell),
                kwargs={"numbers": numbers, "minutes": plan.minutes},
                daemon=True,
            )
            process.start()
            tell.close()
            self._told.append(hear)
            self._processes.append(process)

    def accounts(self) -> list[SenderAccount]:
        """Wait for all; those of single messages come first."""
        accounts = []
        for hear in self._told:
            if not hear.poll(WAIT_S):
                raise SystemExit("a sender did not come to its end")
            accounts.append(hear.recv())
        return accounts

    def close(self) -> None:
        """End them in any case."""
        for process in self._processes:
            if process.is_alive():
                process.kill()
            process.join()


def run(plan: Plan, folder: Path, seed: int, say: Callable[[str], None] = print) -> Account:
    """The whole run in an empty folder; its account."""
    account = Account(readings=plan.readings)
    broker = MosquittoProcess(folder / "broker", 0)
    broker.start()
    service = Service(folder, broker.port)
    senders: Senders | None = None
    began = time.monotonic()
    try:
        service.register(park.write_registry(folder / "registry"))
        service.start()
        service.await_answer()
        wait_until("connected", lambda: service.get("health")["broker"]["connected"], ANSWER_S)
        senders = Senders(plan, broker.port)
        _faults(plan, random.Random(seed), broker, service, account, say=say)
        accounts = senders.accounts()
        singles = accounts[: senders.single_count]
        account.messages = sum(one.messages for one in accounts)
        account.transmitted = sum(one.transmitted for one in accounts)
        account.acknowledged = sum(one.acknowledged for one in accounts)
        account.single_per_s = sum(one.acknowledged / one.seconds for one in singles)
        account.readings_per_s = plan.readings / max(one.seconds for one in accounts)
        say("everything is acknowledged by the broker")
        service.await_answer()
        service.await_quiet()
        account.peak_mb = service.peak_mb()
        _ask(plan, service, account)
        service.stop()
        _count(plan, service.file, account)
    finally:
        if senders is not None:
            senders.close()
        service.close()
        broker.stop()
    account.seconds = time.monotonic() - began
    return account


def _faults(
    plan: Plan,
    chance: random.Random,
    broker: MosquittoProcess,
    service: Service,
    account: Account,
    *,
    say: Callable[[str], None],
) -> None:
    """All that goes wrong, one after the other in random order while messages come."""
    faults = ["kill"] * plan.kills + ["broker"] * plan.broker_stops + ["store"]
    chance.shuffle(faults)
    # In their sum the pauses leave a tenth of the sending without any fault.
    lasts_s = plan.minutes * len(park.SINGLES) / plan.single_rate
    pause_s = max(0.2, (0.9 * lasts_s - plan.store_fails_s) / len(faults))
    due = time.monotonic()
    for number, fault in enumerate(faults):
        due += pause_s * chance.uniform(0.5, 1.5)
        time.sleep(max(0.1, due - time.monotonic()))
        if fault == "kill":
            left = service.kill()
            account.kills += 1
            account.kills_before_usage += left > 0
            say(f"{number + 1}/{len(faults)} killed; {left} touched hours left")
            service.start()
            if chance.random() < 0.7:  # else the next fault may meet it while it starts
                service.await_answer()
        elif fault == "broker":
            broker.stop()
            time.sleep(chance.uniform(0.2, 2.0))
            broker.start()
            account.broker_stops += 1
            say(f"{number + 1}/{len(faults)} broker stopped and started")
        else:
            service.await_answer()
            service.limit_files()
            began = time.monotonic()
            time.sleep(plan.store_fails_s)
            health = service.get("health")
            service.unlimit_files()
            account.store_failed_s = time.monotonic() - began
            account.health_while_failing = [health["status"], str(health["store"]["trouble"])]
            say(f"{number + 1}/{len(faults)} the store failed: {account.health_while_failing}")
            due = time.monotonic()


def _ask(plan: Plan, service: Service, account: Account) -> None:
    """Usage against the arithmetic, and what the service says of its own record."""
    end = (park.FIRST + timedelta(minutes=plan.minutes + 60)).isoformat()
    rows = service.get("usage", every="total", start=park.FIRST.isoformat(), end=end)["items"]
    found = {park.number_of(row["enterprise"], row["meter"]): row["amount"] for row in rows}
    truth = {n: park.usage_kwh(n, plan.minutes) for n in [*park.SINGLES, *park.BATCHED]}
    account.usage_kwh, account.truth_kwh = sum(found.values()), sum(truth.values())
    account.meters_off = sum(
        n not in found or abs(found[n] - amount) > 1e-9 * amount for n, amount in truth.items()
    )
    audit = service.get("audit")
    account.audit_differences = audit["usage_differences"]
    account.chain_faults = len(audit["chain_faults"])
    account.left_touched = audit["touched"]
    account.rejections = service.get("health")["store"]["rejections"]


def _count(plan: Plan, file: Path, account: Account) -> None:
    """Every row of the file against what was sent."""
    with duckdb.connect(file, read_only=True) as store:
        rows = store.execute(
            "select meter_key, (epoch_us(ts) - ?) // 60000000 as minute, value,"
            " (epoch_us(ts) - ?) % 60000000 as beside from readings",
            [int(park.FIRST.timestamp() * 1e6)] * 2,
        ).fetchnumpy()
    keys = np.unique(np.asarray(rows["meter_key"]))
    # Keys are given in the order of the registry's rows, which is that of the numbers.
    number = np.searchsorted(keys, np.asarray(rows["meter_key"])).astype(np.int64)
    minute = np.asarray(rows["minute"]).astype(np.int64)
    right = (
        (rows["value"] == park.values(number, minute))
        & (rows["beside"] == 0) & (minute >= 0) & (minute < plan.minutes)
    )  # fmt: skip
    readings = np.unique(number[right] * plan.minutes + minute[right])
    account.stored_rows = len(number)
    account.stored_readings = len(readings)
    account.came_again = int(right.sum()) - len(readings)
    account.differing = int((~right).sum())
    account.lost = plan.readings - len(readings)


def main() -> int:
    """Run and print; the last line is JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="about a minute")
    parser.add_argument("--json", action="store_true", help="last line: the account as JSON")
    parser.add_argument("--seed", type=int, default=4)
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        account = run(
            QUICK if given.quick else FULL,
            Path(folder),
            given.seed,
            lambda line: print(
                f"{time.monotonic() - began:6.1f} s {line}", file=sys.stderr, flush=True
            ),
        )
    conditions = {
        "seed": given.seed,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "duckdb": version("duckdb"),
        "system": platform.platform(),
    }
    for name, value in {**conditions, **asdict(account)}.items():
        print(f"{name:24} {value}")
    print("faults                  ", "; ".join(account.faults) or "none")
    if given.json:
        print(json.dumps({**asdict(account), "faults": account.faults, "conditions": conditions}))
    return 1 if account.faults else 0


if __name__ == "__main__":
    sys.exit(main())
