"""A run as the GPX or TCX file that a watch's maker would export.

GPX knows no speed and no laps, and a point needs a position, so a treadmill run cannot
be one. Both formats count the cadence of one foot in whole numbers, as real files do.
Only simulated runs are written, never a run that somebody gave us to read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.tables import SAMPLES, Recording
from hipstride.units import STEPS_PER_STRIDE

__all__ = ["encode_gpx", "encode_tcx"]

_GPX_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gpx creator="{device}" version="1.1"
 xmlns="http://www.topografix.com/GPX/1/1"
 xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">
<metadata><time>{started}</time></metadata>
<trk><name>{source}</name><type>{sport}</type>
"""
_TCX_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<TrainingCenterDatabase
 xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
 xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<Activities><Activity Sport="{sport}"><Id>{started}</Id>
"""
_TCX_FOOT = """<Creator xsi:type="Device_t"><Name>{device}</Name><UnitId>0</UnitId>\
<ProductID>0</ProductID><Version><VersionMajor>0</VersionMajor>\
<VersionMinor>0</VersionMinor></Version></Creator>
</Activity></Activities></TrainingCenterDatabase>
"""
# The words that TCX has for a sport.
_TCX_SPORTS = {"running": "Running", "cycling": "Biking"}


def encode_gpx(recording: Recording) -> bytes:
    """Write a recording as GPX 1.1 with heart rate and cadence as an extension.

    Parameters
    ----------
    recording : Recording
        What to write. Distance, speed, dynamics, laps and totals have no place in the
        format and stay out; each pause begins a new segment.

    Returns
    -------
    bytes
        The file, one line per point. Equal recordings give equal bytes.

    Raises
    ------
    TableError
        If a sample has no position.

    Examples
    --------
    >>> from hipstride import simulate
    >>> past = simulate.history(simulate.Runner(), n_runs=2, seed=1)
    >>> encode_gpx(next(simulate.recordings(past, duration_s=60))).count(b"<trkpt")
    61
    """
    samples = recording.samples
    SAMPLES.check(samples, "time", "elapsed_s")
    where = samples.reindex(columns=["latitude_deg", "longitude_deg"])
    if where.isna().to_numpy().any():
        msg = (
            f"{recording.source}: found samples without a position; a GPX point needs "
            "one; write a treadmill run as FIT or TCX"
        )
        raise TableError(msg)
    points = _glued(
        _texts(samples, "latitude_deg", '<trkpt lat="{:.7f}"'),
        _texts(samples, "longitude_deg", ' lon="{:.7f}">'),
        _texts(samples, "altitude_m", "<ele>{:.1f}</ele>"),
        [f"<time>{time}</time>" for time in _times(samples["time"])],
        ["<extensions><gpxtpx:TrackPointExtension>"] * len(samples),
        _texts(samples, "heart_rate_bpm", "<gpxtpx:hr>{:.0f}</gpxtpx:hr>"),
        _texts(_one_foot(samples), "cadence", "<gpxtpx:cad>{:.0f}</gpxtpx:cad>"),
        ["</gpxtpx:TrackPointExtension></extensions></trkpt>\n"] * len(samples),
    )
    [started] = _times(pd.Series([recording.started_at]))
    head = _GPX_HEAD.format(
        device=escape(recording.device, {'"': "&quot;"}),
        started=started,
        source=escape(recording.source),
        sport=escape(recording.sport),
    )
    segments = [
        f"<trkseg>\n{''.join(points[part])}</trkseg>\n"
        for part in _between_pauses(recording, 0, len(samples))
    ]
    return f"{head}{''.join(segments)}</trk></gpx>\n".encode()


def encode_tcx(recording: Recording) -> bytes:
    """Write a recording as TCX with speed and cadence as an extension.

    Parameters
    ----------
    recording : Recording
        What to write. Dynamics, effort and feel have no place in the format and stay
        out; each pause begins a new track. A recording without laps is one lap.

    Returns
    -------
    bytes
        The file, one line per point. Equal recordings give equal bytes.

    Raises
    ------
    TableError
        If the samples are no `SAMPLES` table.

    Examples
    --------
    >>> from hipstride import simulate
    >>> past = simulate.history(simulate.Runner(), n_runs=2, seed=1)
    >>> encode_tcx(next(simulate.recordings(past, duration_s=60))).count(b"<Track>")
    1
    """
    samples = recording.samples
    SAMPLES.check(samples)
    bpm = "<HeartRateBpm><Value>{:.0f}</Value></HeartRateBpm>"
    points = _glued(
        [f"<Trackpoint><Time>{time}</Time>" for time in _times(samples["time"])],
        _positions(samples),
        _texts(samples, "altitude_m", "<AltitudeMeters>{:.1f}</AltitudeMeters>"),
        _texts(samples, "distance_m", "<DistanceMeters>{:.2f}</DistanceMeters>"),
        _texts(samples, "heart_rate_bpm", bpm),
        ["<Extensions><ns3:TPX>"] * len(samples),
        _texts(samples, "speed_mps", "<ns3:Speed>{:.3f}</ns3:Speed>"),
        _texts(
            _one_foot(samples), "cadence", "<ns3:RunCadence>{:.0f}</ns3:RunCadence>"
        ),
        ["</ns3:TPX></Extensions></Trackpoint>\n"] * len(samples),
    )
    [started] = _times(pd.Series([recording.started_at]))
    head = _TCX_HEAD.format(
        sport=_TCX_SPORTS.get(recording.sport, "Other"), started=started
    )
    foot = _TCX_FOOT.format(device=escape(recording.device))
    return f"{head}{''.join(_tcx_laps(recording, points))}{foot}".encode()


def _tcx_laps(recording: Recording, points: list[str]) -> Iterator[str]:
    laps = recording.laps
    if len(laps) == 0:
        laps = pd.DataFrame(
            {
                "started_at": [recording.started_at],
                "duration_s": [recording.timer_s],
                "distance_m": [recording.distance_m],
            }
        )
    times = recording.samples["time"]
    starts = times.searchsorted(laps["started_at"]).tolist()
    # A lap starts at the sample that ends the one before.
    bounds = [0, *starts[1:], len(points)]
    for row, start in enumerate(_times(laps["started_at"])):
        tracks = [
            f"<Track>\n{''.join(points[part])}</Track>\n"
            for part in _between_pauses(recording, bounds[row], bounds[row + 1])
        ]
        lap = laps.iloc[row]
        yield (
            f'<Lap StartTime="{start}">'
            f"<TotalTimeSeconds>{lap['duration_s']:.3f}</TotalTimeSeconds>"
            f"<DistanceMeters>{lap['distance_m']:.2f}</DistanceMeters>"
            "<Calories>0</Calories><Intensity>Active</Intensity>"
            f"<TriggerMethod>Manual</TriggerMethod>\n{''.join(tracks)}</Lap>\n"
        )


def _between_pauses(recording: Recording, first: int, behind: int) -> list[slice]:
    """Cut a stretch of samples where the timer stood; a sample at the stop ends it."""
    elapsed_s = recording.samples["elapsed_s"].to_numpy()
    stops = recording.pauses["elapsed_s"].to_numpy(np.float64)
    cuts = np.searchsorted(elapsed_s, stops, side="right")
    bounds = [first, *cuts[(cuts > first) & (cuts < behind)].tolist(), behind]
    return [slice(a, b) for a, b in pairwise(bounds)]


def _texts(table: pd.DataFrame, column: str, form: str) -> list[str]:
    """Write a column into a form; what is missing, or NaN, is left out."""
    if column not in table.columns:
        return [""] * len(table)
    values = table[column].tolist()
    return ["" if math.isnan(value) else form.format(value) for value in values]


def _positions(samples: pd.DataFrame) -> list[str]:
    """Write the positions; half a position is none."""
    where = samples.reindex(columns=["latitude_deg", "longitude_deg"])
    return [
        ""
        if math.isnan(north) or math.isnan(east)
        else f"<Position><LatitudeDegrees>{north:.7f}</LatitudeDegrees>"
        f"<LongitudeDegrees>{east:.7f}</LongitudeDegrees></Position>"
        for north, east in where.itertuples(index=False, name=None)
    ]


def _glued(*columns: list[str]) -> list[str]:
    return ["".join(row) for row in zip(*columns, strict=True)]


def _one_foot(samples: pd.DataFrame) -> pd.DataFrame:
    if "cadence_spm" not in samples.columns:
        return samples[[]]
    # Halves go to the even number, half of them up, so that the mean is kept.
    return pd.DataFrame({"cadence": np.rint(samples["cadence_spm"] / STEPS_PER_STRIDE)})


def _times(moments: pd.Series) -> list[str]:
    utc: NDArray[np.datetime64] = moments.dt.tz_convert(None).to_numpy("datetime64[ms]")
    return [f"{text}Z" for text in np.datetime_as_string(utc, unit="ms").tolist()]
