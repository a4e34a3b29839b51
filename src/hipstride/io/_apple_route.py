"""The route of an Apple workout: GPX points at 1 Hz, with the speed of the GPS."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import ReadError
from hipstride.io._apple_paths import OpenRoute
from hipstride.io._apple_workouts import Workout
from hipstride.io.gpx import read_gpx

__all__ = ["Routes", "plain_route", "route_columns", "routes_of"]

Floats = NDArray[np.float64]

_COLUMNS = ("latitude_deg", "longitude_deg", "altitude_m", "speed_mps")
# Said of each route: what it lacks comes from the records.
_USUAL = (
    "distance was derived",
    "speed was derived",
    "what the points also hold",
    "the file has no positions",
    "no position could be used",
    "the clock is that of",
)
_SEGMENT = re.compile(rb"<trkseg\s*>(.*?)(?:</trkseg\s*>|\Z)", re.DOTALL)
_POINT_END = b"</trkpt>"
# Apple writes none of these into a route; they would be taken for the export's own.
_FOREIGN = re.compile(rb"<[!?]|</?(?:Workout|Record|HealthData|gpx|trk>)")


class Routes(NamedTuple):
    """The routes of a workout as GPX, and the paths of those that could not be had."""

    tracks: Sequence[bytes]
    missing: Sequence[str]


def routes_of(workout: Workout, open_route: OpenRoute) -> Routes:
    """Fetch the routes of a workout: those it carries, and those it refers to."""
    tracks, missing = list(workout.tracks), []
    for path in workout.routes:
        try:
            data = open_route(path)
        except (ReadError, OSError):
            data = None
        track = plain_route(data) if data else b""
        if track:
            tracks.append(track)
        else:
            missing.append(path)
    return Routes(tracks, missing)


def plain_route(data: bytes) -> bytes:
    """Reduce a route to its points, so that it is the same in every export.

    Parameters
    ----------
    data : bytes
        A route as Apple writes it, with the time of the export at its head.

    Returns
    -------
    bytes
        A GPX without declaration, times and names of the export; of a route that breaks
        off all whole points. Empty where there are none.

    Examples
    --------
    >>> plain_route(b"<gpx><metadata/><trk><trkseg><trkpt></trkpt><trkpt")
    b'<gpx><trk><trkseg><trkpt></trkpt></trkseg></trk></gpx>'
    """
    segments = []
    for match in _SEGMENT.finditer(data):
        points = match[1]
        points = points[: points.rfind(_POINT_END) + len(_POINT_END)]
        if points.endswith(_POINT_END) and not _FOREIGN.search(points):
            segments.append(b"<trkseg>" + points + b"</trkseg>")
    return b"<gpx><trk>" + b"".join(segments) + b"</trk></gpx>" if segments else b""


def route_columns(
    tracks: Sequence[bytes], start_s: int, n: int, notes: list[str]
) -> dict[str, Floats]:
    """Lay the points of routes out over the seconds of a workout.

    Parameters
    ----------
    tracks : sequence of bytes
        The routes, as GPX.
    start_s : int
        Start of the workout, since 1970 [s].
    n : int
        How many seconds it has.
    notes : list of str
        Gets a sentence for what was lost.

    Returns
    -------
    dict of str to array
        Position, altitude and speed; of several points in a second the last.
    """
    found: dict[str, Floats] = {}
    outside = total = 0
    for track in tracks:
        for samples in _points(track, notes):
            at_us = samples["time"].astype("int64").to_numpy()
            second = np.rint(at_us / 1e6).astype(np.int64) - start_s
            is_inside = (second >= 0) & (second < n)
            outside += int(np.count_nonzero(~is_inside))
            total += len(second)
            for name in _COLUMNS:
                if name in samples:
                    values = samples[name].to_numpy(dtype=np.float64)
                    column = found.setdefault(name, np.full(n, np.nan))
                    column[second[is_inside]] = values[is_inside]
    if outside:
        notes.append(
            f"{outside} of {total} points of the route lie outside the workout and "
            "were left out"
        )
    if "speed_mps" in found:
        # Core Location writes -1 where it does not know.
        speed = found["speed_mps"]
        found["speed_mps"] = np.where(speed < 0, np.nan, speed)
    return {name: one for name, one in found.items() if np.isfinite(one).any()}


def _points(track: bytes, notes: list[str]) -> list[pd.DataFrame]:
    try:
        recordings = read_gpx(track, name="route")
    except ReadError as error:
        notes.append(f"a route could not be read: {error}")
        return []
    for recording in recordings:
        notes += [
            f"route: {note}" for note in recording.notes if not note.startswith(_USUAL)
        ]
    return [recording.samples for recording in recordings]
