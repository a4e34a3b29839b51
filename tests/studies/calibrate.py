"""How often the association is wrong, on simulated runners whose truth is known.

``make calibrate`` simulates histories, analyses each as a runner's own would be, and
counts: how often a null is rejected, how often the interval holds the truth, how often
an effect is found, how often the answer is "cannot tell". Textbook least squares stands
beside it on the same rows. Two cells go the whole way: FIT files and a diary are
written to a folder and ``hipstride analyze --json`` reads them. Prints the table and
writes ``docs/calibration.md``.
"""

from __future__ import annotations

import os

# One thread for each worker: two that each want all cores wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import datetime as dt
import json
import multiprocessing
import tempfile
import time
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from typer.testing import CliRunner

import hipstride
from hipstride.cli import app
from hipstride.errors import NotEnoughDataError
from hipstride.simulate import History, Runner, history, write
from hipstride.stats import association
from hipstride.stats._build_design import build_design

OUTCOME = "pain_after_0_10"
ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "calibration.md"
FIRST_SEED = 20_260_901
ALPHA = 0.05
SEEDS_PER_SCENARIO = 100_000
# Runs of a quarter of an hour, so that a history is written and read in a second.
FILE_DURATION_S = 1000.0


@dataclass(frozen=True)
class Cell:
    """One scenario: a runner, how many runs, and whether pain before is known."""

    name: str
    runner: Runner
    n_runs: int
    with_before: bool
    histories: int
    is_through_files: bool = False

    @property
    def is_null(self) -> bool:
        return self.runner.effect_points_per_pct == 0


@dataclass(frozen=True)
class Row:
    """What one history gave; NaN where it was refused."""

    is_refused: bool
    level: float
    estimate: float
    covers_scale: float
    covers_felt: float
    lead_p: float
    p: dict[str, float]
    seconds: float


METHODS = ("GapGLS-KR", "OLS", "HAC", "EWC", "shift", "pair")


