"""Rejections replayed: the bytes that were kept, through the same decoders and checks as new ones.

Readings come in as received now: they are late, and *as of* an earlier time they were not known.
Their way in stays what it was. Nothing is refused a second time: the rejection that is kept stays
the one record of its bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.decode.columns import WHOLE, Columns, Refused, Rows
from ingest.decode.file_rows import decode_kept
from ingest.decode.forms import decode
from ingest.decode.refusals import Refusals
from ingest.decode.sparkplug import AFTER_REBIRTH, Births, addressed
from ingest.hj212_stations import Stations
from ingest.message import Message
from ingest.pipeline import Pipeline
from models.errors import Reason
from models.periods import to_us
from models.readings import Source
from store.interface import Store
from store.registry_db import Replay, ReplayOutcome, Replays
from store.rules.stored_before import Standing, stored_before

Ints = npt.NDArray[np.int64]
_WAITING = f"name: no birth is known that it was sent under; {AFTER_REBIRTH}"


class Replayer:
    """Replays rejections into the store; every call may be repeated without harm.

    ``births`` tells what is known now of a Sparkplug node's device: by it aliases are read that had
    no birth when they came. ``stations`` are those that are registered now: they tell what fields
    of frames of HJ 212 mean.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        store: Store,
        replays: Replays,
        births: Callable[[str, str | None], Births] = lambda _node, _device: Births(),
        stations: Callable[[], Stations | None] = lambda: None,
    ) -> None:
        self._births = births
        self._stations = stations
        self._pipeline = pipeline
        self._store = store
        self._replays = replays

    def replay(self, kept: pa.Table, by: str) -> list[Replay]:
        """Bring in what REJECTIONS (with payloads) give now, and record it.

        The append comes first: a crash between the two leaves readings that the next replay finds
        stored, and records.
        """
        tried, readings, place = self._tried(kept)
        batch = None
        if readings.num_rows:
            came_in = len(np.unique(place))
            batch = self._pipeline.store_validated(readings, came_in).batch
        now = self._pipeline.now()
        replays = [
            replace(
                one,
                batch=batch if one.accepted else None,
                replayed_at=now,
                replayed_by=by,
            )
            for one in tried
        ]
        self._replays.record(replays)
        return replays

    def attempt(self, kept: pa.Table) -> list[Replay]:
        """What a replay would do now; nothing is stored or recorded."""
        return self._tried(kept)[0]

    def _came_us(self, batches: list[int]) -> dict[int, int]:
        """When what replays stored in some of these batches had come, the last of it."""
        came: dict[int, int] = {}
        for batch, ids in self._replays.in_batches(batches).items():
            received = self._store.rejections(ids=ids)["received"].to_pylist()
            if received:
                came[batch] = max(map(to_us, received))
        return came

    def _tried(self, kept: pa.Table) -> tuple[list[Replay], pa.Table, Ints]:
        """What becomes of each, the readings to store, and the place in ``kept`` of each."""
        kept = kept.sort_by("rejection_id")  # of two of the same time the later one then holds
        rows = kept.to_pylist()
        now = self._pipeline.now()
        stations = self._stations()
        messages = [_message(row, self._births, stations) for row in rows]
        why_not = [_why_not(row, stations) for row in rows]
        able = [place for place, why in enumerate(why_not) if why is None]
        refusals = Refusals()
        columns = _decoded(rows, messages, able, refusals)
        again = [replace(message, received=now) for message in messages]
        readings, refused, accepted = self._pipeline.validated(columns, refusals, again)
        place = columns.message[accepted]
        received = np.array([to_us(row["received"]) for row in rows], dtype=np.int64)
        standing = stored_before(self._store, readings, received[place], self._came_us)
        is_new = standing == Standing.NEW
        count = {
            kind: np.bincount(place[standing == kind], minlength=len(rows)) for kind in Standing
        }
        faults: dict[int, list[Refused]] = defaultdict(list)
        for one in refused:
            faults[one.message].append(one)
        tried = []
        for number, row in enumerate(rows):
            why = why_not[number]
            if why is not None:
                outcome = ReplayOutcome.IMPOSSIBLE
                tried.append(Replay(row["rejection_id"], outcome, detail=why))
            else:
                counts = {kind: int(count[kind][number]) for kind in Standing}
                tried.append(_replay(row["rejection_id"], counts, faults[number]))
        return tried, readings.filter(pa.array(is_new)), place[is_new]


def _replay(number: int, counts: dict[Standing, int], faults: Sequence[Refused]) -> Replay:
    came = counts[Standing.NEW] + counts[Standing.STORED]
    if faults:
        outcome = ReplayOutcome.PARTLY if came else ReplayOutcome.REFUSED
    elif came or not counts[Standing.SUPERSEDED]:
        outcome = ReplayOutcome.ACCEPTED
    else:
        outcome = ReplayOutcome.SUPERSEDED
    return Replay(
        number,
        outcome,
        accepted=counts[Standing.NEW],
        duplicates=counts[Standing.STORED],
        superseded=counts[Standing.SUPERSEDED],
        refused=len(faults),
        reason=faults[0].reason.value if faults else None,
        detail=faults[0].detail if faults else None,
    )


