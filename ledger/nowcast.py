"""The running year's total as it is to be expected, and whether its budget will hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ledger.books import Books
from ledger.controlling.target_rows import target_rows
from ledger.monthly import COVERED, By
from ledger.peaking.nowcast_limits import Limit, limit_of
from ledger.peaking.peak_series import named
from models.periods import next_start
from models.progress.nowcast.month_pieces import Piece
from models.progress.nowcast.priors import PRIORS, Priors, with_growth_of
from models.progress.nowcast.words import SUBJECTS, statement
from models.progress.nowcast.year_total import NoNowcastError, Nowcast, nowcast

Row = dict[str, Any]

NUMBERS = [
    "known", "known_months", "total", "low_50", "high_50", "low_80", "high_80", "low_95", "high_95",
    "month_noise", "growth_prior", "last_year", "change", "limit", "counted_share", "probability",
]  # fmt: skip
COUNTS = ["year", "history_months", "growth_years"]
COLUMNS = [
    "name_zh", "name_en", "subject", "unit", "year", "known", "known_months", "months_unknown",
    "history_months", "growth_years", "growth_prior", "month_noise", "total", "low_50", "high_50",
    "low_80", "high_80", "low_95", "high_95", "last_year", "change", "limit", "target_period",
    "target_document", "counted_share", "probability", "target_reason", "reason",
    "months_without_season", "statement_zh", "statement_en",
]  # fmt: skip
MONTHS = [
    "subject", "unit", "year", "month", "state", "known", "expected", "low_80", "high_80",
]  # fmt: skip

_UNITS = {"co2e_t": "t", "energy_tce_equivalent": "tce", "energy_tce_calorific": "tce"}


def nowcasts(
    books: Books, *, by: By, code: str | None = None, subject: str | None = None
) -> pd.DataFrame:
    """``by`` (its code) and COLUMNS: a row for each of everyone's subjects (co2e_t, t CO2e of
    scopes 1 and 2 by location; energy_tce_equivalent, energy_tce_calorific, tce), or of one code's.

    Of the running year of the park's time: ``known`` is what the known months and the known part of
    the running one came to, ``total`` the median of the whole, with intervals of 50, 80 and 95 %
    (models.progress.nowcast.year_total). Known is a month that is over and complete
    (ledger.monthly); of the running one the share of its hours that readings cover.
    ``months_unknown`` are over and not complete (joined by |). ``growth_prior`` comes from
    ``growth_years`` earlier yearly totals (ledger.yearly) of one boundary. ``limit`` is the
    tightest total that a target of the year allows, ``probability`` that the year stays within it;
    ``counted_share`` is the part of energy that counts by the rule, by which ``limit`` is divided
    already. ``reason``: nothing_known, season_unknown (``months_without_season``) or members
    (ledger.yearly misses enterprises of the running year);
    ``target_reason``: no_target, or a target's own.
    """
    found = _Nowcasts(books, by)
    subjects = list(SUBJECTS) if subject is None else [subject]
    rows = [found.row(one, of) for one in found.codes(code) for of in subjects]
    table = pd.DataFrame(rows, columns=[by, *COLUMNS]).astype(dict.fromkeys(NUMBERS, np.float64))
    return table.astype(dict.fromkeys(COUNTS, "Int64"))


def nowcast_months(books: Books, *, by: By, code: str, subject: str) -> pd.DataFrame:
    """``by`` and MONTHS: months of the two years before, and all twelve of the running year, of one
    ``code``; none where there is no nowcast.

    ``state``: known, running, not_known (over, and not complete) or to_come. ``expected`` is what
    the whole month came to, or its median with the 80 % interval; ``known`` what is known of it.
    """
    found = _Nowcasts(books, by)
    table = pd.DataFrame(found.months(code, subject), columns=[by, *MONTHS])
    table = table.astype(dict.fromkeys(["known", "expected", "low_80", "high_80"], np.float64))
    return table.astype({"year": np.int64, "month": np.int64})


class _Nowcasts:
    """The nowcasts of the running year by one look at the books."""

    def __init__(self, books: Books, by: By) -> None:
        self._targets, self._by = target_rows(books), by
        self._park = self._targets.park
        self._tables = self._park.of(by)
        self.year = self._park.this_year

    def codes(self, code: str | None) -> list[str]:
        """Who has monthly accounts."""
        have = {one for one, _ in self._tables.months}
        return sorted(have) if code is None else [code] if code in have else []

    def row(self, code: str, subject: str) -> Row:
        names = named(self._park.registry, self._by, code)
        row: Row = dict.fromkeys(COLUMNS)
        pieces, priors = self._pieces(code, subject), self._priors(code, subject)
        row |= {
            self._by: code, "name_zh": names[0], "name_en": names[1], "subject": subject,
            "unit": _UNITS[subject], "year": self.year, "growth_prior": priors.growth_mean,
            "growth_years": len(self._totals(code, subject)),
            "history_months": sum(piece.year < self.year for piece in pieces),
            "months_unknown": "|".join(map(str, self._unknown(code, subject))) or None,
            "last_year": self._last_year(code, subject),
        }  # fmt: skip
        row |= self._expected(code, subject, pieces, priors)
        row["statement_zh"], row["statement_en"] = statement(row)
        return row

    def _expected(self, code: str, subject: str, pieces: list[Piece], priors: Priors) -> Row:
        """The figures of the nowcast, or the reason why there are none."""
        if self._lost(code):
            return {"reason": "members"}
        try:
            found = nowcast(pieces, self.year, priors)
        except NoNowcastError as gap:
            return {
                "reason": gap.gap.value,
                "months_without_season": "|".join(map(str, gap.months)) or None,
            }
        limit = limit_of(self._targets, self._by, code, subject, self.year)
        return _figures(found, self._last_year(code, subject), limit)

    def months(self, code: str, subject: str) -> list[Row]:
        pieces = self._pieces(code, subject)
        if self._lost(code):
            return []
        try:
            found = nowcast(pieces, self.year, self._priors(code, subject))
        except NoNowcastError:
            return []
        known = {piece.month: piece for piece in pieces if piece.year == self.year}
        ahead = {one.month: one for one in found.ahead()}
        unknown = self._unknown(code, subject)
        shared: Row = {self._by: code, "subject": subject, "unit": _UNITS[subject]}
        rows = [
            shared | {"year": one.year, "month": one.month, "state": "known", "known": one.amount,
                      "expected": one.amount}
            for one in pieces
            if self.year - 2 <= one.year < self.year
        ]  # fmt: skip
        for month in range(1, 13):
            piece, rest = known.get(month), ahead.get(month)
            state = "running" if piece else "not_known" if month in unknown else "to_come"
            row = shared | {"year": self.year, "month": month, "state": state if rest else "known"}
            amount = 0.0
            if piece is not None:
                row["known"] = amount = piece.amount
            row["expected"] = amount
            if rest is not None:
                row["expected"] += rest.expected
                row |= {"low_80": amount + rest.low_80, "high_80": amount + rest.high_80}
            rows.append(row)
        return rows

    def _lost(self, code: str) -> bool:
        """Whether enterprises behind it are missing, so that its months are not all of it."""
        row = self._tables.years.get((code, self.year))
        return row is not None and bool(row["missing"])

    def _pieces(self, code: str, subject: str) -> list[Piece]:
        found = []
        for year in range(self.year - int(PRIORS.history_years), self.year + 1):
            for row in self._tables.months.get((code, year), []):
                amount = row[subject]
                if amount is None:
                    continue
                if row["complete"]:
                    found.append(Piece(year, row["month"], amount))
                elif (end := self._running_share(row)) is not None:
                    found.append(Piece(year, row["month"], amount, 0.0, end))
        return found

    def _running_share(self, row: Row) -> float | None:
        """The share of the running month that is known; None of any other, or where too little."""
        begin = row["start"].to_pydatetime()
        end = next_start(begin, "month", self._park.registry.zone)
        if not begin <= self._park.now < end or row["coverage"] is None:
            return None
        # What is not covered has mostly not come in yet: it belongs to the rest of the month.
        share = (self._park.now - begin) / (end - begin) * min(row["coverage"], 1.0)
        enough = row["coverage"] >= COVERED and share >= PRIORS.least_piece
        return float(share) if enough else None

    def _unknown(self, code: str, subject: str) -> list[int]:
        """Months of the running year that are over and not known."""
        local = self._park.now.astimezone(self._park.registry.zone)
        rows = self._tables.months.get((code, self.year), [])
        known = {row["month"] for row in rows if row["complete"] and row[subject] is not None}
        return [month for month in range(1, local.month) if month not in known]

    def _last_year(self, code: str, subject: str) -> float | None:
        row = self._tables.years.get((code, self.year - 1))
        return None if row is None else row[subject]

    def _totals(self, code: str, subject: str) -> list[float]:
        """Totals of the years before, one after the other, of one boundary."""
        found: list[float] = []
        boundary: str | None = None
        for year in range(self.year - 1, self.year - 1 - int(PRIORS.growth_years), -1):
            row = self._tables.years.get((code, year))
            if row is None or row[subject] is None:
                break
            if found and row["boundary"] != boundary:
                break
            found.append(row[subject])
            boundary = row["boundary"]
        return found[::-1]

    def _priors(self, code: str, subject: str) -> Priors:
        return with_growth_of(self._totals(code, subject))


def _figures(found: Nowcast, last_year: float | None, limits: Sequence[Limit] | str) -> Row:
    """The figures of a nowcast and of its tightest limit (or why there is none)."""
    row: Row = {
        "known": found.known, "known_months": found.known_months, "total": found.total,
        "month_noise": found.month_noise,
    }  # fmt: skip
    for level in (50, 80, 95):
        row[f"low_{level}"], row[f"high_{level}"] = found.interval(level / 100)
    if last_year is not None and last_year > 0:
        row["change"] = row["total"] / last_year - 1
    if isinstance(limits, str):
        return row | {"target_reason": limits}
    tightest = min(limits, key=lambda one: one.value)
    return row | {
        "limit": tightest.value, "target_period": tightest.period,
        "target_document": tightest.document, "counted_share": tightest.counted_share,
        "probability": found.holds(tightest.value),
    }  # fmt: skip
