"""Readings pushed over HTTP: ``POST /readings`` with JSON, CSV or Parquet, answered per item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from ingest.decode.mapping import Mapping
from ingest.message import Message
from ingest.pipeline import Outcome, Pipeline
from ingest.sources.file_blocks import Block
from ingest.sources.files import submit_csv, submit_parquet, submit_workbook
from ingest.sources.http_imports import BlockRecorder, Place
from models.readings import Source
from store.registry_db import BlockCounts
from store.registry_db.imports import UnknownImportError

MOST = 2**31 - 1  # what the registry has for a number
ACCEPTED_LISTED = 1_000  # of a longer body only the refused items are listed
PARQUET = "application/vnd.apache.parquet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = {"text/csv": submit_csv, PARQUET: submit_parquet, XLSX: submit_workbook}
SENML = "application/senml+json"  # RFC 8428, section 12.3; recognised in application/json too

EXAMPLE = [
    {"meter": "main", "ts": "2026-11-24T10:15:00+08:00", "value": 1234.5, "unit": "kWh"},
    {"meter": "gas", "ts": 1795486500000, "value": 12.5},
]
SENML_EXAMPLE = [
    {"bn": "E01/", "bt": 1795486500, "n": "main", "u": "kWh", "v": 1234.5},
    {"n": "boiler:gas", "u": "Nm3", "v": 12.5},
]


def router(pipeline: Pipeline, blocks: BlockRecorder | None = None) -> APIRouter:
    """The route that takes readings in; it is mounted beside the API's own routes.

    ``blocks`` records the blocks of imports; without it there are none.
    """
    routes = APIRouter(tags=["readings"])

    @routes.post(
        "/readings",
        summary="推送读数 · Push readings",
        response_model=None,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {"schema": {}, "example": EXAMPLE},
                    SENML: {"schema": {}, "example": SENML_EXAMPLE},
                    "text/csv": {
                        "schema": {"type": "string"},
                        "example": "enterprise,meter,ts,value,unit\n"
                        "E01,main,2026-11-24T10:15:00+08:00,1234.5,kWh\n",
                    },
                    PARQUET: {"schema": {"type": "string", "format": "binary"}},
                    XLSX: {"schema": {"type": "string", "format": "binary"}},
                },
            }
        },
    )
    async def push(
        request: Request,
        *,
        enterprise: Annotated[str | None, Query(description="The enterprise addressed.")] = None,
        meter: Annotated[str | None, Query(description="The meter addressed.")] = None,
        mapping: Annotated[str | None, Query(description="How to read a file; JSON.")] = None,
        filename: Annotated[
            str | None, Query(description="Name of the file, for refusals.")
        ] = None,
        first_line: Annotated[int, Query(description="Line of the body's first reading.")] = 2,
        import_id: Annotated[
            int | None, Query(description="The import that this is a block of.", ge=1, le=MOST)
        ] = None,
        block: Annotated[
            int, Query(description="Its number in the file, from 0.", ge=0, le=MOST)
        ] = 0,
        last: Annotated[bool, Query(description="Whether it is the file's last.")] = False,
        dry_run: Annotated[
            bool, Query(description="Say what would happen, store nothing.")
        ] = False,
    ) -> JSONResponse:
        """Answers when everything accepted and everything refused is durable.

        200 where at least one reading was accepted (or the body held none), else 422.
        """
        _only_known(request)
        body = await request.body()  # of bounded length: api/bodies.py
        kind = request.headers.get("content-type", "application/json").split(";")[0].strip()
        peer = filename or (request.client.host if request.client else "HTTP")
        if kind in FILES:
            how = _mapping(mapping, enterprise, meter)
            submit = partial(
                FILES[kind],
                Block(body, peer, first_line),
                how,
                pipeline,
                Source.FILE if filename or import_id is not None else Source.HTTP,
                dry_run=dry_run,
            )
            if import_id is None or dry_run:
                outcome = await run_in_threadpool(submit)
            else:
                place = Place(import_id, block, last)
                recorded = await run_in_threadpool(_recorded, blocks, place, submit)
                if isinstance(recorded, BlockCounts):
                    return JSONResponse(asdict(recorded) | {"batch": None, "items": []})
                outcome = recorded
        elif kind in ("application/json", SENML, ""):
            message = Message(body, enterprise, meter, peer, Source.HTTP, pipeline.now())
            outcome = await run_in_threadpool(pipeline.submit, [message], dry_run=dry_run)
        else:
            raise HTTPException(
                415, f"content-type: {kind!r}: send JSON, SenML, {', '.join(FILES)}"
            )
        return _answer(outcome, dry_run)

    return routes


def _recorded(
    blocks: BlockRecorder | None, place: Place, submit: Callable[..., Outcome]
) -> Outcome | BlockCounts:
    try:
        if blocks is None:
            raise UnknownImportError(place.import_id)
        return blocks.submit(place, lambda since: submit(since=since))
    except UnknownImportError as error:
        detail = f"import_id: there is no import {place.import_id}"
        raise HTTPException(404, detail) from error


def _only_known(request: Request) -> None:
    """Refuse what is no parameter: a misspelt ``dry_run`` would store what was to be tried."""
    known = {one.alias for one in request.scope["route"].dependant.query_params}
    strange = sorted(set(request.query_params) - known)
    if strange:
        raise RequestValidationError(
            [{"type": "extra_forbidden", "loc": ("query", one), "msg": ""} for one in strange]
        )


def _mapping(text: str | None, enterprise: str | None, meter: str | None) -> Mapping:
    try:
        mapping = Mapping() if text is None else Mapping.model_validate_json(text)
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("query", "mapping", *one["loc"])} for one in error.errors()]
        ) from error
    addressed = {"enterprise": enterprise, "meter": meter}
    return mapping.model_copy(update={k: v for k, v in addressed.items() if v is not None})


def _answer(outcome: Outcome, dry_run: bool) -> JSONResponse:
    ids: Sequence[int | None] = outcome.rejection_ids or [None] * len(outcome.refused)
    items: list[dict[str, Any]] = [
        {
            "item": one.item,
            "status": "rejected",
            "reason": one.reason.value,
            "detail": one.detail,
            "rejection_id": rejection_id,
        }
        for one, rejection_id in zip(outcome.refused, ids, strict=True)
    ]
    taken = outcome.accepted + outcome.duplicates
    if taken + len(items) <= ACCEPTED_LISTED:
        items += [{"item": item, "status": "accepted"} for item in outcome.accepted_items.tolist()]
        items.sort(key=lambda one: one["item"])
    body = {
        "accepted": outcome.accepted,
        "duplicates": outcome.duplicates,
        "rejected": len(outcome.refused),
        "batch": outcome.batch,
        "items": items,
    }
    if taken or not outcome.refused or dry_run:
        return JSONResponse(body)
    problem = {
        "type": "urn:carbonpeak:problem:nothing-accepted",
        "title": "Nothing accepted",
        "status": 422,
    }
    first = outcome.refused[0]
    detail = f"{len(outcome.refused)} refused; the first: {first.reason}: {first.detail}"
    return JSONResponse(
        problem | {"detail": detail} | body, 422, media_type="application/problem+json"
    )
