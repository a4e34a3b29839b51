"""Free of pain from the day on: the overlap of the two sides among other dates.

A step with one spread for both sides describes that badly, and log-odds are infinite.
So counts are told, and the overlap (NAP), ranked among all dates that could have been.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from hipstride.stats._arrays import FloatArray
from hipstride.stats.change.placebo import is_admissible, rank_p

__all__ = ["nap_placebo_p"]


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
