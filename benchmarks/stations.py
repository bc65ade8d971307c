"""How soon stations of HJ 212 are answered: each sends a frame a second, from another process.

    python benchmarks/stations.py [--stations N] [--seconds S] [--json]

Three processes: the service (``carbonpeak run`` with DuckDB, everything in it; its child has the
connections, and both are counted), the sender with all the connections, and this one, which watches
the service. A frame is real-time data
of five pollutants with their converted values (HJ 212-2017), A=1; measured is the time from before
it is written to after its 9014 is read, which goes out once it is stored. The frames' bytes and CRC
are made here, by the standard's words and not by ours. At the end what is stored is counted.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import random
import selectors
import socket
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

# Started by its path, this folder would come first, and hide the packages with its files' names.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
sys.path.append(str(Path(__file__).parents[1]))

import numpy as np
import numpy.typing as npt
import psutil

from benchmarks.service_process import ANSWER_S, Service, wait_until
from carbonpeak.broker import MosquittoProcess
from deploy.debian_servers.process import free_port

CHINA = timezone(timedelta(hours=8))
POLLUTANTS = ("a21026", "a21002", "a34013", "a21005", "a21024")
ENTERPRISES = 40
LATE_S = 30.0  # what answers may take after the last frame

_PARK = """\
park: {code: stations, name_zh: 站点园区, name_en: Park of stations, province: 吉林,
       grid_region: 东北, time_zone: Asia/Shanghai}
clusters:
  - {code: c, name_zh: 集群, name_en: Cluster}
"""


def mn_of(number: int) -> str:
    """The MN of a station: 24 hexadecimal digits."""
    return f"{number:024X}"


def write_registry(folder: Path, stations: int) -> Path:
    """Registry files of the park, for ``carbonpeak registry load``."""
    folder.mkdir(parents=True)
    enterprises = ["code,name_zh,name_en,cluster"]
    enterprises += [f"E{n:02},企业{n},Enterprise {n},c" for n in range(ENTERPRISES)]
    points = ["enterprise,code,medium,name_zh,name_en,mn,password,st"]
    channels = ["enterprise,point,code,fields"]
    for n in range(stations):
        place = f"E{n % ENTERPRISES:02},P{n:04}"
        points.append(f"{place},waste_gas,排放口{n},outlet {n},{mn_of(n)},123456,31")
        channels += [f"{place},{code},realtime|realtime-zs" for code in POLLUTANTS]
    (folder / "park.yaml").write_text(_PARK, encoding="utf-8")
    for name, rows in (("enterprises", enterprises), ("points", points), ("channels", channels)):
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def check_numbers() -> list[int]:
    """HJ 212-2017, annex A: what a byte makes of the register's high byte, for all 256."""
    found = []
    for low in range(256):
        register = low
        for _ in range(8):
            lowest = register & 1
            register >>= 1
            if lowest:
                register ^= 0xA001
        found.append(register)
    return found


CHECK = check_numbers()


def frame(number: int, sent: int) -> bytes:
    """A station's frame number ``sent``, as of now; the values differ from frame to frame."""
    now = datetime.now(CHINA)
    stamp = f"{now:%Y%m%d%H%M%S}"
    value = (number + sent) % 997 / 10
    items = ";".join(
        f"{code}-Rtd={value + n:.2f},{code}-ZsRtd={value + n + 1:.2f},{code}-Flag=N"
        for n, code in enumerate(POLLUTANTS)
    )
    head = f"QN={stamp}{now.microsecond // 1000:03};ST=31;CN=2011;PW=123456;MN={mn_of(number)}"
    data = f"{head};Flag=5;CP=&&DataTime={stamp};{items}&&".encode()
    register = 0xFFFF
    for byte in data:
        register = CHECK[(register >> 8) ^ byte]
    return b"##%04d%b%04X\r\n" % (len(data), data, register)


@dataclass
class Sent:
    """One connection: when what is not answered was sent, oldest first."""

    number: int
    link: socket.socket
    frames: int = 0
    open: list[float] = field(default_factory=list)
    read: bytes = b""


