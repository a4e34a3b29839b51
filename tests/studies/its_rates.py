"""How often a dated change is found where there is none, and where there is one.

``python -m tests.studies.its_rates`` simulates histories, analyses each with
`hipstride.stats.change.dated_change` (without its second opinions, which decide
nothing) and prints the table of ``docs/methods/dated-change.md``.
"""

from __future__ import annotations

import os

# One thread for each worker: two that each want all cores wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import importlib
import multiprocessing
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from tests.studies.calibrate import markdown

from hipstride.simulate import Change, History, Runner, history
from hipstride.simulate._pain import rate

FIRST_SEED = 20_261_125
SEEDS_PER_CELL = 10_000
USUAL = replace(Runner(), effect_points_per_pct=0.0, pain_baseline_points=4.5)
WEEK_DAYS = 7
# A 7-day mean so far above the usual pain makes the runner change something.
PEAK_POINTS = 1.5


@dataclass(frozen=True)
class Cell:
    """One scenario."""

    name: str
    n_runs: int
    pain_memory: float = 0.6
    drop_points: float = 0.0
    trend_points_per_100_days: float = 0.0
    is_at_peak: bool = False


CELLS = (
    Cell("nothing", 40),
    Cell("nothing", 120),
    Cell("nothing, memory 0.9", 40, pain_memory=0.9),
    Cell("nothing, memory 0.9", 120, pain_memory=0.9),
    Cell("recovery, 1 point per 100 days", 40, trend_points_per_100_days=-1),
    Cell("recovery, 1 point per 100 days", 120, trend_points_per_100_days=-1),
    Cell("nothing, begun at a peak", 40, is_at_peak=True),
    Cell("nothing, begun at a peak", 120, is_at_peak=True),
    Cell("nothing, memory 0.9, at a peak", 120, pain_memory=0.9, is_at_peak=True),
    Cell("3 points less", 40, drop_points=3),
    Cell("3 points less", 120, drop_points=3),
    Cell("1 point less", 120, drop_points=1),
)


def observations(cell: Cell, seed: int) -> tuple[pd.DataFrame, np.datetime64, float]:
    """Simulate one history: the table, the day of the change and its true step."""
    change = Change(on=cell.n_runs // 2, pain_points=-cell.drop_points, label="change")
    runner = replace(USUAL, pain_memory=cell.pain_memory, changes=(change,))
    made = history(runner, n_runs=cell.n_runs, seed=seed)
    obs = made.observations.drop(columns="change_change")
    if cell.trend_points_per_100_days:
        obs = with_trend(made, obs, cell.trend_points_per_100_days, seed)
    days = obs["local_date"].to_numpy().astype("datetime64[D]")
    date = days[cell.n_runs // 2]
    if cell.is_at_peak:
        date = after_a_peak(obs["pain_after_0_10"].to_numpy(), days)
    return obs, date, made.truth.changes[0].pain_on_scale_points


def with_trend(
    made: History, obs: pd.DataFrame, per_100_days: float, seed: int
) -> pd.DataFrame:
    """Let pain come down of itself."""
    rng = np.random.default_rng([seed, 1])
    truth = made.runs_truth
    felt = truth["felt_after_points"] + per_100_days * truth["day"] / 100
    told = felt + made.runner.rating_noise_sd_points * rng.standard_normal(len(felt))
    careless = rng.random(len(felt)) < made.runner.careless_zero_share
    return obs.assign(
        pain_after_0_10=rate(told.to_numpy(), step_points=1.0, careless=careless)
    )


def after_a_peak(pain: np.ndarray, days: np.ndarray) -> np.datetime64:
    """Give the day after a bad week in the middle third, or after its worst week."""
    n = len(pain)
    ends = np.arange(n // 3, 2 * n // 3)
    means = np.array(
        [pain[(days > days[i] - WEEK_DAYS) & (days <= days[i])].mean() for i in ends]
    )
    bad = np.flatnonzero(means >= USUAL.pain_baseline_points + PEAK_POINTS)
    return days[ends[bad[0] if len(bad) else int(means.argmax())]] + 1


def analyse(task: tuple[Cell, int]) -> dict[str, float]:
    """Simulate and analyse one history."""
    cell, seed = task
    module = importlib.import_module("hipstride.stats.change.dated_change")
    # The second opinions take most of the time and decide nothing.
    module.second_opinions = lambda *_: {}
    obs, date, truth = observations(cell, seed)
    found = module.dated_change(obs, date)
    ewc = found.checks["ewc"]
    return {
        "level": found.verdict_level,
        "estimate": found.estimate,
        "rejects": float(found.low > 0 or found.high < 0),
        "covers": float(found.low <= truth <= found.high),
        "ewc_rejects": float(ewc["low"] > 0 or ewc["high"] < 0),
        "placebo": float(found.checks["placebo_dates"]["p_value"] <= 0.05),
        "peak": float(found.checks["peak"]["quantile"] >= 0.9),
        "has_trend": float(found.checks["fit"]["has_trend"]),
        "truth": truth,
    }


def summary(cell: Cell, rows: pd.DataFrame) -> dict[str, object]:
    """Count over the histories of one cell."""
    share = rows.mean()
    return {
        "truth": cell.name,
        "runs": cell.n_runs,
        "model": "level + trend" if share["has_trend"] > 0.5 else "level",
        "true step": f"{share['truth']:+.2f}",
        "mean estimate": f"{share['estimate']:+.2f}",
        "interval excludes 0": f"{share['rejects']:.3f}",
        "covers": f"{share['covers']:.3f}",
        "EWC excludes 0": f"{share['ewc_rejects']:.3f}",
        "placebo rank ≤ 5 %": f"{share['placebo']:.3f}",
        "peak seen": f"{share['peak']:.2f}",
        **{f"level {k}": f"{(rows['level'] == k).mean():.3f}" for k in (0, 1, 3)},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=400, help="for each cell")
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    found = []
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for number, cell in enumerate(CELLS):
            first = options.seed + SEEDS_PER_CELL * number
            tasks = [(cell, first + i) for i in range(options.histories)]
            rows = pd.DataFrame(pool.map(analyse, tasks, chunksize=10))
            found.append(summary(cell, rows))
            print(" | ".join(f"{k} {v}" for k, v in found[-1].items()), flush=True)
    print(f"\n{markdown(pd.DataFrame(found))}")


if __name__ == "__main__":
    main()
