"""One recording as one row: its totals, its means, and what has to be said of it."""

from __future__ import annotations

from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait.account import account_of
from hipstride.gait.clean import Flags, flags_of
from hipstride.gait.signals import Signals, signals_of
from hipstride.gait.spent import SHORT_S, noisy_share, reliable_fraction, why_so_little
from hipstride.gait.steps import foot_pod_speed, measured_samples
from hipstride.gait.timer import column
from hipstride.gait.windows import cut_windows
from hipstride.runs.notes import joined
from hipstride.runs.totals import (
    cut_to,
    distance_of,
    duration_of,
    is_shuffled,
    speed_by_distance,
)
from hipstride.tables import Recording
from hipstride.units import SECONDS_PER_MINUTE

__all__ = ["NO_CLOCK", "row_of"]

# GPS that leaps for more of the running than that is wrong in the rest too.
MAX_NOISY_SHARE = 1 / 3
# Below this much steady running a mean would be that of a few strides.
MIN_USABLE_S = 30.0
# Speed and distance of 70 of 80 real files agree to 2 %; a step length that is off by
# more than that is off by more than most changes of form.
MAX_SPEED_ASTRAY = 0.03
MIN_COMPARED_S = 120.0
# Of less of the way the climbs of the rest would be a guess.
MIN_CLIMBED_SHARE = 0.5
# Speed and cadence times step length differ by rounding alone.
_SAME_M_PER_MIN = 1e-6
# Begins the note on a run whose day may be off by one.
NO_CLOCK = "the runner's clock is not in the file"


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
    is_typed = np.isfinite(recording.belt_distance_m)
    is_guessed = recording.is_treadmill and not is_typed
    pod = foot_pod_speed(recording.samples) if is_guessed else None
    signals = _signals(recording, notes)
    flags = flags_of(signals)
    sampled_s = float(signals.durations_s.sum())
    duration_s = duration_of(recording, signals, sampled_s, notes)
    durations_s = cut_to(signals.durations_s, duration_s)
    is_noisy = noisy_share(flags, durations_s) > MAX_NOISY_SHARE
    is_usable = flags.is_usable & (not is_noisy)
    # A first half minute after the warm-up is no run's stride.
    is_short = not duration_s >= SHORT_S
    windows = cut_windows(
        signals,
        is_usable & (not is_short),
        flags.grade_pct,
        durations_s,
        recording.run_id,
    )

    def seconds(flag: NDArray[np.bool_]) -> float:
        if not len(flag):
            return nan
        # Where the timer stood without the samples saying when, they reach too far.
        return float(np.fmin(durations_s[flag].sum(), duration_s))

    sampled_s = float(durations_s.sum())
    weight_s = durations_s * is_usable
    usable_s = float(weight_s.sum())
    speed_mps = cadence_spm = grade_pct = nan
    if usable_s >= MIN_USABLE_S:
        used = np.flatnonzero(weight_s)
        speed_mps = _log_mean(signals.speed_mps[used], weight_s[used])
        cadence_spm = _log_mean(signals.cadence_spm[used], weight_s[used])
        grade_pct = _mean(flags.grade_pct[used], weight_s[used])
    step_length_m = SECONDS_PER_MINUTE * speed_mps / cadence_spm
    local_date = _local_date(recording, notes)
    distance_m = distance_of(recording, signals, notes)
    notes += _remarks(recording, signals, flags, durations_s, pod)
    if is_noisy:
        notes.append(
            "for more than a third of the running the speed jumps or contradicts the "
            "positions, so no means"
        )
    elif is_short and usable_s >= MIN_USABLE_S:
        notes.append("shorter than 5 min, so no step length at the same speed")
    elif usable_s >= MIN_USABLE_S and windows.empty and signals.has_cadence:
        notes.append(
            "no half minute at a steady speed, so no step length at the same speed"
        )
    reliable = reliable_fraction(signals, flags)
    ascent_m = _ascent(signals.ground_m, flags.grade_pct)
    if reliable < MIN_CLIMBED_SHARE:
        ascent_m = nan
        notes.append(f"grade known for {100 * reliable:.0f} % of the way, so no ascent")
    offset = recording.utc_offset
    row: dict[str, object] = {
        "run_id": recording.run_id,
        "started_at": recording.started_at,
        "local_date": local_date,
        "utc_offset_s": nan if offset is None else offset.total_seconds(),
        "duration_s": duration_s,
        "distance_m": distance_m,
        "is_treadmill": recording.is_treadmill,
        "moving_s": seconds(flags.is_moving),
        "running_s": seconds(flags.is_running),
        "ascent_m": ascent_m,
        "mean_speed_mps": speed_mps,
        "mean_cadence_spm": cadence_spm,
        "mean_grade_pct": grade_pct,
        "mean_step_length_m": step_length_m,
        "step_length_source": _source_of(recording, step_length_m),
        "is_step_length_independent": not is_guessed or pod is not None,
        "usable_fraction": usable_s / sampled_s if sampled_s > 0 else nan,
        "account": account_of(signals, flags, durations_s),
        "grade_reliable_fraction": reliable,
        "rpe_0_10": recording.rpe_0_10,
        "feel_0_100": recording.feel_0_100,
        # No file names its run; the list of an account may, and fills these in.
        "name": None,
        "description": None,
        "device": recording.device,
        "shoe": None,
        "source": recording.source,
        "notes": joined(notes),
    }
    return row, windows


