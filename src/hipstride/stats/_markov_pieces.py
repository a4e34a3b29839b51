r"""What Kenward and Roger need of the gap correlation, without a product of matrices.

In the coordinates of `hipstride.stats._markov.Chain` (day means, and differences within
days) the correlation is :math:`A = (1 - \nu) S + \nu I` on the chain, with :math:`S`
the scaled exponential correlation of the days, and :math:`\nu` on the differences. The
inverse of :math:`A` is one tridiagonal solution for each column, and the derivative by
:math:`\ln \tau`, :math:`D_{ij} = S_{ij} |d_i - d_j| / \tau`, multiplies a column by two
sweeps along the days. So all traces cost time proportional to n², not n³.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import lapack

from hipstride.stats._arrays import FloatArray
from hipstride.stats._kr_assembly import Pieces
from hipstride.stats._markov import Chain, make_chain

__all__ = ["markov_pieces"]


def markov_pieces(
    basis: FloatArray,
    day: FloatArray,
    tau_days: float,
    nu: float,
    *,
    held: tuple[str, ...] = (),
) -> Pieces:
    """Give the pieces of Kenward-Roger's formula for the gap correlation.

    Parameters
    ----------
    basis : ndarray, shape (n, k)
        The design, with orthonormal columns.
    day : ndarray, shape (n,)
        The day of each row [d].
    tau_days, nu : float
        The fitted correlation; `nu` below 1 [d], [-].
    held : tuple of str
        Which of ``tau_days`` and ``nu`` sit at the end of their range and do not vary.

    Returns
    -------
    Pieces
        By scale, nugget and log tau, in this order, without those held.

    Examples
    --------
    >>> pieces = markov_pieces(np.ones((4, 1)) / 2, np.arange(4.0), 2.0, 0.5)
    >>> pieces.traces.shape, round(float(pieces.traces[0, 0]), 9)
    ((3, 3), 4.0)
    """
    chain = make_chain(basis, day)
    x = chain.means
    inverse = _inverse(chain, tau_days, nu)
    vx = inverse @ x
    # Each derivative times V^-1 X on the chain; and on the differences, as a number.
    names = ["scale"]
    halves, within = [x], [1.0]
    turned: list[FloatArray] = []
    per_nu = 1 / nu if chain.n_within else 0.0
    if "nu" not in held:
        names.append("nu")
        halves.append(vx)
        within.append(per_nu)
    if "tau_days" not in held:
        names.append("tau")
        halves.append(_times_decay(chain, tau_days, vx))
        within.append(0.0)
        turned.append(_times_decay(chain, tau_days, inverse))
    solved = [inverse @ half for half in halves]
    information = vx.T @ x + per_nu * chain.within
    q = {
        (i, j): halves[i].T @ solved[j] + within[i] * within[j] * per_nu * chain.within
        for i in range(len(names))
        for j in range(i, len(names))
    }
    return Pieces(
        phi=np.asarray(np.linalg.inv((information + information.T) / 2), np.float64),
        p=tuple(
            -(vx.T @ half + per_nu * share * chain.within)
            for half, share in zip(halves, within, strict=True)
        ),
        q=q,
        traces=_traces(chain, inverse, turned, names, per_nu),
    )


def _traces(
    chain: Chain,
    inverse: FloatArray,
    turned: list[FloatArray],
    names: list[str],
    per_nu: float,
) -> FloatArray:
    """Give the trace of V^-1 V_i V^-1 V_j for each pair."""
    n = len(inverse) + chain.n_within
    trace = {
        ("scale", "scale"): float(n),
        ("scale", "nu"): float(np.trace(inverse)) + chain.n_within * per_nu,
        ("nu", "nu"): float(np.vdot(inverse, inverse)) + chain.n_within * per_nu**2,
    }
    for decayed in turned:
        trace["scale", "tau"] = float(np.trace(decayed))
        trace["nu", "tau"] = float(np.vdot(inverse, decayed))
        trace["tau", "tau"] = float(np.vdot(decayed, decayed.T))
    return np.array(
        [
            [trace[min(a, b, key=_RANK), max(a, b, key=_RANK)] for b in names]
            for a in names
        ]
    )


_RANK = ("scale", "nu", "tau").index


def _inverse(chain: Chain, tau_days: float, nu: float) -> FloatArray:
    """Invert the correlation of the chain: (1 - nu) S + nu I."""
    root = chain.root_count
    size = len(root)
    if size == 1:
        return np.array([[1 / ((1 - nu) * root[0] ** 2 + nu)]])
    decay = np.exp(-chain.gaps_days / tau_days)
    left = -np.expm1(-2 * chain.gaps_days / tau_days)  # 1 - decay squared
    diagonal = np.ones(size)
    diagonal[:-1] += decay**2 / left
    diagonal[1:] += decay**2 / left
    diagonal /= root**2
    beside = -decay / left / (root[:-1] * root[1:])
    # S^-1 is tridiagonal; and (1 - nu) S + nu I = S ((1 - nu) I + nu S^-1).
    sides = np.zeros((size, size), order="F")
    place = np.arange(size)
    sides[place, place] = diagonal
    sides[place[1:], place[:-1]] = sides[place[:-1], place[1:]] = beside
    factor, ratio, _ = lapack.dpttrf((1 - nu) + nu * diagonal, nu * beside)
    solved, _ = lapack.dpttrs(factor, ratio, sides)
    return np.asarray((solved + solved.T) / 2)


def _times_decay(chain: Chain, tau_days: float, columns: FloatArray) -> FloatArray:
    """Multiply by S times the lags over tau, in two sweeps along the days."""
    steps = chain.gaps_days / tau_days
    decay = np.exp(-steps)
    scaled = chain.root_count[:, None] * columns
    product = np.zeros_like(scaled)
    for order in (1, -1):
        rows, out = scaled[::order], product[::order]
        seen, lagged = rows[0].copy(), np.zeros(scaled.shape[1])
        for i, (step, fade) in enumerate(
            zip(steps[::order], decay[::order], strict=True), start=1
        ):
            lagged = fade * (lagged + step * seen)
            seen = fade * seen + rows[i]
            out[i] += lagged
    return np.asarray(chain.root_count[:, None] * product)
