"""The second opinion on a GPX file: gpxpy's objects, laid out as our columns.

gpxpy's own way is kept: what it refuses is refused, and what it reads as nothing is
nothing. Only its tree of extensions is walked here, since it leaves that to its user.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import gpxpy
import numpy as np
from gpxpy.gpx import GPXException, GPXTrack, GPXTrackPoint
from lxml import etree
from numpy.typing import NDArray

from hipstride.errors import ReadError
from hipstride.io._open import RawFile
from hipstride.io._sports import sport_of
from hipstride.io._track import Track
from hipstride.io._xml import safe_text
from hipstride.io._xml_times import NAT_US

__all__ = ["gpxpy_tracks"]

Floats = NDArray[np.float64]


def gpxpy_tracks(
    raw: RawFile, extensions: Mapping[str, tuple[str, ...]]
) -> list[Track]:
    """Read the tracks of a GPX file with gpxpy.

    Parameters
    ----------
    raw : RawFile
        The file.
    extensions : mapping of str to tuple of str
        Our column: the local names of its elements, the most trusted first.

    Returns
    -------
    list of Track
        One for each track with points.

    Raises
    ------
    ReadError
        If gpxpy refuses the file: one damaged place or one bad number is enough.
    """
    # The same gate as for our engine: no document type and no bomb gets to gpxpy.
    text, notes = safe_text(raw.name, raw.data)
    try:
        document = gpxpy.parse(text.decode().strip())
    except (GPXException, etree.XMLSyntaxError, ValueError, TypeError) as error:
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else ""
        raise ReadError(
            raw.name,
            f"what gpxpy refuses ({first_line or type(error).__name__})",
            "a GPX without any fault",
            "use engine='columnar', which keeps what is whole",
        ) from None
    return [
        _track(track, _text(document.creator), extensions, notes)
        for track in document.tracks
        if any(segment.points for segment in track.segments)
    ]


def _track(
    track: GPXTrack,
    creator: str,
    extensions: Mapping[str, tuple[str, ...]],
    notes: tuple[str, ...],
) -> Track:
    points = [point for segment in track.segments for point in segment.points]
    part = [
        number for number, segment in enumerate(track.segments) for _ in segment.points
    ]
    found = [_extension_values(point) for point in points]
    columns: dict[str, Floats] = {
        "latitude_deg": _column([point.latitude for point in points]),
        "longitude_deg": _column([point.longitude for point in points]),
        "altitude_m": _column([point.elevation for point in points]),
    }
    for name, names in extensions.items():
        columns[name] = _column(
            [next((v[n] for n in names if n in v), None) for v in found]
        )
    sport, sub_sport, sport_notes = sport_of(_text(track.type))
    return Track(
        time_us=np.array([_microseconds(point.time) for point in points]),
        part=np.array(part),
        columns=columns,
        sport=sport,
        sub_sport=sub_sport,
        device=creator,
        offset_s=np.array([_offset_s(point.time) for point in points]),
        is_local=np.array(
            [point.time is not None and point.time.tzinfo is None for point in points]
        ),
        notes=(*notes, *sport_notes),
    )


def _extension_values(point: GPXTrackPoint) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, text in _leaves(point.extensions):
        try:
            number = float(text)
        except ValueError:
            continue
        if np.isfinite(number):
            values.setdefault(name, number)
    return values


def _leaves(elements: list[etree._Element]) -> Iterator[tuple[str, str]]:
    for element in elements:
        children = list(element)
        if children:
            yield from _leaves(children)
        else:
            name = str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()
            yield name, element.text or ""


def _column(values: list[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], float)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _microseconds(time: dt.datetime | None) -> int:
    if time is None:
        return int(NAT_US)
    if time.tzinfo is None:
        time = time.replace(tzinfo=dt.UTC)
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return (time - epoch) // dt.timedelta(microseconds=1)


def _offset_s(time: dt.datetime | None) -> int:
    offset = None if time is None else time.utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
