"""The slope on rows from which the correlation was taken out."""

from __future__ import annotations

import numpy as np

from hipstride.stats._arrays import FloatArray

__all__ = ["slope_and_se"]


def slope_and_se(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Give the coefficient of column 1 and its standard error, by least squares."""
    basis, triangle = np.linalg.qr(x)
    explained = basis.T @ y
    rest = y - basis @ explained
    inverse = np.linalg.inv(triangle)
    n, k = x.shape
    variance = float(rest @ rest) / (n - k)
    se = float(np.sqrt(variance * float(inverse[1] @ inverse[1])))
    return float(inverse[1] @ explained), se
