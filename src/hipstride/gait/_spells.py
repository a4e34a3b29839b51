"""Spells: stretches of samples on end, and what lies beside a moment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["lasting", "spells", "within"]


def spells(flag: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the first places of the stretches in which a flag holds, and those behind.

    Examples
    --------
    >>> starts, ends = spells(np.array([True, False, True, True]))
    >>> starts.tolist(), ends.tolist()
    ([0, 2], [1, 4])
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flag, [False]])))
    return edges[::2], edges[1::2]


def lasting(
    flag: NDArray[np.bool_], elapsed_s: NDArray[np.float64], least_s: float
) -> NDArray[np.bool_]:
    """Keep the spells of a flag that last long enough.

    Parameters
    ----------
    flag : array of bool, shape (n,)
        What is looked for.
    elapsed_s : array, shape (n,)
        The moments [s].
    least_s : float
        From first to last sample, at least [s].

    Returns
    -------
    array of bool, shape (n,)
        The flag, without its shorter spells.

    Examples
    --------
    >>> lasting(np.array([True, False, True, True]), np.arange(4.0), 1.0).tolist()
    [False, False, True, True]
    """
    kept = np.zeros(len(flag), dtype=np.bool_)
    starts, ends = spells(flag)
    long = elapsed_s[ends - 1] - elapsed_s[starts] >= least_s
    for start, end in zip(starts[long], ends[long], strict=True):
        kept[start:end] = True
    return kept


def within(
    moments_s: NDArray[np.float64], elapsed_s: NDArray[np.float64], margin_s: float
) -> NDArray[np.bool_]:
    """Tell which samples lie close to one of some moments.

    Parameters
    ----------
    moments_s : array
        The moments, in any order [s].
    elapsed_s : array, shape (n,)
        The samples [s].
    margin_s : float
        How close [s].

    Returns
    -------
    array of bool, shape (n,)
        Whether any of the moments is at most so far away.

    Examples
    --------
    >>> within(np.array([9.0]), np.array([3.0, 4.0, 14.0, np.nan]), 5.0).tolist()
    [False, True, True, False]
    """
    moments_s = np.sort(moments_s[np.isfinite(moments_s)])
    if len(moments_s) == 0:
        return np.zeros(len(elapsed_s), dtype=np.bool_)
    after = np.searchsorted(moments_s, elapsed_s)
    to_next = moments_s[np.minimum(after, len(moments_s) - 1)] - elapsed_s
    to_last = elapsed_s - moments_s[np.maximum(after - 1, 0)]
    return np.asarray(
        np.minimum(np.abs(to_next), np.abs(to_last)) <= margin_s, dtype=np.bool_
    )
