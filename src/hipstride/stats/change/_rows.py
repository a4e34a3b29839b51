"""Rated runs in order of time, with the context that a dated change is net of.

Unlike an association, a dated change needs neither step length nor speed: a run
without a watch counts, and so does a day with a morning rating and no run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats._arrays import FloatArray
from hipstride.stats._own_columns import (
    check_is_table,
    dates_of,
    days_of,
    flags_of,
    numbers_of,
    refuse_repeats,
)
from hipstride.stats.change._context import CONTEXT, context_of, varying

__all__ = ["MIN_ROWS", "ChangeRows", "change_rows"]

MIN_ROWS = 8
_SOURCES = tuple(column for column, _ in CONTEXT.values())
_NO_OUTCOMES = {*_SOURCES, "day", "local_date", "started_at", "device", "run_id"}
_NUMBERS = ("distance_m", "stride_deviation_pct")
_FLAGS = ("is_treadmill", "is_step_length_independent")
# What tells one run from another of the same day.
_IDENTITY = ("started_at", "distance_m", "mean_speed_mps")
_REASONS = {
    "no_date": "without a date",
    "copy_of_another": "copies of another",
    "not_rated": "not rated",
    "covariate_missing": "without a covariate",
}


@dataclass(frozen=True, slots=True, eq=False)
class ChangeRows:
    """Rated runs (or rated days) in order of time with their context.

    Attributes
    ----------
    y : ndarray, shape (n,)
        The ratings [points].
    day : ndarray, shape (n,)
        Days since the first row of the table [d].
    local_date : ndarray of datetime64[D], shape (n,)
        The calendar day of each row, for the dates of changes.
    context : mapping of str to ndarray, shape (n, j)
        What the rating is net of: speed (ln), grade, treadmill, load, days since the
        last run. No intercept, no trend, no change, and never pain before the run:
        a change acts through it, so that adjusting for it would hide the change.
    rows : ndarray of int, shape (n,)
        Where each row stands in `table`.
    table : DataFrame
        All rows with a date in order of time, rated or not, with clean numbers.
    n_rows : int
        How many rows were brought, used or not.
    dropped : mapping of str to int
        Rows left out, by reason.
    caveats : tuple of str
        What was left out and why.
    """

    y: FloatArray
    day: FloatArray
    local_date: NDArray[np.datetime64]
    context: Mapping[str, FloatArray]
    rows: NDArray[np.int64]
    table: pd.DataFrame
    n_rows: int
    dropped: Mapping[str, int]
    caveats: tuple[str, ...]

    @property
    def day_zero(self) -> np.datetime64:
        """The calendar day that counts as day 0."""
        return np.datetime64(self.local_date[0] - np.timedelta64(int(self.day[0]), "D"))

    @property
    def adjusted_for(self) -> tuple[str, ...]:
        """What the context holds, in words."""
        return tuple(CONTEXT[name][1] for name in self.context)


def change_rows(obs: pd.DataFrame, outcome: str = "pain_after_0_10") -> ChangeRows:
    """Take rated runs and their context out of a table.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, or any with ``local_date`` and the outcome: one row
        per run, or per day.
    outcome : str
        Name of the column with the ratings.

    Returns
    -------
    ChangeRows
        The rated rows in order of time.

    Raises
    ------
    TableError
        If a column is missing, unfit or stands twice, or a rating is outside 0-10.
    NotEnoughDataError
        If fewer than 8 rows are rated, or all ratings are equal.

    Examples
    --------
    >>> obs = pd.DataFrame(
    ...     {
    ...         "local_date": pd.date_range("2026-03-01", periods=9),
    ...         "pain_after_0_10": [3, 2, 3, 4, None, 1, 1, 0, 1],
    ...     }
    ... )
    >>> rows = change_rows(obs)
    >>> rows.y.tolist(), dict(rows.dropped)
    ([3.0, 2.0, 3.0, 4.0, 1.0, 1.0, 0.0, 1.0], {'not_rated': 1})
    """
    check_is_table(obs)
    _check_names(obs, outcome)
    caveats: list[str] = []
    table = _clean(obs, outcome, caveats)
    dropped = {"no_date": int((table["day"].isna() | table["local_date"].isna()).sum())}
    table = table.dropna(subset=["day", "local_date"])
    copies = _copies(table, outcome, obs)
    dropped["copy_of_another"] = int(copies.sum())
    table = table.loc[~copies].reset_index(drop=True)
    table["day"] -= table["day"].min()
    is_rated = table[outcome].notna().to_numpy()
    dropped["not_rated"] = int((~is_rated).sum())
    rated = table.loc[is_rated]
    context = context_of(rated, caveats)
    whole = np.ones(len(rated), dtype=np.bool_)
    for columns in context.values():
        whole &= np.isfinite(columns).all(axis=1)
    dropped["covariate_missing"] = int((~whole).sum())
    dropped = {reason: count for reason, count in dropped.items() if count}
    caveats += [
        f"Rows left out because they are {_REASONS[reason]}: {dropped[reason]}"
        for reason in ("no_date", "copy_of_another", "covariate_missing")
        if reason in dropped
    ]
    y = rated[outcome].to_numpy(np.float64)[whole]
    _refuse_too_little(y, dropped)
    return ChangeRows(
        y=y,
        day=rated["day"].to_numpy(np.float64)[whole],
        local_date=rated["local_date"].to_numpy().astype("datetime64[D]")[whole],
        context=varying({name: c[whole] for name, c in context.items()}),
        rows=np.flatnonzero(is_rated)[whole],
        table=table,
        n_rows=len(obs),
        dropped=dropped,
        caveats=tuple(caveats),
    )


def _check_names(obs: pd.DataFrame, outcome: str) -> None:
    if outcome in _NO_OUTCOMES or str(outcome).startswith("change_"):
        msg = (
            f"outcome: found {outcome!r}, which the model needs for itself; expected a "
            "column of ratings, such as 'pain_after_0_10'"
        )
        raise TableError(msg)
    missing = [name for name in (outcome, "local_date") if name not in obs.columns]
    if missing:
        msg = (
            f"observations: found no column {', '.join(map(repr, missing))} among "
            f"{', '.join(map(str, obs.columns)) or 'no columns'}; a dated change needs "
            f"the calendar day of each run in 'local_date' and the ratings in "
            f"{outcome!r}"
        )
        raise TableError(msg)
    changes = [name for name in map(str, obs.columns) if name.startswith("change_")]
    known = [outcome, "day", "local_date", *_IDENTITY, *_SOURCES, *_NUMBERS, *_FLAGS]
    refuse_repeats(obs, list(dict.fromkeys([*known, *changes])))


def _clean(obs: pd.DataFrame, outcome: str, caveats: list[str]) -> pd.DataFrame:
    """Put the rows in order of time, with numbers for what is used as numbers."""
    date = dates_of(obs)
    day = days_of(obs, date)
    if date is not None and getattr(date.dtype, "tz", None) is not None:
        date = date.dt.tz_localize(None)
    numeric = [outcome, *_SOURCES, *_NUMBERS, *_FLAGS]
    columns: dict[str, object] = {
        "day": day,
        "local_date": None if date is None else date.dt.normalize().to_numpy(),
    }
    n_odd = 0
    for name in dict.fromkeys(numeric):
        if name in obs.columns:
            read = flags_of if name in _FLAGS else numbers_of
            values = read(obs[name], name)
            n_odd += int(np.isinf(values).sum())
            columns[name] = np.where(np.isinf(values), np.nan, values)
    _check_scale(np.asarray(columns[outcome]), outcome)
    if n_odd:
        caveats.append(f"Infinite values treated as missing: {n_odd}")
    for name in map(str, obs.columns):
        if name.startswith("change_"):
            columns[name] = numbers_of(obs[name], name, takes_bool=True)
    others = obs.drop(columns=[n for n in columns if n in obs.columns])
    table = pd.concat(
        [others.reset_index(drop=True), pd.DataFrame(columns)], axis="columns"
    )
    keys = pd.DataFrame({"day": day})
    if "started_at" in obs.columns:
        keys["started_at"] = obs["started_at"].to_numpy()
    # So that of two copies of a run the one with a rating is kept.
    keys["is_unrated"] = table[outcome].isna()
    order = keys.sort_values(list(keys.columns), kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _check_scale(values: FloatArray, name: str) -> None:
    if not name.endswith("_0_10"):
        return
    bad = values[(values < 0) | (values > 10)]  # noqa: PLR2004 - the 0-10 scale
    if len(bad):
        msg = (
            f"observations: column {name!r} holds {bad[0]:g} and {len(bad) - 1} "
            "more outside of 0-10; expected ratings from 0 to 10; mend the diary"
        )
        raise TableError(msg)


def _copies(table: pd.DataFrame, outcome: str, obs: pd.DataFrame) -> pd.Series:
    """Find the same run once more: with the same rating, or with none.

    Where nothing tells runs of one day apart, as in a table of days, rows of one day
    with the same rating count once.
    """
    known = [name for name in _IDENTITY if name in obs.columns]
    if not known and "run_id" in obs.columns:
        known = ["run_id"]
    run = ["day", *known]
    is_unrated = table[outcome].isna()
    return table.duplicated([*run, outcome]) | (is_unrated & table.duplicated(run))


def _refuse_too_little(y: FloatArray, dropped: Mapping[str, int]) -> None:
    if len(y) < MIN_ROWS:
        reasons = ", ".join(f"{n} {_REASONS[reason]}" for reason, n in dropped.items())
        what = "rated runs with a date"
        raise NotEnoughDataError(
            what,
            needed=MIN_ROWS,
            got=len(y),
            remedy=(f"left out: {reasons}; " if reasons else "")
            + "rate more runs; an answer usually takes 20 on each side of the change",
        )
    if np.ptp(y) == 0:
        what = "different ratings"
        raise NotEnoughDataError(
            what,
            needed=2,
            got=1,
            remedy=f"all {len(y)} ratings are {y[0]:g}; where nothing differs there is "
            "no before and after to compare",
        )
