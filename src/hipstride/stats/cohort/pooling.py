"""From the slopes of several runners to their mean, their spread, and the next runner.

Random effects: each runner has a slope of their own. The spread is Paule and Mandel's,
the interval of the mean Hartung and Knapp's with t, and the prediction interval says
where the slope of a runner who was not asked would lie.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats._arrays import FloatArray, as_column

__all__ = ["MIN_ESTIMATES", "Pooled", "paule_mandel", "random_effects"]

MIN_ESTIMATES = 2
# Below three a prediction interval has no degrees of freedom left.
_MIN_FOR_PREDICTION = 3
_LARGEST_RATIO = 1e6


@dataclass(frozen=True, slots=True)
class Pooled:
    """The mean of a set of estimates that differ from runner to runner.

    Attributes
    ----------
    mean, se, low, high, p_value : float
        Mean of the runners, its standard error, 95 % interval and two-sided p, with
        `df` degrees of freedom.
    df : int
        One less than the number of runners.
    tau, tau_low, tau_high : float
        Standard deviation of the true slopes between runners and its 95 % interval.
    prediction_low, prediction_high : float
        Where the slope of a further runner lies with 95 %; NaN below three runners.
    i2_pct : float
        Share of the spread of the estimates that is between runners [%].
    q : float
        Cochran's Q.
    n : int
        Number of runners.
    """

    mean: float
    se: float
    low: float
    high: float
    p_value: float
    df: int
    tau: float
    tau_low: float
    tau_high: float
    prediction_low: float
    prediction_high: float
    i2_pct: float
    q: float
    n: int


def paule_mandel(estimates: ArrayLike, variances: ArrayLike) -> float:
    r"""Estimate the variance between runners.

    The :math:`\tau^2` at which :math:`\sum (b_i - \mu)^2 / (v_i + \tau^2) = G - 1`;
    0 where the left side is smaller already at 0.

    Parameters
    ----------
    estimates, variances : array-like, shape (G,)
        One estimate and its variance for each runner.

    Returns
    -------
    float
        The variance.

    Raises
    ------
    NotEnoughDataError
        If there are fewer than two.
    TableError
        If the shapes differ, a value is missing or infinite, or a variance is not
        above 0.

    References
    ----------
    .. [1] Paule RC, Mandel J. J Res Natl Bur Stand 1982;87:377-385.

    Examples
    --------
    >>> paule_mandel([0.1, 0.1, 0.1], [0.01, 0.02, 0.03])
    0.0
    """
    b, v = _checked(estimates, variances)
    return _tau2_at(b, v, len(b) - 1)


def random_effects(estimates: ArrayLike, standard_errors: ArrayLike) -> Pooled:
    """Pool the estimates of several runners with random effects.

    Parameters
    ----------
    estimates, standard_errors : array-like, shape (G,)
        One for each runner.

    Returns
    -------
    Pooled
        Mean, interval, spread and prediction interval.

    Raises
    ------
    NotEnoughDataError
        If there are fewer than two.
    TableError
        If the shapes differ, a value is missing or infinite, or a standard error is
        not above 0.

    Notes
    -----
    1. Hartung-Knapp's variance of the mean, never below the plain one (truncated), with
       t(G - 1).
    2. The interval of tau by the Q-profile of the same equation.
    3. The prediction interval with t(G - 2) [3]_. It takes tau as known, so that it is
       too narrow where tau was estimated from few runners.

    References
    ----------
    .. [1] IntHout J, Ioannidis JPA, Borm GF. BMC Med Res Methodol 2014;14:25.
       doi:10.1186/1471-2288-14-25
    .. [2] Viechtbauer W. Stat Med 2007;26:37-52. doi:10.1002/sim.2514
    .. [3] Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A
       2009;172:137-159. doi:10.1111/j.1467-985X.2008.00552.x

    Examples
    --------
    >>> found = random_effects([0.1, 0.2, 0.3], [0.05, 0.05, 0.05])
    >>> round(found.mean, 3), found.low < 0.2 < found.high
    (0.2, True)
    """
    errors = _numbers(standard_errors, "standard errors")
    if len(errors) and (errors <= 0).any():
        msg = (
            f"standard errors: found {errors.min():g}; expected numbers above 0; leave "
            "out what has none"
        )
        raise TableError(msg)
    b, v = _checked(estimates, errors**2)
    n = len(b)
    tau2 = _tau2_at(b, v, n - 1)
    mean, plain = _mean(b, v, tau2)
    weight = 1 / (v + tau2)
    knapp = float(weight @ (b - mean) ** 2) / ((n - 1) * float(weight.sum()))
    se = math.sqrt(max(knapp, plain))  # note 1
    df = n - 1
    half = float(stats.t.ppf(0.975, df)) * se
    tau_low, tau_high = (  # note 2
        math.sqrt(_tau2_at(b, v, float(stats.chi2.ppf(share, df))))
        for share in (0.975, 0.025)
    )
    low = high = math.nan
    if n >= _MIN_FOR_PREDICTION:  # note 3
        reach = float(stats.t.ppf(0.975, n - 2)) * math.sqrt(tau2 + se**2)
        low, high = mean - reach, mean + reach
    fixed = 1 / v
    q = float(fixed @ (b - fixed @ b / fixed.sum()) ** 2)
    typical = df * fixed.sum() / (fixed.sum() ** 2 - fixed @ fixed)
    return Pooled(
        mean=mean,
        se=se,
        low=mean - half,
        high=mean + half,
        p_value=float(2 * stats.t.sf(abs(mean) / se, df)),
        df=df,
        tau=math.sqrt(tau2),
        tau_low=tau_low,
        tau_high=tau_high,
        prediction_low=low,
        prediction_high=high,
        i2_pct=float(100 * tau2 / (tau2 + typical)),
        q=q,
        n=n,
    )


def _mean(b: FloatArray, v: FloatArray, tau2: float) -> tuple[float, float]:
    """Give the weighted mean and its plain variance."""
    weight = 1 / (v + tau2)
    return float(weight @ b / weight.sum()), float(1 / weight.sum())


def _tau2_at(b: FloatArray, v: FloatArray, wanted: float) -> float:
    """Find where the generalised Q equals a value; 0 where it lies below at 0."""

    def excess(tau2: float) -> float:
        mean, _ = _mean(b, v, tau2)
        return float(((b - mean) ** 2 / (v + tau2)).sum()) - wanted

    if excess(0.0) <= 0:
        return 0.0
    high = float(v.max() + np.var(b))
    while excess(high) > 0:
        high *= 2
    return float(optimize.brentq(excess, 0.0, high, xtol=1e-14, rtol=1e-12))


def _checked(
    estimates: ArrayLike, variances: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    b = _numbers(estimates, "estimates")
    v = as_column(_numbers(variances, "variances"), "variances", n=len(b))
    if len(b) < MIN_ESTIMATES:
        what = "runners with an estimate"
        raise NotEnoughDataError(what, needed=MIN_ESTIMATES, got=len(b))
    if (v <= 0).any():
        msg = f"variances: found {v.min():g}; expected numbers above 0"
        raise TableError(msg)
    if v.max() / v.min() > _LARGEST_RATIO**2:
        msg = (
            f"variances: found {v.min():g} beside {v.max():g}; expected estimates of "
            "one scale; see whether one of them is no estimate"
        )
        raise TableError(msg)
    return b, v


def _numbers(values: ArrayLike, name: str) -> FloatArray:
    try:
        return as_column(np.asarray(values, dtype=np.float64), name)
    except (TypeError, ValueError) as error:
        if isinstance(error, TableError):
            raise
        msg = f"{name}: found what is no number; expected numbers alone"
        raise TableError(msg) from None
