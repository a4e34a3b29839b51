"""Was the change made when it hurt most? Then pain would have come down anyway.

People change something on a bad day. What follows a bad day is mostly better, whatever
was changed. So the week before the change is set against all earlier weeks, and the
eight weeks before are laid open.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.stats._arrays import FloatArray

__all__ = ["Peak", "peak_before", "weeks_before"]

_DAYS = 7
_WEEKS = 8
PEAK_QUANTILE = 0.9
# With fewer earlier weeks to compare with, a rank of 90 % says nothing.
_MIN_EARLIER = 10
# Means of the same ratings in another order differ by rounding.
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Peak:
    """The week before a change among all earlier weeks.

    Attributes
    ----------
    mean_before_points : float
        Mean rating of the 7 days before; NaN without a rating [points].
    n_before : int
        How many ratings that is.
    quantile : float
        Share of the earlier 7-day means below it, ties as half; NaN where there are
        too few.
    n_earlier : int
        How many 7-day windows end before those 7 days begin, one for each day.
    """

    mean_before_points: float
    n_before: int
    quantile: float
    n_earlier: int

    @property
    def is_peak(self) -> bool:
        """Whether the week before hurt more than nine in ten earlier weeks."""
        return self.quantile >= PEAK_QUANTILE


def peak_before(
    y: FloatArray, local_date: NDArray[np.datetime64], started_on: np.datetime64
) -> Peak:
    """Compare the week before a date with the earlier course.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The ratings [points].
    local_date : ndarray of datetime64[D], shape (n,)
        Their days.
    started_on : datetime64
        The day of the change, which is not part of the week before.

    Returns
    -------
    Peak
        Where the week before stands.

    Examples
    --------
    >>> days = np.arange("2026-01-01", "2026-03-02", dtype="datetime64[D]")
    >>> y = np.r_[np.tile([1.0, 2.0], 26), np.full(8, 5.0)]
    >>> peak_before(y, days, np.datetime64("2026-03-02")).is_peak
    True
    """
    since = ((local_date - started_on) / np.timedelta64(1, "D")).astype(np.int64)
    is_last = (since >= -_DAYS) & (since < 0)
    last = float(y[is_last].mean()) if is_last.any() else float("nan")
    ends = np.arange(int(since.min()) + _DAYS, -_DAYS + 1)
    inside = (since >= ends[:, None] - _DAYS) & (since < ends[:, None])
    counts = inside.sum(axis=1)
    means = (inside @ y)[counts > 0] / counts[counts > 0]
    quantile = float("nan")
    if len(means) >= _MIN_EARLIER and np.isfinite(last):
        below = np.mean(means < last - _SAME)
        quantile = float(below + np.mean(np.abs(means - last) <= _SAME) / 2)
    return Peak(last, int(is_last.sum()), quantile, len(means))


def weeks_before(
    y: FloatArray, local_date: NDArray[np.datetime64], started_on: np.datetime64
) -> pd.DataFrame:
    """Lay open the eight weeks before a date.

    Parameters
    ----------
    y, local_date, started_on
        As for `peak_before`.

    Returns
    -------
    DataFrame
        ``week`` (-8 to -1), ``first_on``, ``last_on``, ``mean_points`` (NaN without a
        rating), ``n_ratings``: eight rows.

    Examples
    --------
    >>> days = np.arange("2026-01-01", "2026-03-02", dtype="datetime64[D]")
    >>> weeks = weeks_before(np.ones(60), days, np.datetime64("2026-03-02"))
    >>> weeks["n_ratings"].tolist()
    [7, 7, 7, 7, 7, 7, 7, 7]
    """
    since = ((local_date - started_on) / np.timedelta64(1, "D")).astype(np.int64)
    weeks = []
    for week in range(-_WEEKS, 0):
        is_in = (since >= _DAYS * week) & (since < _DAYS * (week + 1))
        first = started_on + np.timedelta64(_DAYS * week, "D")
        weeks.append(
            (
                week,
                pd.Timestamp(first),
                pd.Timestamp(first + np.timedelta64(_DAYS - 1, "D")),
                float(y[is_in].mean()) if is_in.any() else float("nan"),
                int(is_in.sum()),
            )
        )
    names = ["week", "first_on", "last_on", "mean_points", "n_ratings"]
    return pd.DataFrame(weeks, columns=names)
