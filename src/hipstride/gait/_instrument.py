r"""What a window's neighbours tell of its speed and grade: free of its own errors.

The error of a GPS speed is in step length (speed / cadence) and speed alike. A plain
slope of the one on the other is therefore pulled towards 1: with :math:`\lambda` the
share of the variance of speed that is real, it is :math:`1 - \lambda (1 - b)` in place
of :math:`b`. An error of the grade pulls its slope towards 0. The error of a half
minute is forgotten some minutes before and after, while pace and hills last or come
again. So what windows that far away predict moves with the real values and not with the
errors, and the slopes on it are right (instrumental variables; Fuller WA, Measurement
Error Models, Wiley 1987, section 1.4).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.gait._window_data import Data
from hipstride.gait.windows import WINDOW_S

__all__ = ["FAR", "MIN_STRENGTH", "NEAR", "predicted", "strength"]

# In half minutes. An error of GPS speed that lasts ten seconds, as is often assumed, is
# forgotten after one; that by which two watches on one runner differed lasted for about
# a minute, and is forgotten after five. Changes of pace may be forgotten by then too.
NEAR = (2, 3, 4, 5)
FAR = (5, 7, 9, 12)
# A prediction that explains less than so many times what chance would is none. A weak
# one leaves about the inverse of this of the pull (Staiger & Stock, Econometrica
# 1997;65:557-586).
MIN_STRENGTH = 3.0


def predicted(
    data: Data, x: NDArray[np.float64], lags: tuple[int, ...]
) -> NDArray[np.float64]:
    """Predict each window from windows of its run some minutes before and after.

    Parameters
    ----------
    data : Data
        The windows.
    x : array, shape (n, p)
        What to predict: deviations from the means of their runs.
    lags : tuple of int
        How far away, in half minutes: `NEAR` or `FAR`.

    Returns
    -------
    array, shape (n, p)
        The same as least squares over the runs that shape the curve predicts it from
        all columns at these distances. All 0 where no run has windows so far apart.
    """
    near = _neighbours(data, x, lags)
    used = data.of_windows(data.shapes)
    chosen = near if used.all() else near[:, used]
    gram = chosen @ chosen.T
    scale = np.sqrt(np.diag(gram))
    scale[scale == 0] = 1.0
    # The distances resemble each other; the solution of least norm takes any of them.
    weights, *_ = np.linalg.lstsq(
        gram / np.outer(scale, scale),
        (chosen @ x[used]) / scale[:, None],
        rcond=1e-10,
    )
    return np.asarray((weights / scale[:, None]).T @ near).T


def strength(
    moves: NDArray[np.float64], x: NDArray[np.float64], n_predictors: int
) -> float:
    """Tell how much better than chance a prediction is.

    Parameters
    ----------
    moves, x : array, shape (n,)
        What was predicted, and what it was.
    n_predictors : int
        From how many columns it was predicted.

    Returns
    -------
    float
        The share explained over the share that as many columns of noise would; 0 where
        nothing varies.
    """
    total = float(x @ x)
    chance = n_predictors / max(len(x), 1)
    return float(moves @ moves) / total / chance if total > 0 else 0.0


def _neighbours(
    data: Data, x: NDArray[np.float64], lags: tuple[int, ...]
) -> NDArray[np.float64]:
    """Sum each column over the windows before and after, for each distance.

    One row for each distance and column, as deviations from the means of their runs.
    """
    n, p = x.shape
    across = np.ascontiguousarray(x.T)
    run = np.repeat(np.arange(len(data.lengths)), data.lengths)
    number = np.rint(data.elapsed_s / WINDOW_S)
    near = np.zeros((len(lags), p, n))
    for step in range(1, min(max(lags), n - 1) + 1):
        apart = number[step:] - number[:-step]
        apart *= run[step:] == run[:-step]
        for at, lag in enumerate(lags):
            if lag < step:
                continue
            is_so_far = apart == lag
            if is_so_far.any():
                near[at, :, :-step] += across[:, step:] * is_so_far
                near[at, :, step:] += across[:, :-step] * is_so_far
    rows = near.reshape(-1, n)
    means = np.add.reduceat(rows, data.starts[:-1], axis=1) / data.lengths
    return rows - np.repeat(means, data.lengths, axis=1)