def _signals(recording: Recording, notes: list[str]) -> Signals:
    """Take out the signals, in the order of time where they are not nearly in it."""
    samples = measured_samples(recording)
    signals = signals_of(samples, recording.pauses)
    n_leaps = len(signals.clock_leaps)
    if n_leaps:
        notes.append(
            f"the clock was set anew {n_leaps} time{'s' * (n_leaps != 1)} within the "
            "run: the leap is closed by the device's usual beat"
        )
    if not is_shuffled(signals.elapsed_s):
        return signals
    notes.append("the samples were not in the order of time and were sorted")
    samples = samples.sort_values("elapsed_s", kind="stable")
    return signals_of(samples, recording.pauses)


def _mean(values: NDArray[np.float64], weight_s: NDArray[np.float64]) -> float:
    known = np.isfinite(values)
    if not known.any():
        return nan
    weight_s = weight_s[known]
    return float((values[known] * weight_s).sum() / weight_s.sum())


def _log_mean(values: NDArray[np.float64], weight_s: NDArray[np.float64]) -> float:
    """Take the mean over logarithms.

    The stride curve is a line in logarithms, so that only these means of a run at
    several speeds lie on it.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(np.exp(_mean(np.log(values), weight_s)))


def _source_of(recording: Recording, step_length_m: float) -> str | None:
    """Say whose the step length is: Apple has no cadence, which may be made of it."""
    if not np.isfinite(step_length_m):
        return None
    if np.isfinite(recording.belt_distance_m):
        return "belt"
    if recording.format != "apple":
        return "derived"
    device_m = column(recording.samples, "device_step_length_m")
    speed_mps = column(recording.samples, "speed_mps")
    cadence_spm = column(recording.samples, "cadence_spm")
    apart_m = np.abs(cadence_spm * device_m - SECONDS_PER_MINUTE * speed_mps)
    known = np.isfinite(apart_m)
    is_same = known.any() and bool((apart_m[known] < _SAME_M_PER_MIN).all())
    return "device" if is_same else "derived"


def _local_date(recording: Recording, notes: list[str]) -> pd.Timestamp:
    """Give the day on the runner's clock; its reader has looked where the run began."""
    if recording.utc_offset is None and not pd.isna(recording.started_at):
        notes.append(f"{NO_CLOCK}: the day is that of UTC")
    return recording.local_date


def _remarks(
    recording: Recording,
    signals: Signals,
    flags: Flags,
    durations_s: NDArray[np.float64],
    pod: str | None,
) -> list[str]:
    """Say what stands behind the means, or why there are none."""
    weight_s = durations_s * flags.is_usable
    remarks = []
    if pod is not None:
        remarks.append(f"speed is that of the foot pod ({pod})")
    elif recording.is_treadmill and not np.isfinite(recording.belt_distance_m):
        remarks.append(
            "a treadmill run without a foot pod: the watch guessed the speed, so its "
            "step length carries no news"
        )
    if not len(signals):
        remarks.append("no samples")
    elif not signals.has_cadence:
        remarks.append("no cadence, so no step length")
    elif not signals.has_speed:
        remarks.append("no speed, so no step length")
    if flags.is_locked.any():
        remarks.append(
            "cadence and heart rate are the same number for a minute or more: those "
            "seconds are not used"
        )
    if signals.has_speed and weight_s.sum() < MIN_USABLE_S:
        why = why_so_little(signals, flags, durations_s)
        remarks.append(f"less than 30 s of steady running, so no means ({why})")
    ratio, compared_s = speed_by_distance(signals, weight_s)
    if compared_s >= MIN_COMPARED_S and abs(ratio - 1.0) > MAX_SPEED_ASTRAY:
        side = "below" if ratio < 1.0 else "above"
        remarks.append(
            f"speed is {100 * abs(ratio - 1.0):.0f} % {side} what the distance tells: "
            "the step length follows the speed"
        )
    return remarks


def _ascent(ground_m: NDArray[np.float64], grade_pct: NDArray[np.float64]) -> float:
    """Sum the climbs of the smoothed ground, so that noise of altitude is no climb."""
    stretch_m = np.maximum(np.diff(ground_m), 0.0)
    climb_m = np.maximum(grade_pct[1:], 0.0) / 100.0 * stretch_m
    known = climb_m[np.isfinite(climb_m)]
    return float(known.sum()) if len(known) else nan
