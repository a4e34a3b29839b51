"""Which sessions a FIT file holds, and which records, laps and events belong to each.

A watch writes one session message for each sport of a multisport activity, before or
after its records, and sometimes none: then the records alone make one session.
"""

from __future__ import annotations

from math import isnan, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.io._fit_profile import FIT_EPOCH_S, enum_words
from hipstride.io._fit_records import Records
from hipstride.io._fit_tables import Table, Tables

__all__ = ["Session", "assign", "read_sessions", "true_start", "word"]


class Session(NamedTuple):
    """One session; times in seconds since 1970, NaN where the file does not say."""

    start: float
    end: float
    offset: int
    sport: str
    sub_sport: str
    distance_m: float
    timer_s: float
    feel: float
    effort: float
    notes: tuple[str, ...] = ()


_FIELDS = (
    "start_time",
    "timestamp",
    "total_elapsed_time",
    "total_timer_time",
    "total_distance",
    "sport",
    "sub_sport",
    "workout_feel",
    "workout_rpe",
)
# A start this far from the records is not theirs.
_MAX_STRAY_S = 86_400.0
# Beyond a triathlon's few they are no sessions, and each would become a recording.
_MAX_SESSIONS = 1000


def read_sessions(tables: Tables, records: Records) -> list[Session]:
    """Find the sessions of a file, in the order of time.

    Parameters
    ----------
    tables : Tables
        The file's messages.
    records : Records
        Its records, for a file that has no session.

    Returns
    -------
    list of Session
        Empty if there is neither a session nor a record.
    """
    table = tables.get("session")
    if table is not None:
        rows = table.block(_FIELDS)[:, :_MAX_SESSIONS].T.tolist()
        found = [
            _session(row, offset)
            for row, offset in zip(rows, table.offsets.tolist(), strict=False)
        ]
        if len(table) > _MAX_SESSIONS:
            note = (
                f"The file holds {len(table)} session messages: the first "
                f"{_MAX_SESSIONS} were read."
            )
            found[0] = found[0]._replace(notes=(note,))
        # NaN starts go last.
        return sorted(found, key=lambda one: (isnan(one.start), one.start))
    if not len(records.times):
        return []
    sport, sub_sport = _sport(tables)
    note = "The file has no session message: all records are taken for one session."
    return [
        Session(nan, nan, -1, sport, sub_sport, nan, nan, nan, nan, (note,)),
    ]


def assign(
    sessions: list[Session],
    times: NDArray[np.float64],
    offsets: NDArray[np.int64],
    part_starts: list[int],
) -> list[NDArray[np.intp]]:
    """Say which of some messages belong to each session.

    A message belongs to the last session that began before it, of those in its own
    FIT file if that has any; what comes before the first start belongs to the first.

    Parameters
    ----------
    sessions : list of Session
        In the order of time.
    times : array
        When the messages were written [s since 1970].
    offsets : array of int
        Where they stand.
    part_starts : list of int
        Where each FIT file of the chain begins.

    Returns
    -------
    list of array
        Indices of the messages, one array for each session.
    """
    if len(sessions) <= 1:
        return [np.arange(len(times))] * len(sessions)
    owner = np.zeros(len(times), np.intp)
    part = np.searchsorted(part_starts, offsets, side="right")
    homes = np.searchsorted(part_starts, [s.offset for s in sessions], side="right")
    starts = np.array([session.start for session in sessions])
    for number in np.unique(part):
        mine = np.flatnonzero(part == number)
        near = np.flatnonzero(homes == number)
        if not len(near):
            near = np.arange(len(sessions))
        at = np.searchsorted(starts[near], times[mine], side="right") - 1
        owner[mine] = near[np.maximum(at, 0)]
    return [np.flatnonzero(owner == i) for i in range(len(sessions))]


def true_start(session: Session, times: NDArray[np.float64]) -> tuple[float, list[str]]:
    """Give when a session began: as it says, or as its first sample shows."""
    if not len(times):
        return session.start, []
    first = float(times[0])
    if isnan(session.start):
        return first, []
    if abs(session.start - first) > _MAX_STRAY_S:
        note = (
            "The session's start is more than a day from its first sample; the sample "
            "was taken for the start."
        )
        return first, [note]
    return min(session.start, first), []


def word(type_name: str, code: float) -> str:
    """Give the profile's word for a code; the code itself where there is none."""
    if isnan(code):
        return ""
    return enum_words(type_name).get(int(code), str(int(code)))


def _session(row: list[float], offset: int) -> Session:
    start, stamp, elapsed, timer, distance, sport, sub_sport, feel, effort = row
    if isnan(start):
        start = stamp - elapsed
    elif stamp > start and stamp - elapsed < start - 1:
        # The start is later than the end and the duration allow (fenix 2, multisport).
        start = min(start, stamp - elapsed)
    end = start + elapsed if not isnan(elapsed) else stamp
    return Session(
        start + FIT_EPOCH_S,
        end + FIT_EPOCH_S,
        offset,
        word("sport", sport),
        word("sub_sport", sub_sport),
        distance,
        timer,
        feel,
        effort,
    )


def _sport(tables: Tables) -> tuple[str, str]:
    """Take the sport from a sport or lap message where there is no session."""
    for name in ("sport", "lap"):
        table: Table | None = tables.get(name)
        if table is not None:
            sports = table.block(("sport", "sub_sport"))
            known = np.flatnonzero(~np.isnan(sports[0]))
            if len(known):
                code, sub_code = sports[:, known[0]].tolist()
                return word("sport", code), word("sub_sport", sub_code)
    return "", ""
