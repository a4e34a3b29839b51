"""The coefficients of one arm under many schedules, all at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray, rank_order

__all__ = ["TIE", "basis_of", "coefficients", "kept_coefficients"]

# Rounding of sums of at most a few thousand numbers.
TIE = 1e-9
_TIE_WHEN_SOLVED = 1e-6


def basis_of(x: ArrayLike | None, n: int) -> FloatArray:
    """Make the intercept and the covariates an orthonormal basis, without copies."""
    columns = np.ones((n, 1))
    if x is not None:
        given = np.asarray(x, dtype=np.float64).reshape(n, -1)
        if not np.isfinite(given).all():
            msg = "covariates: found missing or infinite values; expected none"
            raise TableError(msg)
        columns = np.column_stack([columns, given])
    basis: FloatArray = np.linalg.qr(columns[:, rank_order(columns)])[0]  # note 1
    return basis


def coefficients(
    arms: FloatArray, y: FloatArray, true_arm: FloatArray, basis: FloatArray
) -> FloatArray:
    """Give b, c and the spread of each schedule; NaN where the arm is a covariate."""
    rest = np.column_stack([y, true_arm])
    rest = rest - basis @ (basis.T @ rest)
    total = np.einsum("mn,mn->m", arms, arms)
    own = total - np.sum((arms @ basis) ** 2, axis=1)
    return _ratios(arms @ rest, own, TIE * np.maximum(total, 1.0))  # note 2


def kept_coefficients(
    arms: FloatArray,
    kept: NDArray[np.bool_],
    y: FloatArray,
    true_arm: FloatArray,
    basis: FloatArray,
) -> FloatArray:
    """Do the same where each schedule keeps rows of its own."""
    weight = kept.astype(np.float64)
    n, k = basis.shape
    products = (basis[:, :, None] * basis[:, None, :]).reshape(n, k * k)
    gram = (weight @ products).reshape(-1, k, k)
    # Far too small to matter; only so that a schedule without rows can be solved.
    gram = gram + TIE * np.eye(k)
    of_arm = (weight * arms) @ basis
    right = np.stack(
        [of_arm, weight @ (basis * y[:, None]), weight @ (basis * true_arm[:, None])],
        axis=2,
    )
    solved = np.linalg.solve(gram, right)
    weighted = weight * arms
    total = np.einsum("mn,mn->m", weighted, arms)
    own = total - np.einsum("mk,mk->m", of_arm, solved[:, :, 0])
    crossed = np.column_stack([weighted @ y, weighted @ true_arm])
    crossed = crossed - np.einsum("mk,mkj->mj", of_arm, solved[:, :, 1:])
    return _ratios(crossed, own, _TIE_WHEN_SOLVED * np.maximum(total, 1.0))


def _ratios(crossed: FloatArray, own: FloatArray, least: FloatArray) -> FloatArray:
    is_known = own > least
    spread = np.sqrt(np.where(is_known, own, np.nan))
    return np.column_stack([crossed / spread[:, None] ** 2, spread])
