"""Tell whether two recordings are the same run from two sources.

A watch's file, the app's copy of it and a phone's own recording are one run. Two people
who run together start and end together, too. So time and distance only say that two
recordings *may* be one run; the runner's own cadence, heart rate and place decide.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.library._trace import CHANNELS, Trace

__all__ = ["Candidate", "Sameness", "compare"]

MAX_START_APART_S = 120.0
MIN_OVERLAP = 0.8
MAX_DISTANCE_APART = 0.1
# Half minutes that two traces must share before they are held against each other.
MIN_SHARED = 6
# Two watches of different makers on one runner were 1.3 steps/min apart in the middle
# of a run; two runners side by side are 5 and more, seldom less.
MAX_CADENCE_APART_SPM = 3.0
# Where cadences are closer, their ups and downs tell: the same two watches went up and
# down together (r = 0.93), two runners do not. Told where there are ups and downs.
MIN_TOGETHER = 0.4
CLOSE_CADENCE_SPM = 0.5
# So alike are only the cadences of one body, whatever an optical sensor says.
ONE_BODY = 0.9
# Two who walk and run by one clock go up and down together; told while both run.
MIN_RUNNING_SPM = 130.0
MIN_SPREAD_SPM = 0.7
MIN_SHARED_FOR_SPREAD = 20
# An optical sensor may be off by that much for most of a run, a strap never is.
MAX_HEART_RATE_APART_BPM = 25.0
# Where the cadences are too even to tell, less is allowed.
OPEN_HEART_RATE_APART_BPM = 12.0
# Beyond the error of any receiver, and of a phone that smooths.
MAX_PLACE_APART_M = 250.0
# One of two files may count one foot where its reader took it for both.
# Copies of one recording agree so far, degrees and steps alike.
SAME_START_S = 1.0
SAME_VALUE = 1e-3
_SCALES = (1.0, 2.0, 0.5)
_METRES_PER_DEGREE = 111_195.0


class Candidate(NamedTuple):
    """What is known of a recording without decoding it."""

    run_id: str
    started_s: float
    ended_s: float
    distance_m: float
    trace: Trace


class Sameness(NamedTuple):
    """Whether two recordings are one run, and by what."""

    is_same: bool
    reason: str
    # How far from each other, to choose the nearest of several: place [m], start [s].
    apart: tuple[float, float] = (0.0, 0.0)


def compare(one: Candidate, other: Candidate) -> Sameness | None:
    """Tell whether two recordings are of one run.

    Parameters
    ----------
    one, other : Candidate
        Two recordings.

    Returns
    -------
    Sameness or None
        None where time or distance part them: two runs of a day, laps saved as
        activities of their own. Else whether they are one, and the words for it.

    Notes
    -----
    1. Start within 2 minutes, more than 80 % of the longer one shared, distances within
       10 % (where both are known).
    2. Places: more than 250 m apart in the middle of the run are two runs.
    3. Cadence by half minutes: more than 3 steps/min apart in the middle are two
       runners, and so are cadences whose ups and downs do not go together (r < 0.4) and
       that are more than 0.5 apart. One file may count single feet, so double and half
       pass.
    4. A copy that breaks off is the same run though it shares less time: it starts in
       the same second, and every half minute before its end has the same values.
    5. Heart rates more than 25 beats apart are two runners, unless the cadences are
       those of one body (r >= 0.9); 12 will do where cadences are too even to tell.
    """
    mine, its = one.trace.shared(other.trace)
    told = _may_be_one(one, other)
    if not told:
        if _is_cut_short(one, other, mine, its):
            return Sameness(True, "the same second for second, but it breaks off")
        return None
    against = _against(mine, its)
    if against:
        return Sameness(False, f"{told}, but {against}")
    cadence, _ = _cadences(mine, its)
    closer = f", cadences {cadence:.1f} steps/min apart" if cadence >= 0 else ""
    place_m = _apart_m(mine, its)
    apart_s = abs(one.started_s - other.started_s)
    apart = (place_m if np.isfinite(place_m) else MAX_PLACE_APART_M, apart_s)
    return Sameness(True, f"{told}{closer}", apart)


def _may_be_one(one: Candidate, other: Candidate) -> str:
    """Word how close time and distance are; empty where they part the two."""
    apart_s = abs(one.started_s - other.started_s)
    longest_s = max(one.ended_s - one.started_s, other.ended_s - other.started_s)
    shared_s = min(one.ended_s, other.ended_s) - max(one.started_s, other.started_s)
    overlap = shared_s / longest_s if longest_s > 0 else float(apart_s == 0)
    if apart_s > MAX_START_APART_S or overlap <= MIN_OVERLAP:
        return ""
    words = f"starts {apart_s:.0f} s apart, {100 * overlap:.0f} % of the time shared"
    longer_m = max(one.distance_m, other.distance_m)
    # One of them may have no distance, which parts nothing.
    if not np.isfinite([one.distance_m, other.distance_m]).all() or longer_m <= 0:
        return words
    apart = abs(one.distance_m - other.distance_m) / longer_m
    if apart > MAX_DISTANCE_APART:
        return ""
    return f"{words}, distances {100 * apart:.1f} % apart"


def _is_cut_short(
    one: Candidate,
    other: Candidate,
    mine: NDArray[np.float64],
    its: NDArray[np.float64],
) -> bool:
    """Tell a copy that breaks off: the same start, and the same signals to the digit.

    The half minute in which it breaks off is left out, since it holds a part of it, and
    signals that never change tell nothing.
    """
    lasted_s = sorted(each.ended_s - each.started_s for each in (one, other))
    is_shorter = lasted_s[0] <= MIN_OVERLAP * lasted_s[1]
    if abs(one.started_s - other.started_s) > SAME_START_S or not is_shorter:
        return False
    known = np.isfinite(mine[:, :-1]) & np.isfinite(its[:, :-1])
    apart = np.abs(mine[:, :-1] - its[:, :-1])[known]
    changes = any(
        np.ptp(row[is_known]) > SAME_VALUE
        for row, is_known in zip(mine[:, :-1], known, strict=True)
        if np.count_nonzero(is_known) > 1
    )
    return changes and bool((apart <= SAME_VALUE).all())


def _against(mine: NDArray[np.float64], its: NDArray[np.float64]) -> str:
    """Word what speaks against one run; empty where nothing does."""
    place_m = _apart_m(mine, its)
    if place_m > MAX_PLACE_APART_M:
        return f"{place_m:.0f} m from each other"
    cadence, together = _cadences(mine, its)
    if cadence > MAX_CADENCE_APART_SPM:
        return f"cadences {cadence:.0f} steps/min apart"
    if cadence > CLOSE_CADENCE_SPM and together < MIN_TOGETHER:
        return "cadences that do not go up and down together"
    heart_rate = _apart(mine, its, "heart_rate_bpm")
    is_open = cadence > CLOSE_CADENCE_SPM and np.isnan(together)
    most = OPEN_HEART_RATE_APART_BPM if is_open else MAX_HEART_RATE_APART_BPM
    if heart_rate > most and not together >= ONE_BODY:
        return f"heart rates {heart_rate:.0f} beats apart"
    return ""


def _cadences(
    mine: NDArray[np.float64], its: NDArray[np.float64]
) -> tuple[float, float]:
    """Give how far the cadences are apart, and how they go up and down together.

    Both are NaN where that cannot be told.
    """
    row = CHANNELS.index("cadence_spm")
    a, b = mine[row], its[row]
    known = np.isfinite(a) & np.isfinite(b)
    n = np.count_nonzero(known)
    if n < MIN_SHARED:
        return float("nan"), float("nan")
    a, b = a[known], b[known]
    apart, scale = min((float(np.median(np.abs(a - k * b))), k) for k in _SCALES)
    b = scale * b
    is_running = (np.minimum(a, b) >= MIN_RUNNING_SPM) | (
        max(a.max(), b.max()) < MIN_RUNNING_SPM
    )
    a, b = a[is_running], b[is_running]
    if len(a) < MIN_SHARED_FOR_SPREAD or min(a.std(), b.std()) < MIN_SPREAD_SPM:
        return apart, float("nan")
    return apart, float(np.corrcoef(a, b)[0, 1])


def _apart(mine: NDArray[np.float64], its: NDArray[np.float64], name: str) -> float:
    """Give the median difference of a channel; NaN where too little is shared."""
    row = CHANNELS.index(name)
    known = np.isfinite(mine[row]) & np.isfinite(its[row])
    if np.count_nonzero(known) < MIN_SHARED:
        return float("nan")
    return float(np.median(np.abs(mine[row][known] - its[row][known])))


def _apart_m(mine: NDArray[np.float64], its: NDArray[np.float64]) -> float:
    """Give the median distance of the two places; NaN where too little is shared."""
    latitude, longitude = (
        CHANNELS.index(f"{axis}_deg") for axis in ("latitude", "longitude")
    )
    north = mine[latitude] - its[latitude]
    east = (mine[longitude] - its[longitude] + 180.0) % 360.0 - 180.0
    east = east * np.cos(np.deg2rad(mine[latitude]))
    known = np.isfinite(north) & np.isfinite(east)
    if np.count_nonzero(known) < MIN_SHARED:
        return float("nan")
    metres = _METRES_PER_DEGREE * np.hypot(north[known], east[known])
    return float(np.median(metres))
