"""How often odds of a higher rating, and of any pain, are found where nothing is.

``python -m tests.studies.ordinal_rates`` simulates histories and prints the table of
``docs/methods/ordinal.md``: rejections at 5 % by EWC of the scores, by the standard
error of the model, and by GapGLS on the same rows.
"""

from __future__ import annotations

import os

# One thread for each worker: two that each want all cores wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import multiprocessing
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.simulate import Runner, history
from hipstride.stats._build_design import build_design
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.ordinal._odds_fit import fit_odds, without_separating_covariates

OUTCOME = "pain_after_0_10"
FIRST_SEED = 20_261_125
USUAL = replace(Runner(), effect_points_per_pct=0.0)
# About two thirds of the ratings are 0.
ZEROS = replace(USUAL, pain_baseline_points=-0.3)
SLOW = replace(USUAL, pain_memory=0.9, form_memory=0.9)


@dataclass(frozen=True)
class Cell:
    """One scenario."""

    name: str
    runner: Runner
    n_runs: int
    with_before: bool = False


CELLS = (
    Cell("usual", USUAL, 40),
    Cell("usual", USUAL, 120),
    Cell("usual, pain before adjusted", USUAL, 40, with_before=True),
    Cell("usual, pain before adjusted", USUAL, 120, with_before=True),
    Cell("many zeros", ZEROS, 40),
    Cell("many zeros", ZEROS, 120),
    Cell("slow pain and form", SLOW, 40),
    Cell("slow pain and form", SLOW, 120),
    Cell("0.15 points per 1 %", Runner(), 120),
    Cell("0.15 points per 1 %", Runner(), 120, with_before=True),
)
NAMES = (
    "zeros", "ordinal refused", "ordinal EWC", "ordinal model SE", "any refused",
    "any EWC", "any model SE", "GapGLS",
)  # fmt: skip


def one(task: tuple[int, int]) -> dict[str, float]:
    """Analyse one history; NaN where there are no odds."""
    cell = CELLS[task[0]]
    obs = history(cell.runner, n_runs=cell.n_runs, seed=task[1]).observations
    if not cell.with_before:
        obs = obs.drop(columns="pain_before_0_10")
    try:
        design = build_design(obs, OUTCOME)
    except NotEnoughDataError:
        return {"ordinal refused": 1.0, "any refused": 1.0}
    row = {
        "zeros": float(np.mean(design.y == 0)),
        "GapGLS": float(gap_gls(design.y, design.matrix, design.day).p_value[1] < 0.05),
    }
    for name, y in (("ordinal", design.y), ("any", (design.y > 0) * 1.0)):
        lean = without_separating_covariates(design, y)
        odds = fit_odds(lean, y) if lean is not None else None
        row[f"{name} refused"] = float(odds is None)
        if odds is not None:
            row[f"{name} EWC"] = float(odds.slope.p_value < 0.05)
            row[f"{name} model SE"] = float(odds.by_model.p_value < 0.05)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=600)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    print("| truth | runs | " + " | ".join(NAMES) + " |")
    print("| --- " * (2 + len(NAMES)) + "|")
    with multiprocessing.Pool(options.workers) as pool:
        for at, cell in enumerate(CELLS):
            tasks = [(at, FIRST_SEED + i) for i in range(options.histories)]
            found = pd.DataFrame(pool.map(one, tasks, chunksize=20))
            means = found.reindex(columns=list(NAMES)).mean()
            cells = " | ".join(f"{value:.3f}" for value in means)
            print(f"| {cell.name} | {cell.n_runs} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
