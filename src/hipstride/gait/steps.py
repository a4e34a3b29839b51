"""Step and stride length from speed and cadence.

A *step* is one foot to the other; a *stride* is two steps. Garmin Connect's "stride
length" is a step (FIT field ``record.step_length``). The device's own step length is
kept beside ours and never merged with it: on most watches it is speed / cadence again.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from hipstride.gait.clean import MIN_RUNNING_CADENCE_SPM
from hipstride.gait.timer import column
from hipstride.tables import SAMPLES, Recording
from hipstride.units import SECONDS_PER_MINUTE, STEPS_PER_STRIDE

__all__ = ["add_step_length", "foot_pod_speed", "measured_samples"]

# How far a foot pod and the watch may be apart before the developer field cannot be
# a speed in m/s: indoors a watch is often 10 to 20 % off.
POD_RATIO_RANGE = (0.6, 1.6)
_POD_SPEED = re.compile(r"dev_.*speed", re.IGNORECASE)


def add_step_length(samples: pd.DataFrame) -> pd.DataFrame:
    r"""Add step and stride length to a table of samples.

    .. math:: \ell = 60 \, v / c

    with :math:`v` the speed [m/s] and :math:`c` the cadence of both feet [steps/min].

    Parameters
    ----------
    samples : DataFrame
        A `SAMPLES` table. Where it has ``is_running``, only those samples get a step
        length; otherwise those of at least 135 steps/min.

    Returns
    -------
    DataFrame
        A copy with ``step_length_m`` and ``stride_length_m``, same rows; NaN where
        speed or cadence was not measured or the runner did not run. A
        ``device_step_length_m`` stays as it is and never fills a hole [m].

    Raises
    ------
    TableError
        If speed or cadence is present and no number.

    Examples
    --------
    >>> samples = pd.DataFrame({"speed_mps": [3.0, 1.0], "cadence_spm": [180.0, 90.0]})
    >>> add_step_length(samples)["stride_length_m"].tolist()
    [2.0, nan]
    """
    present = {"speed_mps", "cadence_spm"}.intersection(samples.columns)
    if present:
        SAMPLES.check(samples, *present)
    cadence_spm = column(samples, "cadence_spm")
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        if "is_running" in samples.columns:
            running = samples["is_running"].to_numpy(np.bool_) & (cadence_spm > 0)
        else:
            running = cadence_spm >= MIN_RUNNING_CADENCE_SPM
        step_length_m = SECONDS_PER_MINUTE * column(samples, "speed_mps") / cadence_spm
    step_length_m = np.where(running, step_length_m, np.nan)
    return samples.assign(
        step_length_m=step_length_m, stride_length_m=STEPS_PER_STRIDE * step_length_m
    )


def measured_samples(recording: Recording) -> pd.DataFrame:
    """Give a recording's samples with the most independent speed that it holds.

    On a treadmill a watch makes speed out of arm swing and cadence, so that speed /
    cadence says nothing. Where a foot pod (Stryd) wrote a speed of its own beside it,
    that one is used instead; a speed that a typed belt distance has set right stays. A
    treadmill's altitude is the drift of a barometer in a room and is taken out.

    Parameters
    ----------
    recording : Recording
        One run.

    Returns
    -------
    DataFrame
        The samples; the recording's own are not changed.
    """
    samples = recording.samples
    if not recording.is_treadmill:
        return samples
    is_typed = np.isfinite(recording.belt_distance_m)
    pod = None if is_typed else foot_pod_speed(samples)
    if pod is not None:
        samples = samples.assign(speed_mps=samples[pod].astype("float64"))
    return samples.drop(columns="altitude_m", errors="ignore")


def foot_pod_speed(samples: pd.DataFrame) -> str | None:
    """Name the developer field that holds a foot pod's speed, if there is one.

    Parameters
    ----------
    samples : DataFrame
        A `SAMPLES` table.

    Returns
    -------
    str or None
        A column ``dev_…speed…`` with a number in more than half of the rows and, where
        the watch has a speed too, of the same size.

    Examples
    --------
    >>> foot_pod_speed(pd.DataFrame({"dev_Speed": [2.9, 3.0], "speed_mps": [2.5, 2.6]}))
    'dev_Speed'
    """
    low, high = POD_RATIO_RANGE
    speed_mps = column(samples, "speed_mps")
    for name in samples.columns:
        if not _POD_SPEED.fullmatch(str(name)):
            continue
        if not pd.api.types.is_numeric_dtype(samples[name]):
            continue
        pod_mps = column(samples, name)
        both = (pod_mps > 0) & (speed_mps > 0)
        if 2 * np.count_nonzero(pod_mps > 0) <= len(pod_mps):
            continue
        if not both.any() or low < np.median(pod_mps[both] / speed_mps[both]) < high:
            return str(name)
    return None
