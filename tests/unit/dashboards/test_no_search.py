"""The console starts without a look at all objects of the process, while other threads work."""

from __future__ import annotations

import subprocess
import sys

START = """
import asyncio, gc
from fastapi import FastAPI
from dashboards.console import mount

def searched(*_):
    raise SystemError("all objects were asked for")

app = FastAPI()
mount(app, storage_secret="secret")
gc.get_objects = searched

async def start() -> None:
    async with app.router.lifespan_context(app):
        print("started")

asyncio.run(start())
"""


def test_all_objects_are_not_asked_for() -> None:
    """``tuple(...)`` of another thread would fail: Objects/tupleobject.c, bad argument."""
    done = subprocess.run(
        [sys.executable, "-c", START], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "started", done.stderr
