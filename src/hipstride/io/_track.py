"""From the raw columns of one activity to a `Recording`; shared by GPX and TCX.

Readers hand over columns as the file has them. Here times become elapsed seconds,
missing values become NaN and are counted, gaps between parts become pauses, what the
file does not give is derived, and every assumption becomes a note.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.io._cadence import steps_per_minute
from hipstride.io._geo import SPEED_WINDOW_S, speed_from_distance, track_distance
from hipstride.io._open import RawFile
from hipstride.io._xml_elements import Ints
from hipstride.io._xml_times import NAT_US
from hipstride.tables import LAPS, PAUSES, SAMPLES, Recording

__all__ = ["Track", "build_recording"]

Floats = NDArray[np.float64]

_US = 1_000_000
# A moment further than this from the middle of an activity is a clock's mistake.
_MAX_ASTRAY_US = 360_000 * _US
# A lap may begin before its first point; longer ago than this it is another clock.
_MAX_LEAD_US = 600 * _US
_MIN_PAUSE_S = 2.0


@dataclass(frozen=True, slots=True)
class Track:
    """The columns of one activity as its file has them.

    Parameters
    ----------
    time_us : array of int
        Microseconds since 1970, UTC; `NAT_US` where there is none.
    part : array of int
        Number of the segment or track that a point lies in.
    columns : mapping of str to array
        By name of the `SAMPLES` table; ``cadence`` as recorded.
    sport, sub_sport, device : str
        As in `Recording`.
    offset_s : array of int
        The offset from UTC that each time was written with [s].
    is_local : array of bool
        Times that were written without a zone.
    lap_starts_us : array of int
        Where laps begin.
    laps : DataFrame or None
        A `LAPS` table.
    distance_m, timer_s : float
        The device's totals.
    notes : sequence of str
        What the reader noted already.
    """

    time_us: Ints
    part: Ints
    columns: Mapping[str, Floats]
    sport: str = ""
    sub_sport: str = ""
    device: str = ""
    offset_s: Ints | None = None
    is_local: NDArray[np.bool_] | None = None
    started_us: int = NAT_US
    laps: pd.DataFrame | None = None
    distance_m: float = float("nan")
    timer_s: float = float("nan")
    notes: Sequence[str] = field(default_factory=tuple)


def build_recording(
    raw: RawFile, track: Track, *, number: int, kind: str
) -> Recording | None:
    """Make a `Recording` of one activity.

    Parameters
    ----------
    raw : RawFile
        The file.
    track : Track
        Its columns.
    number : int
        Which recording of the file it is, from 1.
    kind : str
        The format.

    Returns
    -------
    Recording or None
        None where no point has a time.
    """
    notes = list(track.notes)
    track = _in_order(track, notes)
    if not len(track.time_us):
        return None
    first_us = int(track.time_us[0])
    start_us = _start(track.started_us, first_us, notes)
    elapsed_s = (track.time_us - start_us) / _US
    columns = _present(track.columns, notes)
    _zeros_to_missing(columns, notes)
    _distance_and_speed(columns, elapsed_s, track.part, notes)
    if "cadence" in columns:
        columns["cadence_spm"], note = steps_per_minute(
            columns.pop("cadence"), columns.get("speed_mps"), track.sport
        )
        notes.append(note)
    sub_sport = track.sub_sport or _indoors(columns, track.sport, notes)
    time = pd.DatetimeIndex(track.time_us.view("M8[us]")).tz_localize("UTC")
    order = [name for name in SAMPLES.names if name in columns]
    samples = pd.DataFrame(
        {
            "time": time,
            "elapsed_s": elapsed_s,
            **{name: columns[name] for name in order},
        }
    )
    suffix = f"-{number}" if number > 1 else ""
    return Recording(
        run_id=raw.run_id + suffix,
        source=raw.name,
        format=kind,
        sport=track.sport,
        sub_sport=sub_sport,
        device=track.device,
        started_at=pd.Timestamp(start_us, unit="us", tz="UTC").as_unit("us"),
        utc_offset=_utc_offset(track, notes),
        samples=samples,
        laps=LAPS.empty() if track.laps is None else track.laps,
        notes=tuple(notes),
        pauses=_pauses(elapsed_s, track.part),
        distance_m=track.distance_m,
        timer_s=track.timer_s,
    )


def _in_order(track: Track, notes: list[str]) -> Track:
    """Drop points without a time and with an impossible one; sort what is left."""
    is_timed = track.time_us != NAT_US
    lost = len(is_timed) - np.count_nonzero(is_timed)
    if lost:
        notes.append(f"{lost} of {len(is_timed)} points have no time and were dropped")
    if not is_timed.any():
        return _taken(track, np.flatnonzero(is_timed))
    middle_us = int(np.median(track.time_us[is_timed]))
    is_near = is_timed & (np.abs(track.time_us - middle_us) <= _MAX_ASTRAY_US)
    astray = np.count_nonzero(is_timed & ~is_near)
    if astray:
        notes.append(
            f"{astray} points more than 100 hours from the rest were dropped: "
            "their clock was wrong"
        )
    rows = np.flatnonzero(is_near)
    back = np.count_nonzero(np.diff(track.time_us[rows]) < 0)
    if back:
        notes.append(f"time goes back at {back} points; all were put in order of time")
        rows = rows[np.argsort(track.time_us[rows], kind="stable")]
    elif len(rows) == len(is_timed):
        return track
    return _taken(track, rows)


def _taken(track: Track, rows: Ints) -> Track:
    return replace(
        track,
        time_us=track.time_us[rows],
        part=track.part[rows],
        columns={name: values[rows] for name, values in track.columns.items()},
        offset_s=None if track.offset_s is None else track.offset_s[rows],
        is_local=None if track.is_local is None else track.is_local[rows],
    )


def _start(stated_us: int, first_us: int, notes: list[str]) -> int:
    if stated_us == NAT_US or stated_us > first_us:
        return first_us
    if first_us - stated_us > _MAX_LEAD_US:
        notes.append(
            "the first lap claims to begin more than 10 minutes before the first "
            "point; the first point was taken as the start"
        )
        return first_us
    return stated_us


def _present(columns: Mapping[str, Floats], notes: list[str]) -> dict[str, Floats]:
    """Leave out columns without any value, and positions that cannot be."""
    found = dict(columns)
    if "latitude_deg" in found and "longitude_deg" in found:
        latitude, longitude = found["latitude_deg"], found["longitude_deg"]
        is_off = (np.abs(latitude) > 90) | (np.abs(longitude) > 180)  # noqa: PLR2004
        is_off |= (latitude == 0) & (longitude == 0)
        is_off |= np.isnan(latitude) != np.isnan(longitude)
        if is_off.any():
            notes.append(
                f"{np.count_nonzero(is_off)} positions are half missing, 0°, 0° or "
                "off the globe and were left missing"
            )
            found["latitude_deg"] = np.where(is_off, np.nan, latitude)
            found["longitude_deg"] = np.where(is_off, np.nan, longitude)
    return {name: values for name, values in found.items() if not _is_void(values)}


def _is_void(values: Floats) -> bool:
    return bool(np.isnan(values).all())


def _zeros_to_missing(columns: dict[str, Floats], notes: list[str]) -> None:
    """Devices write a heart rate of 0 where the strap was silent."""
    heart = columns.get("heart_rate_bpm")
    if heart is None or not (heart <= 0).any():
        return
    count = np.count_nonzero(heart <= 0)
    notes.append(f"{count} heart rates of 0 were left missing")
    columns["heart_rate_bpm"] = np.where(heart <= 0, np.nan, heart)
    if _is_void(columns["heart_rate_bpm"]):
        del columns["heart_rate_bpm"]


def _distance_and_speed(
    columns: dict[str, Floats], elapsed_s: Floats, part: Ints, notes: list[str]
) -> None:
    has_positions = "latitude_deg" in columns and "longitude_deg" in columns
    along = None
    if has_positions:
        along = track_distance(columns["latitude_deg"], columns["longitude_deg"], part)
    increments = columns.pop("distance_increment_or_total_m", None)
    if increments is not None:
        stated = _stated_distance(increments, along, notes)
        if stated is not None:
            columns.setdefault("distance_m", stated)
    if "distance_m" not in columns and along is not None:
        columns["distance_m"] = along
        notes.append(
            "distance was derived from the positions, great circle from point to "
            "point within each segment"
        )
    if "speed_mps" not in columns and "distance_m" in columns:
        speed = speed_from_distance(elapsed_s, columns["distance_m"], part)
        if not _is_void(speed):
            columns["speed_mps"] = speed
            notes.append(
                "speed was derived from distance and time, as the mean over "
                f"{SPEED_WINDOW_S:g} s around each point"
            )


def _stated_distance(
    values: Floats, along: Floats | None, notes: list[str]
) -> Floats | None:
    """Decide whether a distance extension counts from the start or from point to point.

    Some write the total so far, some the way since the point before; the length of
    the track tells which.
    """
    filled = np.nan_to_num(values)
    known = values[np.isfinite(values)]
    total_if_running, total_if_steps = float(known.max()), float(filled.sum())
    is_running = bool((np.diff(known) >= 0).all())
    length = float(np.nanmax(along)) if along is not None else float("nan")
    if is_running and not abs(total_if_running - length) > 0.3 * length:
        notes.append("distance is the file's own, counted from the start")
        return values
    if abs(total_if_steps - length) <= 0.3 * length:
        notes.append("distance is the file's own, added up from point to point")
        return np.cumsum(filled)
    notes.append(
        "the file's own distance fits its positions neither as a total nor from point "
        "to point and was not used"
    )
    return None


# A belt does not climb; a track with its positions removed does.
_MAX_BELT_RANGE_M = 10.0


def _indoors(columns: Mapping[str, Floats], sport: str, notes: list[str]) -> str:
    if sport != "running" or "latitude_deg" in columns:
        return ""
    altitude = columns.get("altitude_m")
    if altitude is not None and np.nanmax(altitude) - np.nanmin(altitude) > (
        _MAX_BELT_RANGE_M
    ):
        notes.append("the file has no positions, though the altitude changes")
        return ""
    notes.append(
        "the file has no positions; it was taken as a treadmill run, which the file "
        "does not say"
    )
    return "treadmill"


def _utc_offset(track: Track, notes: list[str]) -> pd.Timedelta | None:
    if track.is_local is not None and track.is_local.any():
        notes.append(
            f"{np.count_nonzero(track.is_local)} times have no zone and were taken "
            "as UTC"
        )
    if track.offset_s is None or not track.offset_s.any():
        return None
    if (track.offset_s != track.offset_s[0]).any():
        notes.append("the offset from UTC changes within the file; the first was used")
    first = int(track.offset_s[0])
    return pd.Timedelta(seconds=first) if first else None


def _pauses(elapsed_s: Floats, part: Ints) -> pd.DataFrame:
    """Find the gaps between parts that are longer than the points lie apart anyway."""
    gap = np.diff(elapsed_s)
    is_between = np.diff(part) != 0
    if not is_between.any():
        return PAUSES.empty()
    within = gap[~is_between]
    usual = float(np.median(within)) if len(within) else 0.0
    rows = np.flatnonzero(is_between & (gap > max(_MIN_PAUSE_S, 2 * usual)))
    if not len(rows):
        return PAUSES.empty()
    return pd.DataFrame({"elapsed_s": elapsed_s[rows], "duration_s": gap[rows]})
