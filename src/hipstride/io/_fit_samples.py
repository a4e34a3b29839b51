"""From the records of a FIT file to the samples of one session.

FIT calls half the steps cadence: one foot's, in whole numbers, with the rest in
``fractional_cadence``. Here, and nowhere else, it becomes steps a minute.
"""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.io._fit_events import instants, table_of
from hipstride.io._fit_records import Records
from hipstride.io._fit_tables import Tables
from hipstride.io._fit_worn import fill_from_worn
from hipstride.tables import SAMPLES

__all__ = ["cut_samples"]

_HOUSE = dict.fromkeys(SAMPLES.names)
# Sports whose cadence counts feet; of the others no step is known.
_ON_FOOT = frozenset({"running", "walking", "hiking", "snowshoeing", "mountaineering"})
# What the FIT profile calls a sport without saying which.
_UNSAID = frozenset({"", "generic", "training", "transition", "multisport"})

# Steps a minute and metres a step that a runner or walker can have in the middle of a
# session; 250 steps a minute is a sprinter's.
_SPM = (80.0, 250.0)
_STEP_M = (0.4, 2.2)
_MIN_MOVING_MPS = 0.7
_ENOUGH_SAMPLES = 500


def cut_samples(
    tables: Tables,
    records: Records,
    rows: NDArray[np.intp],
    sport: str,
    start: float,
) -> tuple[pd.DataFrame, list[str]]:
    """Cut the samples of a session out of the records of the file.

    Parameters
    ----------
    tables : Tables
        The file's messages.
    records : Records
        Its records.
    rows : array of int
        Those of the session.
    sport : str
        What it was, which decides what the cadence counts.
    start : float
        When it began [s since 1970].

    Returns
    -------
    tuple
        A `SAMPLES` table of the columns that have values, and what was assumed, one
        sentence each.
    """
    if not len(rows):
        return SAMPLES.empty(), ["The session has no samples."]
    times = records.times[rows]
    columns = dict(records.columns)
    notes: list[str] = []
    if len(rows) < len(records.times):
        # Another session of the file may be the one that has a column.
        cut = ((name, values[rows]) for name, values in columns.items())
        columns = {name: values for name, values in cut if not np.isnan(values).all()}
        notes += _count_from_start(columns, records, rows[0])
    if sport in _ON_FOOT:
        notes += fill_from_worn(columns, tables.developer)
    notes += _name_cadence(columns, sport)
    names = [name for name in _HOUSE if name in columns]
    names += [name for name in columns if name not in _HOUSE]
    values = np.empty((1 + len(names), len(rows)))
    values[0] = times - start
    for row, name in zip(values[1:], names, strict=True):
        row[:] = columns[name]
    names = ["time", "elapsed_s", *names]
    return table_of(tuple(names), instants(times), block=values), notes


def _count_from_start(
    columns: dict[str, NDArray[np.float64]], records: Records, first: np.intp
) -> list[str]:
    """Count the distance of a session from its own start.

    In a triathlon it runs through all sessions of the file.
    """
    if "distance_m" not in columns:
        return []
    before = records.columns["distance_m"][:first]
    before = before[~np.isnan(before)]
    own = columns["distance_m"]
    if not len(before) or not 0 < before[-1] <= own[~np.isnan(own)][0]:
        return []
    columns["distance_m"] = own - before[-1]
    taken = f"its {before[-1]:.0f} m were taken off"
    return [f"The distance goes on from the session before; {taken}."]


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
