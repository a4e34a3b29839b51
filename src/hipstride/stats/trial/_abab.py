"""Four phases A B A B: which change points there are, counted, numbered, drawn."""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import NDArray

__all__ = ["count_abab", "unrank_abab"]

_CHANGES = 3


def count_abab(n_units: int, min_phase: int) -> int:
    """Count the triples of change points with four phases of `min_phase` or more.

    Examples
    --------
    >>> count_abab(28, 5)
    165
    """
    return comb(max(n_units - 4 * min_phase + _CHANGES, 0), _CHANGES)


def unrank_abab(
    ranks: NDArray[np.int64], n_units: int, min_phase: int
) -> NDArray[np.int8]:
    """Give the schedules of these numbers, counted from 0.

    Parameters
    ----------
    ranks : ndarray of int, shape (m,)
        The numbers.
    n_units, min_phase : int
        Length of the schedule and of its shortest phase.

    Returns
    -------
    ndarray of int8, shape (m, n_units)
        0 in the first and third phase, 1 in the second and fourth.

    Notes
    -----
    The combinatorial number system: a number below C(N, 3) is C(a,3) + C(b,2) + C(c,1)
    for exactly one a > b > c.

    Examples
    --------
    >>> unrank_abab(np.array([0]), 5, 1).tolist()
    [[0, 1, 0, 1, 1]]
    """
    n_free = n_units - 4 * min_phase + _CHANGES
    left = np.asarray(ranks, dtype=np.int64)
    chosen = []
    for size in (3, 2, 1):
        table = np.array([comb(one, size) for one in range(n_free + 1)], dtype=np.int64)
        place = np.searchsorted(table, left, side="right") - 1
        left = left - table[place]
        chosen.append(place)
    starts = np.stack(chosen[::-1], axis=1)  # ascending
    # Between two chosen places lies at least one phase of the shortest length.
    starts = starts + min_phase + (min_phase - 1) * np.arange(_CHANGES)
    unit = np.arange(n_units)
    passed = (unit[None, :, None] >= starts[:, None, :]).sum(axis=2)
    return np.asarray(passed % 2, dtype=np.int8)
