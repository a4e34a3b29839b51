"""One workout of an Apple Health export: what its element says.

Times are whole seconds since 1970, UTC. Up to iOS 15 the totals are attributes of the
workout; since iOS 16 they are ``WorkoutStatistics`` within it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from math import isfinite, nan

from hipstride.io._apple_dates import offset_of, seconds_of, zone_of
from hipstride.io._apple_scan import attributes, tags

__all__ = [
    "ACTIVITY",
    "DISTANCE",
    "EVENT_PREFIX",
    "LENGTHS_M",
    "RUNNING",
    "Event",
    "Workout",
    "activity_of",
    "plain_activity",
    "read_workout",
    "sort_key",
]

ACTIVITY = "workoutActivityType"
RUNNING = "HKWorkoutActivityTypeRunning"
DISTANCE = "HKQuantityTypeIdentifierDistanceWalkingRunning"

# What one of each unit is in the house's [m], [s].
LENGTHS_M: Mapping[str, float] = {
    "m": 1.0,
    "km": 1000.0,
    "cm": 0.01,
    "mm": 0.001,
    "mi": 1609.344,
    "yd": 0.9144,
    "ft": 0.3048,
    "in": 0.0254,
}
_TIMES_S: Mapping[str, float] = {"min": 60.0, "s": 1.0, "sec": 1.0, "hr": 3600.0}
_EVENTS = frozenset({"Pause", "Resume", "MotionPaused", "MotionResumed", "Lap"})
EVENT_PREFIX = "HKWorkoutEventType"
_INDOORS = frozenset({"1", "true", "yes"})
# No run is longer; the span would gather the records of days.
_MAX_SPAN_S = 360_000
_POINTER = re.compile(r"<*HKDevice: 0x[0-9a-fA-F]+>*,?\s*")
_DEVICE_PART = re.compile(r"\b(name|hardware):(.*?)(?=, [a-zA-Z ]+:|>|\Z)")
_GPX = re.compile(rb"<gpx[\s>].*?</gpx\s*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a workout: ``Pause``, ``Resume``, ``Lap`` …."""

    kind: str
    at_s: int
    duration_s: float = nan


@dataclass(frozen=True, slots=True)
class Workout:
    """A running workout, as its element has it.

    Parameters
    ----------
    start_s, end_s : int
        Its span.
    written_start, written_end : str
        The same as the file writes it.
    source, device : str
        Who recorded it, and Apple's words for the device without its address.
    zone_name : str
        The zone of the run; empty where the file does not say.
    is_indoor : bool or None
        None where the file does not say.
    duration_s, distance_m : float
        Its totals; NaN where there are none [s], [m].
    events : sequence of Event
        Pauses and laps, in the order of the file.
    routes : sequence of str
        Paths of its routes.
    tracks : sequence of bytes
        Routes that are carried inside, as GPX.
    problem : str
        Why it cannot be used; empty when it can.
    """

    start_s: int
    end_s: int
    written_start: str
    written_end: str
    source: str
    device: str
    zone_name: str
    is_indoor: bool | None
    duration_s: float
    distance_m: float
    events: Sequence[Event]
    routes: Sequence[str]
    tracks: Sequence[bytes]
    problem: str = ""

    @property
    def zone(self) -> tzinfo | None:
        """The zone that the run was in, if the file says and the name is one."""
        return zone_of(self.zone_name) if self.zone_name else None

    @property
    def written_offset(self) -> timedelta | None:
        """The offset of the phone at the export."""
        return offset_of(self.written_start)

    @property
    def device_name(self) -> str:
        """Name and hardware of the device, or who recorded where it is not told."""
        parts = dict(_DEVICE_PART.findall(self.device))
        words = [parts[key] for key in ("name", "hardware") if key in parts]
        # Apple parts "Apple" and "Watch" by a space that does not break, now and then.
        return " ".join(" ".join(words or [self.source]).split())


def activity_of(element: bytes) -> str:
    """Tell the kind of a workout in Apple's words."""
    _, text = next(tags(element))
    return attributes(text).get(ACTIVITY, "")


def plain_activity(activity: str) -> str:
    """Give Apple's word for a sport as plain words.

    Examples
    --------
    >>> plain_activity("HKWorkoutActivityTypeTraditionalStrengthTraining")
    'traditional strength training'
    """
    word = activity.removeprefix("HKWorkoutActivityType") or "no stated sport"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word).lower()


def sort_key(workout: Workout) -> tuple[int, int, str, float]:
    """Order workouts by their start, always in the same way."""
    length = workout.duration_s if isfinite(workout.duration_s) else 0.0
    return workout.start_s, workout.end_s, workout.source, length


def read_workout(element: bytes) -> Workout:
    """Read the element of one workout.

    Parameters
    ----------
    element : bytes
        From ``<Workout`` to its end.

    Returns
    -------
    Workout
        What it says; `problem` tells where that is not enough.
    """
    tracks = tuple(_GPX.findall(element))
    head = _GPX.sub(b"", element) if tracks else element
    found = [(name, attributes(text)) for name, text in tags(head)]
    own = found[0][1]
    metadata = {
        values.get("key", ""): values.get("value", "")
        for name, values in found
        if name == "MetadataEntry"
    }
    start, end = own.get("startDate", ""), own.get("endDate", "")
    start_s, end_s = seconds_of(start), seconds_of(end)
    problem = ""
    if start_s is None or end_s is None:
        problem = f"a workout from {start!r} to {end!r}"
    elif not 0 <= end_s - start_s <= _MAX_SPAN_S:
        problem = f"a workout that lasts {(end_s - start_s) / 3600:.0f} hours"
    indoor = metadata.get("HKIndoorWorkout")
    return Workout(
        start_s=start_s or 0,
        end_s=end_s or 0,
        written_start=start,
        written_end=end,
        source=own.get("sourceName", ""),
        device=_POINTER.sub("", own.get("device", "")).strip(),
        zone_name=metadata.get("HKTimeZone", ""),
        is_indoor=None if indoor is None else indoor.strip().lower() in _INDOORS,
        duration_s=_total(own, "duration", "durationUnit", _TIMES_S),
        distance_m=_distance(own, found),
        events=tuple(_events(found)),
        routes=tuple(
            values["path"]
            for name, values in found
            if name == "FileReference" and values.get("path")
        ),
        tracks=tracks,
        problem=problem,
    )


def _distance(own: dict[str, str], found: list[tuple[str, dict[str, str]]]) -> float:
    stated_m = _total(own, "totalDistance", "totalDistanceUnit", LENGTHS_M)
    if isfinite(stated_m):
        return stated_m
    for name, values in found:
        if name == "WorkoutStatistics" and values.get("type") == DISTANCE:
            return _total(values, "sum", "unit", LENGTHS_M)
    return nan


def _events(found: list[tuple[str, dict[str, str]]]) -> Iterator[Event]:
    for name, values in found:
        kind = values.get("type", "").removeprefix(EVENT_PREFIX)
        at_s = seconds_of(values.get("date", ""))
        if name == "WorkoutEvent" and kind in _EVENTS and at_s is not None:
            length_s = _total(values, "duration", "durationUnit", _TIMES_S)
            yield Event(kind, at_s, length_s)


def _total(
    values: dict[str, str], name: str, unit: str, units: Mapping[str, float]
) -> float:
    """Read a total in its unit; 0 is what Apple writes where nothing was measured."""
    try:
        number = float(values.get(name, "")) * units[values.get(unit, "")]
    except (ValueError, KeyError):
        return nan
    return number if isfinite(number) and number > 0 else nan
