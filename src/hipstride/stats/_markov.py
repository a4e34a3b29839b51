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

__all__ = [
    "Chain",
    "Precision",
    "cross_products",
    "make_chain",
    "make_precision",
    "weigh_with",
]


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Columns gathered by day, ready for many values of the parameters."""

    gaps_days: FloatArray
    root_count: FloatArray
    means: FloatArray
    within: FloatArray
    n_within: int


@dataclass(frozen=True, slots=True, eq=False)
class Precision:
    """The inverse correlation of the days, and the columns weighed by it."""

    diagonal: FloatArray
    beside: FloatArray
    weighed: FloatArray
    log_determinant: float


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
    return weigh_with(chain, make_precision(chain, tau_days), nu)


def make_precision(chain: Chain, tau_days: float) -> Precision:
    r"""Invert the exponential correlation of the days, once for many nuggets.

    Parameters
    ----------
    chain : Chain
        From `make_chain`.
    tau_days : float
        Decay of the correlation [d].

    Returns
    -------
    Precision
        What does not depend on the nugget.
    """
    root = chain.root_count
    steps = chain.gaps_days / tau_days
    decay = np.exp(-steps)
    left = -np.expm1(-2 * steps)  # 1 - decay squared
    ratio = decay / left
    diagonal = np.ones(len(root))
    diagonal[:-1] += decay * ratio
    diagonal[1:] += decay * ratio
    diagonal /= root**2
    beside = -ratio / (root[:-1] * root[1:])
    weighed = diagonal[:, None] * chain.means
    weighed[:-1] += beside[:, None] * chain.means[1:]
    weighed[1:] += beside[:, None] * chain.means[:-1]
    log_determinant = float(np.log(left).sum() + 2 * np.log(root).sum())
    return Precision(diagonal, beside, weighed, log_determinant)


def weigh_with(
    chain: Chain, precision: Precision, nu: float
) -> tuple[FloatArray, float]:
    """Weigh all columns, as `cross_products`, with the days inverted already."""
    main = (1 - nu) + nu * precision.diagonal
    if len(main) > 1:
        factor, ratio, _ = lapack.dpttrf(main, nu * precision.beside)
        solved, _ = lapack.dpttrs(factor, ratio, precision.weighed)
    else:
        factor = main
        solved = precision.weighed / factor
    products = chain.means.T @ solved
    log_determinant = float(np.log(factor).sum()) + precision.log_determinant
    if chain.n_within:
        products = products + chain.within / nu
        log_determinant += chain.n_within * float(np.log(nu))
    return (products + products.T) / 2, log_determinant
