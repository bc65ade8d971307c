"""The real service in a process of its own, and a real browser that looks at it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.servers.program import serving

ROOT = Path(__file__).parents[2]

expect.set_options(timeout=20_000)  # ms; where other tests run beside, a page takes longer than 5 s


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium without a screen.

    One a module, not one a session: as long as it runs, Playwright's event loop runs in this
    thread, and no later test could use ``asyncio.run``.
    """
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def run_service(tmp_path_factory: pytest.TempPathFactory):
    """Run ``carbonpeak run`` on a registry folder: a context manager that gives its address."""

    @contextmanager
    def run(registry: Path) -> Iterator[str]:
        data = tmp_path_factory.mktemp("data")
        environment = {
            "CARBONPEAK_DATA": str(data),
            "CARBONPEAK_BROKER": "none",
            "NICEGUI_STORAGE_PATH": str(data / "console"),
        }
        carbonpeak = [sys.executable, "-m", "carbonpeak"]
        subprocess.run(
            [*carbonpeak, "registry", "load", str(registry)],
            cwd=ROOT,
            env=os.environ | environment,
            check=True,
            capture_output=True,
        )
        with serving([*carbonpeak, "run", "--port", "0"], environment) as url:
            yield url

    return run


@pytest.fixture(scope="session")
def failing_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a console whose API answers nothing but an error."""
    program = [sys.executable, str(Path(__file__).with_name("failing_api.py"))]
    storage = str(tmp_path_factory.mktemp("console"))
    with serving(program, {"PYTHONPATH": str(ROOT), "NICEGUI_STORAGE_PATH": storage}) as url:
        yield url
