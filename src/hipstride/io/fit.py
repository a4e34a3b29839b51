"""Read FIT files: what Garmin, Stryd, COROS, Suunto and most other watches write.

The columnar engine is hipstride's own; ``engine="fitparse"`` decodes the same bytes
with the well-known library, as a second opinion. From the decoded messages on, both go
one way.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Literal, get_args

import pandas as pd

from hipstride.io._clock import with_clock
from hipstride.io._fit_device import device_name, utc_offset
from hipstride.io._fit_events import (
    lap_table,
    pause_table,
    read_laps,
    read_timer,
)
from hipstride.io._fit_frames import frames
from hipstride.io._fit_messages import Messages
from hipstride.io._fit_records import read_records
from hipstride.io._fit_refusals import no_activity, not_fit
from hipstride.io._fit_samples import cut_samples
from hipstride.io._fit_scan import is_fit, scan
from hipstride.io._fit_sessions import assign, read_sessions, true_start
from hipstride.io._fit_tables import Tables
from hipstride.io._open import RawFile, Source, load
from hipstride.tables import Recording

__all__ = [
    "FitEngine",
    "fit_messages",
    "fit_recordings",
    "read_fit",
    "read_fit_tables",
]

FitEngine = Literal["columnar", "fitparse"]

# A treadmill may be filed under fitness equipment.
_ON_FOOT_INDOORS = frozenset({"treadmill", "indoor_running", "indoor_walking"})


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
    return fit_recordings(raw, fit_messages(raw, engine))


def fit_messages(raw: RawFile, engine: FitEngine = "columnar") -> Tables:
    """Find the messages of a FIT file; what they hold is decoded when it is wanted.

    Raises
    ------
    UnknownFormatError
        If it is no FIT file.
    FitError
        If it is damaged beyond use.
    """
    if not is_fit(raw.data):
        raise not_fit(raw)
    if engine not in get_args(FitEngine):
        msg = f'engine is {engine!r}; expected "columnar" or "fitparse"'
        raise ValueError(msg)
    if engine == "fitparse":
        # Only a second opinion needs the library, and the workers of an import start
        # sooner without it.
        from hipstride.io._fit_fitparse import parse  # noqa: PLC0415

        return parse(raw.data, raw.name)
    return Messages(scan(raw.data), raw.name)


def fit_recordings(raw: RawFile, tables: Tables) -> list[Recording]:
    """Make the recordings of a FIT file of its messages; see `read_fit`.

    Raises
    ------
    ReadError
        If it is of something else than an activity.
    """
    records = read_records(tables)
    sessions = read_sessions(tables, records)
    laps, timer = read_laps(tables), read_timer(tables)
    parts = tables.part_starts
    rows_of = assign(sessions, records.times, records.offsets, parts)
    laps_of = assign(sessions, laps.times, laps.offsets, parts)
    timer_of = assign(sessions, timer.times, timer.offsets, parts)
    notes = [*raw.notes, *tables.faults, *records.notes]
    offset = utc_offset(tables, notes)
    device = device_name(tables, notes)
    recordings: list[Recording] = []
    for i, session in enumerate(sessions):
        start, start_notes = true_start(session, records.times[rows_of[i]])
        if isnan(start):
            continue
        is_indoors = session.sub_sport in _ON_FOOT_INDOORS
        sport = "running" if is_indoors else session.sport
        samples, sample_notes = cut_samples(tables, records, rows_of[i], sport, start)
        rank = len(recordings) + 1
        recordings.append(
            with_clock(
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
    return frames(fit_messages(load(source, name=name), engine), messages)
