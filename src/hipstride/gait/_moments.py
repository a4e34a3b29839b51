"""Moments that cannot be: a clock that leaps ahead and comes back.

One moment far ahead would make all that follow it look as if time had gone back. The
fewest moments that have to go, so that the others rise, are the wrong ones.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_SHARE_WRONG", "rising"]

# Where more have to go the table was sorted by something else, and its clock may be
# right.
MAX_SHARE_WRONG = 0.02


def rising(elapsed_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take out the moments that lie ahead of those that follow.

    Parameters
    ----------
    elapsed_s : array, shape (n,)
        The moments [s].

    Returns
    -------
    array, shape (n,)
        The same array where they rise, or where a moment that goes back is all that is
        wrong; otherwise a copy in which the wrong ones are NaN [s].

    Examples
    --------
    >>> rising(np.array([0.0, 1, 500, 3, 4])).tolist()
    [0.0, 1.0, nan, 3.0, 4.0]
    """
    if (elapsed_s[1:] >= elapsed_s[:-1]).all():
        return elapsed_s
    known = np.flatnonzero(np.isfinite(elapsed_s))
    moments_s = elapsed_s[known]
    n_behind = np.count_nonzero(moments_s < np.maximum.accumulate(moments_s))
    if n_behind <= 1:
        return elapsed_s
    kept = _longest_rise(moments_s.tolist())
    n_wrong = len(known) - len(kept)
    if n_wrong >= n_behind or n_wrong > max(1.0, MAX_SHARE_WRONG * len(known)):
        return elapsed_s
    repaired = np.full(len(elapsed_s), np.nan)
    repaired[known[kept]] = moments_s[kept]
    return repaired


def _longest_rise(moments_s: list[float]) -> list[int]:
    """Give the places of the longest series that never falls."""
    lowest_s: list[float] = []  # the lowest end of a series of each length
    ends: list[int] = []
    before = [-1] * len(moments_s)
    for i, moment_s in enumerate(moments_s):
        length = bisect_right(lowest_s, moment_s)
        before[i] = ends[length - 1] if length else -1
        if length == len(lowest_s):
            lowest_s.append(moment_s)
            ends.append(i)
        else:
            lowest_s[length] = moment_s
            ends[length] = i
    kept: list[int] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        kept.append(at)
        at = before[at]
    return kept[::-1]
