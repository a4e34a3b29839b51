"""From recordings to one row per run, one recording in memory at a time."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import DataQualityWarning, NotEnoughDataError
from hipstride.gait import clean, daily_load, matched_stride
from hipstride.gait.grade import ground_distance
from hipstride.gait.steps import foot_pod_speed, measured_samples
from hipstride.gait.timer import column, sample_durations
from hipstride.gait.windows import windows_of
from hipstride.tables import RUNS, WINDOWS, Recording
from hipstride.units import SECONDS_PER_MINUTE

__all__ = ["summarize", "summarize_with_windows"]

# Below this much steady running a mean would be that of a few strides.
MIN_USABLE_S = 30.0
NO_DEVIATION = "no other run of this device in the baseline, so no stride deviation"


def summarize(
    recordings: Iterable[Recording],
    *,
    baseline_until: str | pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Turn recordings into one row per run.

    Parameters
    ----------
    recordings : iterable of Recording
        What `read_runs` yields; they are taken one at a time and let go.
    baseline_until : str or Timestamp, optional
        Last day of the baseline period, such as the day before a change. Stride
        deviations are counted from the runs up to and including it; from all runs
        where not given.

    Returns
    -------
    DataFrame
        A `RUNS` table, one row a recording, in order of start. What a file does not
        carry is NaN.

    Raises
    ------
    NotEnoughDataError
        If no run with steady running lies in the baseline.

    Warns
    -----
    DataQualityWarning
        If two recordings start at the same moment: both are kept. If one is an exact
        copy of another (the same run_id): one is kept.

    Examples
    --------
    >>> len(summarize([]))
    0
    """
    return summarize_with_windows(recordings, baseline_until=baseline_until)[0]


