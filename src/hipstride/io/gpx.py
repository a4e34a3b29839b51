"""GPX: the tracks that every watch and app can export.

GPX has places and times; heart rate, cadence and power come as extensions that each
maker names in its own way, so they are found by their local names. Two engines read
it: ours, in columns, and gpxpy, the well-known library, as a second opinion.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from hipstride.errors import ReadError
from hipstride.io._open import RawFile, Source, load
from hipstride.io._sports import sport_of
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
    unread_names,
)
from hipstride.io._xml_elements import Elements, Ints
from hipstride.tables import Recording

__all__ = ["EXTENSIONS", "GpxEngine", "read_gpx"]

GpxEngine = Literal["columnar", "gpxpy"]

# Our column: the local names that makers give it, the most trusted first.
# Garmin TrackPointExtension v1 and v2 (hr, cad, atemp, speed), Garmin PowerExtension
# (PowerInWatts), Cluetrust gpxdata (hr, cadence, temp, distance), Amazfit (heartrate),
# Apple (speed) and the bare names of many apps.
EXTENSIONS: dict[str, tuple[str, ...]] = {
    "heart_rate_bpm": ("hr", "heartrate", "heart_rate", "heartratebpm"),
    "cadence": ("cad", "runcadence", "cadence"),
    "temperature_degc": ("atemp", "temp", "temperature"),
    "speed_mps": ("speed",),
    "power_w": ("powerinwatts", "power", "watts"),
    "distance_increment_or_total_m": ("distance",),
}

_EXPORT_ANOTHER = "export the activity itself, as FIT if you can"


def read_gpx(
    source: Source, *, engine: GpxEngine = "columnar", name: str | None = None
) -> list[Recording]:
    """Read the tracks of a GPX file, one `Recording` each.

    Parameters
    ----------
    source : str, path or bytes
        The file, or its bytes; may be gzipped.
    engine : {"columnar", "gpxpy"}
        Ours, or the library gpxpy. gpxpy refuses files that are damaged anywhere or
        hold one bad number.
    name : str, optional
        What to call the file in messages.

    Returns
    -------
    list of Recording
        One for each track that has points with times, in the file's order.

    Raises
    ------
    ReadError
        If the file has no track with times.
    XmlError
        If it is no GPX, or damaged before the end of its first point.

    Notes
    -----
    1. Segments end where the timer stopped: a gap between two is a pause, and the way
       across it is not run.
    2. Distance, where the file gives none, is the great circle from point to point.
    3. Speed, where the file gives none, is distance over the 10 s around a point.
    4. Cadence is of one foot or of both: decided by speed, see the note.

    Examples
    --------
    >>> point = '<trkpt lat="0" lon="0.{}"><time>2026-09-01T06:00:0{}Z</time></trkpt>'
    >>> points = "".join(point.format(10_000 + 3 * s, s) for s in range(10))
    >>> gpx = f"<gpx><trk><type>running</type><trkseg>{points}</trkseg></trk></gpx>"
    >>> [run] = read_gpx(gpx.encode(), name="easy.gpx")
    >>> run
    Recording('easy.gpx', running, 2026-09-01 06:00 UTC, 10 samples)
    >>> run.samples["speed_mps"].round(1).unique().tolist()
    [3.3]
    """
    raw = load(source, name=name)
    if engine not in _ENGINES:
        known = " or ".join(map(repr, _ENGINES))
        raise ReadError(raw.name, f"the engine {engine!r}", known)
    tracks = _ENGINES[engine](raw)
    recordings: list[Recording] = []
    passed_over = 0
    for track in tracks:
        found = build_recording(raw, track, number=len(recordings) + 1, kind="gpx")
        if found is None:
            passed_over += 1
        else:
            recordings.append(found)
    if not recordings:
        raise _nothing(raw, passed_over)
    return recordings


def _nothing(raw: RawFile, untimed: int) -> ReadError:
    if untimed:
        return ReadError(
            raw.name,
            "track points without times",
            "the time of each point",
            "a track without times is a route, not a run; " + _EXPORT_ANOTHER,
        )
    return ReadError(
        raw.name,
        "no track points (a route, or places only)",
        "a track (<trk>) with points",
        _EXPORT_ANOTHER,
    )


def _tracks(raw: RawFile) -> list[Track]:
    """Read all points of the file at once and deal them out to their tracks."""
    elements, notes = open_xml(
        raw.name,
        raw.data,
        roots=("gpx",),
        point="trkpt",
        remedy="use read_tcx for TCX, read_run for any format",
    )
    tracks, _ = outermost(elements, elements.named("trk"))
    points, nested = outermost(elements, elements.named("trkpt"))
    if nested:
        notes += (f"{nested} track points lie inside another and were not read",)
    points = points[elements.owner(points, tracks) >= 0]
    if not len(points):
        return []
    owner = elements.owner(points, tracks)
    part = elements.owner(points, outermost(elements, elements.named("trkseg"))[0])
    times = times_of(elements, points)
    columns = _columns(elements, points)
    unread = unread_names(elements, points, _KNOWN)
    if unread:
        notes += (f"what the points also hold was not read: {', '.join(unread)}",)
    device = " ".join(elements.attribute("gpx", "creator").strings()[:1])
    found = []
    for number in np.unique(owner).tolist():
        rows = np.flatnonzero(owner == number)
        stated = elements.first_text(int(tracks[number]), "type")
        sport, sub_sport, sport_notes = sport_of(stated)
        mine = times.at(rows)
        chosen = {
            key: (values[rows], is_bad[rows], example)
            for key, (values, is_bad, example) in columns.items()
        }
        found.append(
            Track(
                time_us=mine.us,
                part=part[rows],
                columns={key: values for key, (values, _, _) in chosen.items()},
                sport=sport,
                sub_sport=sub_sport,
                device=device,
                offset_s=mine.offset_s,
                is_local=mine.is_local,
                notes=(
                    *notes,
                    *sport_notes,
                    *note_bad_times(mine),
                    *note_bad_values(chosen),
                ),
            )
        )
    return found


def _gpxpy(raw: RawFile) -> list[Track]:
    # Only those who ask for the second opinion wait for its import.
    from hipstride.io._gpx_gpxpy import gpxpy_tracks  # noqa: PLC0415

    return gpxpy_tracks(raw, EXTENSIONS)


_ENGINES: dict[str, Callable[[RawFile], list[Track]]] = {
    "columnar": _tracks,
    "gpxpy": _gpxpy,
}

_KNOWN = frozenset(
    {"ele", "time", "extensions", *(n for names in EXTENSIONS.values() for n in names)}
)


def _columns(elements: Elements, points: Ints) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for name, attribute in (("latitude_deg", "lat"), ("longitude_deg", "lon")):
        spans = elements.attribute("trkpt", attribute)
        owner = elements.owner(spans.element, points)
        if len(spans) and (owner >= 0).all():
            found[name] = spread(spans, owner, len(points))
    altitude = column(elements, points, ("ele",), is_child=True)
    if altitude is not None:
        found["altitude_m"] = altitude
    for name, names in EXTENSIONS.items():
        values = column(elements, points, names)
        if values is not None:
            found[name] = values
    return found
