"""How long the features of a run take after decoding, and the curve of many runs.

Beside each stands a yardstick that everyone knows, on the same data in the same run:
what pandas takes for three rolling means over the samples, and what one least squares
with an intercept for each run takes over the windows.
"""

from __future__ import annotations

import os

# One thread: what is measured is our own work, and BLAS would take all cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from hipstride.gait import matched_stride, splits, steady_windows
from hipstride.runs.row import row_of
from hipstride.simulate import Runner, history, recordings
from hipstride.tables import Recording

REPEATS = 15
HOUR_S = 3600.0
RUNS = 3000
DEVICES = 3


def main() -> None:
    """Print the medians."""
    one = next(
        recordings(history(Runner(), n_runs=2, seed=1), duration_s=HOUR_S, seed=3)
    )
    row_of(one)
    took = medians(
        {
            "all features of one hour": lambda: row_of(one),
            "its kilometre splits": lambda: splits(one, every_m=1000.0),
            "yardstick: three rolling means": lambda: rolling(one),
        },
        REPEATS,
    )
    for name, seconds in took.items():
        print(f"{name:<34}{1000 * seconds:>8.1f} ms")
    print("wanted: features of one hour in 15 ms\n")

    table, days, devices = windows_of_years()
    print(f"{RUNS} runs, {len(table)} half minutes")
    took = medians(
        {
            "curve, deviations, intervals": lambda: matched_stride(
                table, groups=devices, days=days
            ),
            "yardstick: means by run, lstsq": lambda: plain(table),
        },
        REPEATS // 3,
    )
    for name, seconds in took.items():
        print(f"{name:<34}{seconds:>8.2f} s")
    print("wanted: curve of 3,000 runs in 1.5 s")


def medians(calls: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Time each call in turn, over and over."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeats):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def rolling(one: Recording) -> pd.DataFrame:
    """Take three means over half a minute, as a notebook would."""
    columns = one.samples[["speed_mps", "cadence_spm", "heart_rate_bpm"]]
    return columns.rolling(30).mean()


def windows_of_years() -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Repeat the windows of a hundred runs of an hour, each time in another form."""
    rng = np.random.default_rng(5)
    made = history(Runner(), n_runs=100, seed=5)
    cut = [steady_windows(one) for one in recordings(made, duration_s=4200.0)]
    whole = [table for table in cut if len(table)]
    frames = []
    for number in range(RUNS):
        table = whole[number % len(whole)].iloc[:120]
        form = float(np.exp(rng.normal(0, 0.02)))
        frames.append(
            table.assign(
                run_id=f"run{number:04d}",
                step_length_m=form * table["step_length_m"],
                cadence_spm=table["cadence_spm"] / form,
            )
        )
    ids = [f"run{number:04d}" for number in range(RUNS)]
    days = pd.Series(pd.date_range("2016-01-01", periods=RUNS), index=ids)
    label = rng.integers(0, DEVICES, RUNS)
    devices = pd.Series([f"watch {one}" for one in label], index=ids)
    return pd.concat(frames, ignore_index=True), days, devices


def plain(table: pd.DataFrame) -> np.ndarray:
    """Fit one slope within the runs, with pandas and NumPy."""
    logs = np.log(table[["speed_mps", "step_length_m"]])
    within = logs - logs.groupby(table["run_id"]).transform("mean")
    slope, *_ = np.linalg.lstsq(
        within[["speed_mps"]].to_numpy(), within["step_length_m"].to_numpy()
    )
    return np.asarray(slope)


if __name__ == "__main__":
    main()
