"""Files that come in block by block: what of them is done is on record, so an import goes on.

``POST /imports`` says which file it is and what of it is done; each block then comes by ``POST
/readings`` with the number of the import and its own.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from ingest.decode.mapping import Mapping
from ingest.pipeline import Outcome
from ingest.sources.file_blocks import CSV_BLOCK_BYTES, PARQUET_BLOCK_ROWS
from store.registry_db import BlockCounts, FileKey, Imports


class ImportRequest(BaseModel):
    """A file about to be imported."""

    file_sha256: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file's bytes", examples=["0" * 64]
    )
    name: str = Field(max_length=1024, examples=["may.csv"])
    size: int = Field(ge=0, le=2**63 - 1, description="bytes", examples=[52_428_800])
    mapping: Mapping = Field(default_factory=Mapping, description="how the file is read")
    again: bool = Field(False, description="begin anew where the file is imported already")


class ImportAnswer(BaseModel):
    """An import: ``blocks`` of it are done, and the counts are of their rows."""

    import_id: int
    name: str
    started: datetime
    finished: datetime | None
    blocks: int
    accepted: int
    duplicates: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Place:
    """Which block of which import; ``last`` of its file or not."""

    import_id: int
    block: int
    last: bool


class BlockRecorder:
    """Submits blocks so that each is stored once, however often it comes. One at a time."""

    def __init__(self, imports: Imports, now: Callable[[], datetime]) -> None:
        self._imports = imports
        self._now = now
        self._lock = threading.Lock()

    def submit(
        self, place: Place, submit: Callable[[datetime | None], Outcome]
    ) -> Outcome | BlockCounts:
        """What ``submit`` gives, recorded; or the counts of a block that was done before.

        ``submit`` is given the time at which the block was begun before, None where it was not.
        Raises UnknownImportError.
        """
        with self._lock:
            begun = self._imports.begin(place.import_id, place.block, self._now())
            if begun.counts is not None:
                return begun.counts
            outcome = submit(begun.begun if begun.again else None)
            counts = BlockCounts(outcome.accepted, outcome.duplicates, len(outcome.refused))
            self._imports.done(place.import_id, place.block, counts, self._now(), place.last)
            return outcome


def router(imports: Imports, now: Callable[[], datetime]) -> APIRouter:
    """The route that opens an import."""
    routes = APIRouter(tags=["readings"])

    @routes.post("/imports", summary="开始或继续导入文件 · Begin or go on with a file")
    def open_import(wanted: ImportRequest) -> ImportAnswer:
        """The newest import of these bytes read this way, or a new one where there is none."""
        key = FileKey(wanted.file_sha256, _read_how(wanted.mapping))
        one = imports.open(key, wanted.name, wanted.size, now(), wanted.again)
        return ImportAnswer(
            import_id=one.id,
            name=one.name,
            started=one.started,
            finished=one.finished,
            blocks=one.blocks,
            accepted=one.counts.accepted,
            duplicates=one.counts.duplicates,
            rejected=one.counts.rejected,
        )

    return routes


def _read_how(mapping: Mapping) -> str:
    """SHA-256 of the mapping, and of where files are cut: block 3 is the same piece of the file."""
    how = f"{CSV_BLOCK_BYTES} {PARQUET_BLOCK_ROWS} {mapping.model_dump_json()}"
    return hashlib.sha256(how.encode()).hexdigest()
