r"""Kenward-Roger: honest standard errors when the covariance was estimated.

A coefficient's textbook variance takes the covariance of the errors as known. With
one runner's short history it is not: the variance is too small and the normal
quantile too short. Kenward and Roger correct the first by a Taylor expansion and
the second by matching moments of the F statistic. Any parametrised covariance will
do; the derivatives are the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg
from scipy.linalg import lapack

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray, as_design
from hipstride.stats._kr_assembly import ContrastTest, KenwardRoger, Pieces, correct

__all__ = ["ContrastTest", "KenwardRoger", "kenward_roger"]


def kenward_roger(
    x: ArrayLike,
    cov: ArrayLike,
    dcov: Sequence[ArrayLike],
    d2cov: Mapping[tuple[int, int], ArrayLike] | None = None,
) -> KenwardRoger:
    r"""Correct a REML fit's standard errors for the estimated covariance.

    .. math::
        \Phi_A = \Phi + 2 \Phi \Big[ \sum_{ij} W_{ij}
        (Q_{ij} - P_i \Phi P_j - \tfrac14 R_{ij}) \Big] \Phi

    with :math:`\Phi = (X'V^{-1}X)^{-1}`, :math:`P_i = -X'V^{-1}V_iV^{-1}X`,
    :math:`Q_{ij} = X'V^{-1}V_iV^{-1}V_jV^{-1}X`,
    :math:`R_{ij} = X'V^{-1}V_{ij}V^{-1}X` and :math:`W` the inverse of the expected
    REML information about the parameters of :math:`V`.

    Parameters
    ----------
    x : array-like, shape (n, k)
        The design, of full rank.
    cov : array-like, shape (n, n)
        The fitted covariance of the errors, scale included.
    dcov : sequence of array-like, shape (n, n)
        Its derivative by each parameter. Leave out parameters that sit at the end
        of their range: they do not vary.
    d2cov : mapping from (i, j) to array-like, optional
        Its second derivatives, for i <= j; a pair that is absent is zero, as all are
        when the covariance is linear in its parameters.

    Returns
    -------
    KenwardRoger
        Corrected covariance and degrees of freedom.

    Raises
    ------
    NotEnoughDataError
        If the design is not of full rank.
    TableError
        If the covariance is not a square, positive definite matrix.

    Notes
    -----
    1. Columns are made orthonormal first, for the sake of rounding.
    2. For one coefficient the F scale is exactly 1 and the degrees of freedom reduce
       to :math:`2 (l'\Phi l)^2 / \sum W_{ij} (l'\Phi P_i \Phi l)(l'\Phi P_j \Phi l)`.
    3. Directions without information are left out of :math:`W`.
    4. The one costly step is a product of two n x n matrices for each parameter. It
       falls away for a derivative that is diagonal, and for one that is `cov` itself
       (the same object: a parameter that scales all of it).

    References
    ----------
    .. [1] Kenward MG, Roger JH. Small sample inference for fixed effects from
       restricted maximum likelihood. Biometrics 1997;53:983-997.
       doi:10.2307/2533558
    .. [2] Halekoh U, Højsgaard S. J Stat Softw 2014;59(9). doi:10.18637/jss.v059.i09

    Examples
    --------
    With one variance only, nothing is corrected and the residual degrees of freedom
    come back:

    >>> x = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
    >>> kenward_roger(x, 2.0 * np.eye(6), [np.eye(6)]).df.round(6).tolist()
    [4.0, 4.0]
    """
    v = np.asarray(cov, dtype=np.float64)
    n = len(v)
    if v.shape != (n, n):
        msg = f"covariance: found an array of shape {v.shape}; expected a square"
        raise TableError(msg)
    design = as_design(x, n=n)
    basis, triangle = np.linalg.qr(design)  # note 1
    inverse = _positive_inverse(v)
    vx = inverse @ basis
    phi = _inverse(basis.T @ vx)
    given = [v if d is cov else np.asarray(d, dtype=np.float64) for d in dcov]
    whitened = [_times(inverse, d, v) for d in given]  # note 4
    halves = [d @ vx for d in given]
    solved = [inverse @ half for half in halves]
    pairs = [(i, j) for i in range(len(given)) for j in range(i, len(given))]
    traces = np.empty((len(given), len(given)))
    for i, j in pairs:
        traces[i, j] = traces[j, i] = np.einsum("ij,ji->", whitened[i], whitened[j])
    pieces = Pieces(
        phi=phi,
        p=tuple(-(vx.T @ half) for half in halves),
        q={(i, j): halves[i].T @ solved[j] for i, j in pairs},
        traces=traces,
    )
    bends = {
        pair: vx.T @ np.asarray(second, dtype=np.float64) @ vx
        for pair, second in (d2cov or {}).items()
    }
    return correct(pieces, np.linalg.inv(triangle), bends)


def _positive_inverse(matrix: FloatArray) -> FloatArray:
    """Invert a covariance through its Cholesky factor."""
    lower, failed = lapack.dpotrf(matrix, lower=1, clean=1)
    if failed:
        msg = (
            "covariance: found a matrix that is not positive definite (minor of order "
            f"{failed})"
        )
        raise TableError(msg)
    half, _ = lapack.dpotri(lower, lower=1)
    return np.asarray(half + np.tril(half, -1).T)


def _times(inverse: FloatArray, by: FloatArray, cov: FloatArray) -> FloatArray:
    if by is cov:
        return np.eye(len(cov))
    diagonal = np.diag(by)
    if np.count_nonzero(by) == np.count_nonzero(diagonal):
        return inverse * diagonal
    return inverse @ by


def _inverse(matrix: FloatArray) -> FloatArray:
    found = linalg.inv(matrix)
    return np.asarray((found + found.T) / 2, dtype=np.float64)
