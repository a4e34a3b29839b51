"""One bend in the course of pain: where a slow change of slope fits best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray, as_column

__all__ = ["Bend", "one_bend"]

_MIN_ROWS = 8
# So many rows on each side, so that a side has a slope.
_MIN_SIDE = 3


@dataclass(frozen=True, slots=True)
class Bend:
    """Two straight lines that meet.

    Attributes
    ----------
    day : float
        Where they meet [d].
    slope_before, slope_after : float
        Of the two lines [points per day].
    rss, rss_straight : float
        Residual sum of squares with the bend, and of one straight line.
    """

    day: float
    slope_before: float
    slope_after: float
    rss: float
    rss_straight: float


def one_bend(y: ArrayLike, day: ArrayLike) -> Bend:
    """Find the bend of two straight lines that meet, by least squares.

    Parameters
    ----------
    y : array-like, shape (n,)
        Ratings [points].
    day : array-like, shape (n,)
        Their days, in any order [d].

    Returns
    -------
    Bend
        The best bend. It is a description: a bend that was looked for in the data is
        no date to be tested on them (see `undated_change`).

    Raises
    ------
    NotEnoughDataError
        If there are fewer than 8 rows, or too few different days.
    TableError
        If the shapes differ, or a value is missing or infinite.

    References
    ----------
    .. [1] Muggeo VMR. Stat Med 2003;22:3055-3071. doi:10.1002/sim.1545

    Examples
    --------
    >>> day = np.arange(40.0)
    >>> round(one_bend(np.where(day < 25, 4.0, 4 - 0.1 * (day - 25)), day).day, 3)
    25.0
    """
    outcome = as_column(y, "outcome")
    days = as_column(day, "day", n=len(outcome))
    inner = np.unique(days)[_MIN_SIDE - 1 : -(_MIN_SIDE - 1)]
    if len(outcome) < _MIN_ROWS or len(inner) < _MIN_SIDE:
        what = "ratings on different days"
        raise NotEnoughDataError(what, needed=_MIN_ROWS, got=len(np.unique(days)))

    def rss(bend: float) -> float:
        return _fit(outcome, days, bend)[1]

    # Between two days the sum of squares is smooth; from day to day it is not.
    costs = np.array([rss(at) for at in inner])
    best = int(np.argmin(costs))
    ends = inner[max(best - 1, 0)], inner[min(best + 1, len(inner) - 1)]
    found = optimize.minimize_scalar(
        rss, bounds=ends, method="bounded", options={"xatol": 1e-8}
    )
    at = float(found.x) if found.fun < costs[best] else float(inner[best])
    coefficients, least = _fit(outcome, days, at)
    straight = np.column_stack([np.ones(len(days)), days - days.mean()])
    rest = outcome - straight @ np.linalg.lstsq(straight, outcome, rcond=None)[0]
    return Bend(
        day=at,
        slope_before=float(coefficients[1]),
        slope_after=float(coefficients[1] + coefficients[2]),
        rss=least,
        rss_straight=float(rest @ rest),
    )


def _fit(y: FloatArray, day: FloatArray, bend: float) -> tuple[FloatArray, float]:
    x = np.column_stack([np.ones(len(y)), day - bend, np.maximum(day - bend, 0.0)])
    coefficients = np.linalg.lstsq(x, y, rcond=None)[0]
    rest = y - x @ coefficients
    return coefficients, float(rest @ rest)
