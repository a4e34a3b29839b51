"""Laps and pauses of a session, from the lap and event messages of a FIT file."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.io._fit_profile import FIT_EPOCH_S
from hipstride.io._fit_tables import Tables
from hipstride.tables import LAPS, PAUSES

__all__ = [
    "Marks",
    "column_index",
    "instants",
    "lap_table",
    "pause_table",
    "read_laps",
    "read_timer",
    "table_of",
]

# Codes of the FIT profile's types `event` and `event_type`.
_TIMER = 0
_START = 0
_STOPS = frozenset({1, 4, 8, 9})


class Marks:
    """Messages with a time, and numbers that go with them.

    A class rather than a tuple: an empty one is what a file without such messages has.
    """

    def __init__(
        self,
        times: NDArray[np.float64] | None = None,
        offsets: NDArray[np.int64] | None = None,
        rows: NDArray[np.float64] | None = None,
    ) -> None:
        self.times = np.empty(0) if times is None else times
        self.offsets = np.empty(0, np.int64) if offsets is None else offsets
        self.rows = np.empty((2, 0)) if rows is None else rows


def read_laps(tables: Tables) -> Marks:
    """Read the laps: their starts [s since 1970], durations [s] and distances [m]."""
    table = tables.get("lap")
    if table is None:
        return Marks()
    block = table.block(
        (
            "start_time",
            "timestamp",
            "total_timer_time",
            "total_elapsed_time",
            "total_distance",
        )
    )
    start, stamp, timer, elapsed, distance = block
    start = np.where(np.isnan(start), stamp - elapsed, start) + FIT_EPOCH_S
    duration = np.where(np.isnan(timer), elapsed, timer)
    is_timed = ~np.isnan(start)
    values = np.stack([duration, distance])[:, is_timed]
    return Marks(start[is_timed], table.offsets[is_timed], values)


def read_timer(tables: Tables) -> Marks:
    """Read when the timer was started (1) and stopped (0)."""
    table = tables.get("event")
    if table is None:
        return Marks()
    event, kind, stamps = table.block(("event", "event_type", "timestamp"))
    times = tables.times(table, stamps) + FIT_EPOCH_S
    is_start = kind == _START
    # NumPy's isin takes ten times as long on a handful.
    is_stop = np.array([one in _STOPS for one in kind.tolist()], bool)
    is_mark = (event == _TIMER) & (is_start | is_stop) & ~np.isnan(times)
    running = is_start[is_mark].astype(np.float64)
    return Marks(times[is_mark], table.offsets[is_mark], np.stack([running, running]))


def lap_table(laps: Marks, rows: NDArray[np.intp]) -> pd.DataFrame:
    """Make a `LAPS` table of some laps, numbered from 1."""
    if not len(rows):
        return LAPS.empty("lap", "started_at", "duration_s", "distance_m")
    numbers = np.arange(1, len(rows) + 1)
    starts = instants(laps.times[rows])
    names = ("lap", "started_at", "duration_s", "distance_m")
    return table_of(names, numbers, starts, block=laps.rows[:, rows])


def pause_table(timer: Marks, rows: NDArray[np.intp], start: float) -> pd.DataFrame:
    """Make a `PAUSES` table: from each stop of the timer to the start after it.

    A stop that no start follows is the end of the session, not a pause.
    """
    begun: list[float] = []
    lasted: list[float] = []
    stopped_at: float | None = None
    for at, running in zip(timer.times[rows], timer.rows[0, rows], strict=True):
        if not running:
            stopped_at = at if stopped_at is None else stopped_at
        elif stopped_at is not None:
            if at > stopped_at:
                begun.append(float(stopped_at - start))
                lasted.append(float(at - stopped_at))
            stopped_at = None
    return table_of(PAUSES.required, block=np.array([begun, lasted]))


def table_of(
    names: tuple[str, ...],
    *front: pd.DatetimeIndex | NDArray[np.int64],
    block: NDArray[np.float64],
) -> pd.DataFrame:
    """Make a table of some columns in front and a block of numbers behind them.

    It gets its names last: to put a column among named ones takes several times as
    long.
    """
    table = pd.DataFrame(block.T, copy=False)
    for label, column in enumerate(reversed(front), start=1):
        table.insert(0, -label, column)
    table.columns = column_index(names).copy()
    return table


@lru_cache(256)
def column_index(names: tuple[str, ...]) -> pd.Index[str]:
    """Make the index of a table's columns, once: it costs more than the table."""
    return pd.Index(names)


def instants(seconds: NDArray[np.float64]) -> pd.DatetimeIndex:
    """Turn seconds since 1970 into UTC instants of microseconds."""
    is_gap = np.isnan(seconds)
    some_gap = is_gap.any()
    known = np.where(is_gap, 0, seconds) if some_gap else seconds
    micros = np.rint(known * 1e6).astype(np.int64).view("M8[us]")
    if some_gap:
        micros[is_gap] = np.datetime64("NaT")
    return pd.DatetimeIndex(micros, tz="UTC")
