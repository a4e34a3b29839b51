"""What the export of a Garmin account says of its activities.

The zip of "Export Your Data" holds the files of the watch and, beside them, lists named
``…_summarizedActivities.json``. Only there stand the names that the runner gave, the
notes, the effort that was asked for after the run, and the wall clock.
"""

from __future__ import annotations

import re
from math import isfinite, nan

import pandas as pd

from hipstride.errors import ReadError
from hipstride.io._account_rows import Activity, activities_of, clean_text
from hipstride.io._csv_numbers import number
from hipstride.io._garmin_json import REMEDY, WANTED, rows_of
from hipstride.io._journal_rows import warn
from hipstride.io._open import Source, load
from hipstride.io._sports import sport_of

__all__ = ["is_garmin_activities", "read_garmin_activities"]

# The export writes `workoutRpe` and `workoutFeel` into the row; what comes from
# Connect's web pages writes them with `direct` before, some of it in `summaryDTO`.
_RPE = ("workoutRpe", "directWorkoutRpe")
_FEEL = ("workoutFeel", "directWorkoutFeel")
_STARTS = ("startTimeGmt", "beginTimestamp")
_DETAILS = "summaryDTO"
_KEPT = frozenset(
    {
        _DETAILS, *_RPE, *_FEEL, *_STARTS, "startTimeLocal", "activityId",
        "activityType", "typeKey", "sportType", "parent", "duration", "distance",
        "name", "activityName", "description",
    }
)  # fmt: skip
_NAME = re.compile(r"summarized_?activities[^/\\]*\.json(\.gz)?$", re.IGNORECASE)

# 1990 to 2100: no watch recorded before, and beyond it a clock was never set.
_FIRST_MS, _LAST_MS = 631_152_000_000, 4_102_444_800_000
_MS_PER_S = 1000.0
_CM_PER_M = 100.0
# Clocks on Earth differ from UTC by quarters of an hour, from -12 to +14 hours.
_QUARTER_S = 900.0
_CLOCK_SLACK_S = 60.0
_MIN_OFFSET_S, _MAX_OFFSET_S = -43_200.0, 50_400.0
# Connect asks for 1 to 10, and writes 10 to 100; 0 where it was not answered.
_RPE_FACTOR = 10.0
_MIN_RPE = 10.0
_MAX_SHARE = 100.0

# Types of Connect that no file has a word for.
_TYPES = {"ultra_run": ("running", "ultra"), "obstacle_run": ("running", "obstacle")}
_VERSION = re.compile(r"_v\d+$")


def is_garmin_activities(name: str) -> bool:
    """Tell by its name whether a file is such a list; a long one comes in several.

    Examples
    --------
    >>> is_garmin_activities("DI-Connect-Fitness/me_0_summarizedActivities.json")
    True
    >>> is_garmin_activities("me_personalRecord.json")
    False
    """
    return _NAME.search(name) is not None


