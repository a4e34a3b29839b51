"""The laps of a TCX file: their starts, their totals, where the timer stood."""

from __future__ import annotations

from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.io._xml_columns import column, note_bad_values
from hipstride.io._xml_elements import Elements, Ints
from hipstride.io._xml_times import NAT_US

__all__ = ["lap_starts", "lap_table", "one_total", "timer_parts", "total_of"]

Floats = NDArray[np.float64]

# Laps are stamped to the second; a shorter stop than this is none.
_TIMER_SLACK_S = 2.0
# A total that falls by more at a lap's first point began anew with the lap.
_RESTART_M = 1.0


def lap_starts(stated_us: Ints, lap_of_point: Ints, time_us: Ints) -> Ints:
    """Give each lap's start: as stated, else its first point."""
    starts_us = stated_us.copy()
    for lap in np.flatnonzero(starts_us == NAT_US).tolist():
        mine = time_us[(lap_of_point == lap) & (time_us != NAT_US)]
        if len(mine):
            starts_us[lap] = mine[0]
    return starts_us


def lap_table(
    elements: Elements, laps: Ints, starts_us: Ints
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Make the `LAPS` table, and note what in it is no number."""
    duration = column(elements, laps, ("totaltimeseconds",), is_child=True)
    distance = column(elements, laps, ("distancemeters",), is_child=True)
    missing = np.full(len(laps), nan)
    table = pd.DataFrame(
        {
            "lap": np.arange(1, len(laps) + 1),
            "started_at": pd.DatetimeIndex(starts_us.view("M8[us]")).tz_localize("UTC"),
            "duration_s": missing if duration is None else duration[0],
            "distance_m": missing if distance is None else distance[0],
        }
    )
    found = {"lap duration_s": duration, "lap distance_m": distance}
    bad = {name: values for name, values in found.items() if values is not None}
    return table, tuple(note_bad_values(bad))


def one_total(distance_m: Floats, lap_of_point: Ints) -> tuple[Floats, tuple[str, ...]]:
    """Join distances that begin anew with each lap, as some apps write them."""
    known = np.flatnonzero(np.isfinite(distance_m))
    change = np.diff(distance_m[known])
    falls = np.flatnonzero(change < -_RESTART_M)
    at_lap = np.diff(lap_of_point[known])[falls] != 0
    restarts = falls[at_lap & (distance_m[known][falls + 1] < -change[falls])]
    if not len(restarts) or len(restarts) != len(falls):
        return distance_m, ()
    before = np.zeros(len(known))
    before[restarts + 1] = distance_m[known][restarts]
    joined = distance_m.copy()
    joined[known] += np.cumsum(before)
    return joined, ("distance begins anew with each lap and was joined",)


def timer_parts(
    elements: Elements, points: Ints, lap_of_point: Ints, laps: pd.DataFrame
) -> Ints:
    """Give numbers to the stretches between which the timer stood.

    Each track is one, except that laps whose timer ran until the next lap began do
    not end one.
    """
    part = elements.owner(points, elements.named("track"))
    is_new = np.diff(part, prepend=part[:1]) != 0
    wall_s = laps["started_at"].diff().shift(-1).dt.total_seconds().to_numpy()
    ran_on = np.abs(wall_s - laps["duration_s"].to_numpy()) < _TIMER_SLACK_S
    places = np.flatnonzero(is_new)
    before, after = lap_of_point[places - 1], lap_of_point[places]
    # Some devices write laps without a point between two that have some.
    stops = np.concatenate([[0], np.cumsum(~ran_on)])
    ran_through = (before >= 0) & (after > before) & (stops[after] == stops[before])
    is_new[places[ran_through]] = False
    return np.cumsum(is_new)


def total_of(values: pd.Series) -> float:
    """Add up; apps that know no total write 0, which is none."""
    total = float(values.sum(skipna=False)) if len(values) else nan
    return total if total > 0 else nan
