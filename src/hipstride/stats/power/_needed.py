"""How many rated runs it takes: by interpolation between the sizes simulated."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hipstride.stats.power._draws import Draws

__all__ = ["MAX_RUNS", "WANTED_POWER", "runs_needed_for"]

WANTED_POWER = 0.8
MAX_RUNS = 5_000
_FEWEST = 30


def runs_needed_for(effect: float, draws: Mapping[int, Draws]) -> int | None:
    """Find the number of rated runs with 80 % power.

    Parameters
    ----------
    effect : float
        The effect, in the unit of the draws.
    draws : mapping of int to Draws
        By the number of rated runs.

    Returns
    -------
    int or None
        The fewest runs, at least 30; None where it is more than 5,000.

    Notes
    -----
    1. The logarithm of the half-width is taken to be straight in that of the number of
       runs between the sizes simulated, and to fall with its root beyond them.
    2. The draws of the nearest size are scaled by it, and the number is found by
       bisection, since power only grows with it.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> unit = Draws(rng.normal(0, 0.1, 4000), np.full(4000, 0.1), np.full(4000, 1.96))
    >>> 190 < runs_needed_for(0.2, {100: unit}) < 202
    True
    """
    low, high = _FEWEST, MAX_RUNS
    if _power(effect, draws, high) < WANTED_POWER:
        return None
    while low < high:  # note 2
        middle = (low + high) // 2
        if _power(effect, draws, middle) >= WANTED_POWER:
            high = middle
        else:
            low = middle + 1
    return low


def _power(effect: float, draws: Mapping[int, Draws], n: int) -> float:
    sizes = np.array(sorted(draws))
    widths = np.array([draws[int(size)].half_width for size in sizes])
    nearest = int(np.argmin(np.abs(np.log(sizes / n))))
    # note 1
    if n <= sizes[0] or n >= sizes[-1]:
        end = 0 if n <= sizes[0] else -1
        width = widths[end] * np.sqrt(sizes[end] / n)
    else:
        width = np.exp(np.interp(np.log(n), np.log(sizes), np.log(widths)))
    return draws[int(sizes[nearest])].power(effect, float(width / widths[nearest]))
