"""Regression with correlated errors: REML or ML over any parametrised correlation.

The dense, general form, for any pattern a scientist can write down. The analysis
itself uses `hipstride.stats.gap_gls`, which is this with one correlation, done fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, optimize

from hipstride.stats._arrays import FloatArray, as_column, as_design
from hipstride.stats.correlations import Correlation

__all__ = [
    "RemlFit",
    "profile",
    "reml",
]

Method = Literal["reml", "ml"]


@dataclass(frozen=True, slots=True, eq=False)
class RemlFit:
    """A fitted regression with correlated errors."""

    coefficients: FloatArray
    vcov: FloatArray
    sigma: float
    parameters: Mapping[str, float]
    log_likelihood: float
    is_converged: bool


def reml(
    y: ArrayLike, x: ArrayLike, correlation: Correlation, *, method: Method = "reml"
) -> RemlFit:
    r"""Fit :math:`y = X\beta + e`, :math:`e \sim N(0, \sigma^2 R(\theta))`.

    Parameters
    ----------
    y : array-like, shape (n,)
        The outcome.
    x : array-like, shape (n, k)
        The design, intercept included.
    correlation : Correlation
        Such as `exponential_by_day(day)`.
    method : {"reml", "ml"}
        Which likelihood to maximise.

    Returns
    -------
    RemlFit
        Coefficients, their plain covariance (no small-sample correction), and the
        log-likelihood by the convention of R's nlme.

    Raises
    ------
    NotEnoughDataError, TableError
        If the design is not of full rank, or a value is missing.

    References
    ----------
    .. [1] Pinheiro JC, Bates DM. Mixed-Effects Models in S and S-PLUS. 2000, ch. 5.

    Examples
    --------
    >>> from hipstride.stats.correlations import independent
    >>> y, x = [1.0, 2.0, 4.0, 3.0], np.ones((4, 1))
    >>> reml(y, x, independent(4)).coefficients.tolist()
    [2.5]
    """
    outcome = as_column(y, "outcome")
    n = len(outcome)
    design = as_design(x, n=n)
    basis, triangle = np.linalg.qr(design)
    both = np.column_stack([basis, outcome])

    def products(theta: FloatArray) -> tuple[FloatArray, float]:
        lower = np.linalg.cholesky(correlation.matrix(theta))
        white = linalg.solve_triangular(lower, both, lower=True)
        return white.T @ white, 2 * float(np.sum(np.log(np.diag(lower))))

    def deviance(theta: FloatArray) -> float:
        try:
            return profile(*products(theta), n=n, method=method)[0]
        except np.linalg.LinAlgError:
            return 1e12  # outside of the range where the matrix is a correlation

    best, is_converged = np.empty(0), True
    if correlation.names:
        ends = [
            optimize.minimize(
                deviance,
                start,
                bounds=correlation.bounds,
                method="Nelder-Mead",
                options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 2000},
            )
            for start in correlation.starts
        ]
        end = min(ends, key=lambda result: float(result.fun))
        best, is_converged = np.asarray(end.x), bool(end.success)
    weighed, log_determinant = products(best)
    value, sigma2 = profile(weighed, log_determinant, n=n, method=method)
    k = design.shape[1]
    inverse = np.linalg.inv(weighed[:k, :k])
    back = np.linalg.inv(triangle)
    if method == "reml":
        # nlme counts the determinant of X'V^-1 X in the units of the design.
        value += 2 * float(np.sum(np.log(np.abs(np.diag(triangle)))))
    natural = correlation.natural(best)
    # The covariance of the coefficients is by n - k in either method, as in nlme.
    spread = sigma2 * (n / (n - k) if method == "ml" else 1.0)
    return RemlFit(
        coefficients=back @ (inverse @ weighed[:k, k]),
        vcov=spread * back @ inverse @ back.T,
        sigma=float(np.sqrt(sigma2)),
        parameters=dict(zip(correlation.names, map(float, natural), strict=True)),
        log_likelihood=-value / 2,
        is_converged=is_converged,
    )


def profile(
    products: FloatArray, log_determinant: float, *, n: int, method: Method = "reml"
) -> tuple[float, float]:
    """Give minus twice the log-likelihood with coefficients and variance solved for.

    Parameters
    ----------
    products : ndarray, shape (k + 1, k + 1)
        Design and outcome, weighed by the inverse correlation; the outcome is last.
    log_determinant : float
        Of the correlation matrix.
    n : int
        Number of rows.
    method : {"reml", "ml"}
        Which likelihood.

    Returns
    -------
    deviance, sigma2 : float
        Minus twice the log-likelihood, and the variance.

    Examples
    --------
    >>> round(profile(np.array([[4.0, 8.0], [8.0, 19.0]]), 0.0, n=4)[1], 6)
    1.0
    """
    k = len(products) - 1
    lower = np.linalg.cholesky(products)
    df = n - k if method == "reml" else n
    sigma2 = float(lower[k, k]) ** 2 / df
    value = df * (np.log(2 * np.pi * sigma2) + 1) + log_determinant
    if method == "reml":
        value += 2 * float(np.sum(np.log(np.diag(lower)[:k])))
    return float(value), sigma2
