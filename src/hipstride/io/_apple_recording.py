"""From a workout, its records and its route to a `Recording`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.io._apple_records import Records
from hipstride.io._apple_route import Routes, route_columns
from hipstride.io._apple_samples import Quantities, quantities_of
from hipstride.io._apple_steps import best_covered, cadence_and_length
from hipstride.io._apple_workouts import Event, Workout
from hipstride.io._cadence_words import doubt_of
from hipstride.io._clock import with_clock
from hipstride.io._track_columns import completed
from hipstride.tables import LAPS, PAUSES, SAMPLES, Recording

__all__ = ["recording_of"]

Floats = NDArray[np.float64]

_BEGINS = {"Pause": 0, "MotionPaused": 1}
_ENDS = {"Resume": 0, "MotionResumed": 1}


def recording_of(
    workout: Workout,
    records: Records,
    routes: Routes,
    *,
    run_id: str,
    source: str,
    notes: Sequence[str] = (),
) -> Recording:
    """Make a `Recording` of one workout.

    Parameters
    ----------
    workout : Workout
        The workout, without a problem.
    records : Records
        Its records.
    routes : Routes
        Its routes.
    run_id, source : str
        As in `Recording`.
    notes : sequence of str
        What the reader noted already.

    Returns
    -------
    Recording
        With one row for each second in which anything is known.
    """
    said = list(notes)
    n = workout.end_s - workout.start_s + 1
    spans = _pauses(workout)
    part = np.searchsorted([start for start, _ in spans], np.arange(n), side="right")
    quantities = quantities_of(workout, records, part)
    said += quantities.notes
    if records.is_full:
        said.append("it has more records than can be held; some were left out")
    route = route_columns(routes.tracks, workout.start_s, n, said)
    said += [
        f"its route {path} is not there or has no points" for path in routes.missing
    ]
    samples = _samples(workout, quantities, route, part, said)
    recording = Recording(
        run_id=run_id,
        source=source,
        format="apple",
        sport="running",
        sub_sport="treadmill" if workout.is_indoor else "",
        device=workout.device_name,
        started_at=_instant(workout.start_s),
        utc_offset=_zone_offset(workout, said),
        samples=samples,
        laps=_laps(workout),
        notes=tuple(said),
        pauses=pd.DataFrame(
            [(float(start), float(stop - start)) for start, stop in spans],
            columns=list(PAUSES.required),
            dtype="float64",
        ),
        distance_m=workout.distance_m,
        timer_s=workout.duration_s,
    )
    return _with_exports_clock(workout, with_clock(recording))


def _samples(
    workout: Workout,
    quantities: Quantities,
    route: dict[str, Floats],
    part: NDArray[np.int64],
    notes: list[str],
) -> pd.DataFrame:
    columns = dict(quantities.columns)
    own_mps = columns.pop("speed_mps", None)
    name, speed_mps = best_covered(
        {
            "": own_mps,
            "the route": route.pop("speed_mps", None),
            "DistanceWalkingRunning, as the mean over 30 s": quantities.counted_mps,
        }
    )
    if name and own_mps is not None:
        notes.append("RunningSpeed covers too little of the run and was not used")
    if name:
        notes.append(f"speed is that of {name}")
    if speed_mps is not None:
        columns["speed_mps"] = speed_mps
    columns |= route
    is_known = np.zeros(len(part), dtype=bool)
    for values in columns.values():
        is_known |= np.isfinite(values)
    rows = np.flatnonzero(is_known)
    if not len(rows):
        notes.append(
            "nothing was recorded within the workout: only its totals are known"
        )
    elapsed_s = rows.astype(np.float64)
    columns = {key: values[rows] for key, values in columns.items()}
    counted_spm, length_m = (
        columns.pop(key, None) for key in ("cadence_spm", "length_m")
    )
    if len(rows):
        columns = completed(columns, elapsed_s, part[rows], notes)
    steps, step_notes = cadence_and_length(
        length_m, columns.get("speed_mps"), counted_spm
    )
    notes += step_notes
    columns |= steps
    if "cadence_spm" in columns:
        notes += doubt_of(columns["cadence_spm"], columns.get("speed_mps"))
    time = pd.DatetimeIndex((workout.start_s + rows).astype("M8[s]"), tz="UTC")
    frame = {"time": time.as_unit("us"), "elapsed_s": elapsed_s}
    order = [key for key in SAMPLES.names if key in columns]
    return pd.DataFrame({**frame, **{key: columns[key] for key in order}})


def _pauses(workout: Workout) -> list[tuple[int, int]]:
    """Find the spans in which the runner or the watch had stopped the timer.

    Both can be at once; the timer runs when neither has stopped it. A pause that
    nothing ends lasts to the end of the workout.
    """
    is_stopped = [False, False]
    begun, spans = 0, []
    for event in sorted(workout.events, key=_moment):
        if event.kind not in {*_BEGINS, *_ENDS}:
            continue
        at = min(max(event.at_s - workout.start_s, 0), workout.end_s - workout.start_s)
        was_stopped = any(is_stopped)
        if event.kind in _BEGINS:
            is_stopped[_BEGINS[event.kind]] = True
        else:
            is_stopped[_ENDS[event.kind]] = False
        if any(is_stopped) and not was_stopped:
            begun = at
        elif was_stopped and not any(is_stopped):
            spans.append((begun, at))
    if any(is_stopped):
        spans.append((begun, workout.end_s - workout.start_s))
    return [(start, stop) for start, stop in spans if stop > start]


def _moment(event: Event) -> int:
    return event.at_s


def _laps(workout: Workout) -> pd.DataFrame:
    """Give the laps that the runner took, or the whole run as one."""
    marks = sorted(
        (event for event in workout.events if event.kind == "Lap"), key=_moment
    )
    starts = [mark.at_s for mark in marks]
    lengths = [mark.duration_s for mark in marks]
    distances = [float("nan")] * len(marks)
    if not marks:
        starts, lengths = [workout.start_s], [workout.duration_s]
        distances = [workout.distance_m]
    elif not all(length > 0 for length in lengths):
        # Older exports mark only where a lap ends.
        edges = sorted({workout.start_s, *starts, workout.end_s})
        starts = edges[:-1]
        lengths = [float(length) for length in np.diff(edges)]
        distances = [float("nan")] * len(starts)
    laps = pd.DataFrame(
        {
            "lap": np.arange(1, len(starts) + 1),
            "started_at": pd.DatetimeIndex(
                np.array(starts, dtype="M8[s]"), tz="UTC"
            ).as_unit("us"),
            "duration_s": np.array(lengths, dtype=np.float64),
            "distance_m": np.array(distances, dtype=np.float64),
        }
    )
    return LAPS.order(laps)


def _zone_offset(workout: Workout, notes: list[str]) -> pd.Timedelta | None:
    """Give the clock of the zone that the workout names."""
    zone = workout.zone
    if zone is None:
        if workout.zone_name:
            notes.append(f"the zone {workout.zone_name!r} is not known")
        return None
    offset = datetime.fromtimestamp(workout.start_s, zone).utcoffset()
    return None if offset is None else pd.Timedelta(offset)


def _with_exports_clock(workout: Workout, recording: Recording) -> Recording:
    """Take the phone's clock at the export, where neither zone nor place is known."""
    offset = workout.written_offset
    if recording.utc_offset is not None or offset is None:
        return recording
    note = (
        "the zone of the run is not in the file: its clock is that of the phone at the "
        "export"
    )
    return replace(
        recording, utc_offset=pd.Timedelta(offset), notes=(*recording.notes, note)
    )


def _instant(seconds: int) -> pd.Timestamp:
    return pd.Timestamp(seconds, unit="s", tz="UTC").as_unit("us")
