"""How long it takes to simulate: 120 runs as a table, and as one-hour files.

    python -m tests.studies.bench_simulate

Prints medians of interleaved repeats, and the ratio of each to the decoding of the
same files, which is the thing one simulates for.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hipstride import simulate
from hipstride.io.fit import read_fit
from hipstride.simulate import Runner

N_RUNS = 120
HOUR_S = 3600.0
REPEATS = 3


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    past = simulate.history(Runner(), n_runs=N_RUNS, seed=1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        tasks: dict[str, Callable[[], object]] = {
            "history, table level": lambda: simulate.history(
                Runner(), n_runs=N_RUNS, seed=1
            ),
            "samples at 1 Hz": lambda: [
                None for _ in simulate.recordings(past, duration_s=HOUR_S)
            ],
            "samples, encoded and written as FIT": lambda: simulate.write(
                past, folder, duration_s=HOUR_S
            ),
            "the same files read": lambda: [
                read_fit(path) for path in folder.glob("*.fit")
            ],
        }
        times: dict[str, list[float]] = {name: [] for name in tasks}
        for _ in range(REPEATS):
            for name, work in tasks.items():
                times[name].append(seconds(work))
    medians = {name: statistics.median(each) for name, each in times.items()}
    reading = medians["the same files read"]
    print(f"{N_RUNS} runs of {HOUR_S:.0f} s, medians of {REPEATS}")
    for name, median in medians.items():
        print(f"  {name:<38}{median:8.3f} s {median / reading:8.2f} x reading")


if __name__ == "__main__":
    main()
