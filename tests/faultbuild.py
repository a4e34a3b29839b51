"""Imports that are killed, and the library that they leave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.librarydump import dump

from hipstride.library import Library

IMPORT = """
import sys
from hipstride.library import Library
print("begun", flush=True)
Library(sys.argv[1]).add(sys.argv[2], workers=int(sys.argv[3]))
print("done", flush=True)
"""


def begin(folder: Path, source: Path, workers: int = 2) -> subprocess.Popen[str]:
    """Start an import in a process of its own, and wait until it has begun."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", IMPORT, str(folder), str(source), str(workers)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def duration_s(folder: Path, source: Path) -> float:
    """How long an import takes that nobody kills."""
    began_s = time.monotonic()
    process = begin(folder, source)
    process.communicate()
    return time.monotonic() - began_s


def killed_after(folder: Path, source: Path, wait_s: float) -> bool:
    """Kill an import with SIGKILL after a while; tell whether it was still at work."""
    process = begin(folder, source)
    time.sleep(wait_s)
    os.kill(process.pid, signal.SIGKILL)
    said, _ = process.communicate()
    return "done" not in said


def faults_after(folder: Path) -> list[str]:
    """What a check finds; a library that was not begun yet has no fault."""
    library = Library(folder)
    return library.check().faults if library.exists else []


def finished(folder: Path, source: Path) -> dict[str, object]:
    """Import again to the end, and give all that the library holds."""
    Library(folder).add(source)
    return dump(folder)