def cells(histories: int) -> list[Cell]:
    """Give the scenarios, the most usual first."""
    usual = Runner()
    found: list[Cell] = []
    for n_runs in (40, 120, 365):
        for effect in (0.0, 0.15):
            for with_before in (False, True):
                runner = replace(usual, effect_points_per_pct=effect)
                name = "no effect" if effect == 0 else "0.15 points per 1 %"
                found.append(Cell(name, runner, n_runs, with_before, histories))
    slow = replace(usual, effect_points_per_pct=0.0, pain_memory=0.9, form_memory=0.9)
    found += [
        Cell("no effect, slow pain and form", slow, n_runs, False, histories)
        for n_runs in (40, 120)
    ]
    guarding = replace(usual, effect_points_per_pct=0.0, guarding_pct_per_point=0.5)
    honest = replace(guarding, careless_zero_share=0.0)
    found += [
        Cell("no effect, guarding", guarding, 120, False, histories),
        Cell("no effect, guarding, honest rating", honest, 120, True, histories),
        Cell(
            f"no effect, guarding, {careless_pct(guarding)} % careless zeros",
            guarding,
            120,
            True,
            histories,
        ),
    ]
    for effect, name in ((0.0, "no effect"), (0.15, "0.15 points per 1 %")):
        runner = replace(usual, effect_points_per_pct=effect)
        found.append(
            Cell(f"{name}, through files", runner, 120, True, histories // 2, True)
        )
    return found


def careless_pct(runner: Runner) -> str:
    return f"{100 * runner.careless_zero_share:g}"


def scenario_of(cell: Cell) -> int:
    """Number the scenarios, whether or not pain before is known."""
    keys = list(dict.fromkeys((c.name, c.n_runs) for c in cells(1)))
    return keys.index((cell.name, cell.n_runs))


def analyse(task: tuple[Cell, int]) -> Row:
    """Simulate and analyse one history."""
    cell, seed = task
    made = history(cell.runner, n_runs=cell.n_runs, seed=seed)
    way = through_files if cell.is_through_files else at_once
    answer, textbooks, seconds = way(made, with_before=cell.with_before)
    nothing = dict.fromkeys(METHODS, np.nan)
    if answer["estimate"] is None:
        return Row(True, np.nan, np.nan, np.nan, np.nan, np.nan, nothing, 0.0)
    checks = answer["checks"]
    ewc_p = checks["ewc"]["p_value"]
    p = {
        **nothing,
        **textbooks,
        "GapGLS-KR": answer["p_value"],
        "EWC": ewc_p,
        "shift": checks["circular_shift"]["p_value"],
        "pair": max(answer["p_value"], ewc_p),
    }
    lead_p = checks["lead_test"]["p_value"]
    scale = made.truth.effect_on_scale_points_per_pct
    felt = made.truth.effect_points_per_pct
    return Row(
        False,
        answer["verdict_level"],
        answer["estimate"],
        float(answer["low"] <= scale <= answer["high"]),
        float(answer["low"] <= felt <= answer["high"]),
        np.nan if lead_p is None else lead_p,
        p,
        seconds,
    )


def at_once(
    made: History, *, with_before: bool
) -> tuple[dict[str, object], dict[str, float], float]:
    """Analyse the simulated table itself; and what textbooks do with the same rows."""
    obs = made.observations
    if not with_before:
        obs = obs.drop(columns="pain_before_0_10")
    start = time.perf_counter()
    try:
        answer = association(obs, OUTCOME).to_dict()
    except NotEnoughDataError:
        return {"estimate": None}, {}, 0.0
    seconds = time.perf_counter() - start
    design = build_design(obs, OUTCOME)
    return answer, textbook(design.y, design.matrix), seconds


def through_files(
    made: History, *, with_before: bool
) -> tuple[dict[str, object], dict[str, float], float]:
    """Write FIT files and a diary, and ask the command line."""
    if not with_before:
        msg = "the diary of the files holds ratings before the runs"
        raise ValueError(msg)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write(made, folder, duration_s=FILE_DURATION_S)
        journal = str(Path(folder) / "journal.csv")
        words = ["analyze", "--runs", folder, "--journal", journal, "--json"]
        said = CliRunner().invoke(app, words, catch_exceptions=False)
    return json.loads(said.stdout), {}, time.perf_counter() - start


def textbook(y: np.ndarray, x: np.ndarray) -> dict[str, float]:
    """Give the p that least squares and Newey-West with the textbook lag print."""
    model = sm.OLS(y, x)
    lag = int(4 * (len(y) / 100) ** (2 / 9))
    robust = model.fit(
        cov_type="HAC",
        cov_kwds={"maxlags": lag, "use_correction": True},
        use_t=True,
    )
    return {"OLS": float(model.fit().pvalues[1]), "HAC": float(robust.pvalues[1])}


def summary(cell: Cell, rows: list[Row]) -> dict[str, object]:
    """Count over the histories of one cell."""
    used = [row for row in rows if not row.is_refused]
    reject = {
        method: np.mean([row.p[method] < ALPHA for row in used]) for method in METHODS
    }
    unknown = [m for m in METHODS if all(np.isnan(row.p[m]) for row in used)]
    levels = np.array([row.level for row in used])
    rate = reject["GapGLS-KR"]
    return {
        "truth": cell.name,
        "runs": cell.n_runs,
        "rating before": "yes" if cell.with_before else "no",
        "histories": len(rows),
        "refused": f"{1 - len(used) / len(rows):.3f}",
        "mean estimate": f"{np.mean([row.estimate for row in used]):+.3f}",
        "SD": f"{np.std([row.estimate for row in used], ddof=1):.3f}",
        **{
            method: "–" if method in unknown else f"{share:.3f}"
            for method, share in reject.items()
        },
        "MC error": f"{np.sqrt(max(rate * (1 - rate), 0.0475) / len(used)):.3f}",
        "covers rating's slope": f"{np.mean([row.covers_scale for row in used]):.3f}",
        "covers felt slope": f"{np.mean([row.covers_felt for row in used]):.3f}",
        "lead test fires": f"{np.mean([row.lead_p < ALPHA for row in used]):.3f}",
        "level 0": f"{np.mean(levels == 0):.2f}",
        "level 1": f"{np.mean(levels == 1):.2f}",
        "level 2": f"{np.mean(levels == 2):.2f}",
        "ms": f"{1000 * np.median([row.seconds for row in used]):.0f}",
    }


def markdown(table: pd.DataFrame) -> str:
    """Write a table as Markdown."""
    lines = [list(table.columns), ["---"] * table.shape[1]]
    lines += [[str(value) for value in row] for row in table.to_numpy(dtype=object)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def page(table: pd.DataFrame, *, seed: int, seconds: float) -> str:
    """Write the page that goes into the docs."""
    rates = [*table.columns[:4], *METHODS, "MC error"]
    answer = [
        *table.columns[:4],
        "refused",
        "mean estimate",
        "SD",
        "covers rating's slope",
        "covers felt slope",
        "lead test fires",
        "level 0",
        "level 1",
        "level 2",
        "ms",
    ]
    return f"""# Calibration

Written by `make calibrate`: hipstride {hipstride.__version__}, \
{dt.datetime.now(dt.UTC):%Y-%m-%d}, first seed {seed}, {seconds:.0f} s.

Simulated runners with known truth (`hipstride.simulate.Runner`): four runs a week,
ratings in whole points with a floor at 0 and {careless_pct(Runner())} % careless zeros,
pain with a memory of 0.6 a day, form with 0.7 (0.9 each where it says slow), speed
that moves both stride and pain. Each history is analysed by
`hipstride.stats.association` as a runner's own is.

The cells "through files" go the whole way: 120 FIT files of {FILE_DURATION_S:.0f} s at
1 Hz, with the errors of a watch (GPS, barometer, pauses, intervals, whole steps a
minute), and a diary are written to a folder; `hipstride analyze --json` reads them and
answers. Least squares is not computed there.

## How often 0 is excluded

Where nothing is there, 0.05 is right, give or take twice the Monte-Carlo error; where
0.15 points per 1 % are, it is the power. All methods see the same rows and covariates.
OLS is ordinary least squares, HAC is Newey-West with the textbook lag and t quantiles,
EWC and shift are the second opinions of every result, pair is GapGLS-KR and EWC both.

{markdown(table[rates])}

With guarding (a sore runner shortens the stride) and no rating before the run, a true
null is rejected by every method: no error model cures it, a rating before the run does,
as far as the rating is honest. This failure is shown on purpose.

## What was answered

Coverage of the 95 % interval is counted against both truths. The slope of the *rating*
is what a regression of ratings estimates; the slope of *felt* pain is larger, since
rounding, the floor at 0 and careless zeros flatten the ratings. That is a property of
the scale. Level 0 is "cannot tell", 1 tentative (or no difference that matters), 2
consistent. `ms` is the median time of one analysis with all its checks, through files
with writing and reading them, on a machine with other work to do. The lead test
asks whether the next run's stride goes with the pain of this one; see how seldom it
fires under guarding: a clean lead test is no proof that there is none.

{markdown(table[answer])}
"""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=200, help="for each cell")
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    summaries = []
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for cell in cells(options.histories):
            # The same histories with and without a rating; others in every scenario.
            first = options.seed + SEEDS_PER_SCENARIO * scenario_of(cell)
            tasks = [(cell, first + i) for i in range(cell.histories)]
            summaries.append(summary(cell, pool.map(analyse, tasks, chunksize=5)))
            last = summaries[-1]
            print(
                " | ".join(f"{key} {value}" for key, value in last.items()), flush=True
            )
    table = pd.DataFrame(summaries)
    options.out.parent.mkdir(exist_ok=True)
    seconds = time.perf_counter() - start
    options.out.write_text(
        page(table, seed=options.seed, seconds=seconds), encoding="utf-8"
    )
    print(f"\n{markdown(table)}\n\nwritten to {options.out}, {seconds:.0f} s")


if __name__ == "__main__":
    warnings.simplefilter("error")
    main()
