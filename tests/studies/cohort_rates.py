"""How often the cohort is wrong, on simulated runners whose slopes differ.

``python -m tests.studies.cohort_rates`` prints the table of
``docs/methods/cohort.md``: cohorts of 8, 15 and 30 runners with slopes that differ (SD
0.1 points per 1 %), each with 60 runs at four a week, pain with a memory of 0.6 a day,
fast runs that hurt and fast runners with long steps. One row has histories of 20 runs,
where the variance of a single slope rests on few degrees of freedom. Beside it what
one regression of all runs on raw stride says.
"""

from __future__ import annotations

import os

# One thread for each worker: two that each want all cores wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import multiprocessing

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from hipstride.stats.cohort import (
    Pooled,
    gee_slope,
    random_effects,
    runner_slopes,
    shrunken,
    within_between,
)
from hipstride.stats.cohort._mixed_slope import mixed_slope

SEED = 20_261_125
ALPHA = 0.05
SD_OF_SLOPES = 0.1
SPEED_POINTS = 4.0
OUTCOME = "pain_after_0_10"
# Runners, runs of each, true mean.
CELLS = (
    (8, 60, 0.0),
    (15, 60, 0.0),
    (30, 60, 0.0),
    (15, 20, 0.0),
    (8, 60, 0.15),
    (15, 60, 0.15),
    (30, 60, 0.15),
)
NAMES = (
    "refused", "excludes 0", "covers", "mean estimate", "SD found", "covers SD",
    "prediction", "shrunken covers", "df-inflated", "t of slopes", "GEE", "mixed",
    "mixed shown", "raw stride",
)  # fmt: skip


def season(
    name: int, slope: float, rng: np.random.Generator, n_runs: int
) -> pd.DataFrame:
    """Runs of one runner: fast runs hurt, fast runners have long steps."""
    day = np.cumsum(rng.choice([1.0, 2.0, 3.0], n_runs, p=[0.4, 0.45, 0.15]))
    form_pct = rng.normal(0, 2, n_runs)
    base = rng.normal(3, 0.4)
    speed = base + rng.normal(0, 0.25, n_runs)
    slow = rng.normal(size=n_runs)
    for i in range(1, n_runs):
        memory = 0.6 ** (day[i] - day[i - 1])
        slow[i] = memory * slow[i - 1] + np.sqrt(1 - memory**2) * slow[i]
    pain = (
        rng.normal(4, 0.8)
        + SPEED_POINTS * (np.log(speed) - np.log(base))
        + slope * form_pct
        + slow
        + rng.normal(0, 0.5, n_runs)
    )
    return pd.DataFrame(
        {
            "runner_id": name,
            "day": day,
            "mean_speed_mps": speed,
            "mean_step_length_m": 0.4 * speed**0.88 * np.exp(form_pct / 100),
            OUTCOME: np.clip(np.round(pain), 0, 10),
        }
    )


def one(task: tuple[int, int, float, int, bool]) -> dict[str, float]:
    """Simulate and analyse one cohort."""
    n_runners, n_runs, mean, seed, with_mixed = task
    rng = np.random.default_rng([SEED, n_runners, n_runs, int(1000 * mean), seed])
    truth = rng.normal(mean, SD_OF_SLOPES, n_runners)
    obs = pd.concat([season(i, s, rng, n_runs) for i, s in enumerate(truth)])
    every = runner_slopes(obs, OUTCOME, "runner_id")
    used = [s for s in every if not s.reason]
    truth = truth[[int(s.runner) for s in used]]
    b, se, df = np.array([(s.estimate, s.se, s.df) for s in used]).T
    pooled = random_effects(b, se)
    inflated = random_effects(b, se * np.sqrt(df / (df - 2)))
    table = within_between(used)
    gee = gee_slope(table, len(used))
    row = {
        "refused": 1 - len(used) / n_runners,
        "excludes 0": float(pooled.p_value < ALPHA),
        "covers": float(pooled.low <= mean <= pooled.high),
        "mean estimate": pooled.mean,
        "SD found": pooled.tau,
        "covers SD": float(pooled.tau_low <= SD_OF_SLOPES <= pooled.tau_high),
        "prediction": _share_within(pooled, mean),
        "shrunken covers": _share_covered(b, se, truth, pooled),
        "df-inflated": float(inflated.p_value < ALPHA),
        "t of slopes": float(stats.ttest_1samp(b, 0).pvalue < ALPHA),
        "GEE": _excludes(gee),
        "raw stride": _raw(obs),
    }
    if with_mixed:
        mixed = mixed_slope(table, pooled.se, pooled.df)
        row |= {"mixed": _excludes(mixed), "mixed shown": float("note" not in mixed)}
    return row


def _share_within(pooled: Pooled, mean: float) -> float:
    """How probable it is that the slope of a further runner lies where predicted."""
    ends = np.array([pooled.prediction_low, pooled.prediction_high])
    low, high = stats.norm.cdf(ends, mean, SD_OF_SLOPES)
    return float(high - low)


def _share_covered(
    b: np.ndarray, se: np.ndarray, truth: np.ndarray, pooled: Pooled
) -> float:
    slope, error = shrunken(b, se, pooled)
    half = stats.t.ppf(0.975, pooled.df) * error
    return float(np.mean(np.abs(slope - truth) <= half))


def _excludes(found: dict[str, object]) -> float:
    if "note" in found:
        return float("nan")
    return float(not float(found["low"]) <= 0 <= float(found["high"]))


def _raw(obs: pd.DataFrame) -> float:
    x = sm.add_constant(100 * np.log(obs["mean_step_length_m"].to_numpy()))
    return float(sm.OLS(obs[OUTCOME].to_numpy(), x).fit().pvalues[1] < ALPHA)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cohorts", type=int, default=300)
    parser.add_argument("--with-mixed", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cells", type=int, nargs="*", default=range(len(CELLS)))
    options = parser.parse_args()
    print("| runners | runs each | true mean | " + " | ".join(NAMES) + " |")
    print("| --- " * (3 + len(NAMES)) + "|")
    with multiprocessing.get_context("spawn").Pool(options.workers) as workers:
        for cell in (CELLS[at] for at in options.cells):
            tasks = [(*cell, k, k < options.with_mixed) for k in range(options.cohorts)]
            found = pd.DataFrame(workers.map(one, tasks, chunksize=4))
            means = found.reindex(columns=list(NAMES)).mean()
            cells = " | ".join(f"{value:.3f}" for value in means)
            print(f"| {' | '.join(map(str, cell))} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
