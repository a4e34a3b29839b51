"""Read FIT files: what Garmin, Stryd, COROS, Suunto and most other watches write.

The columnar engine is hipstride's own; ``engine="fitparse"`` decodes the same bytes
with the well-known library, as a second opinion. From the decoded messages on, both go
one way.

FIT calls half the steps cadence: one foot's, in whole numbers, with the rest in
``fractional_cadence``. Here, and nowhere else, it becomes steps a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.io._fit_device import device_name, utc_offset
from hipstride.io._fit_events import (
    column_index,
    instants,
    lap_table,
    pause_table,
    read_laps,
    read_timer,
)
from hipstride.io._fit_fitparse import parse
from hipstride.io._fit_frames import frames
from hipstride.io._fit_messages import Messages
from hipstride.io._fit_records import Records, read_records
from hipstride.io._fit_refusals import no_activity, not_fit
from hipstride.io._fit_scan import is_fit, scan
from hipstride.io._fit_sessions import assign, read_sessions, true_start
from hipstride.io._fit_tables import Tables
from hipstride.io._fit_worn import fill_from_worn
from hipstride.io._open import RawFile, Source, load
from hipstride.tables import SAMPLES, Recording

__all__ = ["FitEngine", "read_fit", "read_fit_tables"]

FitEngine = Literal["columnar", "fitparse"]

_HOUSE = dict.fromkeys(SAMPLES.names)
# Sports whose cadence counts feet; of the others no step is known.
_ON_FOOT = frozenset({"running", "walking", "hiking", "snowshoeing", "mountaineering"})
# A treadmill may be filed under fitness equipment.
_ON_FOOT_INDOORS = frozenset({"treadmill", "indoor_running", "indoor_walking"})
# What the FIT profile calls a sport without saying which.
_UNSAID = frozenset({"", "generic", "training", "transition", "multisport"})

# Steps a minute and metres a step that a runner or walker can have in the middle of a
# session; 250 steps a minute is a sprinter's.
_SPM = (80.0, 250.0)
_STEP_M = (0.4, 2.2)
_MIN_MOVING_MPS = 0.7
_ENOUGH_SAMPLES = 500


def read_fit(
    source: Source, *, engine: FitEngine = "columnar", name: str | None = None
) -> list[Recording]:
    """Read a FIT file into one recording for each of its sessions.

    Parameters
    ----------
    source : str, path or bytes
        The file, gzipped or not.
    engine : {"columnar", "fitparse"}
        Who decodes: hipstride, or the library fitparse as a second opinion.
    name : str, optional
        What to call the file in messages.

    Returns
    -------
    list of Recording
        At least one, in the order of time, whatever the sport. Their `samples` hold the
        columns that the file has values for; fields of the profile that have no column
        in `SAMPLES` are not carried. Cadence of sports that are not on foot stays in
        ``cadence_rpm``.

    Raises
    ------
    UnknownFormatError
        If it is no FIT file.
    ReadError
        If it is one, but not of an activity.
    FitError
        If it is damaged beyond use.

    Examples
    --------
    >>> read_fit(b"PK", name="run.fit")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    hipstride.errors.UnknownFormatError: run.fit: found ...
    """
    raw = load(source, name=name)
    tables = _decode(raw, engine)
    records = read_records(tables)
    sessions = read_sessions(tables, records)
    laps, timer = read_laps(tables), read_timer(tables)
    parts = tables.part_starts
    rows_of = assign(sessions, records.times, records.offsets, parts)
    laps_of = assign(sessions, laps.times, laps.offsets, parts)
    timer_of = assign(sessions, timer.times, timer.offsets, parts)
    notes = [*raw.notes, *tables.faults, *records.notes]
    offset = utc_offset(tables, notes)
    device = device_name(tables)
    recordings: list[Recording] = []
    for i, session in enumerate(sessions):
        start, start_notes = true_start(session, records.times[rows_of[i]])
        if isnan(start):
            continue
        is_indoors = session.sub_sport in _ON_FOOT_INDOORS
        sport = "running" if is_indoors else session.sport
        samples, sample_notes = _samples(tables, records, rows_of[i], sport, start)
        rank = len(recordings) + 1
        recordings.append(
            Recording(
                run_id=raw.run_id + (f"-{rank}" if rank > 1 else ""),
                source=raw.name,
                format="fit",
                sport=session.sport,
                sub_sport=session.sub_sport,
                device=device,
                started_at=pd.Timestamp(round(start * 1e6), unit="us", tz="UTC"),
                utc_offset=offset,
                samples=samples,
                laps=lap_table(laps, laps_of[i]),
                notes=(*notes, *session.notes, *start_notes, *sample_notes),
                pauses=pause_table(timer, timer_of[i], start),
                rpe_0_10=session.effort / 10,
                feel_0_100=session.feel,
                distance_m=session.distance_m,
                timer_s=session.timer_s,
            )
        )
    if not recordings:
        raise no_activity(raw.name, tables, notes)
    return recordings


def read_fit_tables(
    source: Source,
    *,
    messages: Sequence[str] | None = None,
    engine: FitEngine = "columnar",
    name: str | None = None,
) -> dict[str, pd.DataFrame]:
    """Read the messages of a FIT file as they are, one table for each type.

    Parameters
    ----------
    source : str, path or bytes
        The file, gzipped or not.
    messages : sequence of str, optional
        Only these message types, in the words of the FIT profile (``record``,
        ``session``, ``unknown_233``); all where not given.
    engine : {"columnar", "fitparse"}
        Who decodes.
    name : str, optional
        What to call the file in messages.

    Returns
    -------
    dict
        DataFrames by message type; one row is one message in the order of the file.
        Numbers have the units of the FIT profile, codes are words, times are instants.

    Raises
    ------
    UnknownFormatError
        If it is no FIT file.
    FitError
        If it is damaged beyond use.

    Examples
    --------
    >>> read_fit_tables("run.fit", messages=["record", "lap"])  # doctest: +SKIP
    """
    return frames(_decode(load(source, name=name), engine), messages)


def _decode(raw: RawFile, engine: FitEngine) -> Tables:
    if not is_fit(raw.data):
        raise not_fit(raw)
    if engine not in get_args(FitEngine):
        msg = f'engine is {engine!r}; expected "columnar" or "fitparse"'
        raise ValueError(msg)
    if engine == "fitparse":
        return parse(raw.data, raw.name)
    return Messages(scan(raw.data), raw.name)


def _samples(
    tables: Tables,
    records: Records,
    rows: NDArray[np.intp],
    sport: str,
    start: float,
) -> tuple[pd.DataFrame, list[str]]:
    """Cut the samples of a session out of the records of the file."""
    if not len(rows):
        return SAMPLES.empty(), ["The session has no samples."]
    times = records.times[rows]
    columns = dict(records.columns)
    if len(rows) < len(records.times):
        # Another session of the file may be the one that has a column.
        cut = ((name, values[rows]) for name, values in columns.items())
        columns = {name: values for name, values in cut if not np.isnan(values).all()}
    notes = fill_from_worn(columns, tables.developer) if sport in _ON_FOOT else []
    notes += _name_cadence(columns, sport)
    names = [name for name in _HOUSE if name in columns]
    names += [name for name in columns if name not in _HOUSE]
    values = np.empty((1 + len(names), len(rows)))
    values[0] = times - start
    for row, name in zip(values[1:], names, strict=True):
        row[:] = columns[name]
    index = column_index(("elapsed_s", *names))
    frame = pd.DataFrame(values.T, columns=index, copy=False)
    frame.insert(0, "time", instants(times))
    return frame, notes


def _name_cadence(columns: dict[str, NDArray[np.float64]], sport: str) -> list[str]:
    """Turn FIT's cadence into steps a minute, or leave it as turns of another sport."""
    cadence = columns.pop("cadence", None)
    fraction = columns.pop("fractional_cadence", None)
    if cadence is None:
        return []
    if fraction is not None:
        cadence = cadence + np.where(np.isnan(fraction), 0, fraction)
    if sport not in _ON_FOOT | _UNSAID:
        columns["cadence_rpm"] = cadence
        return [
            f"The cadence is that of {sport}, in turns a minute; it is not of steps."
        ]
    if _is_of_both_feet(cadence, columns.get("speed_mps")):
        columns["cadence_spm"] = cadence
        return [
            "The cadence was taken for steps of both feet: twice it is no runner's."
        ]
    columns["cadence_spm"] = 2 * cadence
    if sport in _UNSAID:
        said = f"only {sport!r}" if sport else "nothing"
        return [f"The file says {said} as sport; its cadence was taken for one foot's."]
    return []


