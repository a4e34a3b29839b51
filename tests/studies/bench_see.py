"""How long pictures and reports take: each plot of a year of runs, reports of 1,000."""

from __future__ import annotations

import io
import sys
import tempfile
import time
import warnings
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import hipstride as hs

ROUNDS = 3
PLOT_RUNS = 365
REPORT_RUNS = (365, 1_000, 3_650)
LIMIT_PLOT_S, LIMIT_REPORT_S, LIMIT_MB = 0.7, 8.0, 2.0


def main() -> None:
    warnings.simplefilter("ignore")
    _plots()
    _reports()


def history(n_runs: int) -> pd.DataFrame:
    runner = hs.simulate.demo_runner()
    return hs.simulate.history(runner, n_runs=n_runs, seed=2).observations


def tried(obs: pd.DataFrame) -> pd.DataFrame:
    first = obs["local_date"].iloc[0]
    return pd.DataFrame(
        {
            "started_on": first + pd.to_timedelta([30, 60, 90, 140, 200], "D"),
            "ended_on": pd.NaT,
            "kind": ["rest", "injection", "strength", "stride", "drug"],
            "label": ["time off", "a shot", "core work", "shorter stride", "pills"],
        }
    ).astype({"ended_on": "datetime64[us]"})


def _plots() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from plotcases import drawn, trial_runs  # noqa: PLC0415

    obs = history(PLOT_RUNS)
    answer = hs.stats.association(obs)
    change = hs.stats.dated_change(obs, "shorter stride")
    run = hs.read_run(hs.sample.folder() / "runs" / "run-0001.fit")
    curve = hs.gait.matched_stride(hs.gait.steady_windows(run)).curve
    trial = hs.stats.trial(trial_runs(), drawn())
    ledger = hs.stats.ledger(obs, tried(obs))
    ways = hs.stats.sensitivity(obs)
    calls = {
        "timeline": lambda ax: hs.plots.timeline(obs, ax=ax),
        "calendar": lambda ax: hs.plots.calendar(obs, ax=ax),
        "stride_vs_pain": lambda ax: hs.plots.stride_vs_pain(obs, result=answer, ax=ax),
        "step_length_vs_speed": lambda ax: hs.plots.step_length_vs_speed(obs, ax=ax),
        "stride_curve": lambda ax: hs.plots.stride_curve(curve, ax=ax),
        "change": lambda ax: hs.plots.change(
            obs, "shorter stride", result=change, ax=ax
        ),
        "ledger": lambda ax: hs.plots.ledger(ledger, ax=ax),
        "lags": lambda ax: hs.plots.lags(answer, ax=ax),
        "spec_curve": lambda ax: hs.plots.spec_curve(ways, ax=ax),
        "trial": lambda ax: hs.plots.trial(trial_runs(), drawn(), result=trial, ax=ax),
        "splits": lambda ax: hs.plots.splits(run, ax=ax),
        "drift": lambda ax: hs.plots.drift(run, ax=ax),
    }
    for name, draw in calls.items():
        took = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            figure = Figure(figsize=(8, 5))
            draw(figure.subplots())
            figure.savefig(io.BytesIO(), format="svg", bbox_inches="tight")
            took.append(time.perf_counter() - began)
        print(f"{name:<22} {median(took):5.2f} s   limit {LIMIT_PLOT_S}")


def _reports() -> None:
    for n_runs in REPORT_RUNS:
        obs = history(n_runs)
        changes = tried(obs)
        took, size = [], np.nan
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(ROUNDS):
                began = time.perf_counter()
                found = [
                    hs.stats.association(obs),
                    hs.stats.dated_change(obs, "shorter stride", changes=changes),
                    hs.stats.ledger(obs, changes),
                ]
                answered = time.perf_counter() - began
                page = hs.report.write(Path(folder) / "report.html", obs, found)
                took.append((time.perf_counter() - began, answered))
                size = page.stat().st_size / 1e6
        whole, answered = (median(column) for column in zip(*took, strict=True))
        print(
            f"report of {n_runs:>5} runs   {whole:5.2f} s, of which answers "
            f"{answered:.2f} s; {size:.2f} MB"
            + (f"   limits {LIMIT_REPORT_S:g} s" if n_runs == 1_000 else "")
            + f", {LIMIT_MB:g} MB"
        )


if __name__ == "__main__":
    main()
