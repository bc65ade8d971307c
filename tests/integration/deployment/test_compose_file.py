"""What the compose file says, without running it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from carbonpeak.settings import read_settings
from deploy import make_secrets
from deploy.compose_file import ComposeError, read_compose, variables_of

ROOT = Path(__file__).parents[3]
FILES = [ROOT / "docker-compose.yml", ROOT / "docker-compose.tls.yml"]
NEEDED = {"SECRETS_GROUP": "1000", "MQTT_CLIENT_SUFFIX": "suffix"}
OF_COMPOSE_ITSELF = {"COMPOSE_FILE", "COMPOSE_PROFILES"}
SECRET = re.compile(r"PASSWORD|TOKEN|KEY|SECRET", re.IGNORECASE)

COMPOSE = read_compose(FILES, NEEDED)
SERVICES: dict[str, Any] = COMPOSE["services"]
OWN = {name: one for name, one in SERVICES.items() if "build" in one}

each_service = pytest.mark.parametrize("name", SERVICES)


def settings_of(name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Settings that a service's process would read."""
    for variable in [one for one in os.environ if one.startswith("CARBONPEAK_")]:
        monkeypatch.delenv(variable)
    for variable, value in SERVICES[name]["environment"].items():
        monkeypatch.setenv(variable, value)
    return read_settings()