def _why_not(row: dict[str, object], stations: Stations | None) -> str | None:
    """Why the bytes cannot be replayed; None where they can."""
    payload, length = row["payload"], row["payload_length"]
    if row["expired"] is not None:
        return f"payload: expired, its bytes were dropped at {row['expired']}"
    if not isinstance(payload, bytes) or not isinstance(length, int):
        return "payload: no bytes are kept"
    if len(payload) < length:
        return f"payload: only {len(payload):,} of {length:,} bytes are kept"
    if row["source"] == Source.FILE and row["decoding"] is None:
        return "payload: it is not kept how this part of a file was read; import the file again"
    if row["source"] == Source.HJ212 and stations is None:
        return "payload: a frame of HJ 212, and no stations are known here"
    return None


def _message(
    row: dict[str, object],
    births: Callable[[str, str | None], Births],
    stations: Stations | None,
) -> Message:
    """The origin it had; on MQTT the topic tells the meter, also where an item named another.

    It is decoded as received when it was: times of SenML may count from then.
    """
    sparkplug = None
    enterprise, meter, peer = row["enterprise"], row["meter"], str(row["peer"] or "")
    payload, received = row["payload"], row["received"]
    assert isinstance(received, datetime)
    source = Source(int(str(row["source"])))
    if source == Source.HJ212:
        enterprise = meter = None  # the frame's MN tells
    parts = addressed(peer) if source == Source.MQTT else None
    if parts is not None:
        _, node, where = parts
        known = births(node, where.device)
        # An alias that came to mean something else since is not read by what it means now.
        known = known if received.timestamp() * 1000 >= known.since_ms else Births()
        # A name alone says neither type nor unit: those are its birth's, as when it came.
        waits = str(row["detail"]).endswith(AFTER_REBIRTH) and not known.by_name
        sparkplug = replace(where, births=known, distrusted=_WAITING if waits else None)
        enterprise, meter = node, None
    elif source == Source.MQTT:
        levels = peer.split("/")
        enterprise = levels[2] if len(levels) > 3 else enterprise
        meter = levels[4] if len(levels) == 5 and levels[3] == "meter" else None
    return Message(
        payload if isinstance(payload, bytes) else b"",
        None if enterprise is None else str(enterprise),
        None if meter is None else str(meter),
        peer,
        source,
        received,
        sparkplug=sparkplug,
        hj212=stations if source == Source.HJ212 else None,
    )


def _decoded(
    rows: Sequence[dict[str, object]],
    messages: Sequence[Message],
    able: Sequence[int],
    refusals: Refusals,
) -> Columns:
    """Readings of those that can be decoded; ``message`` is the place in ``rows``."""
    groups: dict[str | None, list[int]] = defaultdict(list)
    for place in able:
        decoding = rows[place]["decoding"]
        groups[None if decoding is None else str(decoding)].append(place)
    parts: list[Columns] = []
    for decoding, places in groups.items():
        if decoding is None:
            columns, refused = decode([messages[place] for place in places])
            where = np.array(places, dtype=np.int64)
            parts.append(replace(columns, message=where[columns.message]))
            for one in refused.kept():
                refusals.append(replace(one, message=places[one.message]))
        else:
            payloads = [messages[place].payload for place in places]
            try:
                parts += decode_kept(decoding, payloads, places, refusals)
            except (KeyError, ValueError, TypeError) as error:
                # Written by another version of the program: the others come in all the same.
                why = " ".join(str(error).split())[:300]
                detail = (
                    f"decoding: how it is read is not known here; import the file again ({why})"
                )
                for place in places:
                    refusals.append(Refused(place, WHOLE, None, Reason.UNSUPPORTED, detail))
    return _joined(parts)


def _joined(parts: Sequence[Columns]) -> Columns:
    if not parts:
        return Rows().columns(Refusals())
    if len(parts) == 1:
        return parts[0]

    def texts(name: str) -> pa.Array:
        arrays = [getattr(one, name) for one in parts]
        chunks = [
            chunk.cast(pa.string())
            for one in arrays
            for chunk in (one.chunks if isinstance(one, pa.ChunkedArray) else [one])
        ]
        return pa.concat_arrays(chunks)

    return Columns(
        message=np.concatenate([one.message for one in parts]),
        item=np.concatenate([one.item for one in parts]),
        enterprise=texts("enterprise"),
        named=texts("named"),
        meter=texts("meter"),
        ts_us=np.concatenate([one.ts_us for one in parts]),
        value=np.concatenate([one.value for one in parts]),
        unit=texts("unit"),
        quality=np.concatenate([one.quality for one in parts]),
    )
