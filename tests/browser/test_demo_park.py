"""The demo park against its own truth: the ledger month by month, and the page's year figure.

The truth is integrated from the load functions by a module that imports nothing of the product; the
factors below are typed from their documents.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from rich.progress import Progress

from carbonpeak.demo import fill_with_history
from carbonpeak.server import serving
from carbonpeak.service import Service
from carbonpeak.settings import Settings
from simulators.check import compare
from simulators.demo_park import demo_registry
from simulators.history import history_start
from simulators.truth import write_truth
from store.registry_db import RegistryDatabase
from store.registry_files import load

pytestmark = pytest.mark.browser

# tCO2 per unit of usage: Jilin 2023, 0.4671 kg/kWh (MEE/NBS notice 47 of 2025, the latest); natural
# gas 389.31 GJ/10^4 Nm3 x 0.0153 tC/GJ x 99 % x 44/12 (NDRC guideline, table 2.1); heat 0.11 t/GJ.
FACTORS = {
    "kWh": 0.4671e-3,
    "Nm3": 389.31 * 0.0153 * 0.99 * 44 / 12 / 10_000,
    "GJ": 0.11,
}


@dataclass(frozen=True)
class DemoPark:
    url: str
    truth: Path
    year: str


@pytest.fixture(scope="module")
def demo_park(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoPark]:
    """The demo's park and history up to the last full hour, without live readings."""
    folder = tmp_path_factory.mktemp("demo")
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    settings = Settings(data=folder / "data", broker="none")
    settings.data.mkdir()
    database = RegistryDatabase(settings.registry_address)
    database.migrate()
    load(database, demo_registry(folder / "registry", now))
    service = Service(settings)
    try:
        with Progress(disable=True) as progress:
            fill_with_history(service, folder / "history", now, progress)
        truth = write_truth(folder / "truth.jsonl", history_start(now), now)
        service.start()
        with serving(service, "127.0.0.1", 0) as server:
            year = f"{now.astimezone(ZoneInfo('Asia/Shanghai')):%Y}"
            yield DemoPark(server.url, truth, year)
    finally:
        service.stop()


def get(park: DemoPark, noun: str, **query: object) -> Any:
    response = httpx.get(f"{park.url}/api/v1/{noun}", params=query, timeout=120)
    assert response.status_code == 200, response.text
    return response.json()


def test_every_finished_month_of_every_meter(demo_park: DemoPark) -> None:
    """1e-6 for meters without a fault; at most 0.1 % unexplained for the others."""
    months = get(demo_park, "usage", every="month")["items"]
    comparison = compare(
        demo_park.truth,
        [(one["enterprise"], one["meter"], one["period"], one["amount"]) for one in months],
    )
    print(comparison.text())
    assert len(comparison.rows) > 10_000
    assert comparison.affected  # the faults are there to be explained
    assert comparison.good, comparison.bad[:5]


def true_co2_t(park: DemoPark) -> float:
    """Truth x typed factors of the year to date, of the meters that an inventory accounts."""
    records = [json.loads(line) for line in park.truth.read_text(encoding="utf-8").splitlines()]
    return sum(
        record["amount"] * FACTORS[record["unit"]]
        for record in records
        if record["record"] == "month"
        and record["main"]
        and record["month"].startswith(park.year)
        and record["unit"] in FACTORS
    )


def test_the_year_on_the_page_is_truth_times_factors(demo_park: DemoPark, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url))
    page.goto(f"{demo_park.url}/")
    figure = page.locator("[data-testid=year-co2e]")
    figure.wait_for()
    printed = figure.inner_text().replace(",", "")
    assert re.fullmatch(r"\d+(\.\d+)?", printed)
    digit = Decimal(1).scaleb(Decimal(printed).as_tuple().exponent)  # the last one printed
    assert Decimal(printed) == Decimal(true_co2_t(demo_park)).quantize(digit)
    ours = re.compile(r"(http|ws)://127\.0\.0\.1|data:|blob:")
    assert [url for url in outside if not ours.match(url)] == []


def test_the_record_itself(demo_park: DemoPark) -> None:
    """The chain's hashes hold, and the usage is what its readings give, to the last bit."""
    audit = get(demo_park, "audit")
    assert audit["chain_faults"] == []
    assert (audit["usage_differences"], audit["touched"]) == (0, 0)
    assert audit["usage_hours"] > 10_000_000
