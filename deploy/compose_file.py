"""A compose file as docker compose reads it: files merged, variables put in, profiles chosen."""

from __future__ import annotations

import graphlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

# $$, $NAME, ${NAME} and ${NAME:-default}, ${NAME:?what is missing}, ${NAME:+instead}, each also
# without the colon, which then minds only whether the variable is set. No nesting.
_VARIABLE = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<plain>[A-Za-z_]\w*)"
    r"|\{(?P<name>[A-Za-z_]\w*)(?:(?P<kind>:?[-?+])(?P<text>[^{}$]*))?\}|(?P<bad>))"
)


class ComposeError(Exception):
    """A compose file that cannot be used, or a variable that it needs; the text says which."""


def read_compose(files: Collection[Path], variables: Mapping[str, str]) -> dict[str, Any]:
    """The merged content of ``files`` with ``variables`` put in; later files add to earlier ones.

    Raises ComposeError naming every variable that is needed and missing.
    """
    missing: list[str] = []
    merged: dict[str, Any] = {}
    for file in files:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ComposeError(f"{file}: is no compose file")
        merged = _merged(merged, {key: one for key, one in content.items() if key[:2] != "x-"})
    filled = _filled(merged, variables, missing)
    if missing:
        raise ComposeError("; ".join(dict.fromkeys(missing)))
    if not isinstance(filled, dict):
        raise ComposeError("no compose file is given")
    return filled


def variables_of(text: str) -> set[str]:
    """Names of the variables that a compose file's text asks for; comments are left out."""
    code = re.sub(r"(^|\s)#.*", "", text)
    found = _VARIABLE.finditer(code)
    return {name for one in found if (name := one["plain"] or one["name"])}


def start_order(
    services: Mapping[str, Any], profiles: Collection[str], only: Collection[str] = ()
) -> list[str]:
    """Services to start, each after those that it depends on.

    ``only`` names the wanted ones; what they depend on comes along. Without it these are all
    services that have no profile or one of ``profiles``.
    """
    for name in only:
        if name not in services:
            raise ComposeError(f"{name}: is no service of the compose file")
    wanted = list(only) or [
        name
        for name, one in services.items()
        if "profiles" not in one or set(one["profiles"]) & set(profiles)
    ]
    graph: dict[str, list[str]] = {}
    while wanted:
        name = wanted.pop()
        if name not in graph:
            graph[name] = list(services[name].get("depends_on", ()))
            wanted += graph[name]
    return list(graphlib.TopologicalSorter(graph).static_order())


def _merged(one: Any, other: Any) -> Any:
    """Compose's rule: mappings by key, lists one after the other, anything else replaced."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one | {
            key: _merged(one[key], value) if key in one else value for key, value in other.items()
        }
    if isinstance(one, list) and isinstance(other, list):
        return one + other
    return other


def _filled(value: Any, variables: Mapping[str, str], missing: list[str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, variables, missing) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, variables, missing) for one in value]
    if not isinstance(value, str):
        return value

    def put_in(found: re.Match[str]) -> str:
        if found["escaped"]:
            return "$"
        name = found["plain"] or found["name"]
        if name is None:
            raise ComposeError(f"{value!r}: a $ without a variable is written $$")
        kind, text, given = found["kind"] or "", found["text"] or "", variables.get(name)
        is_there = bool(given) if kind.startswith(":") else given is not None
        if kind.endswith("+"):
            return text if is_there else ""
        if kind.endswith("?") and not is_there:
            missing.append(f"{name}: {text or 'is needed'}")
        if kind.endswith("-") and not is_there:
            return text
        return given or ""

    return _VARIABLE.sub(put_in, value)