def summarize_with_windows(
    recordings: Iterable[Recording],
    *,
    baseline_until: str | pd.Timestamp | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn recordings into one row per run, and keep the half minutes behind it.

    Parameters
    ----------
    recordings, baseline_until
        As in `summarize`.

    Returns
    -------
    runs : DataFrame
        A `RUNS` table.
    windows : DataFrame
        A `WINDOWS` table of all runs.

    Raises
    ------
    NotEnoughDataError
        If no run with steady running lies in the baseline.

    Notes
    -----
    1. Means are over usable seconds, each weighed by its time; the mean step length is
       60 × mean speed / mean cadence, so that the three agree.
    2. Distance is the device's own total where the file gives one.
    3. A treadmill run's step length is independent of its cadence only where a foot pod
       measured the speed. Such runs alone, and those outdoors, shape the stride curve.
    4. Each device, and each device on a treadmill, is compared with its own baseline;
       a run without one has no deviation, and its notes say so.

    Examples
    --------
    >>> runs, windows = summarize_with_windows([])
    >>> len(runs), len(windows)
    (0, 0)
    """
    rows: list[dict[str, object]] = []
    tables: list[pd.DataFrame] = []
    seen: set[str] = set()
    copies: list[str] = []
    for recording in recordings:
        if recording.run_id in seen:
            copies.append(recording.source)
            continue
        seen.add(recording.run_id)
        row, windows = _row(recording)
        rows.append(row)
        tables.append(windows)
    if not rows:
        return RUNS.empty(*RUNS.names), WINDOWS.empty(*WINDOWS.names)
    runs = pd.DataFrame(rows).sort_values("started_at", kind="stable")
    runs = runs.reset_index(drop=True)
    _warn_of_repeats(runs, copies)
    filled = [table for table in tables if len(table)]
    windows = pd.concat(filled, ignore_index=True) if filled else tables[0]
    runs = _with_matched_stride(runs, windows, baseline_until)
    load = daily_load(runs)
    runs = RUNS.order(runs.assign(**{name: load[name] for name in load.columns}))
    return runs, windows


def _row(recording: Recording) -> tuple[dict[str, object], pd.DataFrame]:
    pod = foot_pod_speed(recording.samples) if recording.is_treadmill else None
    samples = clean(measured_samples(recording), recording.pauses)
    durations_s = sample_durations(samples, recording.pauses)
    windows = windows_of(samples, durations_s, recording.run_id)

    def seconds(flag: str) -> float:
        return float(durations_s[samples[flag].to_numpy(np.bool_)].sum())

    timer_s = float(durations_s.sum())
    usable = samples["is_usable"].to_numpy(np.bool_)
    weight_s = durations_s * usable
    enough = weight_s.sum() >= MIN_USABLE_S
    means = {
        name: _mean(column(samples, source), weight_s) if enough else nan
        for name, source in (
            ("mean_speed_mps", "speed_mps"),
            ("mean_cadence_spm", "cadence_spm"),
            ("mean_grade_pct", "grade_pct"),
        )
    }
    step_length_m = (
        SECONDS_PER_MINUTE * means["mean_speed_mps"] / means["mean_cadence_spm"]
    )
    notes = list(recording.notes)
    if pod is not None:
        notes.append(f"speed is that of the foot pod ({pod})")
    if not (samples.columns == "cadence_spm").any():
        notes.append("no cadence, so no step length")
    offset = recording.utc_offset
    row: dict[str, object] = {
        "run_id": recording.run_id,
        "started_at": recording.started_at,
        "local_date": recording.local_date,
        "utc_offset_s": nan if offset is None else offset.total_seconds(),
        "duration_s": _duration(recording),
        "distance_m": _distance(recording, samples),
        "is_treadmill": recording.is_treadmill,
        "moving_s": seconds("is_moving") if len(samples) else nan,
        "running_s": seconds("is_running") if len(samples) else nan,
        "ascent_m": _ascent(samples),
        **means,
        "mean_step_length_m": step_length_m,
        "step_length_source": "derived" if np.isfinite(step_length_m) else None,
        "is_step_length_independent": not recording.is_treadmill or pod is not None,
        "usable_fraction": float(weight_s.sum() / timer_s) if timer_s > 0 else nan,
        "rpe_0_10": recording.rpe_0_10,
        "feel_0_100": recording.feel_0_100,
        "device": recording.device,
        "source": recording.source,
        "notes": "; ".join(notes),
    }
    return row, windows


def _mean(values: NDArray[np.float64], weight_s: NDArray[np.float64]) -> float:
    known = np.isfinite(values) & (weight_s > 0)
    if not known.any():
        return nan
    return float(np.average(values[known], weights=weight_s[known]))


def _duration(recording: Recording) -> float:
    elapsed_s = column(recording.samples, "elapsed_s")
    if not np.isfinite(elapsed_s).any():
        return recording.timer_s
    return float(np.nanmax(elapsed_s))


def _distance(recording: Recording, samples: pd.DataFrame) -> float:
    if np.isfinite(recording.distance_m):
        return recording.distance_m
    along_m = ground_distance(samples, recording.pauses)
    known = along_m[np.isfinite(along_m)]
    return float(known.max() - min(known[0], 0.0)) if len(known) else nan


def _ascent(samples: pd.DataFrame) -> float:
    """Sum the climbs of the smoothed ground, so that noise of altitude is no climb."""
    grade_pct = column(samples, "grade_pct")
    along_m = ground_distance(samples)
    stretch_m = np.diff(along_m, prepend=np.nan)
    climb_m = np.maximum(grade_pct, 0.0) / 100.0 * np.maximum(stretch_m, 0.0)
    known = climb_m[np.isfinite(climb_m)]
    return float(known.sum()) if len(known) else nan


def _with_matched_stride(
    runs: pd.DataFrame,
    windows: pd.DataFrame,
    baseline_until: str | pd.Timestamp | None,
) -> pd.DataFrame:
    names = (
        "step_length_at_ref_speed_m",
        "step_length_at_ref_speed_se_m",
        "stride_deviation_pct",
    )
    baseline = None
    if baseline_until is not None:
        last_day = pd.Timestamp(baseline_until)
        baseline = runs.loc[runs["local_date"] <= last_day, "run_id"].tolist()
        if not baseline:
            what = f"runs up to {last_day:%Y-%m-%d}, the end of the baseline"
            raise NotEnoughDataError(
                what, needed=1, got=0, remedy="choose a later baseline_until"
            )
    if len(windows) == 0:
        return runs.assign(**dict.fromkeys(names, nan))
    place = np.where(runs["is_treadmill"], " on a treadmill", "")
    label = (runs["device"].fillna("") + place).to_numpy()
    groups = pd.Series(label, index=runs["run_id"])
    independent = runs.loc[runs["is_step_length_independent"], "run_id"].tolist()
    curve = matched_stride(
        windows, baseline=baseline, groups=groups, curve_from=independent
    )
    by_run = curve.runs.set_index("run_id")
    runs = runs.assign(
        **{name: by_run[name].reindex(runs["run_id"]).to_numpy() for name in names}
    )
    unknown = runs[names[0]].notna() & runs[names[2]].isna()
    note = runs["notes"] + np.where(runs["notes"] == "", "", "; ") + NO_DEVIATION
    return runs.assign(notes=runs["notes"].mask(unknown, note))


def _warn_of_repeats(runs: pd.DataFrame, copies: list[str]) -> None:
    parts = []
    if copies:
        parts.append(
            f"{len(copies)} recordings are exact copies of others and are left out "
            f"({_some(copies)})"
        )
    again = runs["started_at"].duplicated(keep=False)
    if again.any():
        parts.append(
            f"{np.count_nonzero(again)} recordings share their start with another "
            f"({_some(runs.loc[again, 'source'].tolist())}); they may be the same run "
            "twice, and all are kept"
        )
    if parts:
        warnings.warn("; ".join(parts), DataQualityWarning, stacklevel=4)


def _some(names: list[str], most: int = 6) -> str:
    listed = ", ".join(names[:most])
    return listed if len(names) <= most else f"{listed} and {len(names) - most} more"
