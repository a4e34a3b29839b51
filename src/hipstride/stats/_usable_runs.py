"""Which runs an analysis can use, and what was wrong with the others."""

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
    days_of,
    flags_of,
    numbers_of,
    refuse_repeats,
)
from hipstride.tables import OBSERVATIONS
from hipstride.units import SECONDS_PER_MINUTE

__all__ = ["LN_SPEED", "STRIDE", "UsableRuns", "usable_runs"]

# 100 ln(step length): a difference of 1 is 1 %.
STRIDE = "stride_pct"
LN_SPEED = "ln_speed"

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
# What the model is made of cannot be what it explains.
_NO_OUTCOMES = {
    *(name for name in _NUMBERS if not name.startswith("pain_")),
    *_FLAGS,
    *("day", "local_date", "started_at", "device", "run_id", STRIDE, LN_SPEED),
}
# Far outside of what legs do, so that only a wrong unit is met.
_CADENCE_SPM = (60.0, 300.0)
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
        float64, missing as NaN; ``device`` and ``run_id`` as text.
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


def usable_runs(obs: pd.DataFrame, outcome: str) -> UsableRuns:
    """Take what an analysis needs out of an OBSERVATIONS table.

    Parameters
    ----------
    obs : DataFrame
        The table; it is not changed.
    outcome : str
        Name of the column with the ratings.

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
    given = {
        name: (flags_of if name in _FLAGS else numbers_of)(obs[name], name)
        for name in names
    }
    _check_units(given["mean_speed_mps"], given["mean_step_length_m"])
    odd: dict[str, int] = {}
    for name, values in given.items():
        is_odd = np.isinf(values)
        if name.endswith("_0_10"):
            _check_scale(values[~is_odd], name)
        elif name in OBSERVATIONS.names:
            is_odd |= _implausible(values, name)
        odd[name] = int(is_odd.sum())
        columns[name] = np.where(is_odd, np.nan, values)
    for name in ("device", "run_id"):
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
    order = _order(obs, day, table[outcome].notna())
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
    known = ["day", "local_date", "started_at", "device", "run_id"]
    changes = [name for name in map(str, obs.columns) if name.startswith("change_")]
    refuse_repeats(obs, [*needed, *_NUMBERS, *_FLAGS, *known, *changes])
    optional = [name for name in (*_NUMBERS, *_FLAGS) if name in obs.columns]
    return list(dict.fromkeys([*needed, *optional]))


def _check_units(speed_mps: FloatArray, step_length_m: FloatArray) -> None:
    """Refuse speed and step length that no pair of legs can bring together."""
    known = np.isfinite(speed_mps) & np.isfinite(step_length_m)
    known &= (speed_mps > 0) & (step_length_m > 0)
    if not known.any():
        return
    steps_per_s = float(np.median(speed_mps[known] / step_length_m[known]))
    cadence_spm = SECONDS_PER_MINUTE * steps_per_s
    low, high = _CADENCE_SPM
    if cadence_spm < low or cadence_spm > high:
        msg = (
            "observations: mean_speed_mps over mean_step_length_m gives "
            f"{cadence_spm:.3g} steps/min; expected {low:g} to {high:g}; give speed in "
            "m/s (not km/h, not min/km) and the length of one step in m"
        )
        raise TableError(msg)


def _judge(table: pd.DataFrame, outcome: str, odd: Mapping[str, int]) -> UsableRuns:
    """Say which runs can be used, and give each of the others one reason."""
    failed = {
        "no_day": table["day"].isna(),
        "no_step_length_or_speed": table[[STRIDE, LN_SPEED]].isna().any(axis=1),
        "copy_of_another": _copies(table, outcome),
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


def _copies(table: pd.DataFrame, outcome: str) -> pd.Series:
    """Find the same run once more: with the same rating, or with none."""
    run = ["day", STRIDE, LN_SPEED]
    is_unrated = table[outcome].isna()
    return table.duplicated([*run, outcome]) | (is_unrated & table.duplicated(run))


def _implausible(values: FloatArray, name: str) -> NDArray[np.bool_]:
    """Find values that no runner has, such as a speed in the wrong unit."""
    column = OBSERVATIONS[name]
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    return np.asarray((values < low) | (values > high))


def _order(
    obs: pd.DataFrame, day: FloatArray, is_rated: pd.Series
) -> NDArray[np.int64]:
    """Order by day; then by start where it is known; of copies the rated one first."""
    keys = pd.DataFrame({"day": day})
    if "started_at" in obs.columns:
        keys["started_at"] = obs["started_at"].to_numpy()
    # So that of two copies of a run the one with a rating is kept.
    keys["is_unrated"] = ~is_rated.to_numpy()
    ordered = keys.sort_values(list(keys.columns), kind="stable")
    return ordered.index.to_numpy(np.int64)


def _check_scale(values: FloatArray, name: str) -> None:
    bad = values[(values < 0) | (values > 10)]  # noqa: PLR2004 - the 0-10 scale
    if len(bad):
        msg = (
            f"observations: column {name!r} holds {bad[0]:g} and {len(bad) - 1} "
            "more outside of 0-10; expected ratings from 0 to 10; mend the diary"
        )
        raise TableError(msg)
