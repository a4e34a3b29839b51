"""A table as its owner brings it: made fit for drawing, or refused in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError

__all__ = ["change_columns", "days_of", "is_guessed", "numbers", "own_table", "ratings"]

_NUMBERS = {"integer", "floating", "mixed-integer-float"}
_MAX_RATING = 10.0
_FLAGS = ("is_treadmill", "is_step_length_independent", "is_baseline")


def own_table(obs: pd.DataFrame) -> pd.DataFrame:
    """Take an `OBSERVATIONS` table that somebody made by hand or read from a CSV.

    Days may be text (``2026-09-01``), Python dates or instants; ``day`` is counted from
    them where it is not there.

    Parameters
    ----------
    obs : DataFrame
        The table; it is not changed.

    Returns
    -------
    DataFrame
        The same rows and columns, ``local_date`` as days, ``day`` added where needed.

    Raises
    ------
    TableError
        If a day, a flag or a change column holds what is none.

    Examples
    --------
    >>> own_table(pd.DataFrame({"local_date": ["2026-09-01", "2026-09-04"]}))[
    ...     "day"
    ... ].tolist()
    [0.0, 3.0]
    """
    changed: dict[str, pd.Series] = {}
    if "local_date" in obs.columns:
        date = _days(obs["local_date"])
        changed["local_date"] = date
        if "day" not in obs.columns:
            changed["day"] = (date - date.min()) / pd.Timedelta(days=1)
    for label, values in obs.items():
        name = str(label)
        if name not in changed and _is_numbers_as_objects(values):
            changed[name] = values.astype("float64")
        if name in _FLAGS or name.startswith("change_"):
            _check_flag(values, name)
    return obs.assign(**changed)


def is_guessed(obs: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell the runs whose speed was made from cadence."""
    if "is_step_length_independent" not in obs.columns:
        return np.zeros(len(obs), dtype=bool)
    independent = obs["is_step_length_independent"]
    return np.asarray(independent.to_numpy(dtype=float, na_value=1.0) == 0)


def change_columns(obs: pd.DataFrame) -> list[str]:
    """Give the change columns that hold a 1, in the order in which they begin."""
    names = [name for name in obs.columns if str(name).startswith("change_")]
    if not names or not len(obs):
        return []
    by_date = obs.sort_values("day")[names]
    on = by_date.to_numpy(dtype=float, na_value=0.0) > 0
    begins = {
        name: int(on[:, i].argmax()) for i, name in enumerate(names) if on[:, i].any()
    }
    return sorted(begins, key=lambda name: begins[name])


def numbers(obs: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Give a column as floats, NaN where missing; NaN throughout where absent.

    Raises
    ------
    TableError
        If the column holds text.
    """
    if column not in obs.columns:
        return np.full(len(obs), np.nan)
    if not pd.api.types.is_numeric_dtype(obs[column].dtype):
        msg = f"column {column!r} has dtype {obs[column].dtype}; expected numbers"
        raise TableError(msg)
    return obs[column].to_numpy(dtype=np.float64, na_value=np.nan)


def ratings(obs: pd.DataFrame, outcome: str) -> NDArray[np.float64]:
    """Give a column of ratings as floats, NaN where not rated.

    Raises
    ------
    TableError
        If the column holds text, or a rating that its scale does not have.
    """
    values = numbers(obs, outcome)
    odd = values[(values < 0) | (values > _MAX_RATING)]
    if outcome.endswith("_0_10") and len(odd):
        msg = f"observations: column {outcome!r} holds {odd[0]:g}; expected 0 to 10"
        raise TableError(msg)
    return values


def days_of(obs: pd.DataFrame) -> tuple[NDArray[np.generic], str]:
    """Give each row's place in time and the label of that axis.

    Dates where the table has them, days since the first run where it has not.
    """
    if "local_date" in obs.columns and obs["local_date"].notna().all():
        return obs["local_date"].to_numpy(dtype="datetime64[s]"), "date of the run"
    return numbers(obs, "day"), "days since the first run"


def _is_numbers_as_objects(values: pd.Series) -> bool:
    """Tell a column of numbers that a missing value turned into one of objects."""
    if values.dtype != object:
        return False
    return pd.api.types.infer_dtype(values, skipna=True) in _NUMBERS


def _days(date: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(date.dtype):
        # The day on the clock that the instant was given in.
        return pd.Series(date.dt.tz_localize(None).dt.normalize())
    bad = date.dropna()
    parsed = pd.Series(pd.NaT, index=date.index, dtype="datetime64[us]")
    if not pd.api.types.is_numeric_dtype(date.dtype):
        # Only ISO dates: any guess at "02/03" would be a silent one.
        parsed = pd.to_datetime(date, format="ISO8601", errors="coerce")
        bad = date[parsed.isna() & date.notna()]
    if len(bad):
        msg = (
            f"observations: column 'local_date' holds '{bad.iloc[0]}'; expected days; "
            "write them as 2026-09-01"
        )
        raise TableError(msg)
    return pd.Series(parsed.dt.normalize())


def _check_flag(values: pd.Series, name: str) -> None:
    try:
        values.to_numpy(dtype=float, na_value=np.nan)
    except (ValueError, TypeError) as error:
        found = values.dropna().iloc[0]
        msg = (
            f"observations: column {name!r} holds '{found}'; expected True and False, "
            "or 1 and 0"
        )
        raise TableError(msg) from error
