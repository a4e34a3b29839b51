"""Which seconds of a run are steady running on good signals, and why others are not.

Nothing is dropped: every sample is kept and flagged, and whoever takes a mean says how
much it stood on. The words for what is not usable stand in `reasons`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait._cadence import (
    MAX_RUNNING_CADENCE_SPM,
    MIN_RUNNING_CADENCE_SPM,
    MIN_RUNNING_SPEED_WITHOUT_CADENCE_MPS,
    is_locked,
    is_of_one_foot,
    is_too_low,
)
from hipstride.gait._gps import drifts, tunnels, wanders
from hipstride.gait._jumps import jumps
from hipstride.gait._stops import (
    clock_jumps,
    is_beside_silence,
    is_early,
    is_near_a_stop,
)
from hipstride.gait.grade import slope_of
from hipstride.gait.reasons import Reason, first_of, words_of
from hipstride.gait.signals import Signals, signals_of
from hipstride.gait.timer import is_paused
from hipstride.units import SECONDS_PER_MINUTE

__all__ = ["MIN_RUNNING_CADENCE_SPM", "Flags", "clean", "flags_of"]

# Running on the spot at a crossing has the cadence of a run and no speed.
MIN_RUNNING_SPEED_MPS = 1.0
# GPS of someone who stands drifts by some 0.3 m/s; nobody walks slower than 0.5.
MIN_MOVING_SPEED_MPS = 0.5

# On steeper ground the step changes for other reasons than speed.
MAX_USABLE_GRADE_PCT = 5.0
# Within these a step of steady running lies; outside, speed or cadence is wrong.
STEP_LENGTH_RANGE_M = (0.4, 2.2)


class Flags(NamedTuple):
    """What `clean` says of each sample, and how well the ground is known."""

    # NaN where it is not reliable.
    grade_pct: NDArray[np.float64]
    is_moving: NDArray[np.bool_]
    is_running: NDArray[np.bool_]
    is_usable: NDArray[np.bool_]
    # A `Reason` each; 0, and only then usable, where there is none.
    reason: NDArray[np.uint8]
    # Within a minute or more of one and the same number as cadence and heart rate.
    is_locked: NDArray[np.bool_]
    is_grade_reliable: NDArray[np.bool_]
    # The standard error of the grade, median over the run; NaN where none is known.
    grade_noise_pct: float


def clean(samples: pd.DataFrame, pauses: pd.DataFrame | None = None) -> pd.DataFrame:
    """Flag moving, running and usable samples, say why not, and add the grade.

    Parameters
    ----------
    samples : DataFrame
        A `SAMPLES` table; any rhythm of recording will do.
    pauses : DataFrame, optional
        A `PAUSES` table: the spans in which the timer stood.

    Returns
    -------
    DataFrame
        A copy with ``grade_pct``, ``is_grade_reliable``, ``is_moving``, ``is_running``,
        ``is_usable`` and ``unusable_because``; same rows. The grade is NaN without
        altitude, and where the altitude is not to be believed. ``unusable_because`` is
        a category, missing where a sample is usable, and nowhere else.

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
    3. *Usable*: running, and none of the reasons against it, which are looked for in
       the order of `REASONS`; the first that fits is told. An unknown grade is none.

    Examples
    --------
    >>> samples = pd.DataFrame(
    ...     {"elapsed_s": [300.0, 301, 302], "speed_mps": [3.0, 3, 1.4]}
    ... )
    >>> samples["cadence_spm"] = [170.0, 170, 110]
    >>> clean(samples)["is_running"].tolist()
    [True, True, False]
    >>> clean(samples)["unusable_because"].tolist()
    ['first minutes', 'first minutes', 'walking']
    """
    flags = flags_of(signals_of(samples, pauses))
    return samples.assign(
        grade_pct=flags.grade_pct,
        is_grade_reliable=flags.is_grade_reliable,
        is_moving=flags.is_moving,
        is_running=flags.is_running,
        is_usable=flags.is_usable,
        unusable_because=words_of(flags.reason),
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
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        slope = slope_of(signals.ground_m, signals.altitude_m)
        # 1
        still = (speed_mps < MIN_MOVING_SPEED_MPS) & ~(
            cadence_spm >= MIN_RUNNING_CADENCE_SPM
        )
        still |= np.isnan(speed_mps) & (cadence_spm == 0)
        paused = is_paused(elapsed_s, signals.pauses)
        is_moving = ~still & ~paused
        # 2
        is_running = is_moving & _running(signals)
        # 3
        found = _not_running(signals, still, is_moving, is_running)
        found[Reason.PAUSED] = paused
        found[Reason.CLOCK_JUMP] = clock_jumps(elapsed_s, signals.clock_leaps)
        found[Reason.NEAR_A_STOP] = is_near_a_stop(signals, still)
        found[Reason.LOST_SIGNAL] = is_beside_silence(signals)
        jump, impossible = jumps(signals)
        # A start or a stop is no jump of the GPS.
        found[Reason.SPEED_JUMP] = impossible | (jump & ~found[Reason.NEAR_A_STOP])
        found[Reason.TUNNEL] = tunnels(signals)
        found[Reason.GPS_DRIFT] = found[Reason.GPS_DRIFT] | drifts(signals)
        found[Reason.LOCKED] = is_locked(signals)
        found[Reason.FIRST_MINUTES] = is_early(elapsed_s)
        found[Reason.STEEP] = (np.abs(slope.grade_pct) > MAX_USABLE_GRADE_PCT) | (
            slope.at_least_pct > MAX_USABLE_GRADE_PCT
        )
    reason = first_of(found, len(signals))
    return Flags(
        slope.grade_pct,
        is_moving,
        is_running,
        reason == Reason.NONE,
        reason,
        found[Reason.LOCKED],
        slope.is_reliable,
        slope.noise_pct,
    )


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


def _not_running(
    signals: Signals,
    still: NDArray[np.bool_],
    is_moving: NDArray[np.bool_],
    is_running: NDArray[np.bool_],
) -> dict[Reason, NDArray[np.bool_]]:
    """Tell a walk from a sensor that failed; whatever does not run is one of these."""
    speed_mps, cadence_spm = signals.speed_mps, signals.cadence_spm
    low_m, high_m = STEP_LENGTH_RANGE_M
    is_too_quick = cadence_spm > MAX_RUNNING_CADENCE_SPM
    is_no_speed = (cadence_spm >= MIN_RUNNING_CADENCE_SPM) & ~is_too_quick
    is_no_speed &= ~(speed_mps >= MIN_RUNNING_SPEED_MPS)
    is_no_speed |= np.isnan(speed_mps) & np.isnan(cadence_spm)
    too_low = is_too_low(signals)
    # Without a single step, and slower than a run.
    is_drift = wanders(signals, (cadence_spm == 0) & is_moving & ~too_low)
    implausible = is_too_quick
    if signals.has_cadence:
        step_length_m = SECONDS_PER_MINUTE * speed_mps / cadence_spm
        implausible = implausible | (
            is_running & ~((step_length_m >= low_m) & (step_length_m <= high_m))
        )
    sensors = is_no_speed | too_low | is_drift | is_too_quick
    return {
        Reason.STANDING: still,
        Reason.WALKING: is_moving & ~is_running & ~sensors,
        Reason.CADENCE_OF_ONE_FOOT: is_of_one_foot(signals, too_low, is_running),
        Reason.NO_CADENCE: too_low,
        Reason.NO_SPEED: is_no_speed,
        Reason.GPS_DRIFT: is_drift,
        Reason.IMPLAUSIBLE_STEP: implausible,
    }
