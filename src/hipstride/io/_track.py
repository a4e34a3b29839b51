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
from hipstride.io._clock import with_clock
from hipstride.io._device_names import device_of_text
from hipstride.io._open import RawFile
from hipstride.io._track_columns import agreed_total, completed, indoor_sub_sport
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
_PLACES = ("latitude_deg", "longitude_deg")
_NO_LAPS = LAPS.empty()
_NO_PAUSES = PAUSES.empty()


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
    sport, sub_sport : str
        As in `Recording`.
    device, product : str
        Who made the file, and the number beside the name.
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
    product: str = ""
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
    notes = [*raw.notes, *track.notes]
    track = _in_order(track, notes)
    if not len(track.time_us):
        return None
    first_us = int(track.time_us[0])
    start_us = _start(track.started_us, first_us, notes)
    elapsed_s = (track.time_us - start_us) / _US
    columns = completed(track.columns, elapsed_s, track.part, notes)
    if "cadence" in columns:
        columns["cadence_spm"], note = steps_per_minute(
            columns.pop("cadence"), columns.get("speed_mps"), track.sport
        )
        notes.append(note)
    total_m = agreed_total(track.distance_m, columns.get("distance_m"), notes)
    sub_sport = track.sub_sport or indoor_sub_sport(
        columns, track.sport, notes, had_positions=_had_positions(track.columns)
    )
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
    return with_clock(
        Recording(
            run_id=raw.run_id + suffix,
            source=raw.name,
            format=kind,
            sport=track.sport,
            sub_sport=sub_sport,
            device=device_of_text(track.device, track.product, notes),
            started_at=pd.Timestamp(start_us, unit="us", tz="UTC").as_unit("us"),
            utc_offset=_utc_offset(track, notes),
            samples=samples,
            laps=_NO_LAPS.copy() if track.laps is None else track.laps,
            notes=tuple(notes),
            pauses=_pauses(elapsed_s, track.part),
            distance_m=total_m,
            timer_s=track.timer_s,
        )
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


def _utc_offset(track: Track, notes: list[str]) -> pd.Timedelta | None:
    if track.is_local is not None and track.is_local.any():
        count = np.count_nonzero(track.is_local)
        notes.append(f"no zone was given in {count} times; they were taken as UTC")
    if track.offset_s is None or not track.offset_s.any():
        return None
    if (track.offset_s != track.offset_s[0]).any():
        notes.append("the offset from UTC changes within the file; the first was used")
    first = int(track.offset_s[0])
    return pd.Timedelta(seconds=first) if first else None


def _had_positions(columns: Mapping[str, Floats]) -> bool:
    """Tell whether the file has positions, though they may be unreadable.

    On a treadmill some apps write 0°, 0°; what is no number at all was some place.
    """
    places = [columns[name] for name in _PLACES if name in columns]
    return any(
        bool(np.isnan(one).all() or (one[~np.isnan(one)] != 0).any()) for one in places
    )


def _pauses(elapsed_s: Floats, part: Ints) -> pd.DataFrame:
    """Find the gaps between parts that are longer than the points lie apart anyway."""
    gap = np.diff(elapsed_s)
    is_between = np.diff(part) != 0
    if not is_between.any():
        return _NO_PAUSES.copy()
    within = gap[~is_between]
    usual = float(np.median(within)) if len(within) else 0.0
    rows = np.flatnonzero(is_between & (gap > max(_MIN_PAUSE_S, 2 * usual)))
    if not len(rows):
        return _NO_PAUSES.copy()
    return pd.DataFrame({"elapsed_s": elapsed_s[rows], "duration_s": gap[rows]})
