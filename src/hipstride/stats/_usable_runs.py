"""Which runs an analysis can use, and what was wrong with the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray
from hipstride.tables import OBSERVATIONS

__all__ = ["STRIDE", "UsableRuns", "usable_runs"]

# 100 ln(step length): a difference of 1 is 1 %.
STRIDE = "stride_pct"

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
        If a needed column is missing, a column is not of numbers, or a rating on a
        0-10 scale lies outside of it.

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
    needed = [outcome, "mean_step_length_m", "mean_speed_mps"]
    missing = [name for name in needed if name not in obs.columns]
    if missing:
        msg = (
            f"observations: found no column {', '.join(map(repr, missing))} among "
            f"{', '.join(map(str, obs.columns))}; an association needs {needed}"
        )
        raise TableError(msg)
    day = _day(obs)
    optional = [name for name in (*_NUMBERS, *_FLAGS) if name in obs.columns]
    names = list(dict.fromkeys([*needed, *optional]))
    OBSERVATIONS.check(obs[names], *needed)
    table = pd.DataFrame({"day": day})
    odd: dict[str, int] = {}
    for name in names:
        values = _numbers(obs[name], name)
        is_odd = np.isinf(values)
        if name.endswith("_0_10"):
            _check_scale(values[~is_odd], name)
        elif name in OBSERVATIONS.names:
            is_odd |= _implausible(values, name)
        odd[name] = int(is_odd.sum())
        table[name] = np.where(is_odd, np.nan, values)
    for name in ("device", "run_id", "local_date"):
        if name in obs.columns:
            table[name] = obs[name].to_numpy(dtype=object)
    for name in obs.columns:
        if str(name).startswith("change_"):
            table[str(name)] = _numbers(obs[name], str(name))
    order = _order(obs, day)
    table = table.iloc[order].reset_index(drop=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        for name, column, scale in (
            (STRIDE, "mean_step_length_m", 100.0),
            ("ln_speed", "mean_speed_mps", 1.0),
        ):
            positive = table[column].where(table[column] > 0)
            table[name] = scale * np.log(positive)
    return _judge(table, outcome, odd)


def _judge(table: pd.DataFrame, outcome: str, odd: Mapping[str, int]) -> UsableRuns:
    """Say which runs can be used, and give each of the others one reason."""
    failed = {
        "no_day": table["day"].isna(),
        "no_step_length_or_speed": table[[STRIDE, "ln_speed"]].isna().any(axis=1),
        "copy_of_another": table.duplicated(["day", STRIDE, "ln_speed", outcome]),
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


def _implausible(values: FloatArray, name: str) -> NDArray[np.bool_]:
    """Find values that no runner has, such as a speed in the wrong unit."""
    column = OBSERVATIONS[name]
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    return np.asarray((values < low) | (values > high))


def _day(obs: pd.DataFrame) -> FloatArray:
    """Take the day, or count it from the calendar."""
    if "day" in obs.columns:
        values = _numbers(obs["day"], "day")
        return np.where(np.isinf(values), np.nan, values)
    if "local_date" not in obs.columns:
        msg = (
            "observations: found neither 'day' nor 'local_date'; expected one of them, "
            "so that runs can be put in order"
        )
        raise TableError(msg)
    date = obs["local_date"]
    if not pd.api.types.is_datetime64_any_dtype(date):
        # Only ISO dates: any guess at "02/03" or "31 Feb" would be a silent one.
        parsed = pd.to_datetime(date, format="ISO8601", errors="coerce")
        bad = date[parsed.isna() & date.notna()]
        if len(bad):
            msg = (
                f"observations: column 'local_date' holds {bad.iloc[0]!r} and "
                f"{len(bad) - 1} more that are no dates; write them as 2026-09-01"
            )
            raise TableError(msg)
        date = parsed
    days = (date - date.min()) / pd.Timedelta(days=1)
    return np.asarray(days.to_numpy(np.float64), dtype=np.float64)


def _order(obs: pd.DataFrame, day: FloatArray) -> NDArray[np.int64]:
    """Order by day, and runs of one day by their start where it is known."""
    keys = pd.DataFrame({"day": day})
    if "started_at" in obs.columns:
        keys["started_at"] = obs["started_at"].to_numpy()
    ordered = keys.sort_values(list(keys.columns), kind="stable")
    return ordered.index.to_numpy(np.int64)


def _numbers(values: pd.Series, name: str) -> FloatArray:
    try:
        return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
    except (ValueError, TypeError) as error:
        msg = (
            f"observations: column {name!r} has dtype {values.dtype}; expected numbers"
        )
        raise TableError(msg) from error


def _check_scale(values: FloatArray, name: str) -> None:
    bad = values[(values < 0) | (values > 10)]  # noqa: PLR2004 - the 0-10 scale
    if len(bad):
        msg = (
            f"observations: column {name!r} holds {bad[0]:g} and {len(bad) - 1} "
            "more outside of 0-10; expected ratings from 0 to 10; mend the diary"
        )
        raise TableError(msg)
