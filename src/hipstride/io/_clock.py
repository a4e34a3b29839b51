"""The runner's wall clock, for files that hold UTC alone.

GPX and TCX files mostly do, and some FIT files. The day of a run is then told by where
it began: each place on earth has a time zone, and each zone its offset on that day.

Source: the polygons of the timezone-boundary-builder, through `tzfpy` (MIT).
"""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from tzfpy import get_tz

from hipstride.tables import Recording

__all__ = ["with_clock", "zone_at", "zone_offset"]

_MAX_LATITUDE_DEG = 90.0
_MAX_LONGITUDE_DEG = 180.0
# Kiribati is furthest from UTC, and clocks differ by whole quarters of an hour.
_MAX_OFFSET_S = 14 * 3600
_QUARTER_HOUR_S = 900


def with_clock(recording: Recording) -> Recording:
    """Take the clock of the place where a run began, where its file tells none.

    Parameters
    ----------
    recording : Recording
        Any.

    Returns
    -------
    Recording
        The same where its clock is known, or it has no position; else one with
        ``utc_offset`` and a note that says whose clock it is. An offset that no clock
        has counts as unknown.

    Notes
    -----
    The offset that a file tells stands, even where the place has another: runners
    travel, and a watch may keep the time of home. UTC itself is what a device tells
    whose zone was never set (COROS and TomTom: 3 of 47 real activities as FIT; the
    other 44 agree with their place): that stands too, with a note where it moves the
    day.

    Examples
    --------
    >>> from hipstride.tables import LAPS
    >>> at = pd.Timestamp("2026-07-01 22:30", tz="UTC")
    >>> samples = pd.DataFrame({"latitude_deg": [52.5], "longitude_deg": [13.4]})
    >>> run = Recording("a", "a", "gpx", "", "", "", at, None, samples, LAPS.empty())
    >>> with_clock(run).local_date
    Timestamp('2026-07-02 00:00:00')
    >>> with_clock(run).notes
    ("the clock is that of Europe/Berlin, by the run's position",)
    """
    recording = _without_a_false_offset(recording)
    offset = recording.utc_offset
    if (offset is not None and offset) or pd.isna(recording.started_at):
        return recording
    zone = zone_at(recording.samples)
    if zone is None:
        return recording
    try:
        there = zone_offset(zone, recording.started_at)
    except (LookupError, OverflowError):
        # Time zone data older than the border, or a start at the end of the calendar.
        note = f"what the clocks of {zone} showed, where it began, is not known"
        return replace(recording, notes=(*recording.notes, note))
    if offset is None:
        note = f"the clock is that of {zone}, by the run's position"
        return replace(recording, utc_offset=there, notes=(*recording.notes, note))
    local = replace(recording, utc_offset=there)
    if local.local_date == recording.local_date:
        return recording
    # A device whose zone was never set: its word stands, but it moves the day.
    note = (
        f"the device's clock is that of UTC, by which the run was on another day than "
        f"in {zone}, where it began"
    )
    return replace(recording, notes=(*recording.notes, note))


def zone_at(samples: pd.DataFrame) -> str | None:
    """Name the time zone of the first position of a run.

    Parameters
    ----------
    samples : DataFrame
        A `SAMPLES` table.

    Returns
    -------
    str or None
        In the IANA database; at sea a zone of whole hours, such as ``Etc/GMT+2``. None
        where there is no position.
    """
    if not {"latitude_deg", "longitude_deg"} <= set(samples.columns):
        return None
    latitude_deg = samples["latitude_deg"].to_numpy(np.float64)
    longitude_deg = samples["longitude_deg"].to_numpy(np.float64)
    is_place = np.abs(latitude_deg) <= _MAX_LATITUDE_DEG
    is_place &= np.abs(longitude_deg) <= _MAX_LONGITUDE_DEG
    # Receivers without a fix say that they are where equator and meridian cross.
    is_place &= (latitude_deg != 0) | (longitude_deg != 0)
    if not is_place.any():
        return None
    first = int(np.argmax(is_place))
    return get_tz(float(longitude_deg[first]), float(latitude_deg[first])) or None


def zone_offset(zone: str, at: pd.Timestamp) -> pd.Timedelta:
    """Give what the clocks of a zone showed beside UTC at some moment.

    Examples
    --------
    >>> winter = pd.Timestamp("2026-01-01", tz="UTC")
    >>> zone_offset("Asia/Kathmandu", winter)
    Timedelta('0 days 05:45:00')
    """
    there = at.to_pydatetime().astimezone(ZoneInfo(zone)).utcoffset()
    return pd.Timedelta(0 if there is None else there)


def _without_a_false_offset(recording: Recording) -> Recording:
    offset = recording.utc_offset
    if offset is None:
        return recording
    seconds = offset.total_seconds()
    if abs(seconds) <= _MAX_OFFSET_S and seconds % _QUARTER_HOUR_S == 0:
        return recording
    note = (
        f"the file's clock is {seconds / 3600:.2f} h from UTC, which no clock is; it "
        "was not used"
    )
    return replace(recording, utc_offset=None, notes=(*recording.notes, note))
