"""Distances that the runner read off a treadmill, and the runs that they belong to.

A distance is stored under the run that was in use when it was typed in. It belongs to
the run, not to the file: where another recording of the same run is used by now, it is
that one which is rescaled. What is typed in is never altered; whether it is applied is
made again each time the library settles.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from hipstride.errors import TableError
from hipstride.gait.belt import with_belt_distance
from hipstride.library._rows import frame_of
from hipstride.tables import BELTS, Recording

__all__ = [
    "belt_faults",
    "belt_notes",
    "belted",
    "belts_in_use",
    "belts_table",
    "on_belt",
    "stored_belts",
]

_ON_A_BELT = "a distance was read off a belt, so the run was on a treadmill"
_NOT_USED = "is not used"
# Of a run in use, and what was typed in of a run that the library does not hold.
_TABLE = """
SELECT run_id, local_date, belt_distance_m, watch_distance_m
FROM recorded JOIN runs USING (run_id)
WHERE same_run_as IS NULL AND belt_distance_m IS NOT NULL
UNION ALL
SELECT run_id, NULL, belt_distance_m, NULL FROM belts
WHERE run_id NOT IN (SELECT run_id FROM runs)
ORDER BY local_date, run_id
"""
_UNUSED = """
SELECT run_id, belt_distance_m FROM recorded
WHERE belt_distance_m IS NOT NULL AND json_valid(row)
    AND json_extract(row, '$.step_length_source') IS NOT 'belt'
    AND instr(json_extract(row, '$.notes'), ?)
"""


def stored_belts(connection: sqlite3.Connection) -> dict[str, float]:
    """Give what was typed in, by the id under which it is stored [m]."""
    return dict(
        connection.execute("SELECT run_id, belt_distance_m FROM belts ORDER BY run_id")
    )


def belts_in_use(
    connection: sqlite3.Connection, same_run_as: Mapping[str, str]
) -> dict[str, float]:
    """Give the belt distance of each recording that is to be rescaled.

    Parameters
    ----------
    connection : Connection
        The database.
    same_run_as : mapping
        By the recordings that are doubles, from rich to poor: the one that is used.

    Returns
    -------
    dict
        By the run_id of recordings in use. What was typed in of that recording has the
        first word, then what was of its doubles [m].
    """
    typed = stored_belts(connection)
    of_run = {one: typed[one] for one in typed if one not in same_run_as}
    for double, used in same_run_as.items():
        if double in typed:
            of_run.setdefault(used, typed[double])
    return of_run


def belted(recording: Recording, distance_m: float) -> Recording:
    """Rescale a run to the distance that was read off the belt.

    Parameters
    ----------
    recording : Recording
        As its reader gives it. Where its file does not say that it was on a treadmill,
        the belt does.
    distance_m : float
        What was typed in [m].

    Returns
    -------
    Recording
        As `with_belt_distance` gives it. Where the distance cannot be this run's, the
        recording as it was, with a note: another recording of the run may be far
        shorter than the one that it was typed in for.
    """
    try:
        return with_belt_distance(on_belt(recording), distance_m)
    except TableError as error:
        # What follows is a remedy for who types it in.
        found = str(error).partition(";")[0]
        note = f"the typed belt distance {_NOT_USED} ({found})"
        return replace(recording, notes=(*recording.notes, note))


def on_belt(recording: Recording) -> Recording:
    """Take a run for one on a treadmill, also where its file does not say so."""
    if recording.is_treadmill:
        return recording
    notes = (*recording.notes, _ON_A_BELT)
    return replace(recording, sub_sport="treadmill", notes=notes)


def belts_table(connection: sqlite3.Connection) -> pd.DataFrame:
    """Give all belt distances as a `BELTS` table, in order of day."""
    return frame_of(BELTS, connection.execute(_TABLE).fetchall())


def belt_faults(connection: sqlite3.Connection) -> list[str]:
    """Tell where a typed distance is not that of its run.

    Parameters
    ----------
    connection : Connection
        The database, settled; it is only read.

    Returns
    -------
    list of str
        A line for each fault.
    """
    same = dict(
        connection.execute(
            "SELECT run_id, same_run_as FROM runs WHERE same_run_as IS NOT NULL"
        )
    )
    applied = dict(
        connection.execute("SELECT run_id, belt_distance_m FROM recorded WHERE is_run")
    )
    typed = belts_in_use(connection, same)
    return [
        f"run {run_id}: its belt distance of {distance_m:,.0f} m is not in its row; "
        "`hipstride library rebuild` makes it again"
        for run_id, distance_m in typed.items()
        # Of two that were typed in for one run, either will do here.
        if run_id in applied and applied[run_id] is None
    ]


def belt_notes(connection: sqlite3.Connection) -> list[str]:
    """Tell which typed distances wait for their run, or cannot be its distance."""
    waiting = connection.execute(
        "SELECT run_id FROM belts WHERE run_id NOT IN (SELECT run_id FROM runs) "
        "ORDER BY run_id"
    )
    notes = [
        f"run {run_id}: it is not in the library; its belt distance waits for it"
        for (run_id,) in waiting
    ]
    notes += [
        f"run {run_id}: its belt distance of {distance_m:,.0f} m cannot be its "
        f"distance and {_NOT_USED}; `hipstride log belt {run_id} --remove` takes it "
        "away"
        for run_id, distance_m in connection.execute(_UNUSED, (_NOT_USED,))
    ]
    return notes