def read_garmin_activities(source: Source, *, name: str | None = None) -> pd.DataFrame:
    r"""Read the list of activities of a Garmin account's export.

    Parameters
    ----------
    source : str, path or bytes
        A ``…_summarizedActivities.json``, gzipped or not.
    name : str, optional
        What to call the file in messages and in the column ``source``.

    Returns
    -------
    DataFrame
        An `ACTIVITIES` table with all its columns, by start. What the list says is
        kept as it is, even 56 km in 12 minutes: it names runs and measures none. A
        multisport event is a row of the sport ``multisport`` beside its parts. Effort
        is read from ``workoutRpe`` or ``directWorkoutRpe`` (10 to 100), feel from
        ``workoutFeel`` or ``directWorkoutFeel`` (0 to 100).

    Raises
    ------
    ReadError
        If the file is no JSON, or no list of activities.

    Warns
    -----
    DataQualityWarning
        For rows without a start and rows that stand there twice, which are left out,
        and for efforts off the scale.

    Examples
    --------
    >>> export = b'''[{"summarizedActivitiesExport": [{
    ...     "name": "Easy, hip 2/10", "activityType": "treadmill_running",
    ...     "startTimeGmt": 1756711800000.0, "startTimeLocal": 1756719000000.0,
    ...     "duration": 1800000.0, "distance": 500000.0, "workoutRpe": 30}]}]'''
    >>> read_garmin_activities(export).loc[
    ...     0, ["started_at", "utc_offset_s", "sub_sport", "distance_m", "rpe_0_10"]
    ... ]
    started_at      2025-09-01 07:30:00+00:00
    utc_offset_s                       7200.0
    sub_sport                       treadmill
    distance_m                         5000.0
    rpe_0_10                              3.0
    Name: 0, dtype: object
    """
    raw = load(source, name=name)
    rows = rows_of(raw, _KEPT)
    if rows and not any(isinstance(row, dict) and _is_activity(row) for row in rows):
        raise ReadError(raw.name, "JSON of something else", WANTED, REMEDY)
    activities: list[Activity] = []
    seen: set[object] = set()
    undated = repeated = off_scale = 0
    for row in rows:
        started_ms = _started_ms(row) if isinstance(row, dict) else None
        if not isinstance(row, dict) or started_ms is None:
            undated += 1
            continue
        identity = row.get("activityId")
        if isinstance(identity, int | str):
            if (identity, started_ms) in seen:
                repeated += 1
                continue
            seen.add((identity, started_ms))
        rpe = _number(_first(row, _RPE))
        is_rpe = _MIN_RPE <= rpe <= _MAX_SHARE
        off_scale += not (is_rpe or rpe == 0 or rpe != rpe)  # noqa: PLR0124 - NaN
        activities.append(_activity(row, started_ms, rpe if is_rpe else nan))
    for count, message in (
        (undated, "rows without a start were left out"),
        (repeated, "rows stand there twice; one of each was kept"),
        (off_scale, "efforts are not from 10 to 100 and were left out"),
    ):
        if count:
            warn(raw.name, f"{count} {message}")
    for note in raw.notes:
        warn(raw.name, note)
    return activities_of(activities, raw.name)


def _is_activity(row: dict[str, object]) -> bool:
    return any(start in row for start in _STARTS)


def _started_ms(row: dict[str, object]) -> int | None:
    for start in _STARTS:
        value = _number(row.get(start))
        if _FIRST_MS <= value <= _LAST_MS:
            return round(value)
    return None


def _activity(row: dict[str, object], started_ms: int, rpe: float) -> Activity:
    sport, sub_sport = _sport(row)
    feel = _number(_first(row, _FEEL))
    return Activity(
        started_ms,
        sport,
        sub_sport,
        _offset_s(row),
        _number(row.get("duration")) / _MS_PER_S,
        _number(row.get("distance")) / _CM_PER_M,
        rpe / _RPE_FACTOR,
        feel if 0 <= feel <= _MAX_SHARE else nan,
        clean_text(row.get("name") or row.get("activityName")),
        clean_text(row.get("description")),
    )


def _sport(row: dict[str, object]) -> tuple[str, str]:
    if row.get("parent") is True:
        return "multisport", ""
    kind = row.get("activityType")
    if isinstance(kind, dict):
        kind = kind.get("typeKey")
    for said in (kind, row.get("sportType")):
        word = _VERSION.sub("", clean_text(said).lower())
        sport, sub_sport, _ = sport_of(word)
        sport, sub_sport = _TYPES.get(word, (sport, sub_sport))
        if sport:
            return sport, sub_sport
    return "", ""


def _offset_s(row: dict[str, object]) -> float:
    """Give the offset from UTC; NaN where no clock on Earth has it."""
    gmt_ms = _number(row.get("startTimeGmt"))
    offset_s = (_number(row.get("startTimeLocal")) - gmt_ms) / _MS_PER_S
    if not _MIN_OFFSET_S - _QUARTER_S < offset_s < _MAX_OFFSET_S + _QUARTER_S:
        return nan
    rounded_s = _QUARTER_S * round(offset_s / _QUARTER_S)
    is_clock = abs(offset_s - rounded_s) <= _CLOCK_SLACK_S
    is_there = _MIN_OFFSET_S <= rounded_s <= _MAX_OFFSET_S
    return rounded_s if is_clock and is_there else nan


def _first(row: dict[str, object], keys: tuple[str, ...]) -> object:
    """Look for a value under several names, in the row and in its details."""
    details = row.get(_DETAILS)
    for place in (row, details if isinstance(details, dict) else {}):
        for key in keys:
            if place.get(key) is not None:
                return place[key]
    return None


def _number(value: object) -> float:
    """Give a number, also of one that is written as text; NaN where it is none."""
    if isinstance(value, str):
        read = number(value.strip())
        return nan if read is None else read
    if isinstance(value, bool) or not isinstance(value, int | float):
        return nan
    try:
        as_float = float(value)
    except OverflowError:
        return nan
    return as_float if isfinite(as_float) else nan
