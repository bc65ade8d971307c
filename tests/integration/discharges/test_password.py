"""The password of a device is told nowhere: no route, no command, no log line has it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from fastapi.testclient import TestClient

from api.app import ApiContext, create_app
from tests.integration.discharges.conftest import ENTERPRISES, METERS, PARK

SECRET = "q7Wx2p"
POINTS = f"""enterprise,code,medium,name_zh,name_en,mn,password
works,DA001,waste_gas,锅炉排放口,boiler stack,MN-0001,{SECRET}
mill,N1,noise,东厂界,east fence,MN-0002,{SECRET}
"""
CHANNELS = """enterprise,point,code,fields
works,DA001,a21002,minute
mill,N1,Leq,minute|hour
"""
ROOT = Path(__file__).parents[3]


def test_no_route_has_it(open_works, caplog):
    caplog.set_level("DEBUG")
    works = open_works(points=POINTS, channels=CHANNELS)
    assert works.books.registry().point_by_mn["MN-0001"].password == SECRET
    app = create_app(ApiContext(books=works.books, health=dict))
    client = TestClient(app, raise_server_exceptions=False)
    document = client.get("/api/v1/openapi.json").json()
    said = {"openapi": str(document)}
    for path, operations in document["paths"].items():
        if "get" in operations and "{" not in path:
            said[path] = client.get(path).text
    assert '"DA001"' in said["/api/v1/outlets"]
    assert '"N1"' in said["/api/v1/stations"]
    assert "MN-0001" in said["/api/v1/outlets"]
    assert not [path for path, text in said.items() if SECRET in text]
    assert SECRET not in caplog.text


def test_no_command_has_it(tmp_path):
    folder = tmp_path / "registry"
    folder.mkdir()
    files = {"park.yaml": PARK, "enterprises.csv": ENTERPRISES, "meters.csv": METERS}
    for name, text in (files | {"points.csv": POINTS, "channels.csv": CHANNELS}).items():
        (folder / name).write_text(text, encoding="utf-8")
    said = ""
    for command in (["load", str(folder), "--json"], ["show"]):
        done = subprocess.run(
            [sys.executable, "-m", "carbonpeak", "registry", *command, "--data", str(tmp_path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        said += done.stdout + done.stderr
    assert "MN-0001" in said
    assert "(hidden)" in said
    assert SECRET not in said
