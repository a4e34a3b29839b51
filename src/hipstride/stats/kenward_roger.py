r"""Kenward-Roger: honest standard errors when the covariance was estimated.

A coefficient's textbook variance takes the covariance of the errors as known. With
one runner's short history it is not: the variance is too small and the normal
quantile too short. Kenward and Roger correct the first by a Taylor expansion and
the second by matching moments of the F statistic. Any parametrised covariance will
do; the derivatives are the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, stats
from scipy.linalg import lapack

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray, as_design

__all__ = ["ContrastTest", "KenwardRoger", "kenward_roger"]

# Directions of the covariance parameters that the data say nothing about (relative
# to the best known one) are left out instead of being divided by rounding.
_FLAT = 1e-10


@dataclass(frozen=True, slots=True)
class ContrastTest:
    """A test of several coefficients at once: scaled F and its degrees of freedom."""

    f_statistic: float
    scale: float
    df_numerator: int
    df_denominator: float
    p_value: float


@dataclass(frozen=True, slots=True, eq=False)
class KenwardRoger:
    r"""What Kenward and Roger make of one fit.

    A class, because a test of a contrast needs the same matrices as the standard
    errors, and they are costly.

    Attributes
    ----------
    vcov_plain, vcov : ndarray, shape (k, k)
        Covariance of the coefficients before and after the correction.
    df : ndarray, shape (k,)
        Degrees of freedom of each coefficient's t.
    parameter_vcov : ndarray, shape (r, r)
        Asymptotic covariance of the covariance parameters.
    slopes : tuple of ndarray, shape (k, k)
        :math:`\Phi P_i \Phi` for each covariance parameter.
    """

    vcov_plain: FloatArray
    vcov: FloatArray
    df: FloatArray
    parameter_vcov: FloatArray
    slopes: tuple[FloatArray, ...]

    def contrast(self, coefficients: ArrayLike, contrast: ArrayLike) -> ContrastTest:
        """Test that some combinations of the coefficients are all zero.

        Parameters
        ----------
        coefficients : array-like, shape (k,)
            The estimates.
        contrast : array-like, shape (q, k)
            One row for each combination.

        Returns
        -------
        ContrastTest
            The scaled F statistic.

        Examples
        --------
        >>> x = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
        >>> kr = kenward_roger(x, np.eye(6), [np.eye(6)])
        >>> kr.contrast([1.0, 2.0], [[0.0, 1.0]]).df_numerator
        1
        """
        estimate = np.asarray(coefficients, dtype=np.float64)
        rows = np.atleast_2d(np.asarray(contrast, dtype=np.float64))
        q = len(rows)
        scale, df = _scale_and_df(self, rows)
        value = rows @ estimate
        wald = float(value @ np.linalg.solve(rows @ self.vcov @ rows.T, value))
        statistic = scale * wald / q
        p_value = float(stats.f.sf(statistic, q, df))
        return ContrastTest(statistic, scale, q, df, p_value)


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
    p = [-(vx.T @ half) for half in halves]
    solved = [inverse @ half for half in halves]
    r = len(p)
    information = np.empty((r, r))
    q: dict[tuple[int, int], FloatArray] = {}
    for i in range(r):
        for j in range(i, r):
            q[i, j] = halves[i].T @ solved[j]
            trace = float(np.einsum("ij,ji->", whitened[i], whitened[j]))
            trace -= 2 * float(np.trace(phi @ q[i, j]))
            trace += float(np.trace(phi @ p[i] @ phi @ p[j]))
            information[i, j] = information[j, i] = trace / 2
    w = _information_inverse(information)
    total = np.zeros_like(phi)
    for i in range(r):
        for j in range(r):
            pair = q[i, j] if i <= j else q[j, i].T
            total += w[i, j] * (pair - p[i] @ phi @ p[j])
            second = (d2cov or {}).get((min(i, j), max(i, j)))
            if second is not None:
                bent = vx.T @ np.asarray(second, dtype=np.float64) @ vx
                total -= w[i, j] * bent / 4
    adjusted = phi + 2 * phi @ total @ phi
    back = np.linalg.inv(triangle)
    slopes = tuple(back @ phi @ slope @ phi @ back.T for slope in p)
    plain = back @ phi @ back.T
    result = KenwardRoger(
        vcov_plain=plain,
        vcov=_symmetric(back @ adjusted @ back.T),
        df=np.empty(0),
        parameter_vcov=w,
        slopes=slopes,
    )
    df = np.array([_scale_and_df(result, row[None, :])[1] for row in np.eye(len(phi))])
    return KenwardRoger(result.vcov_plain, result.vcov, df, w, slopes)


def _scale_and_df(kr: KenwardRoger, rows: FloatArray) -> tuple[float, float]:
    """Match the first two moments of the F statistic (Kenward and Roger, section 3)."""
    q = len(rows)
    inverse = np.linalg.inv(rows @ kr.vcov_plain @ rows.T)
    # Theta Phi P_i Phi, seen through the contrast.
    parts = [inverse @ (rows @ slope @ rows.T) for slope in kr.slopes]
    w = kr.parameter_vcov
    a1 = a2 = 0.0
    for i, left in enumerate(parts):
        for j, right in enumerate(parts):
            a1 += w[i, j] * float(np.trace(left)) * float(np.trace(right))
            a2 += w[i, j] * float(np.trace(left @ right))
    if q == 1:  # note 2
        return 1.0, (2.0 / a2 if a2 > 0 else np.inf)
    b = (a1 + 6 * a2) / (2 * q)
    g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    base = 3 * q + 2 * (1 - g)
    c1, c2, c3 = g / base, (q - g) / base, (q + 2 - g) / base
    mean = 1 / (1 - a2 / q)
    variance = 2 / q * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
    ratio = variance / (2 * mean**2)
    df = 4 + (q + 2) / (q * ratio - 1)
    return df / (mean * (df - 2)), df


def _information_inverse(information: FloatArray) -> FloatArray:
    """Invert the information, leaving out what carries none."""
    size = np.sqrt(np.clip(np.diag(information), 0, None))
    known = size > 0
    inverse = np.zeros_like(information)
    if not known.any():
        return inverse
    scaled = information[np.ix_(known, known)] / np.outer(size[known], size[known])
    values, vectors = np.linalg.eigh(scaled)
    good = values > _FLAT * values.max()
    part = (vectors[:, good] / values[good]) @ vectors[:, good].T
    inverse[np.ix_(known, known)] = part / np.outer(size[known], size[known])
    return inverse


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
    return _symmetric(np.asarray(linalg.inv(matrix), dtype=np.float64))


def _symmetric(matrix: FloatArray) -> FloatArray:
    return (matrix + matrix.T) / 2
