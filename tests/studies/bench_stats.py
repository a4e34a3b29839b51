"""What an analysis costs: seconds, memory, and beside the methods of others.

The chain (time proportional to n) and the dense REML (to its cube) fit the same model
to the same rows; so does R's ``nlme::gls`` where ``Rscript`` is installed. Ratios are
of medians of interleaved repeats.
"""

from __future__ import annotations

import os

# One thread: what is measured is our own work, and BLAS would take all cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import datetime as dt
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import statsmodels.api as sm
from tests.studies.calibration.analyse import analyse
from tests.studies.calibration.cells import watched

from hipstride.simulate import Runner, history
from hipstride.stats import association, exponential_with_nugget, gap_gls, reml
from hipstride.stats._build_design import build_design
from hipstride.stats._correlation_fit import fit_correlation
from hipstride.stats.power import power_of_history
from hipstride.stats.trial import TrialDesign, count, randomisation_test, schedules_of

OUTCOME = "pain_after_0_10"
# Runs, repeats, and the seconds wanted for an association with all its checks.
SIZES = ((120, 5, None), (365, 5, 1.5), (1000, 3, 10.0), (3000, 3, 20.0))
# The dense search takes minutes at a thousand.
MOST_DENSE = 365
SEED = 1
MEBIBYTE = 2**20
CELL_HISTORIES = 500
CELL_TRIED = 10
R_SCRIPT = Path(__file__).with_name("nlme_gls.R")


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def median_of(call: Callable[[], object], repeats: int) -> float:
    return statistics.median(seconds(call) for _ in range(repeats))


def peak_memory_mib(call: Callable[[], object]) -> float:
    """Give how far the peak of the process rose above what it held before."""
    process = psutil.Process()
    before = process.memory_info().rss
    call()
    peak = getattr(process.memory_info(), "peak_wset", None)
    if peak is None:
        import resource  # noqa: PLC0415 - absent on Windows

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return max(peak - before, 0) / MEBIBYTE


def one_size(n: int, repeats: int, wanted: float | None) -> None:
    """Time one length of history, our ways and those of others in turns."""
    obs = history(Runner(), n_runs=n, seed=SEED).observations
    design = build_design(obs, OUTCOME)
    y, x, day = design.y, design.matrix, design.day
    memory = peak_memory_mib(lambda: association(obs))
    calls: dict[str, Callable[[], object]] = {
        "all": lambda: association(obs),
        "fit": lambda: fit_correlation(y, x, day),
        "hac": lambda: sm.OLS(y, x).fit(
            cov_type="HAC", cov_kwds={"maxlags": 5}, use_t=True
        ),
    }
    if n <= MOST_DENSE:
        calls["dense"] = lambda: reml(y, x, exponential_with_nugget(day))
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeats):
        for name, call in calls.items():
            times[name].append(seconds(call))
    took = {name: statistics.median(values) for name, values in times.items()}
    dense = took.get("dense", np.nan)
    goal = "" if wanted is None else f"{wanted:>8.1f} s"
    print(
        f"{n:>6}{took['all']:>11.2f} s{1000 * took['fit']:>7.0f} ms"
        f"{1000 * dense:>8.0f} ms{1000 * took['hac']:>7.1f} ms"
        f"{dense / took['fit']:>11.0f}{memory:>8.0f} MiB{goal}"
    )


def randomisation() -> None:
    """Time an exact test by all schedules of twenty runs."""
    day = dt.date(2026, 12, 1)
    design = TrialDesign(kind="alternation", n_units=20, started_on=day)
    rng = np.random.default_rng(SEED)
    every = schedules_of(design)
    y, load = rng.normal(size=20), rng.normal(size=(20, 1))
    make = median_of(lambda: schedules_of(design), 3)
    test = median_of(
        lambda: randomisation_test(y, every[7], load, every, reference="all"), 3
    )
    print(
        f"exact test by all {count(design)} schedules: made in {make:.2f} s, tested "
        f"with its interval in {test:.2f} s; wanted: 1 s"
    )


def calibration_cell() -> None:
    """Time a few histories of a cell of the calibration, and tell for all of it."""
    cell = next(c for c in watched() if c.n_runs == 120 and c.with_before)
    analyse((cell, SEED))
    each = median_of(lambda: analyse((cell, SEED + 1)), CELL_TRIED)
    whole = each * CELL_HISTORIES / 2
    print(
        f"calibration: {1000 * each:.0f} ms a history of 120 runs, so "
        f"{whole:.0f} s for a cell of {CELL_HISTORIES} on two cores; wanted: 60 s"
    )


def power() -> None:
    """Time a plan with its defaults."""
    obs = history(Runner(), n_runs=120, seed=SEED).observations
    took = seconds(lambda: power_of_history(obs))
    print(f"power of a history of 120 runs, defaults: {took:.1f} s; wanted: 20 s")


def beside_r() -> None:
    """Fit the same rows by nlme, where R is installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("nlme::gls: Rscript is not installed here, so that it was not measured")
        return
    for n in (120, 365):
        obs = history(Runner(), n_runs=n, seed=SEED).observations
        design = build_design(obs, OUTCOME)
        y, x, day = design.y, design.matrix, design.day
        rows = pd.DataFrame({"y": y, "day": day})
        for at in range(1, x.shape[1]):
            rows[f"x{at}"] = x[:, at]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.csv"
            rows.to_csv(path, index=False)
            said = subprocess.run(  # noqa: S603 - our own script
                [rscript, str(R_SCRIPT), str(path), "3"],
                capture_output=True,
                text=True,
                check=False,
            )
        if said.returncode:
            why = said.stderr.strip().splitlines()
            print(f"nlme::gls failed: {why[-1] if why else 'no message'}")
            return
        theirs = dict(line.split() for line in said.stdout.splitlines())
        ours = gap_gls(y, x, day)
        took = median_of(lambda y=y, x=x, day=day: gap_gls(y, x, day), 5)
        print(
            f"nlme::gls, {n} runs: {float(theirs['seconds']):.2f} s, "
            f"{float(theirs['seconds']) / took:.0f} times ours (which has the "
            f"Kenward-Roger step as well); slope {float(theirs['slope']):+.6f} and "
            f"{ours.coefficients[1]:+.6f}, log-likelihood "
            f"{float(theirs['log_likelihood']):.4f} and {ours.log_likelihood:.4f}"
        )


def main() -> None:
    print(
        f"{'runs':>6}{'all checks':>13}{'one fit':>10}{'dense':>11}{'OLS+HAC':>10}"
        f"{'dense/fit':>11}{'memory':>12}{'wanted':>10}"
    )
    for n, repeats, wanted in SIZES:
        one_size(n, repeats, wanted)
    randomisation()
    calibration_cell()
    power()
    beside_r()


if __name__ == "__main__":
    main()
