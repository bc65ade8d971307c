"""Is it plausible? Owner, time, unit and range of every reading of a batch, at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.decode.columns import Columns, Refused
from ingest.lookup import Lookup
from models.errors import Reason, UnitError
from models.periods import from_us
from models.readings import LAST_COUNTED, Quality

AHEAD = timedelta(minutes=10)  # how far ahead of its receipt a reading's time may lie
_AHEAD_US = int(AHEAD.total_seconds() * 1_000_000)

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Validated:
    """Readings that are accepted: values in the meter's unit, quality judged by the range.

    ``rows`` are their places in the columns.
    """

    rows: Ints
    meter_key: Ints
    ts_us: Ints
    value: npt.NDArray[np.float64]
    quality: npt.NDArray[np.uint8]


def _codes(texts: pa.Array) -> tuple[Ints, list[str | None]]:
    """Texts as codes into the list of different ones (null is the last)."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    encoded = texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
    different: list[str | None] = encoded.dictionary.to_pylist()
    codes = encoded.indices.cast(pa.int64()).fill_null(len(different))
    return codes.to_numpy(zero_copy_only=False), [*different, None]


def _different_pairs(left: Ints, right: Ints, rights: int) -> tuple[Ints, Ints]:
    """The different pairs of codes, and of each row which pair it has."""
    pairs, which = np.unique(left * rights + right, return_inverse=True)
    return pairs, which


