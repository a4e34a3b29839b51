"""Free of pain: where log-odds are infinite and counts have to say it.

A runner whose ratings after a day are all 0 has no variance there, and the odds of pain
fall without end. A model would report whatever number its search stopped at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray, as_column
from hipstride.stats._overlap import overlap

__all__ = ["SeparationOfChange", "is_separable", "separation_of_change"]

# Below this share of the spread before, the ratings after hardly vary.
STILL_SHARE = 0.25
# A log-odds of so many for one standard deviation of a column is not an estimate.
MAX_LOG_ODDS_PER_SD = 10.0
_MIN_SIDE = 2
# What the constraints of the linear programme are met to, and more.
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class SeparationOfChange:
    """Two sides of a day, counted.

    Attributes
    ----------
    is_separated : bool
        Whether the ratings after are all 0, or have less than a quarter of the spread
        before: then counts, no log-odds.
    n_before, n_above_0_before, n_after, n_above_0_after : int
        Rated runs, and those with pain.
    nap : float
        Share of the pairs in which the rating before is the higher, ties as half:
        0.5 is chance.
    sentence : str
        The counts in words, whether separated or not.
    """

    is_separated: bool
    n_before: int
    n_above_0_before: int
    n_after: int
    n_above_0_after: int
    nap: float
    sentence: str


def separation_of_change(before: ArrayLike, after: ArrayLike) -> SeparationOfChange:
    """Count pain before and after a day, and tell whether a model of odds is barred.

    Parameters
    ----------
    before, after : array-like, shape (m,) and (n,)
        Ratings of the two sides [points].

    Returns
    -------
    SeparationOfChange
        Counts, overlap, the rule's answer and a sentence.

    Raises
    ------
    NotEnoughDataError
        If a side has fewer than 2 ratings.
    TableError
        If a rating is missing or infinite.

    Notes
    -----
    NAP has no interval of its own here: its textbook error takes ratings as
    independent. Rank it among placebo dates, or by the schedule of a randomised test.

    References
    ----------
    .. [1] Albert A, Anderson JA. Biometrika 1984;71:1-10.
    .. [2] Parker RI, Vannest K. Behavior Therapy 2009;40:357-367.

    Examples
    --------
    >>> found = separation_of_change([3, 0, 2, 4], [0, 0, 0])
    >>> found.is_separated, found.nap
    (True, 0.875)
    >>> found.sentence
    'Pain was above 0 on 3 of 4 rated runs before, and on 0 of 3 after.'
    """
    first, second = _side(before, "before"), _side(after, "after")
    spread = float(np.std(first))
    is_still = float(np.std(second)) < STILL_SHARE * spread
    above = [int(np.count_nonzero(side > 0)) for side in (first, second)]
    return SeparationOfChange(
        is_separated=is_still or above[1] == 0,
        n_before=len(first),
        n_above_0_before=above[0],
        n_after=len(second),
        n_above_0_after=above[1],
        nap=overlap(first, second),
        sentence=(
            f"Pain was above 0 on {above[0]} of {len(first)} rated runs before, and on "
            f"{above[1]} of {len(second)} after."
        ),
    )


def is_separable(y: ArrayLike, x: ArrayLike) -> bool:
    r"""Tell whether some combination of the columns puts the ratings in order exactly.

    Then the likelihood has no maximum. The linear programme looks for a direction of
    slopes and thresholds along which no run's probability falls and some run's rises:
    it maximises :math:`\sum (\theta_{y} - x'b) + (x'b - \theta_{y-1})` with every term
    at least 0 and every unknown between -1 and 1. A maximum above 0 is complete or
    quasi-complete separation (Konis 2007, for two categories).

    Parameters
    ----------
    y : array-like, shape (n,)
        Ratings, or 1 and 0.
    x : array-like, shape (n, k)
        The columns, with or without an intercept.

    Returns
    -------
    bool
        Whether log-odds are infinite. Ratings that never differ are separated.

    References
    ----------
    .. [1] Konis K. Linear programming algorithms for detecting separated data in
       binary logistic regression models. Thesis, Oxford, 2007.

    Examples
    --------
    >>> x = np.array([[1.0], [2.0], [3.0], [4.0]])
    >>> is_separable([0, 0, 1, 1], x), is_separable([0, 1, 0, 1], x)
    (True, False)
    """
    place = np.unique(np.asarray(y, dtype=np.float64), return_inverse=True)[1]
    n_lines = int(place.max())
    if n_lines == 0:
        return True
    design = np.asarray(x, dtype=np.float64)
    centred = design - design.mean(axis=0)
    spread = design.std(axis=0)
    scaled = centred / np.where(spread > 0, spread, 1.0)
    lines = np.eye(n_lines)
    is_below, is_above = place < n_lines, place > 0
    # Each row is one inequality: its product with (b, theta) is at least 0.
    rows = np.vstack(
        [
            np.column_stack([-scaled[is_below], lines[place[is_below]]]),
            np.column_stack([scaled[is_above], -lines[place[is_above] - 1]]),
        ]
    )
    found = linprog(
        -rows.sum(axis=0), A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=(-1.0, 1.0)
    )
    return found.fun is not None and -float(found.fun) > _SLACK


def _side(values: ArrayLike, name: str) -> FloatArray:
    side = as_column(values, f"ratings {name}")
    if len(side) < _MIN_SIDE:
        what = f"ratings {name} the change"
        raise NotEnoughDataError(what, needed=_MIN_SIDE, got=len(side))
    return side
