"""How far two sets of ratings overlap: the one home of NAP."""

from __future__ import annotations

import numpy as np
from scipy import stats

from hipstride.stats._arrays import FloatArray

__all__ = ["overlap"]


def overlap(before: FloatArray, after: FloatArray) -> float:
    """Give the share of pairs in which the rating before is higher, ties as half.

    Parameters
    ----------
    before, after : ndarray
        Ratings of the two sides, at least one each.

    Returns
    -------
    float
        Non-overlap of all pairs, 0 to 1; 0.5 where nothing differs.

    References
    ----------
    .. [1] Parker RI, Vannest K. Behavior Therapy 2009;40:357-367.

    Examples
    --------
    >>> overlap(np.array([3.0, 4.0]), np.array([0.0, 3.0]))
    0.875
    """
    m = len(before)
    ranks = stats.rankdata(np.concatenate([before, after]))
    return (float(ranks[:m].sum()) - m * (m + 1) / 2) / (m * len(after))
