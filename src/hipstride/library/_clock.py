"""What day it is where the runner is, and which runs a day has."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hipstride.errors import LibraryError
from hipstride.library._ids import beginning_so
from hipstride.library._schema import derived_columns
from hipstride.library._settings import setting

__all__ = ["DayRun", "run_of", "runs_of_day", "today"]

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - on the runner's clock


class DayRun(NamedTuple):
    """A run as one recognises it: when it began, how far it went, what it is called."""

    run_id: str
    local_date: date
    clock: str
    distance_m: float | None
    name: str


def today(connection: sqlite3.Connection) -> date:
    """Give the day on the runner's clock: the time zone set, else the machine's."""
    zone = setting(connection, "timezone")
    now = datetime.now(ZoneInfo(zone)) if zone else datetime.now().astimezone()
    return now.date()


def runs_of_day(connection: sqlite3.Connection, day: date) -> list[DayRun]:
    """Give the runs of a day that the library knows, in order of their start."""
    return _runs(connection, "same_run_as IS NULL AND local_date = ?", (f"{day}",))


def run_of(connection: sqlite3.Connection, run_id: str) -> DayRun:
    """Find the one run whose id begins so.

    Raises
    ------
    LibraryError
        If there is none, or several.
    """
    runs = {run.run_id: run for run in _runs(connection, "TRUE", ())}
    found = beginning_so(runs, run_id)
    if run_id and len(found) == 1:
        return runs[found[0]]
    what = "no run" if not found else f"{len(found)} runs"
    msg = (
        f"run {run_id!r}: found {what} whose id begins so; expected one; "
        "`hipstride runs` shows the ids"
    )
    raise LibraryError(msg)


def _runs(
    connection: sqlite3.Connection, condition: str, values: tuple[str, ...]
) -> list[DayRun]:
    needed = {"local_date", "utc_offset_s", "distance_m", "name", "same_run_as"}
    if not needed <= derived_columns(connection):
        return []
    rows = connection.execute(
        "SELECT run_id, local_date, started_at, utc_offset_s, distance_m, name FROM "  # noqa: S608 - our own words
        f"runs WHERE local_date IS NOT NULL AND {condition} ORDER BY started_at",
        values,
    )
    return [
        DayRun(
            run_id,
            date.fromisoformat(local_date),
            _clock(started_at, offset_s),
            distance_m,
            name or "",
        )
        for run_id, local_date, started_at, offset_s, distance_m, name in rows
    ]


def _clock(started_at: int | None, offset_s: float | None) -> str:
    """Give the time of day of a start; empty where the runner's clock is unknown."""
    if started_at is None or offset_s is None:
        return ""
    there = _EPOCH + timedelta(microseconds=started_at, seconds=offset_s)
    return f"{there:%H:%M}"
