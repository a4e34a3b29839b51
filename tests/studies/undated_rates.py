"""How often a shift is found where there is none, and where there is one.

Run with ``python -m tests.studies.undated_rates``. Pain is an AR(1) over calendar
days, rated four days a week in whole points; the shift, where there is one, is in the
middle. Natural recovery is a straight line down.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pandas as pd

from hipstride.simulate import Change, Runner, history
from hipstride.stats.change.undated import undated_change

N_HISTORIES = 200
SEED = 20_261_125
# A mean far from the floor, so that a point is a point on the rating scale as well.
RUNNER = Runner(pain_baseline_points=6.0, careless_zero_share=0.0)


def one_history(
    seed: int, n_runs: int, memory: float, drop_points: float, per_100_days: float
) -> dict[str, float]:
    at = n_runs // 2
    changes = (Change(on=at, pain_points=drop_points),) if drop_points else ()
    runner = replace(RUNNER, pain_memory=memory, changes=changes)
    obs = history(runner, n_runs=n_runs, seed=seed).observations
    course = obs["pain_after_0_10"] + per_100_days * obs["day"] / 100
    obs = obs.assign(pain_after_0_10=course.round().clip(0, 10))
    result = undated_change(obs, seed=seed, n_bootstrap=199, max_changes=2)
    dates = result.tables["dates"]
    truth = f"{obs['local_date'].iloc[at]:%Y-%m-%d}"
    holds = [one.low_on <= truth <= one.high_on for one in dates["found"]]
    widths = pd.to_datetime(dates["high_on"]) - pd.to_datetime(dates["low_on"])
    return {
        "found": len(dates) > 0,
        "two": len(dates) > 1,
        "covers": any(holds) if holds else np.nan,
        "width_days": widths.dt.days.mean() if holds else np.nan,
    }


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else N_HISTORIES
    for n_runs in (120, 250):
        for memory in (0.6, 0.9):
            for drop, slope in ((0.0, 0.0), (0.0, -1.0), (-3.0, 0.0), (-5.0, 0.0)):
                found = pd.DataFrame(
                    [
                        one_history(SEED + k, n_runs, memory, drop, slope)
                        for k in range(n)
                    ]
                )
                shares = found.astype(float).mean().round(3).to_dict()
                print(f"n {n_runs} memory {memory} drop {drop} slope {slope}: {shares}")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
