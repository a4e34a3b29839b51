"""Half minutes of steady running: the rows from which the stride curve is drawn.

A run's overall mean mixes easy and fast seconds, and the mean of a curve is not the
curve of the mean; half a minute at one speed is a point on the curve. So an interval
session gives its points at several speeds instead of bending the curve.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait.clean import flags_of
from hipstride.gait.signals import Signals, signals_of
from hipstride.gait.steps import measured_samples
from hipstride.gait.timer import column
from hipstride.tables import WINDOWS, Recording
from hipstride.units import SECONDS_PER_MINUTE

__all__ = ["WINDOW_S", "cut_windows", "steady_windows", "windows_of"]

WINDOW_S = 30.0
# Share of a window that has to be usable.
MIN_USABLE_SHARE = 0.9
# Steady: the spread of speed inside a window over its mean. In 60 real runs nine
# usable windows of ten have less; a change of speed by a fifth in its middle has 0.10.
MAX_SPEED_VARIATION = 0.08
_COLUMNS = pd.Index(WINDOWS.names)


def steady_windows(recording: Recording) -> pd.DataFrame:
    """Cut a recording into half minutes of steady running.

    Parameters
    ----------
    recording : Recording
        One run. Its samples are cleaned here if they were not before.

    Returns
    -------
    DataFrame
        A `WINDOWS` table; no rows where the file has no speed or no cadence. The step
        length is 60 × mean speed / mean cadence, that is distance over number of
        steps; the mean cadence is steps over time, the inverse of the mean step time.

    Examples
    --------
    >>> second = np.arange(600.0)
    >>> samples = pd.DataFrame(
    ...     {
    ...         "time": pd.Timestamp("2026-09-01 06:00", tz="UTC")
    ...         + pd.to_timedelta(second, unit="s").as_unit("us"),
    ...         "elapsed_s": second,
    ...         "speed_mps": 3.0,
    ...         "cadence_spm": 180.0,
    ...     }
    ... )
    >>> run = Recording(
    ...     run_id="a",
    ...     source="a.fit",
    ...     format="fit",
    ...     sport="running",
    ...     sub_sport="",
    ...     device="",
    ...     started_at=samples["time"][0],
    ...     utc_offset=None,
    ...     samples=samples,
    ...     laps=pd.DataFrame(),
    ... )
    >>> windows = steady_windows(run)
    >>> len(windows), windows["step_length_m"].round(9).unique().tolist()
    (12, [1.0])
    """
    samples, run_id = recording.samples, recording.run_id
    if "is_usable" in samples.columns:
        signals = signals_of(samples, recording.pauses)
        return windows_of(samples, signals.durations_s, run_id)
    signals = signals_of(measured_samples(recording), recording.pauses)
    flags = flags_of(signals)
    return cut_windows(
        signals, flags.is_usable, flags.grade_pct, signals.durations_s, run_id
    )


def windows_of(
    samples: pd.DataFrame, durations_s: NDArray[np.float64], run_id: str
) -> pd.DataFrame:
    """Cut samples that are already cleaned and weighed.

    Parameters
    ----------
    samples : DataFrame
        A `SAMPLES` table with ``is_usable``, as `clean` gives it.
    durations_s : array, shape (n,)
        Time that each sample stands for, as `sample_durations` gives it [s].
    run_id : str
        The run.

    Returns
    -------
    DataFrame
        A `WINDOWS` table.
    """
    usable = samples["is_usable"].to_numpy(np.bool_)
    grade_pct = column(samples, "grade_pct")
    return cut_windows(signals_of(samples), usable, grade_pct, durations_s, run_id)


def cut_windows(
    signals: Signals,
    is_usable: NDArray[np.bool_],
    grade_pct: NDArray[np.float64],
    durations_s: NDArray[np.float64],
    run_id: str,
) -> pd.DataFrame:
    """Cut the signals of a run; see `windows_of`.

    Parameters
    ----------
    signals : Signals
        The run.
    is_usable : array of bool, shape (n,)
        As in `Flags`.
    grade_pct : array, shape (n,)
        The slope of the ground [%].
    durations_s : array, shape (n,)
        Time that each sample stands for [s].
    run_id : str
        The run.

    Returns
    -------
    DataFrame
        A `WINDOWS` table.
    """
    is_used = is_usable & np.isfinite(signals.speed_mps)
    used = np.flatnonzero(is_used & np.isfinite(signals.cadence_spm))
    if len(used) == 0:
        return WINDOWS.empty(*WINDOWS.names)
    numbers, at = _numbered(signals.elapsed_s[used])
    speed_mps, weight_s = signals.speed_mps[used], durations_s[used]

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        summed = np.bincount(at, weights=values, minlength=len(numbers))
        return np.asarray(summed, dtype=np.float64)

    usable_s = total(weight_s)

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take the mean of what is known; NaN for a window in which nothing is."""
        known = np.isfinite(values)
        if known.all():
            return total(weight_s * values) / usable_s
        weights = np.where(known, weight_s, 0.0)
        return total(weights * np.where(known, values, 0.0)) / total(weights)

    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        mean_speed = mean(speed_mps)
        mean_cadence = mean(signals.cadence_spm[used])
        off_mean = speed_mps - mean_speed[at]
        variation = np.sqrt(total(weight_s * off_mean**2) / usable_s) / mean_speed
        means = (
            numbers * WINDOW_S,
            usable_s,
            mean_speed,
            mean_cadence,
            SECONDS_PER_MINUTE * mean_speed / mean_cadence,
            mean(grade_pct[used]),
            mean(signals.heart_rate_bpm[used]),
        )
    kept = (usable_s >= MIN_USABLE_SHARE * WINDOW_S) & (
        variation <= MAX_SPEED_VARIATION
    )
    if not kept.any():
        return WINDOWS.empty(*WINDOWS.names)
    block = np.stack([values[kept] for values in means])
    windows = pd.DataFrame(block.T, copy=False)
    # Named last: to put a column among named ones takes several times as long.
    windows.insert(0, -1, pd.Index([run_id] * len(windows), dtype="str"))
    windows.columns = _COLUMNS.copy()
    return windows


def _numbered(
    elapsed_s: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Give the numbers of the windows, and tell in which of them each moment lies.

    Numbered afresh, so that one absurd moment cannot ask for a huge array.
    """
    # In a quarter of the time of NumPy's `//`, and the same: by 30 no quotient is
    # rounded up to a whole number.
    number = np.floor(elapsed_s / WINDOW_S)
    if not (number[1:] >= number[:-1]).all():
        return np.unique(number, return_inverse=True)
    begins = np.append(True, number[1:] > number[:-1])
    return number[begins], np.cumsum(begins) - 1
