"""The Kenward-Roger formula, from pieces that are no larger than the design is wide.

How the pieces come about depends on the covariance: by dense matrices for any
(`hipstride.stats.kenward_roger`), or along the days for the one of GapGLS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from hipstride.stats._arrays import FloatArray

__all__ = ["ContrastTest", "KenwardRoger", "Pieces", "correct"]

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
class Pieces:
    r"""All that the formula needs of the covariance, each no larger than k x k.

    `phi`, `p` and `q` as in `kenward_roger`; `traces` holds
    :math:`\mathrm{tr}(V^{-1} V_i V^{-1} V_j)`. `q` has the pairs with i <= j.
    """

    phi: FloatArray
    p: tuple[FloatArray, ...]
    q: Mapping[tuple[int, int], FloatArray]
    traces: FloatArray


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
        >>> from hipstride.stats import kenward_roger
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


def correct(
    pieces: Pieces,
    back: FloatArray,
    bends: Mapping[tuple[int, int], FloatArray] | None = None,
) -> KenwardRoger:
    """Put the pieces together.

    Parameters
    ----------
    pieces : Pieces
        For a design with orthonormal columns.
    back : ndarray, shape (k, k)
        From its coefficients to those that are wanted.
    bends : mapping from (i, j) to ndarray, optional
        The matrices R; none where all second derivatives are zero.

    Returns
    -------
    KenwardRoger
        Corrected covariance and degrees of freedom.
    """
    phi, p, q = pieces.phi, pieces.p, pieces.q
    r = len(p)
    information = np.empty((r, r))
    for i, j in q:
        trace = float(pieces.traces[i, j])
        trace -= 2 * float(np.trace(phi @ q[i, j]))
        trace += float(np.trace(phi @ p[i] @ phi @ p[j]))
        information[i, j] = information[j, i] = trace / 2
    w = _information_inverse(information)
    total = np.zeros_like(phi)
    for i in range(r):
        for j in range(r):
            pair = q[i, j] if i <= j else q[j, i].T
            total += w[i, j] * (pair - p[i] @ phi @ p[j])
            bent = (bends or {}).get((min(i, j), max(i, j)))
            if bent is not None:
                total -= w[i, j] * bent / 4
    adjusted = phi + 2 * phi @ total @ phi
    slopes = tuple(back @ phi @ slope @ phi @ back.T for slope in p)
    result = KenwardRoger(
        vcov_plain=back @ phi @ back.T,
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


def _symmetric(matrix: FloatArray) -> FloatArray:
    return (matrix + matrix.T) / 2
