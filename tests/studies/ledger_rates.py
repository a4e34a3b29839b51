"""How often the ledger errs, row by row, over simulated histories.

Run with ``python -m tests.studies.ledger_rates``. Five things are tried: a rest of ten
days, a shot, six weeks of physiotherapy, core work, a cue. In the null none of them
does anything; in the other histories the cue truly lowers pain by 3 points.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pandas as pd

from hipstride.simulate import Change, Runner, history
from hipstride.stats.change.ledger import ledger

N_HISTORIES = 300
SEED = 20_261_125
SHARES = (0.2, 0.4, 0.55, 0.7, 0.85)
NAMES = ("rest", "shot", "physio", "core work", "glute cue")
# A mean far from the floor, so that a point is a point on the rating scale as well.
RUNNER = Runner(pain_baseline_points=6.0, careless_zero_share=0.0)


def what_was_tried(obs: pd.DataFrame, shares: tuple[float, ...] = SHARES):
    at = [obs["local_date"].iloc[int(share * len(obs))] for share in shares]
    days = pd.Timedelta(days=1)
    return pd.DataFrame(
        {
            "started_on": at,
            "ended_on": [at[0] + 9 * days, at[1], at[2] + 41 * days, pd.NaT, pd.NaT],
            "kind": ["rest", "injection", "physio", "strength", "cue"],
            "label": NAMES,
        }
    )


def one_history(seed: int, n_runs: int, drop_points: float, memory: float):
    """The rows of one ledger; the rest has no runs within it."""
    at = int(SHARES[-1] * n_runs)
    cue = Change(on=at, pain_points=drop_points, label=NAMES[-1], kind="cue")
    runner = replace(RUNNER, pain_memory=memory, changes=(cue,))
    obs = history(runner, n_runs=n_runs, seed=seed).observations
    tried = what_was_tried(obs)
    rest = tried.iloc[0]
    within = obs["local_date"].between(rest["started_on"], rest["ended_on"])
    return ledger(obs[~within].reset_index(drop=True), tried).to_frame()


def rates(n_runs: int, drop_points: float, memory: float, n: int) -> pd.DataFrame:
    found = pd.concat(
        [one_history(SEED + k, n_runs, drop_points, memory) for k in range(n)]
    )
    truth = np.where(found["label"].eq(NAMES[-1]), drop_points, 0.0)
    is_known = found["estimate"].notna()
    table = pd.DataFrame(
        {
            "label": found["label"].str.replace(r".* together$", "joint", regex=True),
            "estimated": is_known,
            "excludes_0": (found["low"] > 0) | (found["high"] < 0),
            "adjusted_below_5": found["p_adjusted"] < 0.05,
            "covers": (found["low"] <= truth) & (truth <= found["high"]),
            "null_said": found["verdict"].str.startswith("No change"),
            "detectable": found["detectable_points"],
            "bias": found["estimate"] - truth,
        }
    )
    shares = table[is_known].groupby("label", sort=False).mean()
    return shares.assign(estimated=table.groupby("label")["estimated"].sum() / n)


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else N_HISTORIES
    for memory in (0.6, 0.9):
        for n_runs in (120, 250):
            for drop_points in (0.0, -3.0):
                print(f"n {n_runs}, memory {memory}, cue {drop_points:+g}")
                print(rates(n_runs, drop_points, memory, n).round(3).to_string())
                sys.stdout.flush()


if __name__ == "__main__":
    main()
