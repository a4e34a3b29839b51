"""Import: a decade of exports into the library, beside fitparse on the same files.

    python -m tests.studies.bench_library [N_RUNS]

Each import runs in a process of its own, with a library of its own, and is timed from
its first line to its last, start-up and settling included. fitparse reads the same
files, every message of them to its values, in a pool of as many processes as the import
uses; it is given a part of the files, and the time is told for each file.

1. How the time grows: 250, 500, 1,000 and 2,000 one-hour runs.
2. Beside fitparse.
3. 20,000 files of which 1,000 are runs.
4. `Library.observations()` of 3,000 runs.
5. Memory, whatever the size: a zip of 3 GB, an Apple Health export of 1 GB.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from fitparse import FitFile
from tests.studies import big_exports

from hipstride import simulate
from hipstride.library._pool import usable_cores

SIZES = (250, 500, 1_000, 2_000)
N_RUNS = 1_000
N_OBSERVED = 3_000
N_FITPARSE = 40
N_OTHER_FILES = 19_000
HOUR_S = 3600.0
REPEATS = 3

IMPORT = """
import json, resource, sys, time
began = time.perf_counter()
from hipstride.library import Library
library = Library(sys.argv[1])
report = library.add(sys.argv[2])
elapsed = time.perf_counter() - began
own, worker = (
    resource.getrusage(who).ru_maxrss / 1024
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
)
peak = {"own": own, "worker": worker}
print(json.dumps({"s": elapsed, **peak, "runs": report.n_runs, **report.verdicts}))
"""
OBSERVE = """
import json, sys, time
from hipstride.library import Library
began = time.perf_counter()
table = Library(sys.argv[1]).observations()
print(json.dumps({"s": time.perf_counter() - began, "rows": len(table)}))
"""


def script(text: str, *arguments: Path) -> dict[str, float]:
    """Run a script in a process of its own, and give what it prints."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", text, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def imported(source: Path, folder: Path) -> dict[str, float]:
    shutil.rmtree(folder, ignore_errors=True)
    return script(IMPORT, folder, source)


def every_message(path: Path) -> int:
    messages = FitFile(str(path)).get_messages()
    return len([(one.name, one.get_values()) for one in messages])


def fitparse_s(paths: list[Path]) -> float:
    """Time for each file of reading with fitparse, on as many cores."""
    began_s = time.perf_counter()
    with ProcessPoolExecutor(usable_cores()) as pool:
        list(pool.map(every_message, paths))
    return (time.perf_counter() - began_s) / len(paths)


def part(source: Path, folder: Path, n_runs: int) -> Path:
    """A folder with the first of the runs, linked and not copied."""
    folder.mkdir()
    for path in islice(sorted(source.glob("*.fit")), n_runs):
        os.link(path, folder / path.name)
    return folder


def runs(folder: Path, n_runs: int) -> Path:
    past = simulate.history(simulate.demo_runner(), n_runs=n_runs, seed=1)
    return simulate.write(past, folder, duration_s=HOUR_S)


def main(n_runs: int = N_RUNS) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        sizes = [n_runs * size // N_RUNS for size in SIZES]
        n_observed = n_runs * N_OBSERVED // N_RUNS
        source = runs(root / "runs", n_observed)
        growth(root, source, sizes)
        beside_fitparse(root, source, n_runs)
        among_others(root, source, n_runs)
        observations(root, source)
        memory(root)


def growth(root: Path, source: Path, sizes: list[int]) -> None:
    print(f"\nImport of one-hour runs on {usable_cores()} cores")
    for size in sizes:
        folder = part(source, root / f"part-{size}", size)
        took = [imported(folder, root / "library") for _ in range(REPEATS)]
        seconds = statistics.median(one["s"] for one in took)
        print(
            f"  {size:>6} runs {seconds:7.2f} s {1000 * seconds / size:6.1f} ms a run, "
            f"peak {max(one['own'] for one in took):.0f} MB, "
            f"worker {max(one['worker'] for one in took):.0f} MB"
        )


def beside_fitparse(root: Path, source: Path, n_runs: int) -> None:
    folder = root / f"part-{n_runs}"
    paths = sorted(folder.glob("*.fit"))[:: max(1, n_runs // N_FITPARSE)]
    ratios = []
    for _ in range(REPEATS):
        ours_s = imported(folder, root / "library")["s"] / n_runs
        ratios.append(fitparse_s(paths) / ours_s)
    print(
        f"\nfitparse takes {statistics.median(ratios):.0f} x as long to read a run as "
        f"the import takes to read, sum up and store it ({min(ratios):.0f} to "
        f"{max(ratios):.0f} in {REPEATS} rounds)"
    )


def among_others(root: Path, source: Path, n_runs: int) -> None:
    folder = part(source, root / "mixed", n_runs)
    n_others = N_OTHER_FILES * n_runs // N_RUNS
    big_exports.monitoring_files(folder / "others", n_others)
    alone = imported(root / f"part-{n_runs}", root / "library")["s"]
    mixed = imported(folder, root / "library")
    again = script(IMPORT, root / "library", folder)
    print(
        f"\n{n_others + n_runs} files of which {n_runs} are runs: {mixed['s']:.2f} s, "
        f"{1000 * (mixed['s'] - alone) / n_others:.3f} ms for each that is none; "
        f"the second import {again['s']:.2f} s"
    )


def observations(root: Path, source: Path) -> None:
    shutil.rmtree(root / "library", ignore_errors=True)
    done = script(IMPORT, root / "library", source)
    took = [script(OBSERVE, root / "library") for _ in range(REPEATS)]
    seconds = statistics.median(one["s"] for one in took)
    print(f"\nobservations() of {done['runs']} runs: {seconds:.2f} s")


def memory(root: Path) -> None:
    for words, made in (
        ("a zip of 3 GB, its parts deflated", big_exports.garmin_zip),
        ("an Apple Health export of 1 GB", big_exports.apple_zip),
    ):
        path = made(root / "big.zip")
        size = path.stat().st_size / 2**30
        took = imported(path, root / "library")
        print(
            f"\n{words} ({size:.2f} GB): {took['s']:.1f} s, {took['runs']} runs, "
            f"peak {took['own']:.0f} MB, worker {took['worker']:.0f} MB"
        )
        path.unlink()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
