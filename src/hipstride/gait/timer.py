"""How much running time each sample stands for, whatever the device's rhythm.

A watch writes once a second, or only when something changes ("smart recording", every
1 to 8 s), and its timer stands in pauses. A mean over samples would weigh the moments
by how often the device wrote; a mean over seconds does not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.tables import PAUSES, SAMPLES

__all__ = [
    "MAX_SAMPLE_GAP_S",
    "column",
    "is_paused",
    "longest_gap",
    "pause_spans",
    "sample_durations",
]

# Smart recording writes at least every 8 s on the devices seen; a longer silence is a
# lost signal, and nobody knows what was done in it.
MAX_SAMPLE_GAP_S = 10.0
# A device whose usual rhythm is slower than that (old Polar, Suunto, phone apps) is
# allowed this many of its own beats.
MAX_SAMPLE_GAP_BEATS = 3.0


def sample_durations(
    samples: pd.DataFrame, pauses: pd.DataFrame | None = None
) -> NDArray[np.float64]:
    """Tell how many seconds of timer time each sample stands for.

    Parameters
    ----------
    samples : DataFrame
        A `SAMPLES` table with ``elapsed_s``.
    pauses : DataFrame, optional
        A `PAUSES` table; pauses weigh nothing.

    Returns
    -------
    array, shape (n,)
        Time from each sample to the next, pauses taken out; 0 where time stands still
        or goes back, and at most `MAX_SAMPLE_GAP_S` (or three of the device's own
        beats where those are longer) where the signal was lost [s].

    Examples
    --------
    >>> samples = pd.DataFrame({"elapsed_s": [0.0, 1.0, 4.0, 64.0]})
    >>> sample_durations(samples).tolist()
    [1.0, 3.0, 10.0, 3.0]
    >>> sample_durations(
    ...     samples, pd.DataFrame({"elapsed_s": [5.0], "duration_s": [58.0]})
    ... ).tolist()
    [1.0, 3.0, 2.0, 2.0]
    """
    SAMPLES.check(samples, "elapsed_s")
    elapsed_s = column(samples, "elapsed_s")
    if len(elapsed_s) == 0:
        return np.zeros(0)
    timer_s = elapsed_s - _paused_until(elapsed_s, pauses)
    # A moment that went back stands for nothing; the one before it reaches over it.
    reached_s = np.fmax.accumulate(timer_s)
    forward = np.flatnonzero(timer_s >= reached_s)
    step_s = np.diff(timer_s[forward])
    durations_s = np.zeros(len(elapsed_s))
    durations_s[forward[:-1]] = np.minimum(step_s, longest_gap(step_s))
    durations_s[forward[-1:]] = _beat(step_s)
    return durations_s


def longest_gap(step_s: NDArray[np.float64]) -> float:
    """Give the longest silence between two samples that is still the usual rhythm.

    Parameters
    ----------
    step_s : array
        The times from sample to sample [s].

    Returns
    -------
    float
        10 s, or three of the device's own beats where those are longer [s].
    """
    return max(MAX_SAMPLE_GAP_S, MAX_SAMPLE_GAP_BEATS * _beat(step_s))


def is_paused(
    elapsed_s: NDArray[np.float64], pauses: pd.DataFrame | None
) -> NDArray[np.bool_]:
    """Tell which moments lie inside a pause of the timer; its two ends do not.

    Parameters
    ----------
    elapsed_s : array, shape (n,)
        The moments [s].
    pauses : DataFrame or None
        A `PAUSES` table.

    Returns
    -------
    array of bool, shape (n,)
        Whether the timer stood.
    """
    starts_s, ends_s = pause_spans(pauses)
    if len(starts_s) == 0:
        return np.zeros(len(elapsed_s), dtype=np.bool_)
    at = np.searchsorted(starts_s, elapsed_s, side="left") - 1
    inside = (at >= 0) & (elapsed_s < ends_s[np.maximum(at, 0)])
    return np.asarray(inside, dtype=np.bool_)


def pause_spans(
    pauses: pd.DataFrame | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the starts and ends of the pauses, sorted, overlapping ones joined.

    Parameters
    ----------
    pauses : DataFrame or None
        A `PAUSES` table.

    Returns
    -------
    tuple of array
        Starts and ends [s].
    """
    if pauses is None or len(pauses) == 0:
        return np.zeros(0), np.zeros(0)
    PAUSES.check(pauses, "elapsed_s", "duration_s")
    starts_s = column(pauses, "elapsed_s")
    ends_s = starts_s + column(pauses, "duration_s")
    good = np.isfinite(starts_s) & np.isfinite(ends_s) & (ends_s > starts_s)
    order = np.argsort(starts_s[good], kind="stable")
    starts_s, ends_s = starts_s[good][order], ends_s[good][order]
    reach_s = np.maximum.accumulate(ends_s)
    first = np.append(True, starts_s[1:] > reach_s[:-1])[: len(starts_s)]
    last = np.append(first[1:], True)[: len(starts_s)]
    return starts_s[first], reach_s[last]


def column(frame: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Give a column as floats, all NaN where the frame has none of that name.

    Parameters
    ----------
    frame : DataFrame
        Any table.
    name : str
        The column.

    Returns
    -------
    array, shape (n,)
        Its values, an infinite one as missing; never to be written to.
    """
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    values = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isinf(values).any():
        return np.where(np.isinf(values), np.nan, values)
    return values


def _beat(step_s: NDArray[np.float64]) -> float:
    moved = step_s[step_s > 0]
    return float(np.median(moved)) if len(moved) else 1.0


def _paused_until(
    elapsed_s: NDArray[np.float64], pauses: pd.DataFrame | None
) -> NDArray[np.float64]:
    starts_s, ends_s = pause_spans(pauses)
    if len(starts_s) == 0:
        return np.zeros(len(elapsed_s))
    corners_s = np.column_stack([starts_s, ends_s]).ravel()
    lengths_s = ends_s - starts_s
    after_s = np.cumsum(lengths_s)
    paused_s = np.column_stack([after_s - lengths_s, after_s]).ravel()
    return np.asarray(np.interp(elapsed_s, corners_s, paused_s), dtype=np.float64)
