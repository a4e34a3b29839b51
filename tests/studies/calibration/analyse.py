"""One history, simulated and answered by the product, with what is counted of it."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from tests.studies.calibration import rivals
from tests.studies.calibration.cells import Cell
from typer.testing import CliRunner

from hipstride.errors import NotEnoughDataError
from hipstride.simulate import Change, History, day_after_peak, history, write
from hipstride.stats import association
from hipstride.stats._build_design import build_design
from hipstride.stats.change import dated_change
from hipstride.stats.trial import TrialDesign, draw, trial

OUTCOME = "pain_after_0_10"
# Runs of a quarter of an hour, so that a history is written and read in a second.
FILE_DURATION_S = 1000.0
# How far above the usual pain a week must be for the runner to change something.
PEAK_POINTS = 1.5
WASHOUT_DAYS = 7
TRIAL_DAYS = 84
TRIAL_DRAWS = 4_999
FIRST_DAY = dt.date(2025, 1, 6)

Row = dict[str, object]


def analyse(task: tuple[Cell, int]) -> Row:
    """Simulate and answer one history."""
    cell, seed = task
    return WAYS[cell.kind](cell, seed)


def watched(cell: Cell, seed: int) -> Row:
    """Ask `association`, and what people use now on the same rows."""
    made = history(cell.runner, n_runs=cell.n_runs, seed=seed)
    obs = made.observations
    if not cell.with_before:
        obs = obs.drop(columns="pain_before_0_10")
    start = time.perf_counter()
    try:
        answer = association(obs, OUTCOME).to_dict()
    except NotEnoughDataError as refusal:
        return {"refused": str(refusal)}
    seconds = time.perf_counter() - start
    design = build_design(obs, OUTCOME)
    return {
        **of_answer(answer, made),
        "seconds": seconds,
        "share_zero": float(np.mean(design.y == 0)),
        "share_rated": float(obs[OUTCOME].notna().mean()),
        **p_of(rivals.of_slope(design.y, design.matrix, seed)),
    }


def files(cell: Cell, seed: int) -> Row:
    """Write FIT files and a diary, and ask the command line."""
    from hipstride.cli import app  # noqa: PLC0415 - takes a second, for two cells

    made = history(cell.runner, n_runs=cell.n_runs, seed=seed)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write(made, folder, duration_s=FILE_DURATION_S)
        journal = str(Path(folder) / "journal.csv")
        words = ["analyze", "--runs", folder, "--journal", journal, "--json"]
        said = CliRunner().invoke(app, words, catch_exceptions=False)
    answer = json.loads(said.stdout)
    if answer["estimate"] is None:
        return {"refused": answer["verdict"]}
    return {**of_answer(answer, made), "seconds": time.perf_counter() - start}


def of_answer(answer: dict[str, object], made: History) -> Row:
    """Count what one association said."""
    checks = answer["checks"]
    ewc_p = checks["ewc"]["p_value"]
    scale = made.truth.effect_on_scale_points_per_pct
    felt = made.truth.effect_points_per_pct
    without = checks.get("without_time_trend", {}).get("p_value")
    return {
        "level": answer["verdict_level"],
        "estimate": answer["estimate"],
        "truth": scale,
        "covers": answer["low"] <= scale <= answer["high"],
        "covers_felt": answer["low"] <= felt <= answer["high"],
        "width": answer["high"] - answer["low"],
        "unmet": [r["name"] for r in answer["requirements"] if not r["is_met"]],
        **p_of(
            {
                "primary": answer["p_value"],
                "EWC": ewc_p,
                "shift": checks["circular_shift"]["p_value"],
                "pair": max(answer["p_value"], ewc_p),
                "without trend": without,
                "lead": checks["lead_test"]["p_value"],
            }
        ),
    }


def dated(cell: Cell, seed: int) -> Row:
    """Ask `dated_change`, and what people use now on the same rows."""
    change = Change(on=cell.n_runs // 2, pain_points=-cell.drop_points, label="change")
    runner = replace(cell.runner, changes=(change,))
    made = history(runner, n_runs=cell.n_runs, seed=seed)
    obs = made.observations.drop(columns="change_change")
    date = obs["local_date"].iloc[cell.n_runs // 2]
    if cell.is_at_peak:
        threshold = cell.runner.pain_baseline_points + PEAK_POINTS
        date = day_after_peak(obs, OUTCOME, threshold_points=threshold)
    start = time.perf_counter()
    try:
        answer = dated_change(obs, date.date(), OUTCOME).to_dict()
    except NotEnoughDataError as refusal:
        return {"refused": str(refusal)}
    seconds = time.perf_counter() - start
    truth = made.truth.changes[0].pain_on_scale_points
    since = (obs["local_date"] - date) / pd.Timedelta(days=1)
    used = ((since < 0) | (since >= WASHOUT_DAYS)) & obs[OUTCOME].notna()
    y = obs.loc[used, OUTCOME].to_numpy(float)
    day = since[used].to_numpy(float)
    return {
        "level": answer["verdict_level"],
        "estimate": answer["estimate"],
        "truth": truth,
        "covers": answer["low"] <= truth <= answer["high"],
        "width": answer["high"] - answer["low"],
        "unmet": [r["name"] for r in answer["requirements"] if not r["is_met"]],
        "seconds": seconds,
        "has_trend": "no trend" not in answer["unit"],
        **p_of(
            {
                "primary": answer["p_value"],
                "placebo dates": answer["checks"]["placebo_dates"]["p_value"],
                **rivals.of_step(y, day, (day >= 0).astype(float)),
            }
        ),
    }


def drawn(cell: Cell, seed: int) -> Row:
    """Draw a schedule, live by it, and ask `trial`; beside it the t-test on runs."""
    design = design_of(cell.design, cell.n_runs)
    schedule = draw(design, seed=seed, drawn_on=FIRST_DAY)
    n_runs = cell.n_runs
    day = history(cell.runner, n_runs=n_runs, seed=seed).runs_truth["day"].to_numpy()
    unit = np.arange(n_runs) if design.unit == "run" else day
    is_within = unit < design.n_units
    arms = np.zeros(n_runs)
    arms[is_within] = np.array(schedule.schedule)[unit[is_within]]
    made = history(cell.runner, n_runs=n_runs, seed=seed, arms=arms)
    obs = made.observations
    start = time.perf_counter()
    try:
        answer = trial(obs, schedule, OUTCOME, n_draws=TRIAL_DRAWS).to_dict()
    except NotEnoughDataError as refusal:
        return {"refused": str(refusal)}
    seconds = time.perf_counter() - start
    y = obs[OUTCOME].to_numpy(float)
    known = is_within & np.isfinite(y)
    groups = [y[known & (arms == arm)] for arm in (1, 0)]
    low, high = (
        end if end is not None else missing
        for end, missing in ((answer["low"], -np.inf), (answer["high"], np.inf))
    )
    truth = made.truth.arm_on_scale_points
    return {
        "level": answer["verdict_level"],
        "estimate": answer["estimate"],
        "truth": truth,
        "covers": low <= truth <= high,
        "width": high - low if np.isfinite(high - low) else None,
        "unmet": [r["name"] for r in answer["requirements"] if not r["is_met"]],
        "seconds": seconds,
        **p_of(
            {
                "primary": answer["p_value"],
                "t-test on runs": float(stats.ttest_ind(*groups).pvalue),
            }
        ),
    }


def design_of(name: str, n_runs: int) -> TrialDesign:
    """Give the design of a cell."""
    if name == "alternation":
        return TrialDesign(kind="alternation", n_units=n_runs, started_on=FIRST_DAY)
    if name == "ABAB":
        return TrialDesign(
            kind="abab",
            n_units=TRIAL_DAYS,
            unit="day",
            min_phase_days=14,
            started_on=FIRST_DAY,
        )
    return TrialDesign(
        kind="block_pairs",
        n_units=TRIAL_DAYS,
        unit="day",
        block_days=int(name[0]),
        started_on=FIRST_DAY,
    )


def p_of(found: dict[str, float | None]) -> dict[str, float | None]:
    """Name the p of each method; None where there is none."""
    return {
        f"p {name}": None if p is None or not np.isfinite(p) else float(p)
        for name, p in found.items()
    }


WAYS = {"watched": watched, "files": files, "dated": dated, "drawn": drawn}
