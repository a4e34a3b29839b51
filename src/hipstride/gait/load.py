"""How much was run lately: acute and chronic load, and days of rest.

Exponentially weighted means of what was done each day with a decay of 2 / (N + 1),
N = 7 and 28 days (Williams, West, Cross, Stokes, Br J Sports Med 2017;51:209-210), up
to the day *before* the run: the run of the day itself may have been cut short by pain.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.tables import RUNS

__all__ = [
    "ACUTE_DAYS",
    "CHRONIC_DAYS",
    "FIRST_KNOWN_DAY",
    "LAYOFF_DAYS",
    "averaged",
    "daily_load",
    "daily_totals",
    "known_days",
]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ACUTE_DAYS = 7
CHRONIC_DAYS = 28
# Whole days without a run that make a layoff.
LAYOFF_DAYS = 7
# Watches count from 1970, 1980 or 1989 until they are told the time.
FIRST_KNOWN_DAY = np.datetime64("2000-01-01", "D")

# What the loads are means of, and the ending of their names.
_AMOUNTS = {"distance_m": "m", "duration_s": "s", "ascent_m": "ascent_m"}
_LATEST = np.iinfo(np.int64).max


def daily_load(runs: pd.DataFrame) -> pd.DataFrame:
    """Give each run the load of the days before it.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` table with ``local_date`` and ``distance_m``, in any order; two runs
        of a day are put in order by ``started_at`` where that is given, else as they
        come. With ``duration_s`` and ``ascent_m`` their loads come too.

    Returns
    -------
    DataFrame
        ``load_acute_m`` and ``load_chronic_m`` [m a day], the same of time,
        ``load_acute_s`` and ``load_chronic_s`` [s a day], and of climbing,
        ``load_acute_ascent_m`` and ``load_chronic_ascent_m`` [m a day], where `runs`
        has those; ``days_since_last_run`` [d] and ``is_first_run_back``; row by row as
        in `runs`. All numbers are NaN on the first day, but a second run of a day has
        0 days since the last.

    Raises
    ------
    TableError
        If ``local_date`` or ``distance_m`` is missing, or of another kind.

    Notes
    -----
    1. A day that is missing, or before 2000 (a clock that was never set), is unknown:
       such a run has no load and counts for no other.
    2. What was run is summed by calendar day; days without a run are zeros. On a
       treadmill (``is_treadmill``) a missing ascent is 0 m climbed.
    3. A day with a run of unknown distance, time or ascent is unknown in that, not
       zero: the mean is carried over it and weighs the past less afterwards.
    4. The mean starts at the first known day's value, as the reference does. In a
       history that starts from nothing known, the chronic load is therefore settling
       for about its first four weeks.
    5. ``is_first_run_back`` is the first run after 7 whole days or more without one:
       the run before it was 8 days ago or more. `layoffs` lists them.

    Examples
    --------
    >>> runs = pd.DataFrame(
    ...     {
    ...         "local_date": pd.to_datetime(["2026-09-01", "2026-09-03"]),
    ...         "distance_m": [8000.0, 5000.0],
    ...     }
    ... )
    >>> daily_load(runs)["load_acute_m"].tolist()
    [nan, 6000.0]
    """
    RUNS.check(runs, "local_date", "distance_m")
    # 1
    day, in_order = known_days(runs)
    columns: dict[str, object] = {}
    for amount, ending in _AMOUNTS.items():
        if amount not in runs.columns:
            continue
        # 2, 3
        daily = daily_totals(day, in_order, _amount(runs, amount))
        for span, days in (("acute", ACUTE_DAYS), ("chronic", CHRONIC_DAYS)):
            # 4
            before = np.concatenate(([np.nan], averaged(daily, days)))
            load = np.full(len(runs), np.nan)
            load[in_order] = before[day[in_order] - day[in_order[:1]]]
            columns[f"load_{span}_{ending}"] = load
    since_d = np.full(len(runs), np.nan)
    since_d[in_order[1:]] = np.diff(day[in_order])
    columns["days_since_last_run"] = since_d
    # 5
    columns["is_first_run_back"] = since_d > LAYOFF_DAYS
    return pd.DataFrame(columns, index=runs.index)


def known_days(runs: pd.DataFrame) -> tuple[Integers, Integers]:
    """Count the days of runs, and put the runs whose day is known in order.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` table with ``local_date``, and ``started_at`` where it is known.

    Returns
    -------
    day : array of int, shape (n,)
        Days since 1970-01-01; of no meaning for a run whose day is unknown.
    in_order : array of int, shape (m,)
        The positions of the runs with a known day, by day and start.

    Examples
    --------
    >>> days = pd.DatetimeIndex(["2026-09-03", pd.NaT, "2026-09-01", "1989-12-31"])
    >>> known_days(pd.DataFrame({"local_date": days}))[1]
    array([2, 0])
    """
    date = runs["local_date"].to_numpy("datetime64[us]").astype("datetime64[D]")
    # A missing day compares as False.
    known = np.flatnonzero(date >= FIRST_KNOWN_DAY)
    day = date.astype(np.int64)
    if "started_at" not in runs.columns:
        return day, known[np.argsort(day[known], kind="stable")]
    start = runs["started_at"].to_numpy("datetime64[us]")
    start_us = np.where(np.isnat(start), _LATEST, start.astype(np.int64))
    return day, known[np.lexsort((start_us[known], day[known]))]


def daily_totals(day: Integers, in_order: Integers, amount: Floats) -> Floats:
    """Sum what was run by calendar day, from the first known day to the last.

    Parameters
    ----------
    day, in_order : array of int
        As `known_days` gives them.
    amount : array, shape (n,)
        What each run was, in any unit.

    Returns
    -------
    array, shape (days,)
        One sum per day: 0 on a day without a run, NaN where a run is unknown.

    Examples
    --------
    >>> daily_totals(np.array([7, 9, 9]), np.array([0, 1, 2]), np.array([5.0, 1, 2]))
    array([5., 0., 3.])
    """
    if len(in_order) == 0:
        return np.zeros(0)
    at = day[in_order] - day[in_order[0]]
    given = amount[in_order]
    is_known = np.isfinite(given)
    total = np.bincount(at, np.where(is_known, given, 0.0)).astype(np.float64)
    total[at[~is_known]] = np.nan
    return total


def averaged(daily: Floats, days: int) -> Floats:
    """Average exponentially up to and including each day.

    Parameters
    ----------
    daily : array, shape (n,)
        What was done on each day, NaN where that is unknown.
    days : int
        N in the decay 2 / (N + 1) [d].

    Returns
    -------
    array, shape (n,)
        The means; NaN before the first known day.

    Examples
    --------
    >>> averaged(np.array([8.0, 0.0]), 7)
    array([8., 6.])
    """
    means = pd.Series(daily).ewm(span=days, adjust=False).mean()
    return means.to_numpy(np.float64)


def _amount(runs: pd.DataFrame, name: str) -> Floats:
    amount = runs[name].to_numpy(np.float64, na_value=np.nan)
    if name == "ascent_m" and "is_treadmill" in runs.columns:
        indoors = runs["is_treadmill"].to_numpy(np.bool_)
        return np.where(indoors & np.isnan(amount), 0.0, amount)
    return amount
