"""Kill an import at fifty random moments: `make faults`.

    python -m tests.studies.faults [N_KILLS]

After each kill the library must be whole, and importing again must come to the rows of
an import that nobody killed: to the byte, in every table and every original.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from pathlib import Path

import pandas as pd
from tests.faultbuild import duration_s, faults_after, finished, killed_after
from tests.libbuild import run, season, write
from tests.librarydump import dump

N_KILLS = 50
N_RUNS = 240
SEED = 20_260_901


def main(n_kills: int = N_KILLS) -> int:
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        source = season(root / "source", N_RUNS)
        # Some runs from a second source, so that there is something to settle.
        for number in range(0, N_RUNS, 10):
            day = f"{run_day(number)} 06:00"
            twin = run(day, seed=number, speed=2.8 + 0.05 * number)
            write(twin, source / f"z-{number:03d}.tcx")
        whole_s = duration_s(root / "whole", source)
        expected = dump(root / "whole")
        print(f"an import that nobody kills: {whole_s:.1f} s; seed {SEED}")
        n_killed, bad = 0, 0
        for number in range(n_kills):
            folder = root / "killed"
            shutil.rmtree(folder, ignore_errors=True)
            wait_s = rng.uniform(0.0, whole_s)
            was_at_work = killed_after(folder, source, wait_s)
            faults = faults_after(folder)
            same = finished(folder, source) == expected
            n_killed += was_at_work
            bad += bool(faults) or not same
            verdict = "whole, and the same in the end" if same and not faults else "BAD"
            print(f"  {number + 1:>3}: killed after {wait_s:.2f} s: {verdict}")
            for fault in faults:
                print(f"       {fault}")
    print(f"{n_kills} kills, {n_killed} of them while it was at work; {bad} bad")
    return 1 if bad else 0


def run_day(number: int) -> str:
    """The day of a run of the season."""
    return f"{pd.Timestamp('2026-09-01') + pd.Timedelta(days=number):%Y-%m-%d}"


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
