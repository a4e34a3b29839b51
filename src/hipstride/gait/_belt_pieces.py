"""Where on the timer the pieces of a belt distance begin and end."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.gait._split_ground import Ground
from hipstride.gait.timer import column
from hipstride.tables import Recording
from hipstride.units import format_duration

__all__ = ["BeltSplit", "factor_doubt", "piece_ends"]

Floats = NDArray[np.float64]

# How far the typed times may miss the end of the run: the belt and the watch are not
# started with one finger.
TIME_SLACK_S = 10.0
TIME_SLACK_SHARE = 0.01
# A watch is off by much the same in all of a run.
MAX_FACTORS_APART = 1.25


class BeltSplit(NamedTuple):
    """A piece of a treadmill run as its display told it.

    Give how long it took, or when on the timer it ended; for neither, the pieces are
    the watch's laps.
    """

    distance_m: float
    duration_s: float = nan
    ended_s: float = nan


def piece_ends(
    recording: Recording, ground: Ground, splits: Sequence[BeltSplit]
) -> Floats:
    """Say at which moments of the timer the pieces begin and end.

    Parameters
    ----------
    recording : Recording
        The run.
    ground : Ground
        Its ground.
    splits : sequence of BeltSplit
        Its pieces.

    Returns
    -------
    array, shape (k + 1,)
        From 0 to the end of the run [s].

    Raises
    ------
    TableError
        If the pieces are not those of the run.
    """
    total_s = ground.total_s
    timed = [isfinite(one.duration_s) or isfinite(one.ended_s) for one in splits]
    if not any(timed) and len(splits) > 1:
        return _lap_ends(recording, ground, len(splits))
    ends_s = [0.0]
    for number, (one, is_timed) in enumerate(zip(splits, timed, strict=True), start=1):
        if not is_timed and number < len(splits):
            msg = (
                f"belt split {number}: found no time; expected one for every split "
                "(the last may do without), or for none of them"
            )
            raise TableError(msg)
        end_s = ends_s[-1] + one.duration_s if isfinite(one.duration_s) else one.ended_s
        if not is_timed:
            end_s = total_s
        if not end_s > ends_s[-1]:
            msg = (
                f"belt split {number}: found an end at {format_duration(end_s)}; "
                f"expected one after {format_duration(ends_s[-1])}, where it begins"
            )
            raise TableError(msg)
        ends_s.append(end_s)
    slack_s = max(TIME_SLACK_S, TIME_SLACK_SHARE * total_s)
    if abs(ends_s[-1] - total_s) > slack_s or ends_s[-2] >= total_s:
        remedy = (
            "add a split for the rest, which may do without a time"
            if ends_s[-1] < total_s
            else "see whether a pause was counted"
        )
        msg = (
            f"belt splits: found times that add up to {format_duration(ends_s[-1])}; "
            f"expected the {format_duration(total_s)} of the run; {remedy}"
        )
        raise TableError(msg)
    ends_s[-1] = total_s
    return np.array(ends_s)


def factor_doubt(factors: Floats) -> str:
    """Ask whether all was typed right where the pieces are rescaled so differently.

    Parameters
    ----------
    factors : array, shape (k,)
        The typed distance of each piece over that of the watch.

    Returns
    -------
    str
        The words; empty where no two factors differ by more than a quarter.

    Examples
    --------
    >>> factor_doubt(np.array([1.02, 1.05]))
    ''
    >>> factor_doubt(np.array([0.8, 1.6]))
    '; × 0.80 in split 1 but × 1.60 in split 2: is a distance or a time mistyped?'
    """
    low, high = int(np.argmin(factors)), int(np.argmax(factors))
    if not factors[high] > MAX_FACTORS_APART * factors[low]:
        return ""
    first, second = sorted((low, high))
    return (
        f"; × {factors[first]:.2f} in split {first + 1} but × {factors[second]:.2f} in "
        f"split {second + 1}: is a distance or a time mistyped?"
    )


def _lap_ends(recording: Recording, ground: Ground, count: int) -> Floats:
    """Take the watch's laps for the pieces, where there are as many."""
    lasted_s = column(recording.laps, "duration_s")
    ends_s = np.append(0.0, np.cumsum(lasted_s))
    total_s = ground.total_s
    slack_s = max(TIME_SLACK_S, TIME_SLACK_SHARE * total_s)
    if len(lasted_s) != count or not abs(ends_s[-1] - total_s) <= slack_s:
        msg = (
            f"belt splits: found {count} distances without times and "
            f"{len(lasted_s)} laps of the watch that last "
            f"{format_duration(float(ends_s[-1]))} of {format_duration(total_s)}; "
            "expected a time for each, such as 1.0mi 9:30, or as many laps"
        )
        raise TableError(msg)
    ends_s[-1] = total_s
    if not (np.diff(ends_s) > 0).all():
        msg = "belt splits: found a lap of the watch that lasts 0 s; give times instead"
        raise TableError(msg)
    return ends_s
