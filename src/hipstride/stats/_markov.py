r"""Exponential correlation in days, with a nugget, in time proportional to n.

The inverse of :math:`E_{ij} = \exp(-|d_i - d_j| / \tau)` on distinct days is
tridiagonal: the process forgets all but the last day. With :math:`Q = E^{-1}`,

.. math:: (1 - \nu) E + \nu I = Q^{-1} M, \quad M = (1 - \nu) I + \nu Q,

so that one tridiagonal factorisation gives the inverse and the determinant. Runs on
the same day make :math:`E` singular; their differences within the day carry the
nugget alone and split off exactly, and the day's mean (times the root of the count)
stays in the chain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

from hipstride.stats._arrays import FloatArray

__all__ = ["Chain", "cross_products", "make_chain"]


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Columns gathered by day, ready for many values of the parameters."""

    gaps_days: FloatArray
    root_count: FloatArray
    means: FloatArray
    within: FloatArray
    n_within: int


def make_chain(columns: FloatArray, day: FloatArray) -> Chain:
    """Gather columns by day.

    Parameters
    ----------
    columns : ndarray, shape (n, c)
        Design and outcome side by side.
    day : ndarray, shape (n,)
        The day of each row, in any order [d].

    Returns
    -------
    Chain
        Day means and what is left within days.

    Examples
    --------
    >>> make_chain(np.eye(3), np.array([0.0, 2.0, 2.0])).n_within
    1
    """
    days, place, count = np.unique(day, return_inverse=True, return_counts=True)
    total = np.zeros((len(days), columns.shape[1]))
    np.add.at(total, place, columns)
    root = np.sqrt(count.astype(np.float64))
    rest = columns - (total / count[:, None])[place]
    return Chain(
        gaps_days=np.diff(days),
        root_count=root,
        means=total / root[:, None],
        within=rest.T @ rest,
        n_within=len(day) - len(days),
    )


def cross_products(
    chain: Chain, tau_days: float, nu: float
) -> tuple[FloatArray, float]:
    r"""Weigh all columns by the inverse correlation.

    Parameters
    ----------
    chain : Chain
        From `make_chain`.
    tau_days : float
        Decay of the correlation [d].
    nu : float
        Share of the variance that is independent between runs, 0 to 1.

    Returns
    -------
    products : ndarray, shape (c, c)
        :math:`W' R^{-1} W` for the columns :math:`W`.
    log_determinant : float
        :math:`\log |R|`.

    Examples
    --------
    With a nugget of 1 the rows are independent:

    >>> chain = make_chain(np.eye(3), np.array([0.0, 1.0, 5.0]))
    >>> products, log_determinant = cross_products(chain, 7.0, 1.0)
    >>> np.allclose(products, np.eye(3)), abs(log_determinant) < 1e-12
    (True, True)
    """
    root = chain.root_count
    decay = np.exp(-chain.gaps_days / tau_days)
    left = -np.expm1(-2 * chain.gaps_days / tau_days)  # 1 - decay squared
    diagonal = np.ones(len(root))
    diagonal[:-1] += decay**2 / left
    diagonal[1:] += decay**2 / left
    diagonal /= root**2
    beside = -decay / left / (root[:-1] * root[1:])
    weighed = diagonal[:, None] * chain.means
    weighed[:-1] += beside[:, None] * chain.means[1:]
    weighed[1:] += beside[:, None] * chain.means[:-1]
    if len(root) > 1:
        factor, ratio, _ = lapack.dpttrf((1 - nu) + nu * diagonal, nu * beside)
        solved, _ = lapack.dpttrs(factor, ratio, weighed)
    else:
        factor = (1 - nu) + nu * diagonal
        solved = weighed / factor
    products = chain.means.T @ solved
    log_determinant = float(
        np.sum(np.log(factor)) + np.sum(np.log(left)) + 2 * np.sum(np.log(root))
    )
    if chain.n_within:
        products = products + chain.within / nu
        log_determinant += chain.n_within * float(np.log(nu))
    return (products + products.T) / 2, log_determinant
