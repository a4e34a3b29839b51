"""One recording as one row: its totals, its means, and what has to be said of it."""

from __future__ import annotations

from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait import clean
from hipstride.gait.clean import is_locked
from hipstride.gait.grade import ground_distance
from hipstride.gait.steps import foot_pod_speed, measured_samples
from hipstride.gait.timer import column, sample_durations
from hipstride.gait.windows import windows_of
from hipstride.runs.notes import joined
from hipstride.runs.totals import (
    cut_to,
    distance_of,
    duration_of,
    in_order,
    speed_by_distance,
)
from hipstride.tables import Recording
from hipstride.units import SECONDS_PER_MINUTE

__all__ = ["row_of"]

# Below this much steady running a mean would be that of a few strides.
MIN_USABLE_S = 30.0
# Speed and distance of 70 of 80 real files agree to 2 %; a step length that is off by
# more than that is off by more than most changes of form.
MAX_SPEED_ASTRAY = 0.03
MIN_COMPARED_S = 120.0
DEGREES_PER_HOUR = 15.0


def row_of(recording: Recording) -> tuple[dict[str, object], pd.DataFrame]:
    """Sum up one recording.

    Parameters
    ----------
    recording : Recording
        One run.

    Returns
    -------
    row : dict
        The columns of a `RUNS` row that follow from this recording alone.
    windows : DataFrame
        Its `WINDOWS`.
    """
    notes = list(recording.notes)
    pod = foot_pod_speed(recording.samples) if recording.is_treadmill else None
    raw = in_order(measured_samples(recording), notes)
    samples = clean(raw, recording.pauses)
    durations_s = sample_durations(samples, recording.pauses)
    duration_s = duration_of(recording, samples, float(durations_s.sum()), notes)
    durations_s = cut_to(durations_s, duration_s)
    windows = windows_of(samples, durations_s, recording.run_id)

    def seconds(flag: str) -> float:
        if not len(samples):
            return nan
        total_s = float(durations_s[samples[flag].to_numpy(np.bool_)].sum())
        # Where the timer stood without the samples saying when, they reach too far.
        return float(np.fmin(total_s, duration_s))

    sampled_s = float(durations_s.sum())
    weight_s = durations_s * samples["is_usable"].to_numpy(np.bool_)
    enough = weight_s.sum() >= MIN_USABLE_S
    speed_mps = _log_mean(column(samples, "speed_mps"), weight_s) if enough else nan
    cadence_spm = _log_mean(column(samples, "cadence_spm"), weight_s) if enough else nan
    step_length_m = SECONDS_PER_MINUTE * speed_mps / cadence_spm
    local_date = _local_date(recording, notes)
    distance_m = distance_of(recording, samples, notes)
    notes += _remarks(recording, samples, weight_s, pod)
    offset = recording.utc_offset
    row: dict[str, object] = {
        "run_id": recording.run_id,
        "started_at": recording.started_at,
        "local_date": local_date,
        "utc_offset_s": nan if offset is None else offset.total_seconds(),
        "duration_s": duration_s,
        "distance_m": distance_m,
        "is_treadmill": recording.is_treadmill,
        "moving_s": seconds("is_moving"),
        "running_s": seconds("is_running"),
        "ascent_m": _ascent(samples, recording.pauses),
        "mean_speed_mps": speed_mps,
        "mean_cadence_spm": cadence_spm,
        "mean_grade_pct": _mean(column(samples, "grade_pct"), weight_s)
        if enough
        else nan,
        "mean_step_length_m": step_length_m,
        "step_length_source": "derived" if np.isfinite(step_length_m) else None,
        "is_step_length_independent": not recording.is_treadmill or pod is not None,
        "usable_fraction": float(weight_s.sum() / sampled_s) if sampled_s > 0 else nan,
        "rpe_0_10": recording.rpe_0_10,
        "feel_0_100": recording.feel_0_100,
        # No file names its run; the list of an account may, and fills these in.
        "name": None,
        "description": None,
        "device": recording.device,
        "source": recording.source,
        "notes": joined(notes),
    }
    return row, windows


def _mean(values: NDArray[np.float64], weight_s: NDArray[np.float64]) -> float:
    known = np.isfinite(values) & (weight_s > 0)
    if not known.any():
        return nan
    return float(np.average(values[known], weights=weight_s[known]))


def _log_mean(values: NDArray[np.float64], weight_s: NDArray[np.float64]) -> float:
    """Take the mean over logarithms.

    The stride curve is a line in logarithms, so that only these means of a run at
    several speeds lie on it.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(np.exp(_mean(np.log(values), weight_s)))


def _local_date(recording: Recording, notes: list[str]) -> pd.Timestamp:
    """Give the runner's day, by the sun where the file does not tell the clock."""
    if recording.utc_offset is not None or pd.isna(recording.started_at):
        return recording.local_date
    longitude_deg = column(recording.samples, "longitude_deg")
    known = longitude_deg[np.abs(longitude_deg) <= 180.0]  # noqa: PLR2004 - a circle
    if not len(known):
        notes.append("the runner's clock is not in the file: the day is that of UTC")
        return recording.local_date
    hours = round(float(np.median(known)) / DEGREES_PER_HOUR)
    sun = recording.started_at.tz_localize(None) + pd.Timedelta(hours=hours)
    notes.append(
        "the runner's clock is not in the file: the day is by the sun at its longitude"
    )
    return sun.normalize()


def _remarks(
    recording: Recording,
    samples: pd.DataFrame,
    weight_s: NDArray[np.float64],
    pod: str | None,
) -> list[str]:
    """Say what stands behind the means, or why there are none."""
    remarks = []
    if pod is not None:
        remarks.append(f"speed is that of the foot pod ({pod})")
    elif recording.is_treadmill:
        remarks.append(
            "a treadmill run without a foot pod: the watch guessed the speed, so its "
            "step length carries no news"
        )
    speed_mps = column(samples, "speed_mps")
    cadence_spm = column(samples, "cadence_spm")
    has_speed, has_cadence = (
        bool(np.isfinite(values).any()) for values in (speed_mps, cadence_spm)
    )
    if not has_cadence:
        remarks.append("no cadence, so no step length")
    elif not has_speed:
        remarks.append("no speed, so no step length")
    if is_locked(samples).any():
        remarks.append(
            "cadence and heart rate are the same number for a minute or more: those "
            "seconds are not used"
        )
    if has_speed and weight_s.sum() < MIN_USABLE_S:
        remarks.append("less than 30 s of steady running, so no means")
    ratio, compared_s = speed_by_distance(samples, weight_s)
    if compared_s >= MIN_COMPARED_S and abs(ratio - 1.0) > MAX_SPEED_ASTRAY:
        side = "below" if ratio < 1.0 else "above"
        remarks.append(
            f"speed is {100 * abs(ratio - 1.0):.0f} % {side} what the distance tells: "
            "the step length follows the speed"
        )
    return remarks


def _ascent(samples: pd.DataFrame, pauses: pd.DataFrame) -> float:
    """Sum the climbs of the smoothed ground, so that noise of altitude is no climb."""
    grade_pct = column(samples, "grade_pct")
    along_m = ground_distance(samples, pauses)
    stretch_m = np.diff(along_m, prepend=np.nan)
    climb_m = np.maximum(grade_pct, 0.0) / 100.0 * np.maximum(stretch_m, 0.0)
    known = climb_m[np.isfinite(climb_m)]
    return float(known.sum()) if len(known) else nan
