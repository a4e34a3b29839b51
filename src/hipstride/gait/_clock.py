"""Clocks that are set anew in the middle of a run.

A watch that gets its time from the satellites after the start, or whose time zone was
set on the way, writes moments that leap by hours and go on from there. What it counts
between two samples is right before and after the leap.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAX_CLOCK_LEAPS", "closed"]

# No signal is lost for longer within a run; whoever stands still for so long pauses.
MAX_FORWARD_S = 21_600.0
# Watches correct themselves by seconds.
MAX_BACKWARD_S = 60.0
# Two leaps that make up for each other to this much were one stretch astray.
MAX_ASTRAY_S = 300.0
# More are a table in no order, which is sorted elsewhere.
MAX_CLOCK_LEAPS = 3


def closed(
    elapsed_s: NDArray[np.float64], pause_starts_s: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Close the leaps of a clock that was set anew.

    Parameters
    ----------
    elapsed_s : array, shape (n,)
        The moments [s].
    pause_starts_s : array
        When the timer was stopped: what is waited for then is no leap [s].

    Returns
    -------
    elapsed_s : array, shape (n,)
        The same array where there is none; else each sample that follows a leap comes
        the device's usual beat after the one before, and those behind it move along
        [s].
    leaps : array of int
        The samples that follow those that were closed.

    Examples
    --------
    >>> moments_s, leaps = closed(np.array([0.0, 1, 2, 90_003, 90_004]), np.zeros(0))
    >>> moments_s.tolist(), leaps.tolist()
    ([0.0, 1.0, 2.0, 3.0, 4.0], [3])
    """
    known = np.flatnonzero(np.isfinite(elapsed_s))
    step_s = np.diff(elapsed_s[known])
    none = np.zeros(0, dtype=np.int64)
    leap = (step_s > MAX_FORWARD_S) | (step_s < -MAX_BACKWARD_S)
    if not leap.any():
        return elapsed_s, none
    begins_s, ends_s = elapsed_s[known[:-1]], elapsed_s[known[1:]]
    for start_s in pause_starts_s:
        leap &= ~((begins_s <= start_s + MAX_BACKWARD_S) & (ends_s > start_s))
    # Samples astray leap there and back, and what follows goes on as before.
    at = np.flatnonzero(leap)
    astray = np.flatnonzero(np.abs(step_s[at[:-1]] + step_s[at[1:]]) < MAX_ASTRAY_S)
    leap[at[astray]] = leap[at[astray + 1]] = False
    n_leaps = int(np.count_nonzero(leap))
    forward_s = step_s[(step_s > 0) & ~leap]
    if not 0 < n_leaps <= MAX_CLOCK_LEAPS or not len(forward_s):
        return elapsed_s, none
    too_far_s = np.where(leap, step_s - np.median(forward_s), 0.0)
    mended = elapsed_s.copy()
    mended[known[1:]] -= np.cumsum(too_far_s)
    return mended, known[1:][leap]
