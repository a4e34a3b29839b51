"""The arguments of an analysis, refused where they cannot be meant."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.errors import TableError
from hipstride.stats._answer import check_smallest

__all__ = ["check_arguments", "check_table"]


def check_arguments(
    washout_days: object, was_triggered_by_peak: object, smallest_points: object
) -> None:
    """Refuse arguments that cannot be meant.

    Parameters
    ----------
    washout_days, was_triggered_by_peak, smallest_points
        As for `dated_change`.

    Raises
    ------
    TableError
        If one of them is of another kind or out of range.

    Examples
    --------
    >>> check_arguments(7, None, 1.0)
    """
    is_bool = isinstance(washout_days, bool)
    is_whole = isinstance(washout_days, int | np.integer) and not is_bool
    if not (is_whole and int(washout_days) >= 0):  # type: ignore[call-overload]
        msg = (
            f"washout_days: found {washout_days!r}; expected a whole number of days, 0 "
            "or more"
        )
        raise TableError(msg)
    if not (
        was_triggered_by_peak is None
        or isinstance(was_triggered_by_peak, bool | np.bool_)
    ):
        msg = (
            f"was_triggered_by_peak: found {was_triggered_by_peak!r}; expected True, "
            "False, or None for unknown"
        )
        raise TableError(msg)
    check_smallest(smallest_points)


def check_table(value: object, name: str) -> None:
    """Refuse what is no DataFrame.

    Examples
    --------
    >>> check_table(pd.DataFrame(), "changes")
    """
    if not isinstance(value, pd.DataFrame):
        msg = f"{name}: found {type(value).__name__}; expected a DataFrame"
        raise TableError(msg)
