"""The signals of a run as arrays, taken out of its table once.

To ask a table for a column takes longer than to reckon with it. So the columns that a
run is judged by are taken out together, and what several steps need is reckoned once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait._clock import closed
from hipstride.gait._moments import rising
from hipstride.gait.timer import Spans, durations_between, floats, pause_spans
from hipstride.tables import SAMPLES

__all__ = ["Signals", "signals_of"]

_FLOAT = np.dtype(np.float64)
# What is looked at here, and the types in which the readers give it.
_PLAIN = {
    "time": pd.DatetimeTZDtype("us", "UTC"),
    "elapsed_s": _FLOAT,
    "distance_m": _FLOAT,
    "speed_mps": _FLOAT,
    "cadence_spm": _FLOAT,
    "heart_rate_bpm": _FLOAT,
    "altitude_m": _FLOAT,
    "latitude_deg": _FLOAT,
    "longitude_deg": _FLOAT,
}


@dataclass(frozen=True, eq=False)
class Signals:
    """The columns of one run, all NaN where it has none, and its pauses.

    A class, since most of what follows from the columns is wanted by several steps and
    some of it by none.

    Parameters
    ----------
    elapsed_s : array
        As in a `SAMPLES` table, shape (n,), NaN for a moment far ahead of those that
        follow; never to be written to.
    distance_m, speed_mps, cadence_spm, heart_rate_bpm, altitude_m : array
        As in a `SAMPLES` table, shape (n,); never to be written to.
    latitude_deg, longitude_deg : array
        The same.
    pauses : tuple of array
        Starts and ends of the spans in which the timer stood [s].
    clock_leaps : array of int
        The samples before which the clock was set anew; these leaps are closed in
        ``elapsed_s``.
    """

    elapsed_s: NDArray[np.float64]
    distance_m: NDArray[np.float64]
    speed_mps: NDArray[np.float64]
    cadence_spm: NDArray[np.float64]
    heart_rate_bpm: NDArray[np.float64]
    altitude_m: NDArray[np.float64]
    latitude_deg: NDArray[np.float64]
    longitude_deg: NDArray[np.float64]
    pauses: Spans
    clock_leaps: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.elapsed_s)

    @cached_property
    def has_speed(self) -> bool:
        """Whether any speed is known."""
        return bool(np.isfinite(self.speed_mps).any())

    @cached_property
    def has_cadence(self) -> bool:
        """Whether any cadence is known."""
        return bool(np.isfinite(self.cadence_spm).any())

    @cached_property
    def has_position(self) -> bool:
        """Whether any position is known."""
        known = np.isfinite(self.latitude_deg) & np.isfinite(self.longitude_deg)
        return bool(known.any())

    @cached_property
    def has_distance(self) -> bool:
        """Whether any distance is known."""
        return bool(np.isfinite(self.distance_m).any())

    @cached_property
    def step_s(self) -> NDArray[np.float64]:
        """The times from sample to sample, shape (n - 1,) [s]."""
        return np.diff(self.elapsed_s)

    @cached_property
    def durations_s(self) -> NDArray[np.float64]:
        """What each sample stands for, as `sample_durations` gives it [s]."""
        return durations_between(self.elapsed_s, self.pauses)

    @cached_property
    def ground_m(self) -> NDArray[np.float64]:
        """The distance since the start, from speed where the file has none [m]."""
        if self.has_distance or not self.has_speed:
            return self.distance_m
        stretch_m = np.nan_to_num(self.speed_mps) * self.durations_s
        return np.asarray(np.cumsum(stretch_m) - stretch_m, dtype=np.float64)


def signals_of(samples: pd.DataFrame, pauses: pd.DataFrame | None = None) -> Signals:
    """Take the signals of a run out of its table.

    Parameters
    ----------
    samples : DataFrame
        A `SAMPLES` table with ``elapsed_s``.
    pauses : DataFrame, optional
        A `PAUSES` table.

    Returns
    -------
    Signals
        Its columns as floats, an infinite value as missing.

    Raises
    ------
    TableError
        If `samples` has no ``elapsed_s``, or one of its columns is of a wrong kind.

    Examples
    --------
    >>> signals = signals_of(pd.DataFrame({"elapsed_s": [0.0, 1], "speed_mps": [3, 3]}))
    >>> signals.ground_m.tolist(), signals.has_cadence
    ([0.0, 3.0], False)
    """
    found = {name: samples[name] for name in _PLAIN if name in samples.columns}
    is_plain = all(values.dtype == _PLAIN[name] for name, values in found.items())
    # The full check takes as long as all the rest here.
    if not is_plain or "elapsed_s" not in found:
        SAMPLES.check(samples, "elapsed_s", *found)
    none = np.full(len(samples), np.nan)

    def taken(name: str) -> NDArray[np.float64]:
        return floats(found[name]) if name in found else none

    spans = pause_spans(pauses)
    elapsed_s, clock_leaps = closed(taken("elapsed_s"), spans[0])
    return Signals(
        elapsed_s=rising(elapsed_s),
        distance_m=taken("distance_m"),
        speed_mps=taken("speed_mps"),
        cadence_spm=taken("cadence_spm"),
        heart_rate_bpm=taken("heart_rate_bpm"),
        altitude_m=taken("altitude_m"),
        latitude_deg=taken("latitude_deg"),
        longitude_deg=taken("longitude_deg"),
        pauses=spans,
        clock_leaps=clock_leaps,
    )
