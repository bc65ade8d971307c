"""Compose's rules for variables, merging and order, and where services are on one machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.compose_file import ComposeError, read_compose, start_order, variables_of
from deploy.placement import Placement
from deploy.without_containers import seconds


def read(folder: Path, *contents: object, **variables: str) -> dict[str, Any]:
    files = [folder / f"{number}.yml" for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return read_compose(files, variables)


@pytest.mark.parametrize(
    ("text", "given", "wanted"),
    [
        ("${A:-x}", {}, "x"),
        ("${A:-x}", {"A": ""}, "x"),
        ("${A-x}", {"A": ""}, ""),
        ("${A:-x}", {"A": "y"}, "y"),
        ("${A:-}", {}, ""),
        ("$A/${A}", {"A": "y"}, "y/y"),
        ("${A}", {}, ""),
        ("${A:+x}", {"A": "y"}, "x"),
        ("${A:+x}", {"A": ""}, ""),
        ("${A?missing}", {"A": ""}, ""),
        ("$$A costs $${A}", {"A": "y"}, "$A costs ${A}"),
        ("${A:-127.0.0.1}:${B:-80}:80", {"B": "8080"}, "127.0.0.1:8080:80"),
    ],
)
def test_variables_as_compose_puts_them_in(
    tmp_path: Path, text: str, given: dict[str, str], wanted: str
) -> None:
    assert read(tmp_path, {"a": [{"b": text}]}, **given) == {"a": [{"b": wanted}]}


def test_every_missing_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(ComposeError, match=r"^A: say a; B: is needed$"):
        read(tmp_path, {"a": "${A:?say a}", "b": "${B?}", "c": "${A:?say a}"})


@pytest.mark.parametrize("text", ["costs $", "${A", "${A:-${B}}", "${1}"])
def test_what_is_no_variable_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ComposeError, match=r"written \$\$"):
        read(tmp_path, {"a": text})


def test_names_of_variables_without_comments() -> None:
    assert variables_of("# ${A}\nb: ${B:-x} # $C\nd: '$$D $E'") == {"B", "E"}


def test_later_files_add(tmp_path: Path) -> None:
    merged = read(
        tmp_path,
        {"x-note": 1, "services": {"a": {"ports": ["1"], "image": "one", "environment": {"k": 1}}}},
        {"services": {"a": {"ports": ["2"], "image": "two", "environment": {"l": 2}}, "b": {}}},
    )
    assert merged == {
        "services": {
            "a": {"ports": ["1", "2"], "image": "two", "environment": {"k": 1, "l": 2}},
            "b": {},
        }
    }


def test_order_profiles_and_only() -> None:
    services = {
        "api": {"depends_on": {"db": {"condition": "service_healthy"}}},
        "db": {},
        "page": {"depends_on": ["api"]},
        "trial": {"profiles": ["trial"], "depends_on": ["db"]},
    }
    assert start_order(services, []) == ["db", "api", "page"]
    assert set(start_order(services, ["trial"])) == set(services)
    assert start_order(services, [], ["api"]) == ["db", "api"]
    assert start_order(services, [], ["trial"]) == ["db", "trial"]
    with pytest.raises(ComposeError, match="other: is no service"):
        start_order(services, [], ["other"])


def place(tmp_path: Path, services: dict[str, Any], **more: Any) -> Placement:
    return Placement({"services": services, **more}, tmp_path, tmp_path / "run")


def test_addresses_are_moved(tmp_path: Path) -> None:
    placed = place(
        tmp_path,
        {
            "api": {
                "ports": ["127.0.0.1:18000:8000"],
                "command": ["run", "--db-host", "db", "--db-port", "5432", "--port", "8000"],
                "environment": {
                    "X_HOST": "0.0.0.0",
                    "X_PORT": "8000",
                    "DB_HOST": "db",
                    "DB_PORT": 5432,
                    "URL": "http://user@db:5432/db?not=mydb:5432",
                    "SELF": "http://127.0.0.1:8000/db",
                    "OTHER": "db:1",
                },
            },
            "db": {"expose": ["5432"]},
        },
    )
    db = placed.port("db", 5432)
    assert placed.port("api", 8000) == 18000
    assert placed.environment("api") == {
        "X_HOST": "127.0.0.1",
        "X_PORT": "18000",
        "DB_HOST": "127.0.0.1",
        "DB_PORT": str(db),
        "URL": f"http://user@127.0.0.1:{db}/db?not=mydb:5432",
        "SELF": "http://127.0.0.1:18000/db",
        "OTHER": "db:1",
    }
    assert placed.arguments("api") == [
        *("run", "--db-host", "127.0.0.1", "--db-port", str(db), "--port", "8000")
    ]


def test_free_ports_are_kept_and_published_ones_win(tmp_path: Path) -> None:
    first = place(tmp_path, {"db": {"expose": ["5432"]}}).port("db", 5432)
    assert place(tmp_path, {"db": {"expose": ["5432"]}}).port("db", 5432) == first
    published = {"db": {"expose": ["5432"], "ports": ["127.0.0.1:15432:5432"]}}
    assert place(tmp_path, published).port("db", 5432) == 15432
    anywhere = place(tmp_path, {"db": {"expose": ["5432"], "ports": ["127.0.0.1:0:5432"]}})
    assert anywhere.port("db", 5432) > 0


def test_one_port_for_two_services_is_refused(tmp_path: Path) -> None:
    twice = {"a": {"ports": ["80:1"]}, "b": {"ports": ["127.0.0.1:80:2"]}}
    with pytest.raises(ComposeError, match="b: a publishes 80 too"):
        place(tmp_path, twice)


def test_an_unknown_port_of_a_named_service_is_refused(tmp_path: Path) -> None:
    services = {"a": {"environment": {"DB_HOST": "db", "DB_PORT": "1"}}, "db": {"expose": ["2"]}}
    with pytest.raises(ComposeError, match="db: neither exposes nor publishes 1"):
        place(tmp_path, services).environment("a")
    with pytest.raises(ComposeError, match="a: DB_HOST has no DB_PORT beside it"):
        place(tmp_path, {"a": {"environment": {"DB_HOST": "a"}}}).environment("a")


def test_mounts_are_laid_and_paths_moved(tmp_path: Path) -> None:
    (tmp_path / "some.conf").write_text("x")
    placed = place(
        tmp_path,
        {
            "a": {
                "volumes": ["a-data:/var/lib/a"],
                "configs": [{"source": "some", "target": "/etc/a/some.conf"}],
                "secrets": ["word"],
                "environment": {
                    "DATA": "/var/lib/a",
                    "WORD_FILE": "/run/secrets/word",
                    "DIR": "/etc/a/",
                    "ELSEWHERE": "/var/lib/a-not /usr/var/lib/a http://x/etc/a",
                },
            }
        },
        volumes={"a-data": None},
        configs={"some": {"file": "./some.conf"}},
        secrets={"word": {"file": "./word.txt"}},
    )
    with pytest.raises(ComposeError, match=r"a: .*word\.txt does not exist"):
        placed.prepare("a")
    (tmp_path / "word.txt").write_text("secret\n")
    placed.prepare("a")
    environment = placed.environment("a")
    assert Path(environment["WORD_FILE"]).read_text() == "secret\n"
    assert (Path(environment["DIR"]) / "some.conf").read_text() == "x"
    (Path(environment["DATA"]) / "kept").touch()
    assert (tmp_path / "run" / "volumes" / "a-data" / "kept").exists()
    assert environment["ELSEWHERE"] == "/var/lib/a-not /usr/var/lib/a http://x/etc/a"


@pytest.mark.parametrize(("text", "wanted"), [("90s", 90), ("1m30s", 90), ("250ms", 0.25)])
def test_durations(text: str, wanted: float) -> None:
    assert seconds(text) == wanted
