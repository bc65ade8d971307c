"""The one error body: RFC 9457 problem details, for whatever goes wrong on whichever route."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from models.errors import CarbonpeakError, FactorNotFoundError

MEDIA_TYPE = "application/problem+json"
KIND = "urn:carbonpeak:problem:"


class FieldError(BaseModel):
    """What is wrong with one parameter or field."""

    field: str = Field(examples=["start"])
    reason: str = Field(examples=["'2026-13' is not a date"])


class Problem(BaseModel):
    """Problem details as RFC 9457 defines them, and the fields at fault."""

    type: str = Field(
        description="`about:blank` where the status says it all, else a URN of the kind",
        examples=[KIND + "invalid-parameter"],
    )
    title: str = Field(examples=["Invalid parameter"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["start: '2026-13' is not a date"])
    errors: list[FieldError] | None = Field(
        default=None, description="one entry a field; absent where no field is at fault"
    )


class ProblemError(Exception):
    """Raised anywhere below a route to answer with a problem."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        errors: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)


def invalid(field: str, reason: str) -> ProblemError:
    """422: a parameter whose value cannot be used."""
    return ProblemError(422, "invalid-parameter", f"{field}: {reason}", [(field, reason)])


def unknown(field: str, value: object, where: str = "registered") -> ProblemError:
    """404: a name that is well-formed and stands for nothing here."""
    reason = f"{value!r} is not {where}"
    return ProblemError(404, "unknown-name", f"{field}: {reason}", [(field, reason)])


def response(
    status: int,
    detail: str,
    *,
    kind: str | None = None,
    errors: Sequence[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The problem as a response."""
    title = kind.replace("-", " ").capitalize() if kind else HTTPStatus(status).phrase
    body: dict[str, Any] = {
        "type": KIND + kind if kind else "about:blank",
        "title": title,
        "status": status,
        "detail": _writable(detail),
    }
    if errors:
        body["errors"] = [
            {"field": _writable(field), "reason": _writable(reason)} for field, reason in errors
        ]
    return Response(msgspec.json.encode(body), status, dict(headers or {}), MEDIA_TYPE)


def _writable(text: str) -> str:
    # What was sent is told back, and JSON can escape half of a surrogate pair, which has no bytes.
    return text.encode("utf-8", "backslashreplace").decode()


def _of_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return response(error.status, error.detail, kind=error.kind, errors=error.errors)


def _of_validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = []
    for fault in error.errors():
        # The first part of the place is query, path or body; the rest is the field.
        place = ".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][0])
        reason = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            inside = len(fault["loc"]) > 2
            reason = "is no field of it" if inside else "is no parameter of this address"
        errors.append((place, reason))
    detail = "; ".join(f"{field}: {reason}" for field, reason in errors)
    return response(422, detail, kind="invalid-parameter", errors=errors)


def _of_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = error.detail
    if error.status_code == 404 and detail == HTTPStatus.NOT_FOUND.phrase:
        detail = f"there is nothing at {request.scope['path']}"
    if error.status_code == 405 and detail == HTTPStatus.METHOD_NOT_ALLOWED.phrase:
        detail = f"{request.method} is not possible at {request.scope['path']}"
    return response(error.status_code, detail, headers=error.headers)


def _of_books(_: Request, error: Exception) -> Response:
    # The question was in order; the books (registry, factors, readings) cannot answer it as they
    # stand. FactorNotFoundError names what was sought, and declaring a factor mends it.
    kind = "factor-not-found" if isinstance(error, FactorNotFoundError) else "books-cannot-answer"
    return response(409, str(error), kind=kind)


def _of_bug(_: Request, error: Exception) -> Response:
    # Starlette raises the error again after this answer, so that the server logs it in full.
    return response(500, f"{type(error).__name__}; the service's log has the details")


def handle(app: FastAPI) -> None:
    """Answer every error of the app with a problem."""
    app.add_exception_handler(ProblemError, _of_problem)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(CarbonpeakError, _of_books)
    app.add_exception_handler(Exception, _of_bug)


def document(openapi: dict[str, Any]) -> None:
    """Say in an OpenAPI document that every operation answers errors with Problem."""
    schemas = openapi.setdefault("components", {}).setdefault("schemas", {})
    found = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(found.pop("$defs"))
    schemas["Problem"] = found
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    answer = {
        "description": "A problem (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in openapi.get("paths", {}).values():
        for method, operation in path.items():
            if re.fullmatch("get|post|put|patch|delete", method):
                if "HTTPValidationError" in str(operation["responses"].get("422", "")):
                    del operation["responses"]["422"]
                operation["responses"]["default"] = answer
