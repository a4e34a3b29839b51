"""Which seconds of a run are steady running on good signals.

Nothing is dropped: every sample is kept and flagged, and whoever takes a mean says how
much it stood on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait.grade import grade
from hipstride.gait.signals import Signals, signals_of
from hipstride.gait.timer import is_paused, is_silence, reached
from hipstride.units import SECONDS_PER_MINUTE

__all__ = ["Flags", "clean", "flags_of"]

# Adults go over from walking to running at 135 to 140 steps/min and near 2.1 m/s;
# cadence tells the two apart far better than speed (93 % right against 55 to 79 %).
# "Cadence (steps/min) as an indicator of the walk-to-run transition", Hum Mov Sci
# 2023;90:103117. Hansen et al., Sci Rep 2017;7:2010 find 141 (SD 6).
MIN_RUNNING_CADENCE_SPM = 135.0
MAX_RUNNING_CADENCE_SPM = 240.0
MIN_RUNNING_SPEED_WITHOUT_CADENCE_MPS = 2.1
# Running on the spot at a crossing has the cadence of a run and no speed.
MIN_RUNNING_SPEED_MPS = 1.0
# GPS of someone who stands drifts by some 0.3 m/s; nobody walks slower than 0.5.
MIN_MOVING_SPEED_MPS = 0.5

# Gait settles in the first minutes, and so does GPS: leave out the first four.
WARM_UP_S = 240.0
# A watch smooths speed over about ten seconds, so both sides of a stop are mixtures.
PAUSE_MARGIN_S = 15.0
# On steeper ground the step changes for other reasons than speed.
MAX_USABLE_GRADE_PCT = 5.0
# Faster than any steady running of an amateur; a world-class 1500 m is run at 7.3.
MAX_USABLE_SPEED_MPS = 8.0
# No one gains or loses more from one second to the next in steady running.
MAX_ACCELERATION_MPS2 = 3.0
# Ground covered between two samples faster than any sprinter: a GPS jump.
MAX_GROUND_SPEED_MPS = 12.0
# Within these a step of steady running lies; outside, speed or cadence is wrong.
STEP_LENGTH_RANGE_M = (0.4, 2.2)
# Optical sensors lock on to the arm swing. Equal to within one for a minute on end is
# no coincidence; which of the two is wrong is not known, so neither is used.
LOCK_TOLERANCE = 1.0
LOCK_DURATION_S = 60.0


class Flags(NamedTuple):
    """What `clean` says of each sample, and which of them are locked."""

    grade_pct: NDArray[np.float64]
    is_moving: NDArray[np.bool_]
    is_running: NDArray[np.bool_]
    is_usable: NDArray[np.bool_]
    # Within a minute or more of one and the same number as cadence and heart rate.
    is_locked: NDArray[np.bool_]


def clean(samples: pd.DataFrame, pauses: pd.DataFrame | None = None) -> pd.DataFrame:
    """Flag moving, running and usable samples, and add the grade.

    Parameters
    ----------
    samples : DataFrame
        A `SAMPLES` table; any rhythm of recording will do.
    pauses : DataFrame, optional
        A `PAUSES` table: the spans in which the timer stood.

    Returns
    -------
    DataFrame
        A copy with ``is_moving``, ``is_running``, ``is_usable`` and ``grade_pct``; same
        rows. The grade is NaN without altitude.

    Raises
    ------
    TableError
        If `samples` has no ``elapsed_s``, or one of its columns is of a wrong kind.

    Notes
    -----
    1. *Moving*: the timer runs, and speed is at least 0.5 m/s or cadence that of a run.
       A sample without speed and cadence counts as moving, since nothing says that the
       runner stood.
    2. *Running*: moving at 135 to 240 steps/min and at least 1 m/s. A file without any
       cadence is judged by speed alone, from 2.1 m/s on.
    3. *Usable*: running, after the first 4 minutes, grade within 5 % (an unknown grade
       passes), more than 15 s away from pauses, stops and lost signals, no jump of
       speed or distance, a plausible step, cadence not glued to heart rate, and time
       going forward.

    Examples
    --------
    >>> samples = pd.DataFrame(
    ...     {"elapsed_s": [300.0, 301, 302], "speed_mps": [3.0, 3, 1.4]}
    ... )
    >>> samples["cadence_spm"] = [170.0, 170, 110]
    >>> clean(samples)["is_running"].tolist()
    [True, True, False]
    """
    flags = flags_of(signals_of(samples, pauses))
    return samples.assign(
        grade_pct=flags.grade_pct,
        is_moving=flags.is_moving,
        is_running=flags.is_running,
        is_usable=flags.is_usable,
    )


def flags_of(signals: Signals) -> Flags:
    """Flag the samples of a run; see `clean`, whose numbered steps these are.

    Parameters
    ----------
    signals : Signals
        The run.

    Returns
    -------
    Flags
        Arrays of shape (n,).
    """
    elapsed_s, speed_mps = signals.elapsed_s, signals.speed_mps
    cadence_spm = signals.cadence_spm
    grade_pct = grade(signals.ground_m, signals.altitude_m)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        # 1
        still = (speed_mps < MIN_MOVING_SPEED_MPS) & ~(
            cadence_spm >= MIN_RUNNING_CADENCE_SPM
        )
        still |= np.isnan(speed_mps) & (cadence_spm == 0)
        is_moving = ~still & ~is_paused(elapsed_s, signals.pauses)
        # 2
        is_running = is_moving & _running(signals)
        # 3
        step_length_m = SECONDS_PER_MINUTE * speed_mps / cadence_spm
        low_m, high_m = STEP_LENGTH_RANGE_M
        locked = _locked(signals)
        is_usable = (
            is_running
            & ~_early(elapsed_s)
            & ~(np.abs(grade_pct) > MAX_USABLE_GRADE_PCT)
            & ~_near_a_stop(signals, still)
            & ~_jumps(signals)
            & ~locked
        )
        if signals.has_cadence:
            is_usable &= (step_length_m >= low_m) & (step_length_m <= high_m)
    return Flags(grade_pct, is_moving, is_running, is_usable, locked)


def _locked(signals: Signals) -> NDArray[np.bool_]:
    """Find the spans in which cadence and heart rate are one and the same number."""
    elapsed_s = signals.elapsed_s
    locked = np.zeros(len(signals), dtype=np.bool_)
    same = np.abs(signals.cadence_spm - signals.heart_rate_bpm) <= LOCK_TOLERANCE
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]])))
    starts, ends = edges[::2], edges[1::2]
    long = elapsed_s[ends - 1] - elapsed_s[starts] >= LOCK_DURATION_S
    for start, end in zip(starts[long], ends[long], strict=True):
        locked[start:end] = True
    return locked


def _running(signals: Signals) -> NDArray[np.bool_]:
    speed_mps, cadence_spm = signals.speed_mps, signals.cadence_spm
    if not signals.has_cadence:
        return np.asarray(speed_mps >= MIN_RUNNING_SPEED_WITHOUT_CADENCE_MPS)
    quick = (cadence_spm >= MIN_RUNNING_CADENCE_SPM) & (
        cadence_spm <= MAX_RUNNING_CADENCE_SPM
    )
    # A file of cadence alone still tells running from walking.
    if not signals.has_speed:
        return np.asarray(quick)
    return np.asarray(quick & (speed_mps >= MIN_RUNNING_SPEED_MPS))


def _early(elapsed_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell the first minutes, and moments that lie before one already seen."""
    if len(elapsed_s) == 0:
        return np.zeros(0, dtype=np.bool_)
    reached_s = reached(elapsed_s)
    settled = elapsed_s >= reached_s[0] + WARM_UP_S
    return np.asarray(~(settled & (elapsed_s >= reached_s)))


