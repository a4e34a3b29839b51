"""How right a run's step length at the reference speed is, on runs of known stride.

``make calibrate`` simulates runners second by second as a watch records them, sums the
runs up as a runner's own would be, and counts: how far the numbers lie from the truth,
how often their intervals hold it, what slope is found and how often its interval holds
the true one, and what a change of stride of -4 % comes out as. Prints the table and
writes ``docs/calibration-gait.md``.
"""

from __future__ import annotations

import os

# One thread for each worker: two that each want all cores wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import datetime as dt
import multiprocessing
import time
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from tests.studies.calibrate import markdown

import hipstride
from hipstride.gait import matched_stride
from hipstride.runs import summarize_with_windows
from hipstride.simulate import Change, DeviceUse, Runner, history, recordings

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "calibration-gait.md"
FIRST_SEED = 20_260_901
HISTORIES = 60
N_RUNS = 40
CHANGE_AT = 20
CHANGE_PCT = -4.0
SEEDS_PER_CELL = 1_000
Z = 1.96
MAX_BIAS_PCT = 0.3
COVERAGE = (0.93, 0.97)


@dataclass(frozen=True)
class Cell:
    """One scenario."""

    name: str
    runner: Runner
    n_runs: int = N_RUNS


@dataclass(frozen=True)
class Found:
    """What one history gave."""

    error_pct: np.ndarray
    is_inside: np.ndarray
    elasticity: float
    is_elasticity_inside: bool
    plain_elasticity: float
    change_error_pct: float
    seconds: float


def cells() -> list[Cell]:
    """Give the scenarios, the most usual first."""
    changed = Change(on=CHANGE_AT, stride_pct=CHANGE_PCT, label="shorter", kind="cue")
    usual = Runner(changes=(changed,))
    first, second = "first watch", "second watch"
    follows = (
        DeviceUse(name=first, until_run=CHANGE_AT),
        DeviceUse(name=second, from_run=CHANGE_AT, speed_scale_pct=1.5),
    )
    # The first stays the one that is worn most, and so the scale of all.
    overlap = (
        DeviceUse(name=first),
        DeviceUse(
            name=second,
            from_run=4,
            share=0.7,
            speed_scale_pct=1.5,
            cadence_scale_pct=-1.0,
        ),
    )
    return [
        Cell("as usual", usual),
        Cell("10 runs only", replace(usual, changes=()), 10),
        Cell("speed rises by 30 % a year", replace(usual, speed_drift_pct=30.0)),
        Cell("hills of 4 %", replace(usual, hilliness_pct=4.0, grade_sd_pct=1.0)),
        Cell("flat", replace(usual, hilliness_pct=0.2)),
        Cell("no intervals", replace(usual, intervals_share=0.0)),
        Cell("half of them intervals", replace(usual, intervals_share=0.5)),
        Cell("GPS error 3 %, lasts 8 s", replace(usual, gps_speed_sd_pct=3.0)),
        Cell(
            "GPS error 2.5 %, lasts 65 s",
            replace(usual, gps_speed_sd_pct=2.5, gps_speed_memory_s=65.0),
        ),
        Cell("40 % on a treadmill", replace(usual, treadmill_share=0.4)),
        Cell("new watch at the change", replace(usual, devices=follows)),
        Cell("two watches, an overlap", replace(usual, devices=overlap), 60),
        Cell(
            "all of it",
            replace(
                usual,
                speed_drift_pct=30.0,
                hilliness_pct=3.0,
                gps_speed_sd_pct=2.5,
                gps_speed_memory_s=30.0,
                intervals_share=0.3,
                treadmill_share=0.4,
                devices=overlap,
            ),
            80,
        ),
    ]


def look(task: tuple[Cell, int]) -> Found:
    """Simulate one history and hold what is found against the truth."""
    cell, seed = task
    made = history(cell.runner, n_runs=cell.n_runs, seed=seed)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        runs, windows = summarize_with_windows(recordings(made))
    seconds = time.perf_counter() - start
    independent = runs.loc[runs["is_step_length_independent"], "run_id"]
    curve = matched_stride(windows, curve_from=list(independent)).curve
    truth = made.runs_truth.assign(
        run_id=[f"sim-{run + 1:04d}" for run in range(cell.n_runs)]
    ).set_index("run_id")
    runner = cell.runner
    runs = runs.set_index("run_id")
    known = runs["step_length_at_ref_speed_m"].dropna()
    true = np.log(runner.step_length_m) + runner.elasticity * np.log(
        curve.ref_speed_mps / runner.base_speed_mps
    )
    true = true + truth["stride_pct"].reindex(known.index) / 100
    error = np.log(known) - true
    se = runs["step_length_at_ref_speed_se_m"].reindex(known.index) / known
    return Found(
        error_pct=100 * error.to_numpy(),
        is_inside=(error.abs() < Z * se).to_numpy(),
        elasticity=curve.elasticity,
        is_elasticity_inside=(
            curve.elasticity_low <= runner.elasticity <= curve.elasticity_high
        ),
        plain_elasticity=plain_elasticity(windows, set(independent)),
        change_error_pct=change_error(runs, truth, cell),
        seconds=seconds,
    )


def change_error(runs: pd.DataFrame, truth: pd.DataFrame, cell: Cell) -> float:
    """Give by how much the deviations miss the change of the true stride [%]."""
    if not cell.runner.changes:
        return np.nan
    found = runs["stride_deviation_pct"].dropna()
    stride = truth["stride_pct"].reindex(found.index)
    late = truth.index.get_indexer(found.index) >= CHANGE_AT
    moved = found[late].mean() - found[~late].mean()
    return float(moved - (stride[late].mean() - stride[~late].mean()))