class Validation:
    """One batch on its way through the checks; the first check that fails gives the reason."""

    def __init__(self, columns: Columns, lookup: Lookup, received_us: Ints) -> None:
        self._columns = columns
        self._lookup = lookup
        self._received_us = received_us  # per row
        self._open = np.ones(len(columns), dtype=bool)
        self._faults: list[tuple[int, Reason, str]] = []

    def _refuse(self, mask: Mask, reason: Reason, details: Sequence[str] | None = None) -> Mask:
        """Take rows out; details by row of the mask. Returns the rows taken (still open ones)."""
        taken = mask & self._open
        if details is not None:
            for row, detail in zip(np.flatnonzero(taken), details, strict=True):
                self._faults.append((int(row), reason, detail))
        self._open &= ~taken
        return taken

    def run(self) -> tuple[Validated, list[Refused]]:
        """Accepted readings and refused ones."""
        enterprise, enterprises = _codes(self._columns.enterprise)
        meter, meters = _codes(self._columns.meter)
        self._check_owner(enterprise, enterprises)
        version = self._find_versions(enterprise, enterprises, meter, meters)
        self._check_time()
        value = self._convert(version)
        quality = self._check_range(version, value)
        rows = np.flatnonzero(self._open)
        accepted = Validated(
            rows=rows,
            meter_key=self._lookup.key[version[rows]],
            ts_us=self._columns.ts_us[rows],
            value=value[rows],
            quality=quality[rows],
        )
        return accepted, [self._refused(*fault) for fault in sorted(self._faults)]

    def _refused(self, row: int, reason: Reason, detail: str) -> Refused:
        columns = self._columns
        return Refused(
            message=int(columns.message[row]),
            item=int(columns.item[row]),
            meter=columns.meter[row].as_py(),
            reason=reason,
            detail=detail,
            enterprise=columns.enterprise[row].as_py(),
        )

    def _check_owner(self, enterprise: Ints, enterprises: list[str | None]) -> None:
        known = self._lookup.registry.enterprise_by_code
        unknown = np.array([code not in known for code in enterprises])[enterprise]
        if unknown.any():
            self._refuse(
                unknown,
                Reason.UNKNOWN_ENTERPRISE,
                [
                    "enterprise: missing, and nothing else names one"
                    if enterprises[code] is None
                    else f"enterprise: {str(enterprises[code])[:64]!r} is not registered"
                    for code in enterprise[unknown & self._open]
                ],
            )
        named = self._columns.named
        if named.null_count == len(named):
            return
        addressed = self._columns.enterprise.cast(pa.string())
        differs = pc.not_equal(named.cast(pa.string()), addressed).fill_null(False)
        other = differs.to_numpy(zero_copy_only=False)
        foreign = other & self._open
        self._refuse(
            foreign,
            Reason.WRONG_OWNER,
            [
                f"enterprise: the payload names {str(named[int(row)].as_py())[:64]!r}, but "
                f"{self._columns.enterprise[int(row)].as_py()!r} is addressed"
                for row in np.flatnonzero(foreign)
            ],
        )

    def _find_versions(
        self,
        enterprise: Ints,
        enterprises: list[str | None],
        meter: Ints,
        meters: list[str | None],
    ) -> Ints:
        """Row of the meter version of every reading; 0 where refused."""
        lookup = self._lookup
        pairs, which = _different_pairs(enterprise, meter, len(meters))
        named = zip((pairs // len(meters)).tolist(), (pairs % len(meters)).tolist(), strict=True)
        places = [lookup.place(enterprises[one], meters[other]) for one, other in named]
        place = np.array(places, dtype=np.int64)[which]
        missing = (place < 0) & self._open
        if missing.any():
            self._refuse(
                missing,
                Reason.UNKNOWN_METER,
                [
                    self._unknown(enterprises[enterprise[row]], meters[meter[row]])
                    for row in np.flatnonzero(missing)
                ],
            )
        if len(lookup.first) == 0:
            return np.zeros(len(place), dtype=np.int64)
        known = np.maximum(place, 0)
        first, count = lookup.first[known], lookup.count[known]
        version, ts = first, self._columns.ts_us
        for later in range(1, int(count.max(initial=1))):
            candidate = np.minimum(first + later, len(lookup.key) - 1)
            since = lookup.valid_from[candidate]
            # What ends where a version begins is of the version before, where there was one.
            begun = (since <= ts - lookup.behind[candidate]) | (
                (since <= ts) & (ts - lookup.behind[version] >= lookup.valid_to[version])
            )
            version = np.where((later < count) & begun, candidate, version)
        virtual = lookup.virtual[version] & (place >= 0) & self._open
        if virtual.any():
            self._refuse(
                virtual,
                Reason.UNSUPPORTED,
                [
                    f"meter: {meters[meter[row]]!r} is computed by a formula and takes no readings"
                    for row in np.flatnonzero(virtual)
                ],
            )
        invalid = ts < lookup.valid_from[version]
        invalid |= ts - lookup.behind[version] >= lookup.valid_to[version]
        invalid &= self._open
        if invalid.any():
            self._refuse(
                invalid,
                Reason.UNKNOWN_METER,
                [
                    f"meter: {meters[meter[row]]!r} is not valid at "
                    f"{from_us(int(ts[row])).isoformat()}"
                    for row in np.flatnonzero(invalid)
                ],
            )
        return version

    @staticmethod
    def _unknown(enterprise: str | None, meter: str | None) -> str:
        # Not a word on whose it may be: the refusal goes to the sender, and tenants do not see each
        # other's meters.
        return f"meter: {(meter or '')[:64]!r} is not a meter of {enterprise!r}"

    def _check_time(self) -> None:
        ts = self._columns.ts_us
        early = (ts > self._received_us + _AHEAD_US) & self._open
        if early.any():
            self._refuse(
                early,
                Reason.BAD_TIME,
                [
                    f"ts: {from_us(int(ts[row])).isoformat()} is more than 10 minutes ahead of its "
                    f"receipt at {from_us(int(self._received_us[row])).isoformat()}"
                    for row in np.flatnonzero(early)
                ],
            )

    def _convert(self, version: Ints) -> npt.NDArray[np.float64]:
        """Values in the unit of their meter."""
        value, units = self._columns.value, self._columns.unit
        if units.null_count == len(units):
            return value
        unit, texts = _codes(units)
        pairs, which = _different_pairs(version, unit, len(texts))
        factors = np.empty((len(pairs), 2))
        errors: dict[int, UnitError] = {}
        for number, pair in enumerate(pairs):
            text = texts[pair % len(texts)]
            found = (1.0, 0.0)
            if text is not None and len(self._lookup.versions):
                outcome = self._lookup.unit(int(pair // len(texts)), text)
                if isinstance(outcome, UnitError):
                    errors[number] = outcome
                else:
                    found = outcome
            factors[number] = found
        if errors:
            bad = np.isin(which, list(errors)) & self._open
            self._refuse(
                bad, Reason.BAD_UNIT, [str(errors[which[row]])[:300] for row in np.flatnonzero(bad)]
            )
        if (factors == (1.0, 0.0)).all():
            return value
        with np.errstate(over="ignore"):  # infinite is out of range, which is judged next
            converted: npt.NDArray[np.float64] = value * factors[which, 0] + factors[which, 1]
        return converted

    def _check_range(self, version: Ints, value: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
        lookup = self._lookup
        if len(lookup.key) == 0:
            return self._columns.quality
        lowest, highest = lookup.lowest[version], lookup.highest[version]
        impossible = ~(np.isfinite(value) & (value >= lowest) & (value <= highest)) & self._open
        if impossible.any():
            self._refuse(
                impossible,
                Reason.OUT_OF_RANGE,
                [
                    f"value: {value[row]:.12g} is not a finite number"
                    if not np.isfinite(value[row])
                    else f"value: {value[row]:.12g} is negative, which this register cannot show"
                    if value[row] < lowest[row]
                    else f"value: {value[row]:.12g} is beyond the register's maximum "
                    f"{highest[row]:.12g} {lookup.versions[version[row]].unit}"
                    for row in np.flatnonzero(impossible)
                ],
            )
        quality = self._columns.quality
        doubtful = (value < lookup.low[version]) | (value > lookup.high[version])
        doubtful &= quality <= LAST_COUNTED
        if not doubtful.any():
            return quality
        judged: npt.NDArray[np.uint8] = np.where(doubtful, np.uint8(Quality.SUSPECT), quality)
        return judged
