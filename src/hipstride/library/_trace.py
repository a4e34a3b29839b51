"""A run in half minutes: little enough to store, enough to tell two runs apart.

Each half minute of UTC holds the mean cadence and heart rate and the place. So two
recordings can be laid over each other without decoding either again: what one watch
and one phone say of the same run agrees, and what two people's watches say does not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait.timer import column

__all__ = ["BIN_S", "CHANNELS", "Trace", "pack_trace", "trace_of", "unpack_trace"]

BIN_S = 30
CHANNELS = ("cadence_spm", "heart_rate_bpm", "latitude_deg", "longitude_deg")
# The channels of the body, of which 0 is none, stand first.
_N_BODY = 2
# A day and a half; what is longer is a clock that jumped.
_MAX_BINS = 4320
_HEAD = np.dtype("<i8")
_BODY = np.dtype("<f4")


class Trace:
    """Half minutes on the clock of UTC, and a row of values for each channel.

    A class, since the first half minute and the values mean nothing apart.
    """

    __slots__ = ("channels", "first")

    def __init__(self, first: int, channels: NDArray[np.float64]) -> None:
        self.first = first
        self.channels = channels

    def shared(self, other: Trace) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give both traces over the half minutes that they share."""
        first = max(self.first, other.first)
        stop = min(
            self.first + self.channels.shape[1], other.first + other.channels.shape[1]
        )
        if stop <= first:
            nothing = np.empty((len(CHANNELS), 0))
            return nothing, nothing
        mine = self.channels[:, first - self.first : stop - self.first]
        its = other.channels[:, first - other.first : stop - other.first]
        return mine, its


def trace_of(samples: pd.DataFrame, started_at: pd.Timestamp) -> Trace:
    """Take the means of each half minute.

    Parameters
    ----------
    samples : DataFrame
        A `SAMPLES` table.
    started_at : Timestamp
        When ``elapsed_s`` began to count.

    Returns
    -------
    Trace
        NaN where nothing was recorded.
    """
    since_s = started_at.timestamp() + column(samples, "elapsed_s")
    values = np.empty((len(CHANNELS), len(since_s)))
    for row, name in zip(values, CHANNELS, strict=True):
        row[:] = column(samples, name)
    known = np.isfinite(since_s)
    if not known.all():
        since_s, values = since_s[known], values[:, known]
    if not len(since_s):
        return Trace(0, np.empty((len(CHANNELS), 0)))
    bins = (since_s // BIN_S).astype(np.int64)
    first = int(bins[0])
    bins -= first
    if (np.diff(bins) < 0).any() or bins[-1] >= _MAX_BINS:
        order = np.argsort(bins, kind="stable")
        order = order[(bins[order] >= 0) & (bins[order] < _MAX_BINS)]
        bins, values = bins[order], values[:, order]
    # Where each half minute begins among the samples.
    starts = np.append(0, np.flatnonzero(np.diff(bins)) + 1)
    real = np.isfinite(values)
    real[:_N_BODY] &= values[:_N_BODY] > 0
    if not real.all():
        values[~real] = 0.0
    total = np.add.reduceat(values, starts, axis=1)
    count = np.add.reduceat(real, starts, axis=1, dtype=np.int64)
    channels = np.full((len(CHANNELS), int(bins[-1]) + 1), np.nan)
    with np.errstate(invalid="ignore"):
        channels[:, bins[starts]] = total / count
    return Trace(first, channels)


def pack_trace(trace: Trace) -> bytes:
    """Write a trace as bytes.

    Examples
    --------
    >>> trace = Trace(7, np.ones((4, 2)))
    >>> unpack_trace(pack_trace(trace)).channels.tolist() == trace.channels.tolist()
    True
    """
    head = np.array([trace.first], dtype=_HEAD).tobytes()
    return head + trace.channels.astype(_BODY).tobytes()


def unpack_trace(stored: bytes) -> Trace:
    """Read what `pack_trace` wrote."""
    first = int(np.frombuffer(stored, _HEAD, 1)[0])
    values = np.frombuffer(stored, _BODY, offset=_HEAD.itemsize)
    return Trace(first, values.reshape(len(CHANNELS), -1).astype(np.float64))
