"""How often the joint test of the specification curve rejects a true null.

``python -m tests.studies.sensitivity_rates``: simulated runners without an effect of
the stride, with and without guarding, with and without a rating before the run.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
from dataclasses import replace

import numpy as np

from hipstride.simulate import Runner, history
from hipstride.stats import specification_curve

# Other histories than those on which the form of the test was chosen.
SEED = 202_611_250
ALPHA = 0.05
N_RUNS = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=200)
    count = parser.parse_args().histories
    null = replace(Runner(), effect_points_per_pct=0.0, guarding_pct_per_point=0.0)
    cells = {
        "no effect": (null, True),
        "no effect, not rated before": (null, False),
        "no effect, memory 0.9": (
            replace(null, pain_memory=0.9, form_memory=0.9),
            True,
        ),
        "no effect, guarding 0.5 %": (
            replace(null, guarding_pct_per_point=0.5),
            True,
        ),
        "no effect, guarding 0.5 %, not rated before": (
            replace(null, guarding_pct_per_point=0.5),
            False,
        ),
        "0.15 points per 1 %": (replace(null, effect_points_per_pct=0.15), True),
    }
    print(
        "| truth, 120 runs | p of the middle below 0.05 | p of the share below 0.05 "
        "| mean of the middle | one way or more excludes 0 |"
    )
    print("|---|---|---|---|---|")
    for name, (runner, with_before) in cells.items():
        p_values, shares, medians, any_one = [], [], [], []
        for k in range(count):
            obs = history(runner, n_runs=N_RUNS, seed=SEED + k).observations
            if not with_before:
                obs = obs.drop(columns="pain_before_0_10")
            curve = specification_curve(obs)
            p_values.append(curve.p_value)
            shares.append(curve.excludes_zero_p_value)
            medians.append(curve.median_points_per_pct)
            any_one.append(curve.excludes_zero_share > 0)
        print(
            f"| {name} | {np.mean(np.array(p_values) <= ALPHA):.3f} "
            f"| {np.mean(np.array(shares) <= ALPHA):.3f} "
            f"| {np.mean(medians):+.3f} | {np.mean(any_one):.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
