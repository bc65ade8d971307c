"""A program of ours that serves HTTP, in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(arguments: list[str], environment: dict[str, str]) -> Iterator[str]:
    """Run a program until the block ends; gives the first http address it prints to stderr,
    once it answers.
    """
    process = subprocess.Popen(
        arguments,
        cwd=ROOT,
        env=os.environ | environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    said: list[str] = []
    try:
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                # Read on, so that the program never waits for someone to read what it says.
                threading.Thread(target=process.stderr.read, daemon=True).start()
                # The address is said a moment before it is listened to.
                with httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=60) as client:
                    client.get(f"{found[0]}/api/v1/health")
                yield found[0]
                return
        pytest.fail("".join(said))
    finally:
        process.terminate()
        process.wait(timeout=60)
