r"""CR2: least squares with a variance for few runners, and degrees of freedom.

The plain cluster-robust variance is too small where runners are few. Bell and
McCaffrey's adjustment makes it exact for independent errors, and Satterthwaite's
degrees of freedom say how many runners a coefficient rests on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray, as_column, as_design

__all__ = ["ClusterRobust", "cluster_robust"]

_MIN_CLUSTERS = 2
# An eigenvalue of I - H below it is a direction that the cluster fits exactly.
_EXACT = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class ClusterRobust:
    """Least squares with CR2 standard errors.

    Attributes
    ----------
    coefficients, se, df : ndarray, shape (k,)
        Estimates, standard errors and Satterthwaite's degrees of freedom.
    """

    coefficients: FloatArray
    se: FloatArray
    df: FloatArray


def cluster_robust(y: ArrayLike, x: ArrayLike, groups: ArrayLike) -> ClusterRobust:
    r"""Fit least squares with the CR2 variance.

    .. math:: V = B \Big(\sum_g X_g' A_g e_g e_g' A_g X_g\Big) B, \quad
       A_g = (I - H_{gg})^{-1/2}, \quad B = (X'X)^{-1}

    Parameters
    ----------
    y : array-like, shape (n,)
        The outcome.
    x : array-like, shape (n, k)
        The design, intercept included.
    groups : array-like, shape (n,)
        The runner of each row.

    Returns
    -------
    ClusterRobust
        Coefficients, standard errors and degrees of freedom.

    Raises
    ------
    NotEnoughDataError
        If there are fewer than two groups, or the design is rank-deficient.
    TableError
        If the shapes differ, or a value is missing or infinite.

    References
    ----------
    .. [1] Bell RM, McCaffrey DF. Surv Methodol 2002;28:169-181.
    .. [2] Pustejovsky JE, Tipton E. J Bus Econ Stat 2018;36:672-683.
       doi:10.1080/07350015.2016.1247004

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> runner = np.repeat(np.arange(12), 10)
    >>> x = np.column_stack([np.ones(120), rng.normal(size=120)])
    >>> fit = cluster_robust(x @ [1.0, 0.5] + rng.normal(size=120), x, runner)
    >>> bool(abs(fit.coefficients[1] - 0.5) < 3 * fit.se[1])
    True
    """
    outcome = as_column(y, "outcome")
    n = len(outcome)
    design = as_design(x, n=n)
    names = np.asarray(groups)
    places = [np.flatnonzero(names == name) for name in np.unique(names)]
    if len(places) < _MIN_CLUSTERS:
        what = "runners"
        raise NotEnoughDataError(what, needed=_MIN_CLUSTERS, got=len(places))
    # In an orthonormal basis the hat matrix is Q Q'.
    basis, triangle = np.linalg.qr(design)
    residuals = outcome - basis @ (basis.T @ outcome)
    back = np.linalg.inv(triangle)
    adjusted = [_adjusted(basis[at]) for at in places]
    scores = np.array(
        [part.T @ residuals[at] for part, at in zip(adjusted, places, strict=True)]
    )
    vcov = back @ (scores.T @ scores) @ back.T
    # One vector for each runner and coefficient: A_g X_g B c.
    weights = [part @ back.T for part in adjusted]
    own = np.array([np.sum(w**2, axis=0) for w in weights])
    shared = np.array([basis[at].T @ w for at, w in zip(places, weights, strict=True)])
    return ClusterRobust(
        coefficients=back @ (basis.T @ outcome),
        se=np.sqrt(np.diag(vcov)),
        df=np.array([_df(own[:, j], shared[:, :, j]) for j in range(len(vcov))]),
    )


def _adjusted(basis: FloatArray) -> FloatArray:
    """Give A_g Q_g, by the eigenvalues of the small Q_g' Q_g."""
    values, vectors = np.linalg.eigh(basis.T @ basis)
    left = 1 - values
    root = np.where(left > _EXACT, 1 / np.sqrt(np.maximum(left, _EXACT)), 0.0)
    # (I - Q Q')^(-1/2) Q = Q V diag(1 / sqrt(1 - values)) V'.
    return np.asarray(basis @ (vectors * root) @ vectors.T)


def _df(own: FloatArray, shared: FloatArray) -> float:
    """Satterthwaite: twice the squared mean of the variance over its variance."""
    inner = np.diag(own) - shared @ shared.T
    return float(np.trace(inner) ** 2 / np.sum(inner**2))
