"""Columns of a table that anyone may bring: as numbers, days and dates, or refused.

A scientist's table comes from a spreadsheet or a database, with integers, missing
values of four kinds and dates as text. What is a number for certain is taken; what
would have to be guessed is refused by name.
"""

from __future__ import annotations

from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray

__all__ = [
    "check_is_table",
    "dates_of",
    "days_of",
    "flags_of",
    "numbers_of",
    "refuse_repeats",
]

# `day` counts from the first moment, `local_date` from midnight on the runner's clock.
_MAX_DISAGREEMENT_DAYS = 2.0


def check_is_table(obs: object) -> None:
    """Refuse what is no DataFrame.

    Examples
    --------
    >>> check_is_table(pd.DataFrame())
    """
    if not isinstance(obs, pd.DataFrame):
        msg = f"observations: found {type(obs).__name__}; expected a DataFrame"
        raise TableError(msg)


def refuse_repeats(obs: pd.DataFrame, names: list[str]) -> None:
    """Refuse a table in which a needed column stands twice.

    Parameters
    ----------
    obs : DataFrame
        The table.
    names : list of str
        What is needed of it.

    Raises
    ------
    TableError
        If one of the names is that of several columns.

    Examples
    --------
    >>> refuse_repeats(pd.DataFrame({"day": [1.0]}), ["day"])
    """
    repeated = obs.columns[obs.columns.duplicated()]
    for name in names:
        if name in repeated:
            count = int((obs.columns == name).sum())
            msg = (
                f"observations: found {count} columns {name!r}; expected one; leave "
                "the others out"
            )
            raise TableError(msg)


def numbers_of(values: pd.Series, name: str, *, takes_bool: bool = False) -> FloatArray:
    """Take a column as numbers, missing as NaN.

    Parameters
    ----------
    values : Series
        Of any numeric dtype, or of objects that are numbers or missing.
    name : str
        What it is called, for the message.
    takes_bool : bool
        Whether true and false stand for 1 and 0.

    Returns
    -------
    ndarray
        The numbers as float64.

    Raises
    ------
    TableError
        If it holds text, dates or anything else that is no number.

    Examples
    --------
    >>> numbers_of(pd.Series([3, None, pd.NA], dtype=object), "pain").tolist()
    [3.0, nan, nan]
    """
    dtype = values.dtype
    is_bool = pd.api.types.is_bool_dtype(dtype)
    is_number = pd.api.types.is_numeric_dtype(dtype) and not is_bool
    if pd.api.types.is_object_dtype(dtype):
        known = values[values.notna()]
        is_fit = known.map(lambda value: _is_number(value, takes_bool))
        odd = known[~is_fit.to_numpy(np.bool_)]
        if len(odd):
            msg = (
                f"observations: column {name!r} holds {odd.iloc[0]!r} and "
                f"{len(odd) - 1} more that are no numbers; expected numbers, or "
                "missing; convert them with pandas.to_numeric"
            )
            raise TableError(msg)
        values = values.map(float, na_action="ignore")
        return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
    if (
        not (is_number or (is_bool and takes_bool))
        or pd.api.types.is_complex_dtype(dtype)
        or isinstance(dtype, pd.CategoricalDtype)
    ):
        msg = (
            f"observations: column {name!r} has dtype {dtype}; expected numbers; "
            "convert it with pandas.to_numeric"
        )
        raise TableError(msg)
    return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))


def flags_of(values: pd.Series, name: str) -> FloatArray:
    """Take a column of yes and no as 1 and 0, missing as NaN.

    Parameters
    ----------
    values : Series
        True and false, or 1 and 0.
    name : str
        What it is called, for the message.

    Returns
    -------
    ndarray
        1, 0 and NaN.

    Raises
    ------
    TableError
        If it holds anything else.

    Examples
    --------
    >>> flags_of(pd.Series([True, None]), "is_treadmill").tolist()
    [1.0, nan]
    """
    flags = numbers_of(values, name, takes_bool=True)
    odd = flags[np.isfinite(flags) & (flags != 0) & (flags != 1)]
    if len(odd):
        msg = (
            f"observations: column {name!r} holds {odd[0]:g}; expected true and false, "
            "or 1 and 0"
        )
        raise TableError(msg)
    return flags


def dates_of(obs: pd.DataFrame) -> pd.Series | None:
    """Take ``local_date`` as dates, where the table has it.

    Parameters
    ----------
    obs : DataFrame
        The table.

    Returns
    -------
    Series or None
        The dates, NaT where missing.

    Raises
    ------
    TableError
        If a value is no date, or one that would have to be guessed: a number, 02/03,
        31 Feb.

    Examples
    --------
    >>> str(dates_of(pd.DataFrame({"local_date": ["2026-09-01"]})).iloc[0])
    '2026-09-01 00:00:00'
    """
    if "local_date" not in obs.columns:
        return None
    date = obs["local_date"]
    if pd.api.types.is_datetime64_any_dtype(date.dtype):
        # The day on the runner's clock: across a change of the clocks, midnights of a
        # zone are not whole days apart.
        return date if date.dt.tz is None else date.dt.tz_localize(None)
    known = date[date.notna()]
    is_numeric = known.map(lambda value: _is_number(value, takes_bool=True))
    odd = known[is_numeric.to_numpy(np.bool_)]
    if not len(odd):
        try:
            parsed = pd.to_datetime(date, format="ISO8601", errors="coerce")
        except ValueError:
            # Clocks of several zones in one column: which day it was is unclear.
            odd = known
        else:
            odd = date[parsed.isna() & date.notna()]
    if len(odd):
        msg = (
            f"observations: column 'local_date' holds {odd.iloc[0]!r} and "
            f"{len(odd) - 1} more that are no dates; write them as 2026-09-01"
        )
        raise TableError(msg)
    return pd.Series(parsed, index=date.index)


def days_of(obs: pd.DataFrame, date: pd.Series | None) -> FloatArray:
    """Take the day, or count it from the calendar.

    Parameters
    ----------
    obs : DataFrame
        The table.
    date : Series or None
        What `dates_of` gives.

    Returns
    -------
    ndarray
        Days since some first day, NaN where missing [d].

    Raises
    ------
    TableError
        If there is neither ``day`` nor ``local_date``, or the two disagree.

    Examples
    --------
    >>> days_of(pd.DataFrame({"day": [3, None]}), None).tolist()
    [3.0, nan]
    """
    if "day" not in obs.columns:
        if date is None:
            msg = (
                "observations: found neither 'day' nor 'local_date'; expected one of "
                "them, so that runs can be put in order"
            )
            raise TableError(msg)
        return _days_since_first(date)
    values = numbers_of(obs["day"], "day")
    day = np.where(np.isinf(values), np.nan, values)
    if date is None:
        return day
    apart = day - _days_since_first(date)
    known = apart[np.isfinite(apart)]
    if len(known) and float(np.ptp(known)) > _MAX_DISAGREEMENT_DAYS:
        msg = (
            f"observations: 'day' and 'local_date' disagree by {np.ptp(known):.0f} "
            "days; expected days since the first run; leave 'day' out to have it "
            "counted from the dates"
        )
        raise TableError(msg)
    return day


def _days_since_first(date: pd.Series) -> FloatArray:
    days = (date - date.min()) / pd.Timedelta(days=1)
    return np.asarray(days.to_numpy(np.float64), dtype=np.float64)


def _is_number(value: object, takes_bool: bool) -> bool:
    if isinstance(value, bool | np.bool_):
        return takes_bool
    return isinstance(value, Real | Decimal)
