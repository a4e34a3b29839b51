"""One workout of an Apple Health export as a small document of its own.

In Apple's own words, so that the same reader reads it: the workout, the records within
it, its route inside. The same workout gives the same bytes in every later export: what
Apple changes from one export to the next (the phone's zone, addresses of devices,
dates of creation) is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from hipstride.io._apple_dates import utc_text
from hipstride.io._apple_records import PREFIX, Records
from hipstride.io._apple_route import Routes
from hipstride.io._apple_workouts import (
    ACTIVITY,
    EVENT_PREFIX,
    RUNNING,
    Workout,
)

__all__ = ["extract_of", "written_start"]

_ESCAPED = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}


def written_start(workout: Workout) -> str:
    """Write the start on the clock of the run where its zone is known.

    Elsewhere as the file does.
    """
    zone = workout.zone
    if zone is None or workout.problem:
        return workout.written_start
    return utc_text(workout.start_s, zone)


def extract_of(workout: Workout, records: Records, routes: Routes) -> bytes:
    """Write the document of one workout.

    Parameters
    ----------
    workout : Workout
        The workout.
    records : Records
        Its records.
    routes : Routes
        Its routes; of those that could not be had the path is kept.

    Returns
    -------
    bytes
        A ``HealthData`` document in UTF-8.
    """
    return b"".join(
        (
            b'<?xml version="1.0" encoding="UTF-8"?>\n<HealthData>\n',
            _record_lines(workout, records),
            _workout_lines(workout, routes),
            b"</HealthData>\n",
        )
    )


def _workout_lines(workout: Workout, routes: Routes) -> bytes:
    zone = workout.zone
    has_dates = not workout.problem
    start = utc_text(workout.start_s) if has_dates and zone else workout.written_start
    values = {
        ACTIVITY: RUNNING,
        **_total("duration", "durationUnit", workout.duration_s, "s"),
        **_total("totalDistance", "totalDistanceUnit", workout.distance_m, "m"),
        "sourceName": workout.source,
        "device": workout.device,
        "startDate": start,
        "endDate": utc_text(workout.end_s) if has_dates else workout.written_end,
    }
    metadata = {"HKTimeZone": workout.zone_name}
    if workout.is_indoor is not None:
        metadata["HKIndoorWorkout"] = str(int(workout.is_indoor))
    lines = [_tag("Workout", values, is_open=True)]
    lines += [
        _tag("MetadataEntry", {"key": key, "value": value})
        for key, value in metadata.items()
        if value
    ]
    for event in workout.events:
        length = _total("duration", "durationUnit", event.duration_s, "s")
        kind = EVENT_PREFIX + event.kind
        date = utc_text(event.at_s)
        lines.append(_tag("WorkoutEvent", {"type": kind, "date": date, **length}))
    for path in routes.missing:
        lines.append(_tag("WorkoutRoute", {}, is_open=True))
        lines += [_tag("FileReference", {"path": path}), "</WorkoutRoute>"]
    head = "\n".join(lines).encode() + b"\n"
    tracks = [b"<WorkoutRoute>" + one + b"</WorkoutRoute>\n" for one in routes.tracks]
    return head + b"".join(tracks) + b"</Workout>\n"


def _record_lines(workout: Workout, records: Records) -> bytes:
    """Write the records in one go: the dates of all at once."""
    rows = records.rows
    start_s = workout.start_s + rows["start"].astype(np.int64)
    starts = _texts(start_s)
    ends = _texts(start_s + rows["length"])
    heads = [
        "<Record"
        f" type={_quoted(PREFIX + kind.type)}"
        f" sourceName={_quoted(kind.source)}"
        f" unit={_quoted(kind.unit)}"
        for kind in records.kinds
    ]
    lines = [
        f'{heads[kind]} startDate="{start} +0000" endDate="{end} +0000"'
        f' value="{value!r}"/>\n'
        for kind, start, end, value in zip(
            rows["kind"].tolist(), starts, ends, rows["value"].tolist(), strict=True
        )
    ]
    return "".join(lines).encode()


def _texts(seconds: NDArray[np.int64]) -> Sequence[str]:
    texts = np.datetime_as_string(seconds.astype("M8[s]")).tolist()
    return [text.replace("T", " ") for text in texts]


def _total(name: str, unit: str, value: float, word: str) -> dict[str, str]:
    return {name: repr(value), unit: word} if isfinite(value) else {}


def _tag(name: str, values: dict[str, str], *, is_open: bool = False) -> str:
    text = "".join(f" {key}={_quoted(value)}" for key, value in values.items() if value)
    return f"<{name}{text}{'>' if is_open else '/>'}"


def _quoted(text: str) -> str:
    return f'"{escape(text, _ESCAPED)}"'
