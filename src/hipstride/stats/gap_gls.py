r"""GapGLS: regression for a diary with gaps.

A runner's pain today resembles yesterday's pain more than last month's, and runs are
not equally spaced. So the errors are correlated by the *days* between runs,

.. math:: \mathrm{Cov}(e_i, e_j) = \sigma^2
   [(1 - \nu) \exp(-|d_i - d_j| / \tau) + \nu \, 1_{i = j}],

fitted by REML, with Kenward-Roger variance and degrees of freedom. The nugget
:math:`\nu` takes up rounding and what is of one run alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from hipstride.stats._arrays import FloatArray, as_column, as_design
from hipstride.stats._correlation_fit import EDGE, CorrelationFit, fit_correlation
from hipstride.stats._kr_assembly import Pieces, correct
from hipstride.stats._markov_pieces import markov_pieces

__all__ = ["GapGls", "gap_gls"]


@dataclass(frozen=True, slots=True, eq=False)
class GapGls:
    """A fitted GapGLS.

    Attributes
    ----------
    coefficients, se, df, low, high, p_value : ndarray, shape (k,)
        One for each column: estimate, Kenward-Roger standard error and degrees of
        freedom, 95 % interval, two-sided p.
    vcov, vcov_plain : ndarray, shape (k, k)
        Covariance of the coefficients with and without the correction.
    sigma, tau_days, nu : float
        Standard deviation of the errors, decay of their correlation [d], share that
        is independent between runs.
    log_likelihood : float
        Restricted log-likelihood, by the convention of R's nlme.
    at_bound : tuple of str
        Which of ``tau_days`` and ``nu`` ended at the end of its range.
    is_converged : bool
        Whether the search ended at a maximum.
    """

    coefficients: FloatArray
    se: FloatArray
    df: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray
    vcov: FloatArray
    vcov_plain: FloatArray
    sigma: float
    tau_days: float
    nu: float
    log_likelihood: float
    n: int
    at_bound: tuple[str, ...]
    is_converged: bool


def gap_gls(y: ArrayLike, x: ArrayLike, day: ArrayLike) -> GapGls:
    """Fit a regression whose errors are correlated by the days between runs.

    Parameters
    ----------
    y : array-like, shape (n,)
        The outcome, such as pain.
    x : array-like, shape (n, k)
        The design, intercept included.
    day : array-like, shape (n,)
        The day of each row, in any order; several runs may share a day [d].

    Returns
    -------
    GapGls
        Coefficients with intervals, and the fitted correlation.

    Raises
    ------
    NotEnoughDataError
        If there are too few rows, or a column follows from the others.
    TableError
        If the shapes differ, or a value is missing or infinite.

    Notes
    -----
    1. The likelihood is flat along a ridge, so the search starts from the best
       places of a coarse grid.
    2. Kenward-Roger is used to first order: without the second derivative by tau,
       whose term changes with the parametrisation (tau or its logarithm) and grows
       without limit where the likelihood is flat. To first order the result is the
       same in any parametrisation and never below the plain variance. A parameter at
       the end of its range is held there.
       ``docs/methods/association.md`` has the measurements.

    References
    ----------
    .. [1] Pinheiro JC, Bates DM. Mixed-Effects Models in S and S-PLUS. 2000, ch. 5.
    .. [2] Turner SL et al. BMC Med Res Methodol 2021;21:181.
       doi:10.1186/s12874-021-01364-0

    Examples
    --------
    >>> day = np.array([0, 1, 3, 4, 7, 8, 9, 12, 15, 16])
    >>> x = np.column_stack([np.ones(10), [3, 1, 4, 1, 5, 9, 2, 6, 5, 3]])
    >>> y = x @ [1.0, 0.5] + [0.1, 0.2, -0.1, 0.0, -0.2, 0.1, 0.3, -0.3, 0.1, -0.1]
    >>> fit = gap_gls(y, x, day)
    >>> bool(fit.low[1] < 0.5 < fit.high[1])
    True
    """
    outcome = as_column(y, "outcome")
    n = len(outcome)
    design = as_design(x, n=n)
    days = as_column(day, "day", n=n)
    fit = fit_correlation(outcome, design, days)
    # 2, in units of the variance, which do not matter to it
    basis, triangle = np.linalg.qr(design)
    kr = correct(_pieces(fit, basis, days), np.linalg.inv(triangle))
    vcov = fit.sigma**2 * kr.vcov
    se = np.sqrt(np.diag(vcov))
    t = np.divide(fit.coefficients, se, out=np.zeros_like(se), where=se > 0)
    half = stats.t.ppf(0.975, kr.df) * se
    return GapGls(
        coefficients=fit.coefficients,
        se=se,
        df=kr.df,
        low=fit.coefficients - half,
        high=fit.coefficients + half,
        p_value=np.asarray(2 * stats.t.sf(np.abs(t), kr.df)),
        vcov=vcov,
        vcov_plain=fit.sigma**2 * kr.vcov_plain,
        sigma=fit.sigma,
        tau_days=fit.tau_days,
        nu=fit.nu,
        log_likelihood=fit.log_likelihood,
        n=n,
        at_bound=fit.at_bound,
        is_converged=fit.is_converged,
    )


def _pieces(fit: CorrelationFit, basis: FloatArray, day: FloatArray) -> Pieces:
    if fit.nu < 1 - EDGE:
        return markov_pieces(basis, day, fit.tau_days, fit.nu, held=fit.at_bound)
    # Independent errors, with one variance.
    unit = np.eye(basis.shape[1])
    return Pieces(unit, (-unit,), {(0, 0): unit}, np.array([[float(len(day))]]))
