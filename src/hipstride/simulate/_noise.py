"""Noise with a memory: the only kind that a body and a watch make."""

from __future__ import annotations

import math
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

__all__ = ["lagged", "wander"]


def wander(rng: np.random.Generator, memory: float, count: int) -> NDArray[np.float64]:
    """Draw a stationary AR(1) process of unit variance.

    Parameters
    ----------
    rng : Generator
        Where the shocks come from.
    memory : float
        Autocorrelation from one value to the next, 0 to below 1.
    count : int
        How many values.

    Returns
    -------
    array, shape (count,)
        The process.

    Examples
    --------
    >>> wander(np.random.default_rng(1), 0.6, 3).shape
    (3,)
    """
    shock = rng.standard_normal(count)
    shock[1:] *= math.sqrt(1 - memory**2)
    values = accumulate(shock.tolist(), lambda before, new: memory * before + new)
    return np.fromiter(values, np.float64, count)


def lagged(
    target: NDArray[np.float64], *, start: float, lag: float
) -> NDArray[np.float64]:
    """Follow a target as a first-order system does, such as heart rate its demand.

    Parameters
    ----------
    target : array, shape (n,)
        What is followed.
    start : float
        The value before the first.
    lag : float
        Time constant, in samples.

    Returns
    -------
    array, shape (n,)
        The follower.

    Examples
    --------
    >>> lagged(np.array([10.0, 10.0]), start=0.0, lag=1e-9)
    array([10., 10.])
    """
    share = 1 - math.exp(-1 / lag)
    values = accumulate(
        target.tolist(), lambda now, aim: now + share * (aim - now), initial=start
    )
    return np.fromiter(values, np.float64, len(target) + 1)[1:]
