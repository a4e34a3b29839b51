"""Half minutes of steady running: the rows from which the stride curve is drawn.

A run's overall mean mixes easy and fast seconds, and the mean of a curve is not the
curve of the mean; half a minute at one speed is a point on the curve. So an interval
session gives its points at several speeds instead of bending the curve.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait.clean import clean
from hipstride.gait.steps import measured_samples
from hipstride.gait.timer import column, sample_durations
from hipstride.tables import WINDOWS, Recording
from hipstride.units import SECONDS_PER_MINUTE

__all__ = ["steady_windows", "weighted_mean", "windows_of"]

WINDOW_S = 30.0
# Share of a window that has to be usable.
MIN_USABLE_SHARE = 0.9
# Steady: the spread of speed inside a window over its mean. In 60 real runs nine
# usable windows of ten have less; a change of speed by a fifth in its middle has 0.10.
MAX_SPEED_VARIATION = 0.08


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
    samples = recording.samples
    if "is_usable" not in samples.columns:
        samples = clean(measured_samples(recording), recording.pauses)
    durations_s = sample_durations(samples, recording.pauses)
    return windows_of(samples, durations_s, recording.run_id)


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
    elapsed_s = column(samples, "elapsed_s")
    speed_mps = column(samples, "speed_mps")
    cadence_spm = column(samples, "cadence_spm")
    usable = samples["is_usable"].to_numpy(np.bool_)
    usable = usable & np.isfinite(speed_mps) & np.isfinite(cadence_spm)
    used = np.flatnonzero(usable)
    if len(used) == 0:
        return _table(run_id, *(np.zeros(0) for _ in range(6)))
    # Numbered afresh, so that one absurd moment cannot ask for a huge array.
    numbers, at = np.unique(elapsed_s[used] // WINDOW_S, return_inverse=True)
    weight_s = durations_s[used]

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(
            np.bincount(at, weights=values, minlength=len(numbers)), dtype=np.float64
        )

    usable_s = total(weight_s)
    whole = usable_s >= MIN_USABLE_SHARE * WINDOW_S
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        mean_speed = total(weight_s * speed_mps[used]) / usable_s
        mean_cadence = total(weight_s * cadence_spm[used]) / usable_s
        off_mean = speed_mps[used] - mean_speed[at]
        variation = np.sqrt(total(weight_s * off_mean**2) / usable_s) / mean_speed
        means = [
            weighted_mean(column(samples, name)[used], weight_s, at, len(numbers))
            for name in ("grade_pct", "heart_rate_bpm")
        ]
    kept = whole & (variation <= MAX_SPEED_VARIATION)
    return _table(
        run_id,
        numbers[kept] * WINDOW_S,
        usable_s[kept],
        mean_speed[kept],
        mean_cadence[kept],
        means[0][kept],
        means[1][kept],
    )


def weighted_mean(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    at: NDArray[np.int64],
    n: int,
) -> NDArray[np.float64]:
    """Take weighted means by group over what is known.

    Parameters
    ----------
    values, weights : array, shape (m,)
        Values, NaN where missing, and what each weighs.
    at : array of int, shape (m,)
        The group of each value.
    n : int
        Number of groups.

    Returns
    -------
    array, shape (n,)
        The means; NaN for a group in which nothing is known.
    """
    known = np.isfinite(values)
    weight = np.where(known, weights, 0.0)
    weighed = np.bincount(at, weights=weight, minlength=n)
    summed = np.bincount(at, weights=weight * np.where(known, values, 0), minlength=n)
    means = np.full(n, np.nan)
    np.divide(summed, weighed, out=means, where=weighed > 0)
    return means


def _table(
    run_id: str,
    elapsed_s: NDArray[np.float64],
    duration_s: NDArray[np.float64],
    speed_mps: NDArray[np.float64],
    cadence_spm: NDArray[np.float64],
    grade_pct: NDArray[np.float64],
    heart_rate_bpm: NDArray[np.float64],
) -> pd.DataFrame:
    if len(elapsed_s) == 0:
        return WINDOWS.empty(*WINDOWS.names)
    return pd.DataFrame(
        {
            "run_id": pd.Series([run_id] * len(elapsed_s), dtype="str"),
            "elapsed_s": elapsed_s,
            "duration_s": duration_s,
            "speed_mps": speed_mps,
            "cadence_spm": cadence_spm,
            "step_length_m": SECONDS_PER_MINUTE * speed_mps / cadence_spm,
            "grade_pct": grade_pct,
            "heart_rate_bpm": heart_rate_bpm,
        }
    )
