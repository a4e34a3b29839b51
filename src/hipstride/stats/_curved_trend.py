"""A trend over time that may bend: a natural cubic spline over the days."""

from __future__ import annotations

import numpy as np

from hipstride.stats._arrays import FloatArray
from hipstride.stats.design_matrix import Design

__all__ = ["curve_over_days", "with_curved_trend"]

# One degree of freedom for as many days, and as many rated runs at least.
DAYS_PER_DF = 60.0
ROWS_PER_DF = 15


def with_curved_trend(design: Design) -> Design:
    """Let the trend bend: one degree of freedom per 60 days, at most n/15.

    Parameters
    ----------
    design : Design
        The regression.

    Returns
    -------
    Design
        With the curve in place of the line; unchanged where a line is all that the
        history carries.
    """
    span = float(np.ptp(design.day))
    df = int(min(round(span / DAYS_PER_DF), len(design.y) // ROWS_PER_DF))
    if df < 2 or "trend" not in design.groups:  # noqa: PLR2004 - a line has one
        return design
    curve = curve_over_days(design.day, df)
    return design.without("trend").with_group("trend_curve", curve)


def curve_over_days(day: FloatArray, df: int) -> FloatArray:
    """Give the columns of a natural cubic spline, without the intercept.

    Parameters
    ----------
    day : ndarray, shape (n,)
        The day of each run [d].
    df : int
        Number of columns; 1 is a straight line.

    Returns
    -------
    ndarray, shape (n, df)
        Each column is 1 at one knot and 0 at the others; with the intercept they span
        all natural cubic splines, the straight line among them.

    Examples
    --------
    >>> curve_over_days(np.arange(5.0), 2).round(3)[[0, 2, 4]].tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    # Imported where it is used: it is slow to import.
    from scipy.interpolate import CubicSpline  # noqa: PLC0415

    knots = np.quantile(np.unique(day), np.linspace(0, 1, df + 1))
    basis = CubicSpline(knots, np.eye(df + 1), bc_type="natural")(day)
    return np.asarray(basis[:, 1:], dtype=np.float64)
