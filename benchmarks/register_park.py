"""A park of registers whose every reading and whole usage follow from a line of arithmetic.

Register number ``n`` stands at ``1,000 + (n + 1) / 4 x minute`` kWh at each whole minute from FIRST
on: quarters are exact in binary, so nothing is rounded. Its usage over ``minutes`` readings is
``(n + 1) / 4 x (minutes - 1)`` kWh. Registers 0 to 99 send single messages, 100 to 199 batches.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

PARK = "faults"
ENTERPRISES, METERS_EACH = 20, 10
SINGLES = range(100)
BATCHED = range(100, 200)
MINUTES_A_BATCH = 10  # of each of an enterprise's ten registers: 100 readings
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
BASE_KWH = 1000.0

_PARK_FILE = """\
park: {code: faults, name_zh: 故障园区, name_en: Park of faults, province: 吉林,
       grid_region: 东北, time_zone: Asia/Shanghai}
clusters:
  - {code: c, name_zh: 集群, name_en: Cluster}
"""


def write_registry(folder: Path) -> Path:
    """Registry files of the park, for ``carbonpeak registry load``."""
    folder.mkdir(parents=True)
    (folder / "park.yaml").write_text(_PARK_FILE, encoding="utf-8")
    enterprises = ["code,name_zh,name_en,cluster,industry"]
    meters = ["enterprise,code,quantity,kind,unit,interval_s"]
    for enterprise in range(ENTERPRISES):
        enterprises.append(f"E{enterprise:02},企业{enterprise},Enterprise {enterprise},c,3130")
        meters += [f"E{enterprise:02},m{m},electricity,counter,kWh,60" for m in range(METERS_EACH)]
    (folder / "enterprises.csv").write_text("\n".join(enterprises) + "\n", encoding="utf-8")
    (folder / "meters.csv").write_text("\n".join(meters) + "\n", encoding="utf-8")
    return folder


def number_of(enterprise: str, meter: str) -> int:
    """Number of the register that has these codes."""
    return int(enterprise[1:]) * METERS_EACH + int(meter[1:])


def values(number: npt.NDArray[np.int64], minute: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """What registers show at minutes, in kWh."""
    return BASE_KWH + (number + 1) / 4 * minute


def usage_kwh(number: int, minutes: int) -> float:
    """What a register counts from its first reading to its last."""
    return (number + 1) / 4 * (minutes - 1)


def single_messages(numbers: range, minutes: int) -> Iterator[tuple[str, bytes]]:
    """Topic and payload of each reading by itself, minute by minute."""
    topics = [f"park/{PARK}/E{n // 10:02}/meter/m{n % 10}" for n in numbers]
    for minute in range(minutes):
        ts = (FIRST + timedelta(minutes=minute)).isoformat()
        for n, topic in zip(numbers, topics, strict=True):
            value = BASE_KWH + (n + 1) / 4 * minute
            yield topic, f'{{"ts": "{ts}", "value": {value}, "unit": "kWh"}}'.encode()


def batch_messages(numbers: range, minutes: int) -> Iterator[tuple[str, bytes]]:
    """Topic and payload of batches: ten minutes of an enterprise's ten registers."""
    for begin in range(0, minutes, MINUTES_A_BATCH):
        for first in range(numbers.start, numbers.stop, METERS_EACH):
            items = [
                f'{{"meter": "m{n % 10}",'
                f' "ts": "{(FIRST + timedelta(minutes=minute)).isoformat()}",'
                f' "value": {BASE_KWH + (n + 1) / 4 * minute}, "unit": "kWh"}}'
                for minute in range(begin, min(begin + MINUTES_A_BATCH, minutes))
                for n in range(first, first + METERS_EACH)
            ]
            yield f"park/{PARK}/E{first // 10:02}/batch", f"[{','.join(items)}]".encode()
