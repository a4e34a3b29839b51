"""Measure size, coverage and power of the randomisation test, design by design.

Run with ``python -m tests.studies.trial_rates HISTORIES DAYS MEMORY EFFECT``. The
numbers of ``docs/methods/trial.md`` come from here.
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace

import numpy as np
import pandas as pd

from hipstride.simulate import Runner, history
from hipstride.stats.trial import TrialDesign, draw, is_enumerable, schedules_of
from hipstride.stats.trial._compared import Arms, compare, covariates_of
from hipstride.stats.trial.joining import join_runs

SEED = 20_261_125
FIRST = dt.date(2026, 12, 1)
RUNS_PER_WEEK = 4
N_DRAWS = 4_999


def designs(days: int) -> dict[str, TrialDesign]:
    n_runs = days * RUNS_PER_WEEK // 7
    alternation = TrialDesign(kind="alternation", n_units=n_runs, started_on=FIRST)
    return {
        "alternation by run": alternation,
        "the same, first run after a switch left out": replace(
            alternation, washout="first_run_after_switch"
        ),
        "pairs of 3-day blocks": TrialDesign(
            kind="block_pairs", unit="day", n_units=days, started_on=FIRST
        ),
        "pairs of 7-day blocks": TrialDesign(
            kind="block_pairs", unit="day", n_units=days, block_days=7, started_on=FIRST
        ),
        "ABAB, phases of 5 days or more": TrialDesign(
            kind="abab", unit="day", n_units=days, started_on=FIRST
        ),
    }


def rates(
    design: TrialDesign, runner: Runner, effect: float, n_histories: int
) -> dict[str, float]:
    every = schedules_of(design, N_DRAWS, SEED)
    rows = []
    for number in range(n_histories):
        seed = SEED + number
        n_runs = round(
            design.n_units * (RUNS_PER_WEEK / 7 if design.unit == "day" else 1)
        )
        made = history(runner, n_runs=n_runs + 8, seed=seed)
        obs = made.observations.copy()
        obs["local_date"] = (
            pd.Timestamp(FIRST) + pd.to_timedelta(obs["day"] - 7, unit="D")
        ).dt.floor("D")
        drawn = draw(design, seed=seed, drawn_on=FIRST)
        place = pd.Series(np.arange(len(obs)), index=obs.index, dtype=float)
        joined = join_runs(obs.assign(place=place), drawn, "place", None)
        row = joined.table["place"].to_numpy(int)
        felt = made.runs_truth["felt_after_points"].to_numpy()[row]
        arm = joined.table["arm"].to_numpy()
        rated = ~made.runs_truth["is_forgotten"].to_numpy()[row]
        rng = np.random.default_rng(seed)
        told = felt + runner.rating_noise_sd_points * rng.standard_normal(len(felt))
        without = np.clip(np.round(told), 0, 10)
        with_cue = np.clip(np.round(told + effect), 0, 10)
        x, _, _ = covariates_of(joined, design.used_covariates, rated)
        if is_enumerable(design):
            reference, schedules = "all", every
        else:
            reference, schedules = "drawn", schedules_of(design, N_DRAWS, seed)
        unit = joined.table["unit"].to_numpy(int)
        arms = Arms(arm, schedules[:, unit].astype(float), reference)
        found = {}
        for name, y in (
            ("felt", felt + effect * arm),
            ("rated", np.where(arm == 1, with_cue, without)),
        ):
            test = compare(y[rated], rated, arms, x, alpha=0.05, washout=design.washout)
            true = effect if name == "felt" else float((with_cue - without).mean())
            found |= {
                f"{name}_rejected": test.p_value <= 0.05,
                f"{name}_covered": test.low <= true <= test.high,
                f"{name}_estimate": test.estimate,
                f"{name}_width": test.high - test.low,
                f"{name}_standardised": test.interval_from == "standardised",
                f"{name}_open": not np.isfinite(test.high - test.low),
                f"{name}_split": (test.p_value <= 0.05) & (test.low <= 0 <= test.high),
            }
        rows.append(found | {"true_rated": float((with_cue - without).mean())})
    frame = pd.DataFrame(rows).astype(float)
    widths = [name for name in frame if name.endswith("_width")]
    out = frame.drop(columns=widths).mean()
    return {**out, **frame[widths].median()}


def main() -> None:
    given = [float(one) for one in sys.argv[1:]]
    n_histories, days, memory, effect = (*given, *(400, 84, 0.6, 0.0)[len(given) :])
    runner = Runner(effect_points_per_pct=0.0, pain_memory=memory)
    for name, design in designs(int(days)).items():
        found = rates(design, runner, effect, int(n_histories))
        shown = " ".join(f"{key}={value:.3f}" for key, value in found.items())
        print(f"{days:g} d, memory {memory}, effect {effect}: {name}: {shown}")


if __name__ == "__main__":
    main()
