"""The restricted likelihood of a mixed model at given variances, runner by runner.

Computed without the inverse of the covariance of the random effects, so that it holds
on the edge as well, where a variance is 0 or a correlation is 1. There the likelihood
of statsmodels can be far off, and its standard errors are not there at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hipstride.stats._arrays import FloatArray

__all__ = ["RemlAt", "reml_at", "steepest_slope"]

_STEP = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class RemlAt:
    """Generalised least squares, and the likelihood, at given variances."""

    coefficients: FloatArray
    se: FloatArray
    log_likelihood: float


Group = tuple[FloatArray, FloatArray, FloatArray]


def reml_at(groups: Sequence[Group], spread: FloatArray, residual: float) -> RemlAt:
    """Compute coefficients, standard errors and likelihood at given variances.

    Parameters
    ----------
    groups : sequence of (y, x, z)
        Outcome, fixed and random effects of each runner.
    spread : ndarray, shape (r, r)
        Covariance of the random effects.
    residual : float
        Variance of the errors.

    Returns
    -------
    RemlAt
        By the convention of lme4.

    Raises
    ------
    LinAlgError
        If a covariance is not positive definite.

    References
    ----------
    .. [1] Bates D et al. J Stat Softw 2015;67(1). doi:10.18637/jss.v067.i01

    Examples
    --------
    >>> one = (np.array([1.0, 3.0]), np.ones((2, 1)), np.ones((2, 1)))
    >>> reml_at([one], np.zeros((1, 1)), 2.0).coefficients.tolist()
    [2.0]
    """
    k = groups[0][1].shape[1]
    information, score = np.zeros((k, k)), np.zeros(k)
    n, square, log_det = 0, 0.0, 0.0
    for y, x, z in groups:
        root = np.linalg.cholesky(z @ spread @ z.T + residual * np.eye(len(y)))
        white = np.linalg.solve(root, np.column_stack([x, y]))
        information += white[:, :k].T @ white[:, :k]
        score += white[:, :k].T @ white[:, k]
        square += float(white[:, k] @ white[:, k])
        log_det += 2 * float(np.log(np.diag(root)).sum())
        n += len(y)
    inverse = np.linalg.inv(information)
    coefficients = inverse @ score
    log_det += float(np.linalg.slogdet(information)[1])
    square -= float(score @ coefficients)
    return RemlAt(
        coefficients=coefficients,
        se=np.sqrt(np.diag(inverse)),
        log_likelihood=-((n - k) * math.log(2 * math.pi) + log_det + square) / 2,
    )


def steepest_slope(
    groups: Sequence[Group], spread: FloatArray, residual: float
) -> float:
    """Give the largest slope of the log-likelihood by the variances, for each row.

    Parameters
    ----------
    groups, spread, residual
        As for `reml_at`.

    Returns
    -------
    float
        By central differences of a triangular root of the covariance, relative to the
        error: on the edge it is 0 where the edge is the maximum.
    """
    # A root that is triangular and exists for a singular matrix as well.
    values, vectors = np.linalg.eigh(spread)
    half = vectors * np.sqrt(np.maximum(values, 0))
    root = np.linalg.qr(half.T)[1].T
    places = [*zip(*np.tril_indices(len(spread)), strict=True), None]
    sigma = math.sqrt(residual)
    steepest = 0.0
    for place in places:
        ends = []
        for sign in (1, -1):
            moved, variance = root.copy(), residual
            if place is None:
                variance = (sigma * (1 + sign * _STEP)) ** 2
            else:
                moved[place] += sign * _STEP * sigma
            ends.append(reml_at(groups, moved @ moved.T, variance).log_likelihood)
        steepest = max(steepest, abs(ends[0] - ends[1]) / (2 * _STEP))
    return steepest / sum(len(y) for y, _, _ in groups)
