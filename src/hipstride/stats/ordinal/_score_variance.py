r"""The variance of a coefficient of odds when runs resemble their neighbours.

The sandwich :math:`H^{-1} (n \Omega) H^{-1}`, with :math:`\Omega` from the slow cosines
of the scores in order of time: EWC, as `hipstride.stats.ewc` does for least squares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from hipstride.errors import NotEnoughDataError
from hipstride.stats.ewc import number_of_cosines
from hipstride.stats.ordinal.proportional_odds import ProportionalOdds

__all__ = ["Slope", "model_slope", "slope_over_time"]


@dataclass(frozen=True, slots=True)
class Slope:
    """One coefficient with an interval."""

    estimate: float
    se: float
    low: float
    high: float
    p_value: float
    df: float


def slope_over_time(fit: ProportionalOdds, column: int = 0) -> Slope:
    """Give one coefficient with EWC inference; the rows stand in order of time.

    Parameters
    ----------
    fit : ProportionalOdds
        The fit.
    column : int
        Which coefficient.

    Returns
    -------
    Slope
        With t on B degrees of freedom, B as for `ewc`, and its n / (n - k).

    Raises
    ------
    NotEnoughDataError
        If there are too few rows for one cosine.

    Notes
    -----
    Only one row of the inverse is needed: the cosines are taken of each run's
    influence on the coefficient. Thresholds count as one coefficient in n - k, as the
    intercept does in least squares.

    Examples
    --------
    >>> from hipstride.stats.ordinal.proportional_odds import proportional_odds
    >>> x = np.arange(10.0)[:, None]
    >>> fit = proportional_odds([0, 0, 1, 0, 1, 2, 1, 2, 2, 1], x)
    >>> slope_over_time(fit).df
    1.0
    """
    n, k = len(fit.scores), len(fit.coefficients) + 1
    count = number_of_cosines(n)
    if count < 1 or n <= k:
        what = "rows for EWC"
        raise NotEnoughDataError(what, needed=max(4, k + 1), got=n)
    unit = np.zeros(len(fit.information))
    unit[column] = 1.0
    influence = fit.scores @ np.linalg.lstsq(fit.information, unit, rcond=None)[0]
    order = np.arange(1, count + 1)[:, None]
    cosines = np.cos(np.pi * order * (np.arange(n) + 0.5) / n)
    omega = float(np.mean((np.sqrt(2 / n) * (cosines @ influence)) ** 2))
    se = float(np.sqrt(n * omega * n / (n - k)))
    return _slope(float(fit.coefficients[column]), se, float(count))


def model_slope(fit: ProportionalOdds, column: int = 0) -> Slope:
    """Give one coefficient with the standard error that takes runs as independent."""
    return _slope(float(fit.coefficients[column]), float(fit.se[column]), np.inf)


def _slope(estimate: float, se: float, df: float) -> Slope:
    half = float(stats.t.ppf(0.975, df)) * se
    t = abs(estimate) / se if se > 0 else np.inf
    return Slope(
        estimate, se, estimate - half, estimate + half, float(2 * stats.t.sf(t, df)), df
    )
