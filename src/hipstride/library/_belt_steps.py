"""A distance read off the treadmill is typed in, or taken back.

Typing it in is one step of the log, which `undo` takes back: a row of its own, and the
note that the runs lag behind. The run itself is made again when the library settles,
out of its original, together with all that follows from it; so a process that is killed
between the two loses nothing, and the next one that opens the library makes it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import date
from math import isnan, nan
from pathlib import Path
from typing import NamedTuple

from hipstride.errors import LibraryError
from hipstride.gait.belt import with_belt_distance
from hipstride.io._formats import format_of, recordings_of
from hipstride.library._belts import on_belt, stored_belts
from hipstride.library._database import connect_to_read
from hipstride.library._decisions import whole_id_of
from hipstride.library._ids import beginning_so
from hipstride.library._lock import import_lock
from hipstride.library._opening import opened
from hipstride.library._originals import read_original
from hipstride.library._settle import settle
from hipstride.library._settled import is_settled
from hipstride.library._undo import Before, Step, undoable
from hipstride.tables import Recording

__all__ = ["BeltChange", "recording_of", "remove_belt", "set_belt"]

_SHOWN_ID = 8


class BeltChange(NamedTuple):
    """What became of the distance of a run; NaN is none [m]."""

    run_id: str
    local_date: date | None
    belt_distance_m: float
    watch_distance_m: float
    # What had been typed in before.
    was_belt_distance_m: float

    @property
    def is_new(self) -> bool:
        """Whether it says anything else than before."""
        now, was = self.belt_distance_m, self.was_belt_distance_m
        return not (now == was or (isnan(now) and isnan(was)))

    @property
    def factor(self) -> float:
        """By how much the run is longer than the watch says."""
        watch_m = self.watch_distance_m
        return self.belt_distance_m / watch_m if watch_m > 0 else nan


def set_belt(
    folder: Path, run_id: str, distance_m: float, *, is_treadmill: bool = False
) -> BeltChange:
    """Store the belt distance of a run, and make the run again with it.

    Parameters
    ----------
    folder : Path
        The library.
    run_id : str
        The run, or its first digits; for a double, it is that of the run in use.
    distance_m : float
        What the treadmill showed [m].
    is_treadmill : bool
        The runner's word that it was on one, where the file does not say so.

    Returns
    -------
    BeltChange
        What the distance is now, and was.

    Raises
    ------
    TableError
        If the distance is none, or cannot be this run's; see `with_belt_distance`.
    LibraryError
        If there is no library or no such run, it was not on a treadmill, its original
        is missing, or the library cannot be written. Then nothing is stored.
    """
    _refuse_no_library(folder)
    with import_lock(folder), opened(folder) as connection:
        _catch_up(connection, folder)
        used, group = _group(connection, whole_id_of(connection, folder, run_id))
        if not (is_treadmill or _is_on_belt(connection, used)):
            raise _outdoors(used, distance_m)
        # It says no where the distance cannot be that of this run.
        plain = _plain_recording(connection, folder, used)
        with_belt_distance(on_belt(plain), distance_m)
        before = {one: m for one, m in stored_belts(connection).items() if one in group}
        was_m = _applied(connection, used)[0]
        if before != {used: distance_m}:
            with undoable(connection) as step:
                _take_away(connection, step, before)
                row = (used, distance_m)
                connection.execute("INSERT INTO belts VALUES (?, ?)", row)
                if used not in before:
                    step.touched.append(Before("belts", {"run_id": used}))
                step.words = (
                    f"belt distance {distance_m:,.0f} m of run {used[:_SHOWN_ID]}"
                )
            settle(connection, folder)
        belt_m, watch_m = _applied(connection, used)
        return BeltChange(used, _day_of(connection, used), belt_m, watch_m, was_m)


def remove_belt(folder: Path, run_id: str) -> BeltChange:
    """Take the belt distance of a run away; the watch's counts again.

    Parameters
    ----------
    folder : Path
        The library.
    run_id : str
        The run, or its first digits.

    Returns
    -------
    BeltChange
        What the distance was.

    Raises
    ------
    LibraryError
        If there is no library or no such run, or nothing was typed in for it.
    """
    _refuse_no_library(folder)
    with import_lock(folder), opened(folder) as connection:
        _catch_up(connection, folder)
        typed = stored_belts(connection)
        # What was typed in may wait for a run that is not here.
        found = beginning_so(typed, run_id) if run_id else []
        whole_id = found[0] if len(found) == 1 else ""
        used, group = _group(
            connection, whole_id or whole_id_of(connection, folder, run_id)
        )
        before = {one: m for one, m in typed.items() if one in group}
        if not before:
            msg = (
                f"run {used[:_SHOWN_ID]}: found no belt distance; expected one to take "
                "away; `hipstride log belt RUN 3.0mi` types one in"
            )
            raise LibraryError(msg)
        was_m, watch_m = _applied(connection, used)
        was_m = before.get(used, next(iter(before.values()))) if isnan(was_m) else was_m
        with undoable(connection) as step:
            _take_away(connection, step, before)
            step.words = f"took away the belt distance of run {used[:_SHOWN_ID]}"
        settle(connection, folder)
        return BeltChange(used, _day_of(connection, used), nan, watch_m, was_m)


def recording_of(folder: Path, sha256: str, run_id: str) -> Recording:
    """Read one recording again from its original, as its reader gives it.

    Raises
    ------
    LibraryError
        If the original is missing or altered, or holds no such recording.
    """
    raw = read_original(folder, sha256)
    for recording in recordings_of(raw, format_of(raw), None):
        if recording.run_id == run_id:
            return recording
    msg = f"{run_id}: its original holds no such recording; rebuild the library"
    raise LibraryError(msg)


def _refuse_no_library(folder: Path) -> None:
    """Make no library for a run that cannot be in it."""
    with connect_to_read(folder):
        pass


def _catch_up(connection: sqlite3.Connection, folder: Path) -> None:
    """Know which recordings are in use, also after a process that was killed."""
    if not is_settled(connection):
        settle(connection, folder)


def _group(connection: sqlite3.Connection, run_id: str) -> tuple[str, Collection[str]]:
    """Give the recording that is used for a run, and all recordings of it."""
    found = connection.execute(
        "SELECT COALESCE(same_run_as, run_id) FROM runs WHERE run_id = ?", (run_id,)
    ).fetchone()
    used = run_id if found is None else str(found[0])
    doubles = connection.execute(
        "SELECT run_id FROM runs WHERE same_run_as = ?", (used,)
    )
    return used, {used, *(str(row[0]) for row in doubles)}


def _is_on_belt(connection: sqlite3.Connection, run_id: str) -> bool:
    found = connection.execute(
        "SELECT is_treadmill FROM runs WHERE run_id = ?", (run_id,)
    ).fetchone()
    return bool(found[0])


def _plain_recording(
    connection: sqlite3.Connection, folder: Path, run_id: str
) -> Recording:
    sha256 = connection.execute(
        "SELECT sha256 FROM recorded WHERE run_id = ?", (run_id,)
    ).fetchone()[0]
    return recording_of(folder, sha256, run_id)


def _applied(connection: sqlite3.Connection, run_id: str) -> tuple[float, float]:
    """Give the distances of belt and watch, as the run was made with them."""
    found = connection.execute(
        "SELECT belt_distance_m, watch_distance_m FROM recorded WHERE run_id = ?",
        (run_id,),
    ).fetchone()
    belt_m, watch_m = found or (None, None)
    return (nan if belt_m is None else belt_m), (nan if watch_m is None else watch_m)


def _day_of(connection: sqlite3.Connection, run_id: str) -> date | None:
    found = connection.execute(
        "SELECT local_date FROM runs WHERE run_id = ?", (run_id,)
    ).fetchone()
    return date.fromisoformat(found[0]) if found and found[0] else None


def _take_away(
    connection: sqlite3.Connection, step: Step, belts: dict[str, float]
) -> None:
    """Take rows away, and keep in the step how they were."""
    for run_id, distance_m in belts.items():
        connection.execute("DELETE FROM belts WHERE run_id = ?", (run_id,))
        row: dict[str, str | float | int | None] = {
            "run_id": run_id,
            "belt_distance_m": distance_m,
        }
        step.touched.append(Before("belts", {"run_id": run_id}, row))


def _outdoors(run_id: str, distance_m: float) -> LibraryError:
    return LibraryError(
        f"run {run_id[:_SHOWN_ID]}: found a run that was not on a treadmill, as far as "
        f"its file and the lists tell; expected one that was; if it was, type "
        f"`hipstride log belt {run_id[:_SHOWN_ID]} {distance_m:.0f}m --treadmill`"
    )
