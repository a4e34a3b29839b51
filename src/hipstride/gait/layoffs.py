"""Layoffs: the spells of a week or more without a run, and the first run after each.

A stop is the commonest treatment that runners give themselves, and coming back from it
is when the load rises fastest; so both belong beside a diary of pain. A layoff is one
*in what is recorded here*: a run without the watch looks like rest.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import DataQualityWarning, TableError
from hipstride.gait.load import (
    CHRONIC_DAYS,
    LAYOFF_DAYS,
    averaged,
    daily_totals,
    known_days,
)
from hipstride.tables import LAYOFFS, RUNS

__all__ = ["layoffs"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def layoffs(
    runs: pd.DataFrame,
    *,
    min_days: int = LAYOFF_DAYS,
    until: str | pd.Timestamp | None = None,
) -> pd.DataFrame:
    """List the spells without a run, each with the run that ended it.

    Runs that were not recorded, or whose files are not here, look like rest.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` table with ``run_id``, ``local_date`` and ``distance_m``, in any order;
        ``started_at`` and ``duration_s`` are used where they are there.
    min_days : int
        Whole days without a run that make a layoff, at least 1 [d].
    until : str or Timestamp, optional
        The day to look back from, such as today. Runs after it are left out, and a
        layoff that goes on at its end is listed; without it only layoffs that have
        ended are.

    Returns
    -------
    DataFrame
        A `LAYOFFS` table, one row a layoff, by day; no rows where there is none.

    Raises
    ------
    TableError
        If a column is missing, `min_days` is below 1, or `until` is no day.

    Warns
    -----
    DataQualityWarning
        If runs have no day, or one before 2000: they may lie within a layoff.

    Notes
    -----
    1. A run on day d and the next on day d + 8 are 7 whole days without a run:
       ``days_since_last_run`` of the second is 8, and ``days`` of the layoff is 7.
       Of two runs on the day of the return, the first is the run back. A layoff that
       goes on counts the day `until` itself as one without a run.
    2. ``load_chronic_m`` is the 28-day load up to and including the last run: what the
       runner was used to when the layoff began.
    3. The first run back is set against the median of the runs in the 28 days up to and
       including the last run: 100 % is a run like those.
    4. A layoff is named by its months; of several with one name, the later ones carry a
       number. The days in its label are the first and the last without a run.

    Examples
    --------
    >>> runs = pd.DataFrame(
    ...     {
    ...         "run_id": ["a", "b", "c"],
    ...         "local_date": pd.to_datetime(
    ...             ["2026-02-26", "2026-02-28", "2026-03-13"]
    ...         ),
    ...         "distance_m": [8000.0, 10_000.0, 4500.0],
    ...     }
    ... )
    >>> [off] = layoffs(runs).to_dict("records")
    >>> off["name"], off["label"]
    ('March 2026', 'layoff of 12 days, 2026-03-01 to 2026-03-12')
    >>> off["run_id"], off["back_distance_pct"]
    ('c', 50.0)
    """
    RUNS.check(runs, "run_id", "local_date", "distance_m")
    if not min_days >= 1:
        msg = f"min_days: found {min_days!r}; expected 1 or more"
        raise TableError(msg)
    day, in_order = known_days(runs)
    _warn_of_unknown(len(runs) - len(in_order))
    last_day = None if until is None else _day(until)
    if last_day is not None:
        in_order = in_order[day[in_order] <= last_day]
    if len(in_order) == 0:
        return LAYOFFS.empty(*LAYOFFS.names)
    # 1
    of_run = day[in_order]
    ended = np.flatnonzero(np.diff(of_run) > min_days)
    goes_on = last_day is not None and last_day - of_run[-1] >= min_days
    last = np.append(ended, len(in_order) - 1) if goes_on else ended
    if len(last) == 0:
        return LAYOFFS.empty(*LAYOFFS.names)
    back = in_order[ended + 1]
    first_off = of_run[last] + 1
    last_off = of_run[ended + 1] - 1
    if goes_on and last_day is not None:
        last_off = np.append(last_off, last_day)
    distance_m = _column(runs, "distance_m")
    load_m = averaged(daily_totals(day, in_order, distance_m), CHRONIC_DAYS)
    # 3
    first_before = np.searchsorted(of_run, of_run[last] - CHRONIC_DAYS, side="right")
    before = [
        in_order[low : high + 1] for low, high in zip(first_before, last, strict=True)
    ]
    ids = runs["run_id"].to_numpy(object)[back].tolist()
    open_ids = [None] * (len(last) - len(back))
    table = {
        "name": _names(first_off, last_off),
        "label": _labels(first_off, last_off, len(ended)),
        "last_run_on": _dates(of_run[last]),
        "first_run_back_on": _dates(day[back]).append(
            pd.DatetimeIndex([pd.NaT] * len(open_ids)).as_unit("us")
        ),
        "days": last_off - first_off + 1,
        "run_id": pd.Series([*ids, *open_ids], dtype="str"),
        # 2
        "load_chronic_m": load_m[of_run[last] - of_run[0]],
        "runs_before": [len(each) for each in before],
        "back_distance_pct": _relative(distance_m, back, before),
        "back_duration_pct": _relative(_column(runs, "duration_s"), back, before),
    }
    return LAYOFFS.order(pd.DataFrame(table))


def _warn_of_unknown(count: int) -> None:
    if count:
        warnings.warn(
            f"{count} run{'s have' if count > 1 else ' has'} no day, or one before "
            "2000 (a clock that was never set): left out, and may lie within a layoff",
            DataQualityWarning,
            stacklevel=3,
        )


def _day(given: str | pd.Timestamp) -> int:
    msg = f"until: found {given!r}; expected a day such as 2026-09-01"
    if pd.isna(given):
        raise TableError(msg)
    try:
        # The day on the clock that it was given in.
        day = pd.Timestamp(given).tz_localize(None)
    except (ValueError, TypeError) as error:
        raise TableError(msg) from error
    return int(day.to_datetime64().astype("datetime64[D]").astype(np.int64))


def _column(runs: pd.DataFrame, name: str) -> Floats:
    if name not in runs.columns:
        return np.full(len(runs), np.nan)
    return runs[name].to_numpy(np.float64, na_value=np.nan)


def _relative(amount: Floats, back: Integers, before: Sequence[Integers]) -> Floats:
    """Set the first runs back against the median of the runs before; NaN if open."""
    pct = np.full(len(before), np.nan)
    for at, (run, others) in enumerate(zip(back, before, strict=False)):
        known = amount[others][amount[others] > 0]
        if len(known):
            pct[at] = 100 * amount[run] / np.median(known)
    return pct


def _dates(days: Integers) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(days.astype("datetime64[D]")).as_unit("us")


def _names(first_off: Integers, last_off: Integers) -> list[str]:
    """Name each layoff by its months, with a number from the second of a name on."""
    names: list[str] = []
    given: dict[str, int] = {}
    for first, last in zip(_dates(first_off), _dates(last_off), strict=True):
        until = f"{last.month_name()} {last.year}"
        since = f"{first.month_name()} {first.year}"
        name = until if since == until else f"{since} to {until}"
        if since != until and first.year == last.year:
            name = f"{first.month_name()} to {until}"
        given[name] = given.get(name, 0) + 1
        names.append(name if given[name] == 1 else f"{name} ({given[name]})")
    return names


def _labels(first_off: Integers, last_off: Integers, ended: int) -> list[str]:
    spans = zip(_dates(first_off), _dates(last_off), strict=True)
    labels = []
    for at, (first, last) in enumerate(spans):
        days = (last - first).days + 1
        length = f"{days} day{'s' if days > 1 else ''}{'' if at < ended else ' so far'}"
        labels.append(f"layoff of {length}, {first:%Y-%m-%d} to {last:%Y-%m-%d}")
    return labels