def plain_elasticity(windows: pd.DataFrame, chosen: set[str]) -> float:
    """Give the slope that plain least squares within the runs finds."""
    used = windows[windows["run_id"].isin(chosen)]
    x = np.column_stack(
        [np.log(used["speed_mps"]), used["grade_pct"].fillna(0), used["elapsed_s"]]
    )
    both = pd.DataFrame(x).assign(y=np.log(used["step_length_m"].to_numpy()))
    both = both - both.groupby(used["run_id"].to_numpy()).transform("mean")
    slopes, *_ = np.linalg.lstsq(
        both.to_numpy()[:, :3], both["y"].to_numpy(), rcond=None
    )
    return float(slopes[0])


def summary(cell: Cell, rows: list[Found]) -> dict[str, object]:
    """Count over the histories of one cell."""
    errors = [row.error_pct.mean() for row in rows]
    every = np.concatenate([row.error_pct for row in rows])
    inside = np.concatenate([row.is_inside for row in rows])
    by_history = np.array([row.is_inside.mean() for row in rows])
    slopes = np.array([row.elasticity for row in rows])
    change = np.array([row.change_error_pct for row in rows])
    return {
        "scenario": cell.name,
        "runs": cell.n_runs,
        "histories": len(rows),
        "bias [%]": f"{np.mean(errors):+.3f}",
        "RMS error [%]": f"{np.sqrt((every**2).mean()):.3f}",
        "coverage": f"{inside.mean():.3f}",
        "± (Monte Carlo)": f"{by_history.std(ddof=1) / np.sqrt(len(rows)):.3f}",
        "elasticity (true 0.88)": f"{slopes.mean():.3f}",
        "SD": f"{slopes.std(ddof=1):.3f}",
        "its coverage": f"{np.mean([row.is_elasticity_inside for row in rows]):.2f}",
        "plain slope": f"{np.mean([row.plain_elasticity for row in rows]):.3f}",
        "change missed by [%]": "–"
        if np.isnan(change).all()
        else f"{np.nanmean(change):+.2f} ± {np.nanstd(change):.2f}",
    }


def missed(table: pd.DataFrame) -> str:
    """Name the scenarios that lie outside of the targets."""
    bias = table["bias [%]"].astype(float).abs() >= MAX_BIAS_PCT
    coverage = table["coverage"].astype(float)
    outside = (coverage < COVERAGE[0]) | (coverage > COVERAGE[1])
    names = ", ".join(table.loc[bias | outside, "scenario"])
    if not names:
        return "All of them are within the targets."
    return f"Outside of the targets: {names}."


def page(table: pd.DataFrame, *, seed: int, seconds: float) -> str:
    """Write the page that goes into the docs."""
    return f"""# Calibration of the stride

Written by `make calibrate`: hipstride {hipstride.__version__}, \
{dt.datetime.now(dt.UTC):%Y-%m-%d}, first seed {seed}, {seconds:.0f} s.

Simulated runners of known stride (`hipstride.simulate.Runner`), second by second as a
watch records them: GPS error of speed (1.5 % that lasts 8 s, 0.4 % all through a
run), barometer drift, whole steps a minute, pauses, walking, hills, a warm-up, 15 %
interval sessions, speeds that differ by 10 % between runs and form by 2 %. Summed up by
`hipstride.summarize`, as a runner's own files are. From run {CHANGE_AT} on the stride
is {-CHANGE_PCT:g} % shorter.

* **bias, RMS error, coverage**: of `step_length_at_ref_speed_m` against the true step
  length at that speed on the flat, over all runs that have one, and how often
  ± {Z} standard errors hold it. The target is a bias under 0.3 % and a coverage of
  0.93 to 0.97.
* **elasticity**: per cent of step length for each per cent of speed. *Plain slope* is
  what least squares within the runs finds, pulled towards 1 by the error of the speed.
* **change missed by**: the mean deviation after the change less that before, held
  against what truly changed; mean and spread over the histories.

{markdown(table)}

{missed(table)}

A treadmill run whose speed the watch made of the cadence has no number here, as it has
no step length at the reference speed. A second watch is 1.5 % off in speed all along
(and 1 % in cadence where the two overlap): where both were in use together that is
measured and taken out, with its error in the interval. Where the new watch comes on the
day of the change, each is counted from its own baseline, so that the whole change is
missed: {CHANGE_PCT:g} % then looks like 0, and the notes say so. That is the price of
not taking a new watch for a new stride.

An error of GPS speed that lasts for a minute is as two watches on one runner suggest
(see [device pairs](device-pairs.md)); 8 s is what is often assumed.
"""


def main() -> None:
    """Run all cells and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=HISTORIES)
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    parser.add_argument("--no-page", action="store_true")
    given = parser.parse_args()
    start = time.perf_counter()
    rows = []
    with multiprocessing.get_context("spawn").Pool() as pool:
        for number, cell in enumerate(cells()):
            first = given.seed + SEEDS_PER_CELL * number
            tasks = [(cell, first + at) for at in range(given.histories)]
            rows.append(summary(cell, pool.map(look, tasks, chunksize=2)))
            print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    print(table.to_string(index=False))
    if not given.no_page:
        text = page(table, seed=given.seed, seconds=time.perf_counter() - start)
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
