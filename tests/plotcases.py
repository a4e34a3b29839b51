"""One usual call of every plot, and the tables that they are tried with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

import hipstride as hs

Call = Callable[..., Axes]
FIRST = dt.date(2026, 12, 1)
HARD_LABELS = (
    "<script>alert(1)</script>",
    "$x^{2",
    "\N{GRINNING FACE}\N{RUNNER}",
    "\u05e9\u05dc\u05d5\u05dd \u202e abc",
    "very " * 60,
)


@cache
def history() -> pd.DataFrame:
    runner = hs.simulate.demo_runner()
    return hs.simulate.history(runner, n_runs=160, seed=2).observations


@cache
def association() -> hs.Result:
    return hs.stats.association(history())


@cache
def sensitivity() -> hs.Result:
    return hs.stats.sensitivity(history())


@cache
def run() -> hs.Recording:
    return hs.read_run(hs.sample.folder() / "runs" / "run-0001.fit")


def tried(labels: tuple[str, ...] = ("rest", "shot", "core")) -> pd.DataFrame:
    """A list of changes a month apart."""
    first = history()["local_date"].iloc[30]
    return pd.DataFrame(
        {
            "started_on": first + pd.to_timedelta(30 * np.arange(len(labels)), "D"),
            "ended_on": pd.NaT,
            "kind": "other",
            "label": list(labels),
        }
    ).astype({"ended_on": "datetime64[us]"})


@cache
def drawn() -> hs.stats.Schedule:
    design = hs.stats.TrialDesign(
        kind="alternation", n_units=40, started_on=FIRST, stride_goal_pct=None
    )
    return hs.stats.draw(design, seed=7, drawn_on=FIRST)


def trial_runs() -> pd.DataFrame:
    arm = np.array(drawn().schedule)
    noise = np.random.default_rng(1).normal(0, 1, 40)
    return pd.DataFrame(
        {
            "local_date": pd.date_range(f"{FIRST}", periods=40, freq="2D"),
            "pain_after_0_10": np.round(5 - 2 * arm + noise),
        }
    )


def curve() -> object:
    return hs.gait.matched_stride(hs.gait.steady_windows(run())).curve


# Every plot stands here; a new one that does not fails a test.
CASES: dict[str, Callable[[], tuple[tuple[object, ...], dict[str, object]]]] = {
    "calendar": lambda: ((history(),), {}),
    "change": lambda: ((history(), "shorter stride"), {}),
    "drift": lambda: ((run(),), {}),
    "lags": lambda: ((association(),), {}),
    "ledger": lambda: ((hs.stats.ledger(history(), changes=tried()),), {}),
    "spec_curve": lambda: ((sensitivity(),), {}),
    "splits": lambda: ((run(),), {}),
    "step_length_vs_speed": lambda: ((history(),), {}),
    "stride_curve": lambda: ((curve(),), {}),
    "stride_vs_pain": lambda: ((history(),), {"result": association()}),
    "timeline": lambda: ((history(),), {}),
    "trial": lambda: ((trial_runs(), drawn()), {}),
}
