"""Where a file changes over from counting one foot to counting both.

A watch that loses its foot pod goes on with the wrist, and an app that stitches files
together does not look at them: the number doubles or halves from one second to the
next, and the runner does not.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["counts_both", "may_change"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Odds of e² to 1 for a moment to have a say.
_CLEAR = 2.0
# Shorter than a minute of samples is a slip of a sensor, not another way of counting.
_MIN_MOMENTS = 60
# In as many hundredths of the moments there is something to be looked at.
_MIN_SHARE = 0.01
# From one side to the other the number itself doubles, to within a fifth; a change from
# walking to running, or a speed gone wrong, does not do that.
_JUMP = (2 / 1.2, 2 * 1.2)


def may_change(lean: Floats) -> bool:
    """Tell whether enough moments speak for either way of counting to look closer.

    Parameters
    ----------
    lean : array
        For each moment, by how much it fits one foot better than both, as logarithm
        of odds.

    Returns
    -------
    bool
        Whether both ways have a share in it.

    Examples
    --------
    >>> may_change(np.array([9.0] * 90 + [-9.0] * 10)), may_change(np.full(100, 9.0))
    (True, False)
    """
    least = _MIN_SHARE * len(lean)
    n_one = np.count_nonzero(lean > _CLEAR)
    n_both = np.count_nonzero(lean < -_CLEAR)
    return bool(min(n_one, n_both) > least)


def counts_both(lean: Floats, cadence: Floats) -> Flags | None:
    """Tell the moments that count both feet, in a file that does now this, now that.

    Parameters
    ----------
    lean : array
        As in `may_change`, in the order of time.
    cadence : array
        As recorded, at the same moments [1/min].

    Returns
    -------
    array of bool or None
        None where one way of counting holds throughout.

    Notes
    -----
    1. Moments that fit one way clearly better say so; of sixty in a row, most decide.
    2. The edge between two parts is set where it contradicts the fewest moments.
    3. A part counts where it is sixty clear moments long, and where the number doubles
       or halves at its edge. Otherwise it is added to the part before it.

    Examples
    --------
    >>> cadence = np.repeat([82.0, 164.0], 200)
    >>> both = counts_both(np.where(cadence > 100, -9.0, 9.0), cadence)
    >>> int(np.flatnonzero(both)[0]), int(both.sum())
    (200, 200)
    """
    # 1
    clear = np.flatnonzero(np.abs(lean) > _CLEAR)
    if len(clear) < 2 * _MIN_MOMENTS:
        return None
    says_both = lean[clear] < 0
    votes = np.convolve(np.where(says_both, 1, -1), np.ones(_MIN_MOMENTS + 1), "same")
    edges = np.flatnonzero(np.diff(votes > 0)) + 1
    # 2
    edges = np.unique([_best_edge(says_both, int(edge)) for edge in edges])
    number = cadence[clear]
    is_both = np.zeros(len(lean), dtype=np.bool_)
    parts: list[tuple[int, bool]] = []
    bounds = [0, *(int(edge) for edge in edges), len(clear)]
    for start, stop in pairwise(bounds):
        # 3
        kind = bool(np.mean(says_both[start:stop]) > 0.5)  # noqa: PLR2004 - a majority
        if not parts:
            parts.append((0, kind))
        elif (
            kind != parts[-1][1]
            and stop - start >= _MIN_MOMENTS
            and start - parts[-1][0] >= _MIN_MOMENTS
            and _is_jump(number, start, is_up=kind)
        ):
            parts.append((start, kind))
    if len(parts) == 1:
        return None
    for place, (start, kind) in enumerate(parts):
        is_both[0 if place == 0 else clear[start] :] = kind
    return is_both


def _best_edge(says_both: Flags, near: int) -> int:
    """Move an edge to where most moments on either side of it agree with their side."""
    low = max(near - _MIN_MOMENTS, 0)
    part = np.where(says_both[low : near + _MIN_MOMENTS], 1, -1)
    passed = np.concatenate([[0], np.cumsum(part)])
    begins_both = np.sum(part[: near - low]) > 0
    return low + int(np.argmax(passed) if begins_both else np.argmin(passed))


def _is_jump(number: Floats, at: int, *, is_up: bool) -> bool:
    before = float(np.median(number[max(at - _MIN_MOMENTS, 0) : at]))
    after = float(np.median(number[at : at + _MIN_MOMENTS]))
    ratio = after / before if is_up else before / after
    return _JUMP[0] <= ratio <= _JUMP[1]
