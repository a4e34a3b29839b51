r"""EWC: least squares with a variance that looks at the slow cosines.

Equally weighted cosines (Lazarus, Lewis, Stock and Watson 2018): project the scores
on the first B cosines, average their squares, and use t with B degrees of freedom.
Nothing is assumed about the errors but that they are stationary.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray, as_column, as_design

__all__ = ["Ewc", "ewc", "number_of_cosines"]


@dataclass(frozen=True, slots=True)
class Ewc:
    """One coefficient by least squares with EWC inference."""

    estimate: float
    se: float
    low: float
    high: float
    df: int
    p_value: float


def ewc(
    y: ArrayLike,
    x: ArrayLike,
    *,
    column: int = 1,
    n_cosines: int | None = None,
) -> Ewc:
    r"""Estimate one coefficient by least squares with an EWC standard error.

    .. math::
        \Omega = \frac1B \sum_{j=1}^B \Big( \sqrt{2/n}
        \sum_t \cos(\pi j (t - \tfrac12) / n) \, \tilde x_t e_t \Big)^2

    with :math:`\tilde x` the part of the column outside of the others.

    Parameters
    ----------
    y : array-like, shape (n,)
        The outcome, in the order of time.
    x : array-like, shape (n, k)
        The design, intercept included.
    column : int
        Which coefficient.
    n_cosines : int, optional
        B; ``floor(0.4 n^(2/3))`` unless given.

    Returns
    -------
    Ewc
        Estimate, standard error (with n / (n - k)), 95 % interval and p from t(B).

    Raises
    ------
    NotEnoughDataError
        If there are too few rows or the design is rank-deficient.

    References
    ----------
    .. [1] Lazarus E, Lewis DJ, Stock JH, Watson MW. J Bus Econ Stat
       2018;36:541-559. doi:10.1080/07350015.2018.1506926

    Examples
    --------
    >>> x = np.column_stack([np.ones(8), np.arange(8.0)])
    >>> y = [0.1, 0.9, 2.1, 2.9, 4.1, 4.9, 6.1, 6.9]
    >>> round(ewc(y, x).estimate, 3)
    0.99
    """
    outcome = as_column(y, "outcome")
    n = len(outcome)
    design = as_design(x, n=n)
    count = number_of_cosines(n) if n_cosines is None else n_cosines
    if count < 1:
        what = "rows for EWC"
        raise NotEnoughDataError(what, needed=4, got=n)
    coefficients, residuals = _least_squares(outcome, design)
    others = np.delete(design, column, axis=1)
    own = design[:, column]
    if others.shape[1]:
        own = _least_squares(own, others)[1]
    score = own * residuals
    order = np.arange(1, count + 1)[:, None]
    cosines = np.cos(np.pi * order * (np.arange(n) + 0.5) / n)
    omega = float(np.mean((np.sqrt(2 / n) * (cosines @ score)) ** 2))
    se = float(np.sqrt(n * omega * n / (n - design.shape[1])) / (own @ own))
    estimate = float(coefficients[column])
    half = float(stats.t.ppf(0.975, count)) * se
    t = abs(estimate) / se if se > 0 else np.inf
    return Ewc(
        estimate,
        se,
        estimate - half,
        estimate + half,
        count,
        float(2 * stats.t.sf(t, count)),
    )


def number_of_cosines(n: int) -> int:
    """Give B for n rows: ``floor(0.4 n^(2/3))``.

    Examples
    --------
    >>> [number_of_cosines(n) for n in (40, 120, 365)]
    [4, 9, 20]
    """
    return int(np.floor(0.4 * n ** (2 / 3)))


def _least_squares(y: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    basis, triangle = np.linalg.qr(x)
    projected = basis.T @ y
    return np.linalg.solve(triangle, projected), y - basis @ projected
