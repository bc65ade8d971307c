"""However figures are entered and restated: what holds is the last word, and no word is forgotten.

Parts of a figure's identity (item, prices) may be missing. What is expected is a dictionary.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.registry_db import RegistryDatabase
from store.registry_files import load

Identity = tuple[str, str, int, str, str | None, str | None]
Entered = dict[Identity, float]

AT = datetime(2026, 11, 1, tzinfo=UTC)
PARK = """\
park: {code: demo, name_zh: 示范, name_en: Demo, province: 吉林, grid_region: 东北}
clusters: [{code: equipment, name_zh: 装备, name_en: Equipment}]
"""
COLUMNS = ("scope", "code", "year", "indicator", "item", "price_basis", "value", "source",
           "source_date")  # fmt: skip

owners = st.sampled_from([("park", "demo"), ("cluster", "equipment"), ("peer", "there")])
years = st.integers(2018, 2019)
energy = st.builds(
    lambda owner, year, item: (*owner, year, "co2e_t", item, None),
    owners, years, st.sampled_from([None, "electricity", "natural_gas"]),
)  # fmt: skip
money = st.builds(
    lambda owner, year, prices: (*owner, year, "output_1e4_yuan", None, prices),
    owners, years, st.sampled_from(["current", "constant 2020"]),
)  # fmt: skip
loads = st.lists(
    st.dictionaries(energy | money, st.integers(0, 3).map(float), max_size=8),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty registry; each example has a copy."""
    path = tmp_path_factory.mktemp("empty") / "registry.sqlite"
    database = RegistryDatabase(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    return (tmp_path_factory.mktemp("example") for _ in iter(int, 1))


def held(database: RegistryDatabase, as_of: datetime | None = None) -> Entered:
    return {
        (one.scope.value, one.code, one.year, one.indicator, one.item, one.price_basis): one.value
        for one in database.snapshot(as_of).yearly_figures
    }


def write(folder: Path, figures: Entered) -> Path:
    (folder / "park.yaml").write_text(PARK, encoding="utf-8")
    with (folder / "yearly_figures.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([*one, value, "book", date(2020, 6, 1)] for one, value in figures.items())
    return folder


@given(sequence=loads)
@settings(max_examples=20, deadline=None)
def test_the_last_word_holds_and_none_is_forgotten(
    sequence: list[Entered], migrated: Path, folders: Iterator[Path]
) -> None:
    folder = next(folders)
    path = Path(shutil.copyfile(migrated, folder / "registry.sqlite"))
    database = RegistryDatabase(f"sqlite:///{path}")
    known: Entered = {}
    states: list[tuple[datetime, Entered]] = []
    for number, figures in enumerate(sequence):
        at = AT + timedelta(days=number)
        difference = load(database, write(folder, figures), now=at)
        restated = {one for one, value in figures.items() if known.get(one, value) != value}
        assert {change.identity for change in difference.corrected} == restated
        added = {change.identity for change in difference.added if change.kind.name != "park"}
        assert added - {("equipment",)} == figures.keys() - known.keys()
        known = known | figures
        states.append((at, known))
        assert held(database) == known
        assert not load(database, folder)  # the same again changes nothing
    for at, entered in states:
        assert held(database, at) == entered
    database.close()
