"""Which run belongs to which unit of the schedule, and what it was told to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray
from hipstride.stats._own_columns import (
    check_is_table,
    dates_of,
    flags_of,
    numbers_of,
    refuse_repeats,
)
from hipstride.stats.trial.draw import Schedule

__all__ = ["Joined", "join_runs", "kept_after_washout"]

_NO_OUTCOMES = ("day", "local_date", "started_at", "run_id", "arm", "unit")
_NUMBERS = (
    "load_acute_m",
    "load_chronic_m",
    "days_since_last_run",
    "pain_before_0_10",
    "stride_deviation_pct",
    "step_length_at_ref_speed_m",
    "mean_step_length_m",
    "mean_speed_mps",
    "mean_grade_pct",
)
# A first run later than this may not be the first.
_MAX_LATE_DAYS = 10
_FLAGS = ("is_treadmill", "is_step_length_independent")


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """The runs of a trial, in order of time.

    Attributes
    ----------
    table : DataFrame
        ``local_date``, ``unit`` (counted from 0), ``arm`` (0 or 1), ``day`` (since the
        first day), and the columns at hand as float64, missing as NaN.
    outside : mapping of str to int
        Runs that the schedule does not cover, by reason.
    n_units_done : int
        Units of the schedule with a run, or passed by.
    caveats : tuple of str
        What was found wrong.
    """

    table: pd.DataFrame
    outside: Mapping[str, int]
    n_units_done: int
    caveats: tuple[str, ...]


def join_runs(
    obs: pd.DataFrame, schedule: Schedule, outcome: str, adherence: str | None
) -> Joined:
    """Join the runs of an OBSERVATIONS table to the units of a schedule.

    Parameters
    ----------
    obs : DataFrame
        With ``local_date`` and the outcome; it is not changed.
    schedule : Schedule
        What was drawn.
    outcome : str
        The column with the ratings.
    adherence : str or None
        The column that says whether the cue was followed.

    Returns
    -------
    Joined
        The runs that the schedule covers.

    Raises
    ------
    TableError
        If a column is missing or unfit.

    Notes
    -----
    1. A schedule of runs counts the runs from its first day on, by start where it is
       known, rated or not. One of days counts days: two runs of a day share its arm.
    2. A second copy of a run (same id, or same start) would push all later runs to
       the next unit; of two copies the rated one is kept.

    Examples
    --------
    >>> import datetime as dt
    >>> from hipstride.stats.trial import TrialDesign, draw
    >>> first = dt.date(2026, 12, 1)
    >>> design = TrialDesign(kind="alternation", n_units=12, started_on=first)
    >>> drawn = draw(design, seed=1, drawn_on=first)
    >>> obs = pd.DataFrame({"local_date": ["2026-11-30", "2026-12-02"], "pain": [3, 2]})
    >>> join_runs(obs, drawn, "pain", None).table["unit"].tolist()
    [0]
    """
    check_is_table(obs)
    _check_columns(obs, outcome, adherence)
    date = dates_of(obs)
    table = _columns(obs, date, outcome, adherence)
    outside = {"no_date": int(table["local_date"].isna().sum())}
    table = table[table["local_date"].notna()]
    is_copy = _copies(table, outcome)  # note 2
    outside["copy_of_another"] = int(is_copy.sum())
    table = _in_order(table[~is_copy])
    start = pd.Timestamp(schedule.design.started_on)
    days = ((table["local_date"] - start) / pd.Timedelta(days=1)).to_numpy()
    table = table.assign(day=np.floor(days))
    is_before = table["day"].to_numpy() < 0
    outside["before_the_first_day"] = int(is_before.sum())
    table = table[~is_before]
    if schedule.design.unit == "run":
        _refuse_unknown_order(table)
    unit = (  # note 1
        np.arange(len(table))
        if schedule.design.unit == "run"
        else table["day"].to_numpy(np.int64)
    )
    n_units = len(schedule.schedule)
    n_done = min(int(unit.max()) + 1 if len(unit) else 0, n_units)
    is_after = unit >= n_units
    outside["after_the_last_unit"] = int(is_after.sum())
    unit = unit[~is_after]
    arms = np.array(schedule.schedule, dtype=np.float64)
    table = table[~is_after].assign(unit=unit, arm=arms[unit])
    caveats = []
    if outside["no_date"] and schedule.design.unit == "run":
        caveats.append(
            f"Runs without a date: {outside['no_date']}; if they belong to the trial, "
            "later runs are joined to the wrong unit"
        )
    late = int(table["day"].min()) if len(table) else 0
    if late > _MAX_LATE_DAYS and schedule.design.unit == "run":
        caveats.append(
            f"The first run of the trial in the table lies {late} days after its first "
            "day; runs that are missing before it put all later ones on the wrong unit"
        )
    kept = table.drop(columns=["started_at", "run_id"], errors="ignore")
    return Joined(kept.reset_index(drop=True), outside, n_done, tuple(caveats))


def kept_after_washout(arms: FloatArray) -> NDArray[np.bool_]:
    """Find the runs that are not the first after a switch of the arm.

    Parameters
    ----------
    arms : ndarray, shape (m, n)
        The arm of each run, in order of time, under each schedule.

    Returns
    -------
    ndarray of bool, shape (m, n)
        The first run of all is kept: no arm went before it.

    Examples
    --------
    >>> kept_after_washout(np.array([[0, 0, 1, 1]])).tolist()
    [[True, True, False, True]]
    """
    kept = np.ones(arms.shape, dtype=np.bool_)
    kept[:, 1:] = arms[:, 1:] == arms[:, :-1]
    return kept


def _check_columns(obs: pd.DataFrame, outcome: str, adherence: str | None) -> None:
    wanted = ["local_date", outcome, *([adherence] if adherence else [])]
    missing = [name for name in wanted if name not in obs.columns]
    if missing:
        msg = (
            f"observations: found no column {', '.join(map(repr, missing))} among "
            f"{', '.join(map(str, obs.columns)) or 'no columns'}; a trial needs "
            f"{', '.join(wanted)}"
        )
        raise TableError(msg)
    if outcome in _NO_OUTCOMES or outcome in _FLAGS:
        msg = (
            f"outcome: found {outcome!r}; expected a column of ratings, such as "
            "'pain_after_0_10'"
        )
        raise TableError(msg)
    names = [*wanted, *_NUMBERS, *_FLAGS, "started_at", "run_id"]
    refuse_repeats(obs, list(dict.fromkeys(names)))
    if adherence in _NO_OUTCOMES or adherence == outcome:
        msg = (
            f"adherence: found {adherence!r}; expected a column of yes and no: was the "
            "cue of the run followed"
        )
        raise TableError(msg)


def _columns(
    obs: pd.DataFrame, date: pd.Series | None, outcome: str, adherence: str | None
) -> pd.DataFrame:
    columns: dict[str, object] = {}
    for name in dict.fromkeys([outcome, *_NUMBERS]):
        if name in obs.columns:
            values = numbers_of(obs[name], name)
            values = np.where(np.isinf(values), np.nan, values)
            if name.endswith("_0_10"):
                _check_scale(values, name)
            columns[name] = values
    for name in (*_FLAGS, *([adherence] if adherence else [])):
        if name in obs.columns:
            columns[name] = flags_of(obs[name], name)
    for name in ("started_at", "run_id"):
        if name in obs.columns:
            columns[name] = obs[name].to_numpy()
    if date is not None:
        # The day on the runner's clock, whatever its zone.
        columns["local_date"] = date.dt.tz_localize(None).dt.normalize().to_numpy()
    return pd.DataFrame(columns)


def _copies(table: pd.DataFrame, outcome: str) -> NDArray[np.bool_]:
    is_copy = np.zeros(len(table), dtype=np.bool_)
    rated_first = np.argsort(table[outcome].isna().to_numpy(), kind="stable")
    for name in ("run_id", "started_at"):
        if name not in table.columns:
            continue
        values = table[name].iloc[rated_first]
        again = (values.duplicated() & values.notna()).to_numpy()
        is_copy[rated_first[again]] = True
    return is_copy


def _refuse_unknown_order(table: pd.DataFrame) -> None:
    """Refuse several runs of a day whose order is not known: each has its own unit."""
    is_shared = table["local_date"].duplicated(keep=False)
    if not is_shared.any():
        return
    if "started_at" in table.columns:
        starts = table.loc[is_shared, "started_at"]
        is_time = pd.api.types.is_datetime64_any_dtype(starts.dtype)
        if is_time and starts.notna().all():
            return
    day = table.loc[is_shared, "local_date"].iloc[0]
    msg = (
        f"observations: found {int(is_shared.sum())} runs that share a day, such as "
        f"{pd.Timestamp(day):%Y-%m-%d}, without the time of each; expected their "
        "order, since each run has an arm of its own; give 'started_at' as times, or "
        "leave copies out"
    )
    raise TableError(msg)


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    keys = ["local_date"]
    if "started_at" in table.columns and pd.api.types.is_datetime64_any_dtype(
        table["started_at"].dtype
    ):
        keys.append("started_at")
    return table.sort_values(keys, kind="stable")


def _check_scale(values: FloatArray, name: str) -> None:
    bad = values[(values < 0) | (values > 10)]  # noqa: PLR2004 - the 0-10 scale
    if len(bad):
        msg = (
            f"observations: column {name!r} holds {bad[0]:g} and {len(bad) - 1} "
            "more outside of 0-10; expected ratings from 0 to 10; mend the diary"
        )
        raise TableError(msg)
