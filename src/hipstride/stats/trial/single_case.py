"""Effect sizes of single-case research: how far two phases overlap. Descriptive only.

Their textbook standard errors assume ratings that do not depend on each other; pain
from day to day does. A p belongs to the randomisation test.
"""

from __future__ import annotations

from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats._arrays import FloatArray, as_column
from hipstride.stats._overlap import overlap

__all__ = ["Improvement", "baseline_corrected_tau", "nap", "pnd", "tau"]

Improvement = Literal["decrease", "increase"]
_MIN_TREND = 3


def nap(
    before: ArrayLike, after: ArrayLike, *, improvement: Improvement = "decrease"
) -> float:
    """Give the non-overlap of all pairs: how often a later rating is the better one.

    Parameters
    ----------
    before, after : array-like, shape (m,) and (n,)
        Ratings of the two phases.
    improvement : {"decrease", "increase"}
        Which way is better; for pain, down.

    Returns
    -------
    float
        Share of the pairs that improve, ties counting half: 0.5 is chance, 1 is no
        overlap.

    Raises
    ------
    NotEnoughDataError
        If a phase is empty.
    TableError
        If a rating is missing or infinite, or `improvement` is unknown.

    References
    ----------
    .. [1] Parker and Vannest, An improved effect size for single-case research:
       nonoverlap of all pairs, Behavior Therapy 40, 2009.

    Examples
    --------
    >>> nap([2, 2, 3, 2], [2, 1, 2, 0, 0])
    0.85
    """
    first, second = _phases(before, after, improvement)
    # `_phases` turns the scale so that up is better.
    return overlap(second, first)


def tau(
    before: ArrayLike, after: ArrayLike, *, improvement: Improvement = "decrease"
) -> float:
    """Give Tau: the share of pairs that improve less the share that get worse.

    Parameters
    ----------
    before, after, improvement
        As in `nap`.

    Returns
    -------
    float
        2 NAP - 1, from -1 to 1.

    Examples
    --------
    >>> round(tau([2, 2, 3, 2], [2, 1, 2, 0, 0]), 10)
    0.7
    """
    return 2 * nap(before, after, improvement=improvement) - 1


def baseline_corrected_tau(
    before: ArrayLike, after: ArrayLike, *, improvement: Improvement = "decrease"
) -> float:
    """Give Tau after the trend of the first phase was taken out of both.

    Parameters
    ----------
    before, after, improvement
        As in `nap`, in order of time; the first phase has 3 ratings or more.

    Returns
    -------
    float
        From -1 to 1.

    Raises
    ------
    NotEnoughDataError
        If the first phase has fewer than 3 ratings.

    Notes
    -----
    1. The slope of the first phase is Theil and Sen's: the median of the slopes of all
       pairs of ratings, one step apart each; the intercept is the median of what it
       leaves.
    2. The line goes on into the second phase; Tau compares what it leaves of both.
    3. The correction is always made. Tarlow makes it only where the trend is
       significant by Kendall's test, which assumes independent ratings; with few
       ratings the slope is rough and the corrected Tau can turn over.

    References
    ----------
    .. [1] Tarlow, An improved rank correlation effect size statistic for single-case
       designs: baseline corrected Tau, Behavior Modification 41, 2017.

    Examples
    --------
    >>> baseline_corrected_tau([3, 3, 4, 5], [4, 5, 6, 7, 7], improvement="increase")
    -1.0
    """
    first, second = _phases(before, after, improvement)
    if len(first) < _MIN_TREND:
        what = "ratings in the first phase"
        raise NotEnoughDataError(
            what, needed=_MIN_TREND, got=len(first), remedy="use tau instead"
        )
    time = np.arange(1.0, len(first) + len(second) + 1)
    slope = float(
        np.median(
            [
                (first[j] - first[i]) / (j - i)
                for i, j in combinations(range(len(first)), 2)
            ]
        )
    )
    intercept = float(np.median(first - slope * time[: len(first)]))
    # Rounding must not break the ties that Tau counts by half.
    rest = np.round(np.concatenate([first, second]) - intercept - slope * time, 9)
    return tau(rest[: len(first)], rest[len(first) :], improvement="increase")


def pnd(
    before: ArrayLike, after: ArrayLike, *, improvement: Improvement = "decrease"
) -> float:
    """Give the share of later ratings that are better than the best earlier one.

    One lucky rating of 0 before the change makes it 0 whatever followed; it is here
    because readers ask for it.

    Parameters
    ----------
    before, after, improvement
        As in `nap`.

    Returns
    -------
    float
        From 0 to 1.

    Examples
    --------
    >>> pnd([2, 2, 3, 2], [2, 1, 2, 0, 0])
    0.6
    """
    first, second = _phases(before, after, improvement)
    return float(np.mean(second > first.max()))


def _phases(
    before: ArrayLike, after: ArrayLike, improvement: str
) -> tuple[FloatArray, FloatArray]:
    """Take both phases, turned so that up is better."""
    if improvement not in ("decrease", "increase"):
        msg = (
            f"improvement: found {improvement!r}; expected 'decrease' or 'increase', "
            "whichever is better"
        )
        raise TableError(msg)
    first, second = as_column(before, "before"), as_column(after, "after")
    for name, values in (("before", first), ("after", second)):
        if not len(values):
            what = f"ratings {name}"
            raise NotEnoughDataError(what, needed=1, got=0, remedy="rate more runs")
    sign = -1.0 if improvement == "decrease" else 1.0
    return sign * first, sign * second