def _near_a_stop(signals: Signals, still: NDArray[np.bool_]) -> NDArray[np.bool_]:
    elapsed_s = signals.elapsed_s
    # Both shores of a silence are suspect.
    silent = is_silence(signals.step_s)
    shores_s = elapsed_s[:-1][silent], elapsed_s[1:][silent]
    stops_s = np.concatenate([elapsed_s[still], *signals.pauses, *shores_s])
    stops_s = np.sort(stops_s[np.isfinite(stops_s)])
    if len(stops_s) == 0:
        return np.zeros(len(elapsed_s), dtype=np.bool_)
    after = np.searchsorted(stops_s, elapsed_s)
    to_next = stops_s[np.minimum(after, len(stops_s) - 1)] - elapsed_s
    to_last = elapsed_s - stops_s[np.maximum(after - 1, 0)]
    return np.asarray(
        np.minimum(np.abs(to_next), np.abs(to_last)) <= PAUSE_MARGIN_S, dtype=np.bool_
    )


def _jumps(signals: Signals) -> NDArray[np.bool_]:
    jump = signals.speed_mps > MAX_USABLE_SPEED_MPS
    step_s = np.where(signals.step_s > 0, signals.step_s, np.nan)
    leap = np.abs(np.diff(signals.speed_mps)) > MAX_ACCELERATION_MPS2 * step_s
    leap |= np.diff(signals.ground_m) > MAX_GROUND_SPEED_MPS * step_s
    jump[1:] |= leap
    jump[:-1] |= leap
    return np.asarray(jump, dtype=np.bool_)