def send(port: int, stations: int, seconds: float, told: object) -> None:
    """A frame a second from each station, evenly over the second; tells when each was answered."""
    selector = selectors.DefaultSelector()
    all_of_them = []
    for number in range(stations):
        one = Sent(number, socket.create_connection(("127.0.0.1", port), 30))
        one.link.setblocking(False)
        selector.register(one.link, selectors.EVENT_READ, one)
        all_of_them.append(one)
    random.Random(6).shuffle(all_of_them)
    delays: list[float] = []
    answered: list[float] = []  # when, since the beginning
    late: list[float] = []  # how far behind its plan the sender itself was

    def hear(wait_s: float) -> None:
        for key, _ in selector.select(wait_s):
            one: Sent = key.data
            one.read += one.link.recv(1 << 16)
            answers = one.read.split(b"\r\n")
            one.read = answers.pop()
            at = time.perf_counter()
            for answer in answers:
                if b"CN=9014" in answer:
                    delays.append(at - one.open.pop(0))
                    answered.append(at - begin)

    begin = time.perf_counter()
    total = int(stations * seconds)
    for n in range(total):
        due = begin + n / stations
        while (rest := due - time.perf_counter()) > 0:
            hear(rest)
        one = all_of_them[n % stations]
        data = frame(one.number, one.frames)
        one.frames += 1
        at = time.perf_counter()
        late.append(at - due)
        one.open.append(at)
        one.link.sendall(data)
        if n % 16 == 0:
            hear(0)
    last = time.perf_counter()
    while len(delays) < total and time.perf_counter() - last < LATE_S:
        hear(0.1)
    lateness = float(np.quantile(late, 0.99))
    told.send((total, delays, answered, last - begin, lateness))  # type: ignore[attr-defined]
    for one in all_of_them:
        one.link.close()


def by_time(
    delays: npt.NDArray[np.float64], answered: npt.NDArray[np.float64], took: float
) -> dict[str, float]:
    """The 99th percentile of each quarter of the time: at its start a service has more to do."""
    found = {}
    for quarter in range(4):
        begin, end = took * quarter / 4, took * (quarter + 1) / 4
        some = delays[(answered >= begin) & (answered < end)]
        found[f"p99_quarter_{quarter + 1}_s"] = float(np.quantile(some, 0.99)) if some.size else 0.0
    return found


def family(pid: int) -> list[psutil.Process]:
    """The service and its children."""
    service = psutil.Process(pid)
    return [service, *service.children()]


def cpu_s(pid: int) -> dict[str, float]:
    """Seconds of processor that the service and its child have taken."""
    used = [one.cpu_times() for one in family(pid)]
    seconds = [one.user + one.system for one in used]
    return {"service": seconds[0], "child": sum(seconds[1:])}


def run(folder: Path, stations: int, seconds: float) -> dict[str, float]:
    """The figures."""
    broker = MosquittoProcess(folder / "broker", 0)
    broker.start()
    hj212_port = free_port()
    os.environ["CARBONPEAK_HJ212"] = "on"
    os.environ["CARBONPEAK_HJ212_PORT"] = str(hj212_port)
    service = Service(folder, broker.port)
    try:
        service.register(write_registry(folder / "registry", stations))
        service.start()
        service.await_answer()
        wait_until("connected", lambda: service.get("health")["broker"]["connected"], ANSWER_S)
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        sender = context.Process(target=send, args=(hj212_port, stations, seconds, theirs))
        before, began = cpu_s(service.pid), time.perf_counter()
        sender.start()
        while not ours.poll(1.0):
            if not sender.is_alive():
                raise SystemExit("the sender ended by itself")
        total, delays, answered, took, late = ours.recv()
        after, passed = cpu_s(service.pid), time.perf_counter() - began
        child_mb = sum(one.memory_info().rss for one in family(service.pid)[1:]) / 2**20
        sender.join()
        health = service.get("health")
        rejected = health["ingest"]["rejected"]
        stored = health["store"]["readings"]
        touched = health["store"]["touched"]
        p50, p99, most = np.quantile(delays, (0.5, 0.99, 1.0)) if delays else (np.nan,) * 3
        return {
            "stations": stations,
            "frames_sent": total,
            "frames_a_second": total / took,
            "frames_answered": len(delays),
            "answered_p50_s": float(p50),
            "answered_p99_s": float(p99),
            "answered_max_s": float(most),
            **by_time(np.array(delays), np.array(answered), took),
            "sender_behind_p99_s": late,
            "readings_stored": stored,
            "readings_sent": total * len(POLLUTANTS) * 2,
            "rejected": rejected,
            "hours_to_settle": touched,
            "service_cores": (sum(after.values()) - sum(before.values())) / passed,
            "of_which_child_cores": (after["child"] - before["child"]) / passed,
            "service_mb": service.peak_mb(),
            "child_mb": child_mb,
        }
    finally:
        service.close()
        broker.stop()


def main() -> None:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--stations", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="carbonpeak-stations-") as folder:
        figures = run(Path(folder), given.stations, given.seconds)
    conditions = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[2],
    }
    if given.json:
        print(json.dumps(figures | conditions))
        return
    print(f"# Stations of HJ 212, a frame a second each. {conditions}")
    for name, value in figures.items():
        print(f"{name:24} {value:14,.3f}".rstrip("0").rstrip("."))


if __name__ == "__main__":
    main()