def test_valid_by_the_compose_schema() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec",
         *map(str, FILES)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_schema_check_refuses_what_is_no_compose_file(tmp_path: Path) -> None:
    content = yaml.safe_load(FILES[0].read_text(encoding="utf-8"))
    content["services"]["api"]["prots"] = []
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(yaml.safe_dump(content), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec",
         str(wrong)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "prots" in done.stdout + done.stderr


def test_every_variable_is_explained_and_none_besides() -> None:
    used = set.union(*(variables_of(file.read_text(encoding="utf-8")) for file in FILES))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    explained = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert explained - OF_COMPOSE_ITSELF == used
    assert len(used) >= 15


def test_defaults_of_the_example_are_those_of_the_compose_file() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    said = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", example, re.MULTILINE))
    text = "".join(file.read_text(encoding="utf-8") for file in FILES)
    defaults = set(re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", text))
    assert {name for name, _ in defaults} == set(said) - OF_COMPOSE_ITSELF - set(NEEDED)
    assert {(name, said[name]) for name, _ in defaults} == defaults


def test_a_missing_value_is_an_error_that_names_it() -> None:
    with pytest.raises(ComposeError, match=r"SECRETS_GROUP: run python3 .*make_secrets"):
        read_compose(FILES, {"MQTT_CLIENT_SUFFIX": "suffix"})
    with pytest.raises(ComposeError, match=r"MQTT_CLIENT_SUFFIX: run python3 .*make_secrets"):
        read_compose(FILES, {"SECRETS_GROUP": "1000"})


@pytest.mark.parametrize("name", [name for name in OWN if name != "simulator"])
def test_environment_is_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(name, monkeypatch)
    assert settings.model_fields_set == {
        variable.removeprefix("CARBONPEAK_").lower()
        for variable, value in OWN[name]["environment"].items()
        if value != ""  # what is left empty is not set
    }
    assert settings.store == "influxdb"
    # What it connects to are services, by the ports that those expose.
    assert str(settings.mqtt_port) in SERVICES[settings.mqtt_host]["expose"]
    for url in (settings.influx_url, settings.registry_url):
        host, port = re.search(r"//(?:\w+@)?([\w-]+):(\d+)", url).groups()
        assert port in SERVICES[host]["expose"], url
    assert str(settings.port) in OWN[name]["expose"]
    user = re.search(r"//(\w+)@", settings.registry_url)[1]
    assert user == SERVICES["postgres"]["environment"]["POSTGRES_USER"]
    influx = SERVICES["influxdb"]["environment"]
    assert settings.influx_bucket == influx["DOCKER_INFLUXDB_INIT_BUCKET"]
    assert settings.influx_org == influx["DOCKER_INFLUXDB_INIT_ORG"]


def test_grafanas_provisioning_finds_what_it_names() -> None:
    grafana = SERVICES["grafana"]
    given = grafana["environment"]
    mounted = dict(one.split(":")[:2] for one in grafana["volumes"] if one[:2] == "./")
    (folder,) = [ROOT / one for one, at in mounted.items() if at == "/etc/grafana/provisioning"]
    texts = [file.read_text(encoding="utf-8") for file in folder.rglob("*.yaml")]
    code = re.sub(r"^\s*#.*$", "", "\n".join(texts), flags=re.MULTILINE)
    named = set(re.findall(r"\$([A-Z]\w+)", code))
    assert named == {name for name in given if name.startswith("CARBONPEAK_")}
    for name in ("CARBONPEAK_API_URL", "CARBONPEAK_INFLUX_URL"):
        host, port = re.fullmatch(r"http://(\w+):(\d+)", given[name]).groups()
        assert port in SERVICES[host]["expose"]
    influx = SERVICES["influxdb"]["environment"]
    assert given["CARBONPEAK_INFLUX_BUCKET"] == influx["DOCKER_INFLUXDB_INIT_BUCKET"]
    account = (ROOT / "deploy" / "influxdb" / "grafana-account.sh").read_text(encoding="utf-8")
    assert f"--username {given['CARBONPEAK_INFLUX_USER']} " in account
    assert "--write-bucket" not in account
    # The data source's plugin is installed, and dashboards are mounted where they are looked for.
    providers = yaml.safe_load((folder / "dashboards" / "carbonpeak.yaml").read_text())["providers"]
    assert {one["options"]["path"] for one in providers} <= set(mounted.values())
    sources = yaml.safe_load((folder / "datasources" / "carbonpeak.yaml").read_text())
    plugins = {one["type"] for one in sources["datasources"]} - {"influxdb"}
    assert plugins == {given["GF_PLUGINS_PREINSTALL"].split("@")[0]}
    assert given["GF_PLUGINS_PREINSTALL_ASYNC"] == "false"  # there before the data sources are read
    assert not plugins & set(given["GF_PLUGINS_DISABLE_PLUGINS"].split(","))
    assert not re.search(r"\s", given["GF_PLUGINS_DISABLE_PLUGINS"])


def test_processes_do_not_share_what_must_be_their_own() -> None:
    running = {name: one for name, one in OWN.items() if name != "simulator"}
    for variable in ("CARBONPEAK_WRITER", "CARBONPEAK_MQTT_CLIENT_ID"):
        given = [one["environment"].get(variable) for one in running.values()]
        values = [value for value in given if value is not None]
        assert len(values) == len(set(values)), variable
    assert all(
        one["environment"]["CARBONPEAK_MQTT_CLIENT_ID"].endswith("-suffix")
        for one in running.values()
    )
    shares = [one["environment"].get("CARBONPEAK_MQTT_SHARE") for one in running.values()]
    assert {share for share in shares if share is not None} == {"ingest-suffix"}
    assert shares.count("ingest-suffix") == 2
    folders = [volume for one in running.values() for volume in one["volumes"]]
    assert len(folders) == len(set(folders)) == len(running)


def test_what_is_declared_is_used_and_the_reverse() -> None:
    used: dict[str, set[str]] = {"configs": set(), "secrets": set(), "volumes": set()}
    for service in SERVICES.values():
        for kind in ("configs", "secrets"):
            for use in service.get(kind, ()):
                used[kind].add(use if isinstance(use, str) else use["source"])
        for volume in service.get("volumes", ()):
            name = volume.split(":")[0]
            if name.startswith("."):
                assert (ROOT / name).exists(), name
            else:
                used["volumes"].add(name)
    for kind, names in used.items():
        assert set(COMPOSE[kind]) == names, kind
    for config in COMPOSE["configs"].values():
        assert (ROOT / config["file"]).is_file(), config


@each_service
def test_a_service_has_the_secrets_that_it_names(name: str) -> None:
    service = SERVICES[name]
    mounted = set(service.get("secrets", ()))
    texts = [str(one) for one in service.get("environment", {}).values()]
    texts += [
        (ROOT / COMPOSE["configs"][use["source"]]["file"]).read_text(encoding="utf-8")
        for use in service.get("configs", ())
    ]
    texts += [
        file.read_text(encoding="utf-8")
        for volume in service.get("volumes", ())
        if volume.startswith(".")
        for file in (ROOT / volume.split(":")[0]).rglob("*.y*ml")
    ]
    named = {one for text in texts for one in re.findall(r"/run/secrets/(\w+)", text)}
    assert named == mounted


def test_secrets_are_made_by_the_script() -> None:
    base = read_compose(FILES[:1], NEEDED)["secrets"].values()
    made = {*make_secrets.TEXTS, *make_secrets.ACCOUNTS.values(), make_secrets.PASSWORDS}
    assert {one["file"] for one in base} == {f"./secrets/{name}" for name in made}


def test_accounts_of_the_broker_are_those_of_its_rights() -> None:
    acl = (ROOT / "deploy" / "mosquitto" / "acl.conf").read_text(encoding="utf-8")
    assert set(re.findall(r"^user (.+)$", acl, re.MULTILINE)) == set(make_secrets.ACCOUNTS)
    users = {one["environment"]["CARBONPEAK_MQTT_USERNAME"] for one in OWN.values()}
    assert users == set(make_secrets.ACCOUNTS)


@each_service
def test_no_password_or_token_is_written_down(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if SECRET.search(variable):
            assert variable.endswith("_FILE"), variable
            assert re.fullmatch(r"/run/secrets/\w+", value), variable
        assert not re.search(r"//[^/@]*:[^/@]*@", str(value)), variable


@each_service
def test_images_are_pinned_by_version(name: str) -> None:
    image, _, tag = SERVICES[name]["image"].rpartition(":")
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?(-[a-z]+)?", tag), (image, tag)
    if name in OWN:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        assert (image, tag) == ("carbonpeak", project["version"])


@each_service
def test_a_service_is_watched_limited_and_confined(name: str) -> None:
    service = SERVICES[name]
    check = service["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= set(check)
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert int(service["user"].split(":")[0]) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["group_add"] == [NEEDED["SECRETS_GROUP"]]
    assert service["restart"] == "unless-stopped"
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


@each_service
def test_limits_hold_on_a_host_of_one_processor(name: str) -> None:
    # The engine refuses to start a container with more processors than there are.
    assert float(SERVICES[name]["deploy"]["resources"]["limits"]["cpus"]) <= 1


@each_service
def test_only_mqtt_by_tls_is_reachable_from_elsewhere(name: str) -> None:
    for port in SERVICES[name].get("ports", ()):
        address, _, inside = port.split(":")
        assert address == ("0.0.0.0" if inside == "8883" else "127.0.0.1"), port


@each_service
def test_a_dependency_waits_for_health(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        wanted = "service_started" if (name, other) == ("grafana", "api") else "service_healthy"
        assert how["condition"] == wanted
        assert "healthcheck" in SERVICES[other]
