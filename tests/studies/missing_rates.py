"""What ratings that are missing for a reason do to the slope, and what delta mends.

``python -m tests.studies.missing_rates`` simulates histories whose runner forgets the
diary when free of pain, skips it when sore, or at random, and prints the table of
``docs/methods/missing.md``.
"""

from __future__ import annotations

import os

# One thread for each worker: two that each want all cores wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import multiprocessing
from dataclasses import dataclass, replace

import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.simulate import Runner, history
from hipstride.stats._build_design import build_design
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.missing import delta_adjustment

OUTCOME = "pain_after_0_10"
FIRST_SEED = 20_261_125
USUAL = replace(Runner(), effect_points_per_pct=0.3, pain_baseline_points=2.5)
NULL = replace(USUAL, effect_points_per_pct=0.0)
DELTAS = (-2.0, -1.0, 0.0, 1.0, 2.0)


@dataclass(frozen=True)
class Cell:
    """One scenario."""

    name: str
    runner: Runner
    n_runs: int = 120


CELLS = (
    Cell("30 % at random, no effect", replace(NULL, missing_share=0.3)),
    Cell("30 % at random", replace(USUAL, missing_share=0.3)),
    Cell("60 % of zeros forgotten, no effect", replace(NULL, forgetting_share=0.6)),
    Cell("60 % of zeros forgotten", replace(USUAL, forgetting_share=0.6)),
    Cell(
        "60 % of 4 and more skipped, no effect",
        replace(NULL, sore_forgetting_share=0.6),
    ),
    Cell("60 % of 4 and more skipped", replace(USUAL, sore_forgetting_share=0.6)),
)


def one(task: tuple[int, int]) -> dict[str, float]:
    """Analyse one history three ways."""
    cell = CELLS[task[0]]
    made = history(cell.runner, n_runs=cell.n_runs, seed=task[1])
    obs = made.observations.drop(columns="pain_before_0_10")
    truth = made.truth.effect_on_scale_points_per_pct
    complete = obs.assign(**{OUTCOME: made.runs_truth["rating_after_0_10"].to_numpy()})
    row = {"unrated": float(obs[OUTCOME].isna().mean()), "truth": truth}
    try:
        for name, table in (("complete", complete), ("rated", obs)):
            design = build_design(table, OUTCOME)
            fit = gap_gls(design.y, design.matrix, design.day)
            row |= _row(name, fit.coefficients[1], fit.low[1], fit.high[1], truth)
        for found in delta_adjustment(obs, deltas=DELTAS, seed=task[1]).to_dict(
            "records"
        ):
            name = f"{found['delta_points']:+g}"
            row |= _row(
                name, found["points_per_pct"], found["low"], found["high"], truth
            )
    except NotEnoughDataError:
        row["refused"] = 1.0
    return row


def _row(
    name: str, estimate: float, low: float, high: float, truth: float
) -> dict[str, float]:
    return {
        f"{name} mean": float(estimate),
        f"{name} excludes 0": float(low > 0 or high < 0),
        f"{name} covers": float(low <= truth <= high),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    names = ["complete", "rated", *(f"{delta:+g}" for delta in DELTAS)]
    print("| truth | unrated | true slope | " + " | ".join(names) + " |")
    print("| --- " * (3 + len(names)) + "|")
    with multiprocessing.Pool(options.workers) as pool:
        for at, cell in enumerate(CELLS):
            tasks = [(at, FIRST_SEED + i) for i in range(options.histories)]
            means = pd.DataFrame(pool.map(one, tasks, chunksize=20)).mean()
            cells = " | ".join(
                f"{means[f'{name} mean']:+.3f} / {means[f'{name} excludes 0']:.3f} / "
                f"{means[f'{name} covers']:.3f}"
                for name in names
            )
            start = f"| {cell.name} | {means['unrated']:.2f} | {means['truth']:+.3f} | "
            print(start + cells + " |", flush=True)


if __name__ == "__main__":
    main()
