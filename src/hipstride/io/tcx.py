"""TCX: Garmin's training files, with laps, cadence and speed.

A file holds activities, an activity laps, a lap tracks, a track points. The timer
stands between two tracks. A treadmill run has no positions and is kept all the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.errors import ReadError
from hipstride.io._open import RawFile, Source, load
from hipstride.io._sports import sport_of
from hipstride.io._tcx_laps import (
    lap_starts,
    lap_table,
    one_total,
    timer_parts,
    total_of,
)
from hipstride.io._track import Track, build_recording
from hipstride.io._xml import open_xml
from hipstride.io._xml_columns import (
    Column,
    column,
    note_bad_times,
    note_bad_values,
    outermost,
    spread,
    times_of,
    times_of_attribute,
    unread_names,
)
from hipstride.io._xml_elements import Elements, Ints
from hipstride.io._xml_times import NAT_US, Times
from hipstride.tables import Recording

__all__ = ["FIELDS", "read_tcx"]

Floats = NDArray[np.float64]

# Our column: the local names of its elements, the most trusted first.
FIELDS: dict[str, tuple[str, ...]] = {
    "latitude_deg": ("latitudedegrees",),
    "longitude_deg": ("longitudedegrees",),
    "altitude_m": ("altitudemeters",),
    "distance_m": ("distancemeters",),
    "cadence": ("runcadence", "cadence"),
    "speed_mps": ("speed",),
    "power_w": ("watts",),
}

# Elements of a point that carry no quantity.
_STRUCTURE = frozenset(
    {
        "time",
        "position",
        "heartratebpm",
        "value",
        "sensorstate",
        "extensions",
        "tpx",
    }
)
_KNOWN = _STRUCTURE | {name for names in FIELDS.values() for name in names}


def read_tcx(source: Source, *, name: str | None = None) -> list[Recording]:
    """Read the activities of a TCX file, one `Recording` each.

    Parameters
    ----------
    source : str, path or bytes
        The file, or its bytes; may be gzipped.
    name : str, optional
        What to call the file in messages.

    Returns
    -------
    list of Recording
        One for each activity that has points with times, in the file's order; the
        parts of a multisport session are activities of their own.

    Raises
    ------
    ReadError
        If the file has no activity with timed points.
    XmlError
        If it is no TCX, or damaged before the end of its first point.

    Notes
    -----
    1. A gap between two tracks is a pause, unless the lap's own timer ran through it.
    2. Speed, where the file gives none, is distance over the 10 s around a point.
    3. Cadence is of one foot or of both: decided by speed, see the note.
    4. The runner's own words (``Notes``) are not read.
    5. A run without any position on level ground is taken as a treadmill run.

    Examples
    --------
    >>> point = (
    ...     "<Trackpoint><Time>2026-09-01T06:00:{:02}Z</Time>"
    ...     "<DistanceMeters>{}</DistanceMeters></Trackpoint>"
    ... )
    >>> points = "".join(point.format(s, 3 * s) for s in range(30))
    >>> tcx = (
    ...     "<TrainingCenterDatabase><Activities><Activity Sport='Running'>"
    ...     f"<Lap StartTime='2026-09-01T06:00:00Z'><Track>{points}</Track></Lap>"
    ...     "</Activity></Activities></TrainingCenterDatabase>"
    ... )
    >>> [run] = read_tcx(tcx.encode(), name="easy.tcx")
    >>> run.is_treadmill, run.samples["speed_mps"].unique().tolist()
    (True, [3.0])
    """
    raw = load(source, name=name)
    elements, notes = open_xml(
        raw.name,
        raw.data,
        roots=("TrainingCenterDatabase", "Activities"),
        point="Trackpoint",
        remedy="use read_gpx for GPX, read_run for any format",
    )
    recordings: list[Recording] = []
    for track in _tracks(elements, notes):
        found = build_recording(raw, track, number=len(recordings) + 1, kind="tcx")
        if found is not None:
            recordings.append(found)
    if not recordings:
        raise _nothing(raw, elements)
    return recordings


def _nothing(raw: RawFile, elements: Elements) -> ReadError:
    found = "no activity with timed points"
    if "course" in elements.names:
        found = "a course, which is planned and not run"
    elif "activity" not in elements.names:
        found = "no activity"
    return ReadError(
        raw.name,
        found,
        "an <Activity> with <Trackpoint> and <Time>",
        "export the activity itself, as FIT if you can",
    )


def _tracks(elements: Elements, notes: tuple[str, ...]) -> list[Track]:
    """Read all points of the file at once and deal them out to their activities."""
    activities, _ = outermost(elements, elements.named("activity"))
    points, nested = outermost(elements, elements.named("trackpoint"))
    if nested:
        notes += (f"{nested} track points lie inside another and were not read",)
    points = points[elements.owner(points, activities) >= 0]
    if not len(points):
        return []
    times = times_of(elements, points)
    columns = _columns(elements, points)
    unread = unread_names(elements, points, _KNOWN)
    if unread:
        notes += (f"what the points also hold was not read: {', '.join(unread)}",)
    stated = elements.attribute("activity", "sport")
    sports = dict(zip(stated.element.tolist(), stated.strings(), strict=True))
    owner = elements.owner(points, activities)
    return [
        _track(
            elements,
            int(activities[number]),
            points[owner == number],
            times.at(np.flatnonzero(owner == number)),
            {
                key: (values[owner == number], is_bad[owner == number], example)
                for key, (values, is_bad, example) in columns.items()
            },
            sports.get(int(activities[number]), ""),
            notes,
        )
        for number in np.unique(owner).tolist()
    ]


def _track(
    elements: Elements,
    activity: int,
    points: Ints,
    times: Times,
    columns: dict[str, Column],
    stated_sport: str,
    notes: tuple[str, ...],
) -> Track:
    sport, sub_sport, sport_notes = sport_of(stated_sport)
    laps, _ = outermost(elements, elements.named("lap"))
    laps = laps[(laps > activity) & (laps < elements.end[activity])]
    lap_of_point = elements.owner(points, laps)
    lap_times = times_of_attribute(elements, "lap", "starttime", laps)
    starts_us = lap_starts(lap_times.us, lap_of_point, times.us)
    table, lap_notes = lap_table(elements, laps, starts_us)
    values = {key: numbers for key, (numbers, _, _) in columns.items()}
    if "distance_m" in values:
        values["distance_m"], restart_notes = one_total(
            values["distance_m"], lap_of_point
        )
        lap_notes += restart_notes
    known_us = starts_us[starts_us != NAT_US]
    return Track(
        time_us=times.us,
        part=timer_parts(elements, points, lap_of_point, table),
        columns=values,
        sport=sport,
        sub_sport=sub_sport,
        device=elements.first_text(activity, "creator", "name"),
        product=elements.first_text(activity, "creator", "productid"),
        offset_s=times.offset_s,
        is_local=times.is_local,
        started_us=int(known_us[0]) if len(known_us) else NAT_US,
        laps=table,
        distance_m=total_of(table["distance_m"]),
        timer_s=total_of(table["duration_s"]),
        notes=(
            *notes,
            *sport_notes,
            *lap_notes,
            *note_bad_times(times),
            *note_bad_values(columns),
        ),
    )


def _columns(elements: Elements, points: Ints) -> dict[str, Column]:
    found: dict[str, Column] = {}
    heart_rate = _heart_rate(elements, points)
    if heart_rate is not None:
        found["heart_rate_bpm"] = heart_rate
    for name, names in FIELDS.items():
        values = column(elements, points, names)
        if values is not None:
            found[name] = values
    return found


def _heart_rate(elements: Elements, points: Ints) -> Column | None:
    """Read ``<HeartRateBpm><Value>``; some apps leave the inner element out."""
    bare = column(elements, points, ("heartratebpm",))
    groups = elements.named("heartratebpm")
    values = elements.named("value")
    group = elements.owner(values, groups)
    values, group = values[group >= 0], groups[group[group >= 0]]
    owner = elements.owner(group, points)
    is_mine = owner >= 0
    if not is_mine.any():
        return bare
    return spread(
        elements.spans(values[is_mine]), owner[is_mine], len(points), onto=bare
    )
