"""Free of pain from the day on: what to say where the ratings no longer vary.

A step with one spread for both sides describes that badly, and log-odds are infinite.
So counts are told, and the overlap of the two sides (NAP), ranked among other dates.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from hipstride.stats._arrays import FloatArray
from hipstride.stats.change.placebo import is_admissible, rank_p

__all__ = ["nap_of", "nap_placebo_p", "separated"]

# Below this share of the spread before, the ratings after hardly vary.
_STILL = 0.25


def nap_of(before: FloatArray, after: FloatArray) -> float:
    """Give the share of pairs in which the rating before is higher, ties as half.

    Parameters
    ----------
    before, after : ndarray
        Ratings of the two sides [points].

    Returns
    -------
    float
        Non-overlap of all pairs, 0 to 1; 0.5 where nothing differs.

    References
    ----------
    .. [1] Parker RI, Vannest K. Behavior Therapy 2009;40:357-367.

    Examples
    --------
    >>> nap_of(np.array([3.0, 4.0]), np.array([0.0, 3.0]))
    0.875
    """
    ranks = stats.rankdata(np.concatenate([before, after]))
    m = len(before)
    above = float(ranks[:m].sum()) - m * (m + 1) / 2
    return above / (m * len(after))


def nap_placebo_p(
    y: FloatArray,
    local_date: NDArray[np.datetime64],
    started_on: np.datetime64,
    *,
    min_rows: int,
    min_days: int,
) -> float:
    """Rank the distance of NAP from 0.5 among all admissible dates.

    Parameters
    ----------
    y, local_date : ndarray, shape (n,)
        Ratings and their days, in order of time.
    started_on : datetime64
        The day of the change.
    min_rows, min_days : int
        What must stand on each side of a date.

    Returns
    -------
    float
        ``(1 + dates as far) / (1 + dates)``.

    Examples
    --------
    >>> days = np.arange("2026-01-01", "2026-02-10", dtype="datetime64[D]")
    >>> y = np.where(np.arange(40) < 20, 3.0, 0.0)
    >>> round(nap_placebo_p(y, days, days[20], min_rows=8, min_days=0), 2)
    0.04
    """
    ranks = stats.rankdata(y)
    sums = np.concatenate([[0.0], np.cumsum(ranks)])
    n = len(y)

    def distance(m: int) -> float:
        return abs((float(sums[m]) - m * (m + 1) / 2) / (m * (n - m)) - 0.5)

    own = int(np.count_nonzero(local_date < started_on))
    others = []
    for date in np.unique(local_date):
        m = int(np.count_nonzero(local_date < date))
        since = (local_date - date) / np.timedelta64(1, "D")
        if m != own and is_admissible(since, min_rows, min_days):
            others.append(distance(m))
    return rank_p(distance(own), others)


def separated(before: FloatArray, after: FloatArray) -> str:
    """Count where the ratings after hardly vary: all 0, or a quarter of the spread.

    Parameters
    ----------
    before, after : ndarray
        Ratings of the two sides [points].

    Returns
    -------
    str
        A sentence of counts with a space behind it; empty where they vary.

    Examples
    --------
    >>> separated(np.array([3.0, 0.0, 2.0]), np.zeros(4))
    'Pain was above 0 on 2 of 3 rated runs before, and on 0 of 4 after. '
    """
    is_still = np.std(after) < _STILL * np.std(before)
    if not (is_still or not after.any()):
        return ""
    return (
        f"Pain was above 0 on {np.count_nonzero(before > 0)} of {len(before)} rated "
        f"runs before, and on {np.count_nonzero(after > 0)} of {len(after)} after. "
    )
