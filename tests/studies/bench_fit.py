"""FIT reading beside fitparse, fitdecode and pyfitparsernative.

The question is what an importer of runs pays for a file, from bytes to tables:

- ours, recordings: `read_fit`, what hipstride imports. Samples, laps and pauses as
  DataFrames in SI units, with the facts of the session, the device, the hash of the
  file and what was wrong with it.
- ours, tables: `read_fit_tables`, DataFrames of the messages that an importer needs
  (record, lap, session, event, device_info, activity, file_id), every field of them.
- each other library, to DataFrames: the same messages as the same DataFrames, through
  its public face; values of other messages are not asked for. This is the end product
  that compares with ours. Beside it stands the library alone, up to its own messages
  as dicts.

In each round every reader reads every file of a run once, in turn, in one process; a
ratio is that of the medians over rounds, of CPU time. Definitions are warm, as they are
from the second file of an import on; what the very first file costs is told apart.
"""

from __future__ import annotations

import csv
import gzip
import json
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import fitdecode
import pandas as pd
import pyfitparsernative
from fitparse import FitFile
from tests.conftest import SHARED

from hipstride.io.fit import read_fit, read_fit_tables

TABLES = ("record", "lap", "session", "event", "device_info", "activity", "file_id")
WANTED = frozenset(TABLES)

# Messages by name and fields, as a library gives them: no DataFrame yet.
Rows = list[tuple[str, dict]]
Reader = Callable[[bytes], object]


def _fitparse(data: bytes) -> Rows:
    stream = FitFile(BytesIO(data))
    return [(one.name, one.get_values()) for one in stream.get_messages([*TABLES])]


def _fitdecode(data: bytes) -> Rows:
    with fitdecode.FitReader(data) as stream:
        return [
            (one.name, {field.name: field.value for field in one.fields})
            for one in stream
            if one.frame_type == fitdecode.FIT_FRAME_DATA and one.name in WANTED
        ]


def _pyfitparsernative(data: bytes) -> Rows:
    messages = pyfitparsernative.parse_fit_bytes(data)
    return [
        (one["message_type"], one) for one in messages if one["message_type"] in WANTED
    ]


def _frames(rows: Rows) -> dict[str, pd.DataFrame]:
    found: dict[str, list[dict]] = {name: [] for name in TABLES}
    for name, row in rows:
        found[name].append(row)
    return {name: pd.DataFrame(rows) for name, rows in found.items()}


def _tables(data: bytes) -> object:
    return read_fit_tables(data, messages=TABLES)


OURS: dict[str, Reader] = {"tables": _tables, "recordings": read_fit}
RIVALS: dict[str, Callable[[bytes], Rows]] = {
    "pyfitparsernative": _pyfitparsernative,
    "fitdecode": _fitdecode,
    "fitparse": _fitparse,
}


def run_files() -> list[bytes]:
    """Give the bytes of every real FIT file of a run."""
    with (SHARED / "MANIFEST.csv").open(encoding="utf-8") as stream:
        rows = [
            row
            for row in csv.DictReader(stream)
            if row["format"] == "fit" and "running" in row["sport_sub_sport"]
        ]
    return [_bytes(SHARED / row["path"]) for row in rows]


def _bytes(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def _readable(files: list[bytes]) -> list[bytes]:
    """Keep what all can read, so that all have the same work."""
    kept = []
    for data in files:
        try:
            for reader in (*OURS.values(), *RIVALS.values()):
                reader(data)
        except Exception:  # noqa: S112 — a rival may raise whatever it likes
            continue
        kept.append(data)
    return kept


def measure(files: list[bytes], rounds: int) -> dict[str, float]:
    """Give the median CPU seconds of each reader over all files."""
    seconds: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, ours in OURS.items():
            # Ours takes milliseconds: three passes, to be above the clock's grain.
            start = time.process_time()
            for _ in range(3):
                for data in files:
                    ours(data)
            passed = (time.process_time() - start) / 3
            seconds.setdefault(name, []).append(passed)
        for name, rival in RIVALS.items():
            bare = framed = 0.0
            for data in files:
                start = time.process_time()
                rows = rival(data)
                middle = time.process_time()
                _frames(rows)
                bare += middle - start
                framed += time.process_time() - start
            seconds.setdefault(name, []).append(bare)
            seconds.setdefault(f"{name} to DataFrames", []).append(framed)
    return {name: statistics.median(all_of) for name, all_of in seconds.items()}


def peak_mb(path: Path) -> tuple[float, float, float]:
    """Give a file's size and the peak of what reading it allocates [MB].

    In a process of its own; the last number is what the first file of all costs [s].
    """
    code = (
        "import json, sys, time, tracemalloc\n"
        "from hipstride.io.fit import read_fit\n"
        "data = open(sys.argv[1], 'rb').read()\n"
        "start = time.perf_counter()\n"
        "read_fit(data)\n"
        "passed = time.perf_counter() - start\n"
        "tracemalloc.start()\n"
        "read_fit(data)\n"
        "print(json.dumps([tracemalloc.get_traced_memory()[1] / 2**20, passed]))\n"
    )
    done = subprocess.run(  # noqa: S603 — our own interpreter and code
        [sys.executable, "-c", code, str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    peak, first = json.loads(done.stdout)
    return len(_bytes(path)) / 2**20, peak, first


def main(rounds: int = 5) -> None:
    """Print the ratios, and the peak memory on the largest file."""
    warnings.simplefilter("ignore")
    if not (SHARED / "MANIFEST.csv").is_file():
        print("fit: no real files here, nothing measured")
        return
    files = _readable(run_files())
    medians = measure(files, rounds)
    print(f"fit: {len(files)} run files, {sum(map(len, files)) / 2**20:.1f} MB")
    for name in OURS:
        per_file = 1000 * medians[name] / len(files)
        print(f"  hipstride, {name}: {medians[name]:.4f} s, {per_file:.2f} ms a file")
    for name in RIVALS:
        for what in (f"{name} to DataFrames", name):
            seconds = medians[what]
            print(
                f"  {what}{' alone' * (what == name)}: {seconds:.2f} s, "
                f"{seconds / medians['recordings']:.1f} x our recordings, "
                f"{seconds / medians['tables']:.1f} x our tables"
            )
    largest = sorted(
        (SHARED / "real" / "fit").glob("*"), key=lambda p: p.stat().st_size
    )
    for path in largest[-3:]:
        size, peak, first = peak_mb(path)
        print(
            f"  {size:.2f} MB file alone: {peak:.1f} MB allocated at the peak "
            f"(bound {10 * size + 20:.0f} MB), {1000 * first:.0f} ms as the first file"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