def _is_of_both_feet(
    cadence: NDArray[np.float64], speed: NDArray[np.float64] | None
) -> bool:
    """Tell whether a file counts whole steps, against the FIT profile.

    Both readings are held against what a runner or walker can do, by the middle of the
    samples in motion; where both or neither are possible, the profile's holds.
    """
    # Some hundred samples of the whole session tell as much as all.
    step = 1 + len(cadence) // _ENOUGH_SAMPLES
    cadence = cadence[::step]
    is_moving = cadence > 0
    if speed is not None:
        speed = speed[::step]
        is_moving &= speed > _MIN_MOVING_MPS
    if not is_moving.any():
        return False
    of_one = _middle(cadence[is_moving])
    mean_speed = nan if speed is None else _middle(speed[is_moving])
    return not _is_gait(2 * of_one, mean_speed) and _is_gait(of_one, mean_speed)


def _middle(values: NDArray[np.float64]) -> float:
    """Give the upper median, in a quarter of the time that NumPy's takes."""
    at = len(values) // 2
    return float(np.partition(values, at)[at])


def _is_gait(cadence_spm: float, speed_mps: float) -> bool:
    step_m = speed_mps * 60 / cadence_spm
    is_step = isnan(step_m) or _STEP_M[0] <= step_m <= _STEP_M[1]
    return _SPM[0] <= cadence_spm <= _SPM[1] and is_step
