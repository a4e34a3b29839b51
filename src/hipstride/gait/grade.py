"""How steep the ground is, from a noisy altitude.

Altitude comes in steps of 0.2 m (FIT) and drifts; over one metre of running it says
nothing. So the slope is that of a straight line through some eighty metres of ground,
which follows real hills and lets the steps average out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["GRADE_SPAN_M", "grade"]

# Half a minute of easy running: short enough for a hill, long enough that a 0.3 m
# error of the altitude leaves about 0.2 % of grade.
GRADE_SPAN_M = 80.0
# On less ground than this a slope is a ratio of two errors.
MIN_GRADE_SPAN_M = 25.0
MIN_GRADE_SAMPLES = 4


def grade(
    distance_m: NDArray[np.float64],
    altitude_m: NDArray[np.float64],
    *,
    span_m: float = GRADE_SPAN_M,
) -> NDArray[np.float64]:
    """Give the slope of the ground around each sample.

    The least-squares line through all samples within half of `span_m` before and
    behind. At the ends of a run the span is one-sided; a straight slope stays exact
    there.

    Parameters
    ----------
    distance_m : array, shape (n,)
        Distance since the start [m].
    altitude_m : array, shape (n,)
        Height [m].
    span_m : float
        Length of ground that one slope is taken over [m].

    Returns
    -------
    array, shape (n,)
        Rise per distance; NaN where fewer than four samples or less than 25 m of
        ground carry an altitude [%].

    Examples
    --------
    >>> distance_m = np.arange(0.0, 200.0, 4.0)
    >>> bool(np.allclose(grade(distance_m, 100 + 0.03 * distance_m), 3.0))
    True
    """
    result = np.full(len(distance_m), np.nan)
    known = np.isfinite(distance_m) & np.isfinite(altitude_m)
    if np.count_nonzero(known) < MIN_GRADE_SAMPLES:
        return result
    # A distance that steps back (a device that corrects itself) waits.
    along_m = np.maximum.accumulate(distance_m[known])
    x = along_m - along_m[0]
    y = altitude_m[known] - altitude_m[known][0]
    first = np.searchsorted(x, x - span_m / 2, side="left")
    behind = np.searchsorted(x, x + span_m / 2, side="right")
    n = (behind - first).astype(np.float64)

    total = np.zeros(len(x) + 1)

    def window_sum(values: NDArray[np.float64]) -> NDArray[np.float64]:
        np.cumsum(values, out=total[1:])
        return np.asarray(total.take(behind) - total.take(first), dtype=np.float64)

    sum_x, sum_y = window_sum(x), window_sum(y)
    sxx = window_sum(x * x) - sum_x * sum_x / n
    sxy = window_sum(x * y) - sum_x * sum_y / n
    enough = (n >= MIN_GRADE_SAMPLES) & (x[behind - 1] - x[first] >= MIN_GRADE_SPAN_M)
    # Many samples at one spot (standing) leave no spread to divide by.
    enough &= sxx > 1.0
    slope = np.divide(sxy, sxx, out=np.full(len(x), np.nan), where=enough)
    result[known] = 100.0 * slope
    return result
