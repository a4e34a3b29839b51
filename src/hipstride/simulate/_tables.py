"""What the pipeline would show of a simulated history: observations, diary, changes."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hipstride.simulate._control import control_column
from hipstride.simulate._truth import change_date, is_active
from hipstride.tables import CHANGES, JOURNAL, OBSERVATIONS
from hipstride.units import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from hipstride.simulate._runner import Change, Runner

__all__ = ["changes_table", "file_stem", "journal_table", "observations_table"]

# Speed over ground of a whole run is known to this; step length shares the error.
_SPEED_ERROR_PCT = 0.5
_WAKING_CLOCK = "07:00"


def file_stem(run: int) -> str:
    """Name the file of a run, without its suffix.

    Parameters
    ----------
    run : int
        The run, counted from 0.

    Returns
    -------
    str
        The stem.

    Examples
    --------
    >>> file_stem(0)
    'run-0001'
    """
    return f"run-{run + 1:04d}"


def observations_table(
    rng: np.random.Generator, runner: Runner, runs: pd.DataFrame
) -> pd.DataFrame:
    """Measure the true runs with small errors and set the ratings beside them.

    Parameters
    ----------
    rng : Generator
        Where the errors come from.
    runner : Runner
        The true numbers.
    runs : DataFrame
        One row per run: what is true.

    Returns
    -------
    DataFrame
        An `OBSERVATIONS` table; ratings that were not given are NaN.
    """
    n_runs = len(runs)
    shared = np.exp(_SPEED_ERROR_PCT / 100 * rng.standard_normal(n_runs))
    speed_scale = 1 + runs["device_speed_pct"].to_numpy() / 100
    cadence_scale = 1 + runs["device_cadence_pct"].to_numpy() / 100
    shared *= speed_scale
    error = runner.measurement_sd_pct * rng.standard_normal(n_runs)
    day = runs["day"].to_numpy()
    is_treadmill = runs["is_treadmill"].to_numpy()
    stride_pct = runs["stride_pct"].to_numpy()
    # Indoors the watch takes the usual step for granted, so that the form is lost and
    # the speed is wrong instead.
    seen_pct = np.where(is_treadmill, 0.0, stride_pct) + error
    speed_mps = runs["speed_mps"] * shared * np.exp(-(stride_pct * is_treadmill) / 100)
    step_length_m = (
        runs["step_length_m"] * shared * np.exp((seen_pct - stride_pct) / 100)
    ) / cadence_scale
    # A watch that is fast by s and gives c too many steps shows a step longer by s - c
    # at a speed higher by s, of which the usual step explains the elasticity's share.
    seen_pct += 100 * (
        (1 - runner.elasticity) * np.log(speed_scale) - np.log(cadence_scale)
    )
    duration_s = runs["distance_m"] / runs["speed_mps"]
    columns: dict[str, object] = {
        "run_id": [f"sim-{run + 1:04d}" for run in range(n_runs)],
        "started_at": runs["started_at"],
        "local_date": runs["local_date"],
        "duration_s": duration_s,
        "distance_m": runs["distance_m"] * shared,
        "utc_offset_s": np.full(n_runs, SECONDS_PER_HOUR * runner.utc_offset_h),
        "is_treadmill": is_treadmill,
        "moving_s": duration_s,
        "running_s": duration_s,
        "mean_speed_mps": speed_mps,
        "mean_cadence_spm": SECONDS_PER_MINUTE * speed_mps / step_length_m,
        "mean_step_length_m": step_length_m,
        "mean_grade_pct": runs["grade_pct"],
        "step_length_at_ref_speed_m": runner.step_length_m * np.exp(seen_pct / 100),
        "step_length_at_ref_speed_se_m": np.full(
            n_runs, runner.step_length_m * runner.measurement_sd_pct / 100
        ),
        "stride_deviation_pct": seen_pct,
        "step_length_source": "derived",
        "is_step_length_independent": ~is_treadmill,
        "load_acute_m": runs["load_acute_m"],
        "load_chronic_m": runs["load_chronic_m"],
        "days_since_last_run": np.diff(day, prepend=np.nan),
        "usable_fraction": np.full(n_runs, 0.9),
        "device": runs["device"],
        "source": [file_stem(run) for run in range(n_runs)],
        "notes": "",
    }
    if runner.shoes:
        columns["shoe"] = runs["shoe"]
    for moment in runner.moments:
        silent = runs["is_before_forgotten" if moment == "before" else "is_forgotten"]
        columns[f"pain_{moment}_0_10"] = runs[f"rating_{moment}_0_10"].mask(silent)
    for name in map(control_column, runner.control_sites):
        columns[name] = runs[name].mask(runs["is_forgotten"])
    since = runs["started_at"] - runs["started_at"].iloc[0]
    columns["day"] = since.dt.total_seconds() / SECONDS_PER_DAY
    local_date = runs["local_date"].to_numpy()
    for change in runner.changes:
        name = _change_column(change)
        holds = is_active(change, local_date).astype(float)
        # Changes of one name share a column.
        columns[name] = np.maximum(np.asarray(columns.get(name, 0.0), float), holds)
    return OBSERVATIONS.order(pd.DataFrame(columns))


def journal_table(
    observations: pd.DataFrame, runs: pd.DataFrame, runner: Runner
) -> pd.DataFrame:
    """Write the ratings as a diary, in the order in which they were given.

    Parameters
    ----------
    observations : DataFrame
        An `OBSERVATIONS` table.
    runs : DataFrame
        The true runs, for their times of day.
    runner : Runner
        The true numbers.

    Returns
    -------
    DataFrame
        A `JOURNAL` table. A rating of the next morning stands on the day on which it
        was given, the day after the run.
    """
    offset = pd.Timedelta(hours=runner.utc_offset_h)
    clock = runs["started_at"].dt.tz_localize(None) + offset
    end = clock + pd.to_timedelta(observations["duration_s"].round(), unit="s")
    when = {
        "before": clock - pd.Timedelta(minutes=10),
        "during": clock + (end - clock) / 2,
        "after": end + pd.Timedelta(minutes=15),
        "next_morning": runs["local_date"]
        + pd.Timedelta(days=1)
        + pd.Timedelta(_WAKING_CLOCK + ":00"),
    }
    rows = [
        pd.DataFrame(
            {
                "at": when[moment],
                "local_date": runs["local_date"]
                + pd.Timedelta(days=int(moment == "next_morning")),
                "pain_0_10": observations[f"pain_{moment}_0_10"],
                "moment": moment,
            }
        )
        for moment in runner.moments
    ]
    if not rows:
        return JOURNAL.empty("local_date", "pain_0_10", "time", "moment")
    journal = pd.concat(rows).dropna(subset="pain_0_10")
    journal = journal.sort_values("at", kind="stable", ignore_index=True)
    journal = journal.assign(
        time=journal["at"].dt.strftime("%H:%M"), side="right", site="hip"
    )
    return JOURNAL.order(journal.drop(columns="at"))


def changes_table(runs: pd.DataFrame, runner: Runner) -> pd.DataFrame:
    """List the changes with their days.

    Parameters
    ----------
    runs : DataFrame
        The true runs, for their days.
    runner : Runner
        The true numbers.

    Returns
    -------
    DataFrame
        A `CHANGES` table, by day.
    """
    local_date = runs["local_date"].to_numpy()
    if not runner.changes:
        return CHANGES.empty("started_on", "kind", "ended_on", "label")
    table = pd.DataFrame(
        {
            "started_on": pd.DatetimeIndex(
                [change_date(change, local_date) for change in runner.changes]
            ).as_unit("us"),
            "kind": [change.kind for change in runner.changes],
            "ended_on": pd.DatetimeIndex([pd.NaT] * len(runner.changes)).as_unit("us"),
            "label": [change.label for change in runner.changes],
        }
    )
    return table.sort_values("started_on", kind="stable", ignore_index=True)


def _change_column(change: Change) -> str:
    """Name the column of a change as `hipstride.alignment.change_column` does."""
    slugs = (
        re.sub(r"\W+", "_", unicodedata.normalize("NFKC", words).casefold()).strip("_")
        for words in (change.label, change.kind)
    )
    return f"change_{next(filter(None, slugs), 'other')}"
