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
    "Spans",
    "column",
    "durations_between",
    "floats",
    "is_paused",
    "is_silence",
    "pause_spans",
    "paused_until",
    "reached",
    "sample_durations",
]

# Starts and ends.
Spans = tuple[NDArray[np.float64], NDArray[np.float64]]

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
    return durations_between(column(samples, "elapsed_s"), pause_spans(pauses))


def durations_between(
    elapsed_s: NDArray[np.float64], pauses: Spans
) -> NDArray[np.float64]:
    """Tell how much timer time each moment stands for; see `sample_durations`.

    Parameters
    ----------
    elapsed_s : array, shape (n,)
        The moments [s].
    pauses : tuple of array
        Starts and ends of the pauses, as `pause_spans` gives them [s].

    Returns
    -------
    array, shape (n,)
        What each stands for [s].
    """
    if len(elapsed_s) == 0:
        return np.zeros(0)
    timer_s = elapsed_s - paused_until(elapsed_s, pauses)
    # A moment that went back stands for nothing; the one before it reaches over it.
    forward = np.flatnonzero(timer_s >= reached(timer_s))
    step_s = np.diff(timer_s[forward])
    beat_s = _beat(step_s)
    durations_s = np.zeros(len(elapsed_s))
    durations_s[forward[:-1]] = np.minimum(step_s, _longest_gap(beat_s))
    durations_s[forward[-1:]] = beat_s
    return durations_s


def reached(elapsed_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the latest moment up to each sample.

    Parameters
    ----------
    elapsed_s : array, shape (n,)
        The moments [s].

    Returns
    -------
    array, shape (n,)
        The moments themselves where they rise; NaN before the first known one [s].
    """
    if (elapsed_s[1:] >= elapsed_s[:-1]).all():
        return elapsed_s
    return np.asarray(np.fmax.accumulate(elapsed_s))


def is_silence(step_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which steps are longer than the device's usual rhythm.

    Parameters
    ----------
    step_s : array
        The times from sample to sample [s].

    Returns
    -------
    array of bool
        Whether a step is longer than 10 s, or than three of the device's own beats
        where those are longer.
    """
    long = step_s > MAX_SAMPLE_GAP_S
    return step_s > _longest_gap(_beat(step_s)) if long.any() else long


def is_paused(elapsed_s: NDArray[np.float64], pauses: Spans) -> NDArray[np.bool_]:
    """Tell which moments lie inside a pause of the timer; its two ends do not.

    Parameters
    ----------
    elapsed_s : array, shape (n,)
        The moments [s].
    pauses : tuple of array
        Starts and ends of the pauses, as `pause_spans` gives them [s].

    Returns
    -------
    array of bool, shape (n,)
        Whether the timer stood.
    """
    starts_s, ends_s = pauses
    if len(starts_s) == 0:
        return np.zeros(len(elapsed_s), dtype=np.bool_)
    at = np.searchsorted(starts_s, elapsed_s, side="left") - 1
    inside = (at >= 0) & (elapsed_s < ends_s[np.maximum(at, 0)])
    return np.asarray(inside, dtype=np.bool_)


def pause_spans(pauses: pd.DataFrame | None) -> Spans:
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
    if len(good) == 1:
        return starts_s[good], ends_s[good]
    order = np.argsort(starts_s[good], kind="stable")
    starts_s, ends_s = starts_s[good][order], ends_s[good][order]
    reach_s = np.maximum.accumulate(ends_s)
    first = np.append(True, starts_s[1:] > reach_s[:-1])[: len(starts_s)]
    last = np.append(first[1:], True)[: len(starts_s)]
    return starts_s[first], reach_s[last]


def paused_until(elapsed_s: NDArray[np.float64], pauses: Spans) -> NDArray[np.float64]:
    """Tell for how long the timer had stood by each moment.

    Parameters
    ----------
    elapsed_s : array, shape (n,)
        The moments [s].
    pauses : tuple of array
        Starts and ends of the pauses, as `pause_spans` gives them [s].

    Returns
    -------
    array, shape (n,)
        The paused time before each [s].
    """
    starts_s, ends_s = pauses
    if len(starts_s) == 0:
        return np.zeros(len(elapsed_s))
    corners_s = np.array([starts_s, ends_s]).T.ravel()
    lengths_s = ends_s - starts_s
    after_s = np.cumsum(lengths_s)
    paused_s = np.array([after_s - lengths_s, after_s]).T.ravel()
    return np.asarray(np.interp(elapsed_s, corners_s, paused_s), dtype=np.float64)


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
    return floats(frame[name])


def floats(values: pd.Series) -> NDArray[np.float64]:
    """Give a column as floats, an infinite one as missing; never to be written to."""
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    is_infinite = np.isinf(numbers)
    return np.where(is_infinite, np.nan, numbers) if is_infinite.any() else numbers


def _longest_gap(beat_s: float) -> float:
    """Give the longest silence between two samples that is still the usual rhythm."""
    return max(MAX_SAMPLE_GAP_S, MAX_SAMPLE_GAP_BEATS * beat_s)


def _beat(step_s: NDArray[np.float64]) -> float:
    moved = step_s[step_s > 0]
    if len(moved) == 0:
        return 1.0
    # What more than half of them are is the median, and found in a quarter of the time.
    if 2 * np.count_nonzero(moved == moved[0]) > len(moved):
        return float(moved[0])
    return float(np.median(moved))
