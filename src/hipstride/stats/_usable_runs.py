"""Which runs an analysis can use, and what was wrong with the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray
from hipstride.stats._order_of_time import LN_SPEED, STRIDE, copies, order_of
from hipstride.stats._own_columns import (
    check_is_table,
    dates_of,
    days_of,
    flags_of,
    numbers_of,
    refuse_repeats,
)
from hipstride.stats._own_covariates import covariate_of
from hipstride.stats._plausible import check_scale, check_units, implausible
from hipstride.tables import OBSERVATIONS

__all__ = ["LN_SPEED", "STRIDE", "UsableRuns", "usable_runs"]

_NUMBERS = (
    "mean_step_length_m",
    "mean_speed_mps",
    "mean_grade_pct",
    "load_acute_m",
    "load_chronic_m",
    "days_since_last_run",
    "pain_before_0_10",
)
_FLAGS = ("is_treadmill", "is_step_length_independent")
_WORDS = ("device", "shoe", "surface", "run_id")
# What the model is made of cannot be what it explains.
_NO_OUTCOMES = {
    *(name for name in _NUMBERS if not name.startswith("pain_")),
    *_FLAGS,
    *("day", "local_date", "started_at", "device", "shoe", "surface", "run_id"),
    *(STRIDE, LN_SPEED),
}
_REASONS = {
    "no_day": "Runs left out for want of a day",
    "no_step_length_or_speed": "Runs left out for want of step length or speed",
    "copy_of_another": "Runs left out as exact copies of another",
    "step_length_not_independent": (
        "Runs left out because their speed was worked out from cadence (treadmill "
        "without a foot pod or a typed distance), so that their step length carries no "
        "news"
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class UsableRuns:
    """All runs in order of time, as numbers.

    Attributes
    ----------
    table : DataFrame
        ``day``, the outcome, ``stride_pct``, ``ln_speed`` and the covariates as
        float64, missing as NaN; ``device``, ``shoe``, ``surface``, ``run_id`` and
        categories that were asked for as text.
    is_eligible : ndarray of bool
        Runs whose stride and speed can be used, rated or not.
    dropped : mapping of str to int
        Runs that are not eligible, by reason.
    caveats : tuple of str
        What was found wrong.
    """

    table: pd.DataFrame
    is_eligible: NDArray[np.bool_]
    dropped: Mapping[str, int]
    caveats: tuple[str, ...]

    @property
    def calendar_day(self) -> FloatArray:
        """Whole days since the first, by the calendar where there is one [d]."""
        if "local_date" not in self.table.columns:
            return np.asarray(np.floor(self.table["day"].to_numpy(np.float64)))
        date = self.table["local_date"]
        days = ((date - date.min()) / pd.Timedelta(days=1)).to_numpy(np.float64)
        # A run without a date has the day that was given for it.
        days = np.where(np.isfinite(days), days, self.table["day"].to_numpy(np.float64))
        return np.asarray(np.floor(days))


def usable_runs(
    obs: pd.DataFrame,
    outcome: str,
    *,
    further: Sequence[str] = (),
    flags: Sequence[str] = (),
    ratings: Sequence[str] = (),
) -> UsableRuns:
    """Take what an analysis needs out of an OBSERVATIONS table.

    Parameters
    ----------
    obs : DataFrame
        The table; it is not changed.
    outcome : str
        Name of the column with the ratings.
    further, flags, ratings : sequence of str
        More columns to take: covariates of any kind, of yes and no, and further
        ratings; all of them are there.

    Returns
    -------
    UsableRuns
        The runs in order of time; no row is left out yet.

    Raises
    ------
    TableError
        If a needed column is missing or stands twice, a column is not of numbers, the
        units cannot be, or a rating on a 0-10 scale lies outside of it.

    Examples
    --------
    >>> obs = pd.DataFrame(
    ...     {
    ...         "day": [3, 0],
    ...         "pain_after_0_10": [2.0, np.nan],
    ...         "mean_step_length_m": [1.0, 1.1],
    ...         "mean_speed_mps": [3.0, np.inf],
    ...     }
    ... )
    >>> runs = usable_runs(obs, "pain_after_0_10")
    >>> runs.table["day"].tolist(), runs.is_eligible.tolist()
    ([0.0, 3.0], [False, True])
    """
    check_is_table(obs)
    names = _names(obs, outcome)
    date = dates_of(obs)
    day = days_of(obs, date)
    columns: dict[str, object] = {"day": day}
    refuse_repeats(obs, [*further, *flags, *ratings])
    given = {
        name: (flags_of if name in _FLAGS else numbers_of)(obs[name], name)
        for name in [*names, *ratings]
    }
    given |= {name: flags_of(obs[name], name) for name in flags}
    for name in further:
        values = covariate_of(obs[name], name)
        if values.dtype == np.float64:
            given[name] = np.asarray(values, np.float64)
        else:
            columns[name] = values
    check_units(given["mean_speed_mps"], given["mean_step_length_m"])
    odd: dict[str, int] = {}
    for name, values in given.items():
        is_odd = np.isinf(values)
        if name.endswith("_0_10") and name not in further:
            check_scale(values[~is_odd], name)
        elif name in OBSERVATIONS.names:
            is_odd |= implausible(values, name)
        odd[name] = int(is_odd.sum())
        columns[name] = np.where(is_odd, np.nan, values)
    for name in _WORDS:
        if name in obs.columns:
            columns[name] = obs[name].to_numpy(dtype=object)
    if date is not None:
        columns["local_date"] = date.to_numpy()
    for name in map(str, obs.columns):
        if name.startswith("change_"):
            columns[name] = numbers_of(obs[name], name, takes_bool=True)
    # All columns at once: one by one, a hundred of them are slow, and pandas says so.
    table = pd.DataFrame(columns)
    with np.errstate(invalid="ignore", divide="ignore"):
        for name, column, scale in (
            (STRIDE, "mean_step_length_m", 100.0),
            (LN_SPEED, "mean_speed_mps", 1.0),
        ):
            positive = table[column].where(table[column] > 0)
            table[name] = scale * np.log(positive)
    order = order_of(obs, day, table[outcome].notna())
    return _judge(table.iloc[order].reset_index(drop=True), outcome, odd)


def _names(obs: pd.DataFrame, outcome: str) -> list[str]:
    """Name the columns of numbers to take, after refusing what is no such table."""
    if outcome in _NO_OUTCOMES or str(outcome).startswith("change_"):
        msg = (
            f"outcome: found {outcome!r}, which the model needs for itself; expected a "
            "column of ratings, such as 'pain_after_0_10'"
        )
        raise TableError(msg)
    needed = [outcome, "mean_step_length_m", "mean_speed_mps"]
    missing = [name for name in needed if name not in obs.columns]
    if missing:
        msg = (
            f"observations: found no column {', '.join(map(repr, missing))} among "
            f"{', '.join(map(str, obs.columns)) or 'no columns'}; an association needs "
            f"{', '.join(needed)}"
        )
        raise TableError(msg)
    known = ["day", "local_date", "started_at", *_WORDS]
    changes = [name for name in map(str, obs.columns) if name.startswith("change_")]
    refuse_repeats(obs, [*needed, *_NUMBERS, *_FLAGS, *known, *changes])
    optional = [name for name in (*_NUMBERS, *_FLAGS) if name in obs.columns]
    return list(dict.fromkeys([*needed, *optional]))


def _judge(table: pd.DataFrame, outcome: str, odd: Mapping[str, int]) -> UsableRuns:
    """Say which runs can be used, and give each of the others one reason."""
    failed = {
        "no_day": table["day"].isna(),
        "no_step_length_or_speed": table[[STRIDE, LN_SPEED]].isna().any(axis=1),
        "copy_of_another": copies(table, outcome),
    }
    if "is_step_length_independent" in table.columns:
        failed["step_length_not_independent"] = table["is_step_length_independent"].eq(
            0
        )
    is_eligible = np.ones(len(table), dtype=np.bool_)
    dropped = {}
    for reason, is_failed in failed.items():
        now = is_eligible & is_failed.to_numpy()
        dropped[reason] = int(now.sum())
        is_eligible &= ~now
    caveats = [
        f"{words}: {dropped[reason]}"
        for reason, words in _REASONS.items()
        if dropped.get(reason)
    ]
    if any(odd.values()):
        listed = ", ".join(f"{count} of {name}" for name, count in odd.items() if count)
        caveats.append(f"Infinite or impossible values treated as missing: {listed}")
    return UsableRuns(table, is_eligible, dropped, tuple(caveats))
