"""The shifts that a randomisation test does not reject, found by sorting."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.stats._arrays import FloatArray
from hipstride.stats.trial._coefficients import TIE

__all__ = ["unrejected"]


def unrejected(
    estimate: float, b: FloatArray, c: FloatArray, *, n_always: float, limit: float
) -> tuple[float, float]:
    """Find the first and the last shift that more than `limit` schedules reach."""
    is_always = np.abs(np.abs(c) - 1) < TIE
    n_always += int(is_always.sum())
    b, c = b[~is_always], c[~is_always]
    roots = np.column_stack([(b - estimate) / (c - 1), (b + estimate) / (c + 1)])
    roots.sort(axis=1)
    inner = np.abs(c) < 1  # else it is as far outside of the two roots
    first, last = roots[:, 0], roots[:, 1]
    n_outer = int((~inner).sum())
    starts = np.sort(np.concatenate([first[inner], last[~inner]]))
    ends = np.sort(np.concatenate([last[inner], first[~inner]]))
    # An outer schedule is there at minus infinity already.
    constant = n_always + n_outer
    if constant > limit:
        return -np.inf, np.inf

    def reach(shifts: FloatArray) -> NDArray[np.int64]:
        begun = np.searchsorted(starts, shifts, side="right")
        ended = np.searchsorted(ends, shifts, side="left")
        return np.asarray(constant + begun - ended, dtype=np.int64)

    low = starts[reach(starts) > limit]
    high = ends[reach(ends) > limit]
    if not len(low) or not len(high):
        return estimate, estimate
    return float(min(low.min(), estimate)), float(max(high.max(), estimate))
