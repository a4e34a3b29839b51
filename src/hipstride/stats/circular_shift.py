"""The circular-shift test: slide one series along the other.

Turning the stride residuals against the pain residuals by any number of runs keeps
the memory of both and breaks only what ties them run by run.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import as_column

__all__ = ["circular_shift_p"]

_MIN_N = 4


def circular_shift_p(x_residual: ArrayLike, y_residual: ArrayLike) -> float:
    """Compare the tie between two series with that after every other turn.

    Parameters
    ----------
    x_residual, y_residual : array-like, shape (n,)
        Exposure and outcome, each without its covariates, in the order of time.

    Returns
    -------
    float
        ``(1 + number of turns with as large a product) / n``, two-sided, over all
        n - 1 turns.

    Raises
    ------
    NotEnoughDataError
        If there are fewer than four rows.
    TableError
        If the shapes differ, or a value is missing or infinite.

    Examples
    --------
    >>> circular_shift_p([1, -1, 2, -2, 0], [1, -1, 2, -2, 0])
    0.2
    """
    x = as_column(x_residual, "exposure residual")
    n = len(x)
    y = as_column(y_residual, "outcome residual", n=n)
    if n < _MIN_N:
        what = "rows for a circular shift"
        raise NotEnoughDataError(what, needed=_MIN_N, got=n)
    # All turns at once: the circular cross-correlation by the Fourier transform.
    turned = np.fft.irfft(np.fft.rfft(y) * np.conj(np.fft.rfft(x)), n)
    size = float(np.linalg.norm(x) * np.linalg.norm(y))
    as_large = np.abs(turned[1:]) >= abs(turned[0]) - 1e-12 * size
    return float((1 + np.count_nonzero(as_large)) / n)
