"""Hours in a row in which something holds, and numbers of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.environment.arrays import Flags, Indices, Numbers


@dataclass(frozen=True, slots=True)
class Runs:
    """Places [start, stop) of rows of [rows, hours], ordered by row and start."""

    row: Indices
    start: Indices
    stop: Indices

    @property
    def hours(self) -> Indices:
        """How long each is."""
        return self.stop - self.start

    def __len__(self) -> int:
        """How many there are."""
        return len(self.row)

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        """Each as (row, start, stop)."""
        return zip(self.row.tolist(), self.start.tolist(), self.stop.tolist(), strict=True)

    def where(self, keep: Flags) -> Runs:
        """Those for which ``keep`` holds."""
        return Runs(self.row[keep], self.start[keep], self.stop[keep])

    def within(self, shape: tuple[int, ...]) -> Flags:
        """Whether each place of [rows, hours] lies in one of them."""
        inside = np.zeros((shape[0], shape[1] + 1), dtype=np.int8)
        np.add.at(inside, (self.row, self.start), 1)
        np.add.at(inside, (self.row, self.stop), -1)
        flags: Flags = np.cumsum(inside, axis=1)[:, :-1] > 0
        return flags

    def means(self, values: Numbers) -> Numbers:
        """Mean of the known values [rows, hours] in each; NaN where none is."""
        sums = _within(self, np.where(np.isnan(values), 0.0, values))
        counts = _within(self, (~np.isnan(values)).astype(np.float64))
        return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)

    def counts(self, flags: Flags) -> Numbers:
        """In how many hours of each the flags [rows, hours] hold."""
        return _within(self, flags.astype(np.float64))


def runs(flags: Flags, least: float = 1) -> Runs:
    """Runs of True in [rows, hours] that are ``least`` hours or longer."""
    edge = np.zeros((len(flags), 1), dtype=np.int8)
    steps = np.diff(np.concatenate([edge, flags.astype(np.int8), edge], axis=1), axis=1)
    row, start = np.nonzero(steps == 1)
    _, stop = np.nonzero(steps == -1)
    found = Runs(row, start, stop)
    return found.where(found.hours >= least)


def _within(found: Runs, values: Numbers) -> Numbers:
    if not len(found):
        return np.zeros(0)
    hours = values.shape[1]
    flat = np.append(values.ravel(), 0.0)
    pairs = np.stack([found.row * hours + found.start, found.row * hours + found.stop], axis=1)
    return np.add.reduceat(flat, pairs.ravel())[::2]
