"""When a run is not steady by the clock: its beginning, its stops, its silences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.gait._spells import within
from hipstride.gait.signals import Signals
from hipstride.gait.timer import MAX_SAMPLE_GAP_S, is_silence, paused_until, reached

__all__ = [
    "WARM_UP_S",
    "clock_jumps",
    "is_beside_silence",
    "is_early",
    "is_near_a_stop",
    "silences",
]

# Gait settles in the first minutes, and so does GPS: leave out the first four.
WARM_UP_S = 240.0
# A watch smooths speed over about ten seconds, so both sides of a stop are mixtures.
PAUSE_MARGIN_S = 15.0
# No signal is lost for so long and then goes on in the same run: the clock was set.
MAX_SILENCE_S = 6 * 3600.0


def is_early(elapsed_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell the first minutes.

    Parameters
    ----------
    elapsed_s : array, shape (n,)
        The moments [s].

    Returns
    -------
    array of bool, shape (n,)
        Whether less than 4 minutes have passed since the first known moment.

    Examples
    --------
    >>> is_early(np.array([10.0, 249.0, 250.0])).tolist()
    [True, True, False]
    """
    if len(elapsed_s) == 0:
        return np.zeros(0, dtype=np.bool_)
    reached_s = reached(elapsed_s)
    first_s = reached_s[np.isfinite(reached_s)][:1]
    settled_s = first_s[0] + WARM_UP_S if len(first_s) else np.nan
    return np.asarray(~(reached_s >= settled_s))


def clock_jumps(
    elapsed_s: NDArray[np.float64], clock_leaps: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell moments that are missing, go back, or lie beside a leap of the clock.

    Parameters
    ----------
    elapsed_s : array, shape (n,)
        The moments [s].
    clock_leaps : array of int
        The samples before which the clock was set anew.

    Returns
    -------
    array of bool, shape (n,)
        Whether a moment is missing, lies before one already seen, or is within 15 s of
        a leap by more than 6 h.
    """
    found = ~(elapsed_s >= reached(elapsed_s))
    leap = np.diff(elapsed_s) > MAX_SILENCE_S
    if leap.any() or len(clock_leaps):
        shores_s = np.concatenate(
            [
                elapsed_s[:-1][leap],
                elapsed_s[1:][leap],
                elapsed_s[clock_leaps - 1],
                elapsed_s[clock_leaps],
            ]
        )
        found |= within(shores_s, elapsed_s, PAUSE_MARGIN_S)
    return np.asarray(found)


def is_near_a_stop(signals: Signals, still: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell what lies within 15 s of standing, or of either end of a pause.

    Parameters
    ----------
    signals : Signals
        The run.
    still : array of bool, shape (n,)
        Whether the runner stood.

    Returns
    -------
    array of bool, shape (n,)
        Whether speed is smoothed over a stop.
    """
    stops_s = np.concatenate([signals.elapsed_s[still], *signals.pauses])
    return within(stops_s, signals.elapsed_s, PAUSE_MARGIN_S)


def is_beside_silence(signals: Signals) -> NDArray[np.bool_]:
    """Tell what lies within 15 s of either shore of a silence.

    Parameters
    ----------
    signals : Signals
        The run.

    Returns
    -------
    array of bool, shape (n,)
        Whether the recording was silent so shortly before or after.
    """
    silent = silences(signals)
    elapsed_s = signals.elapsed_s
    shores_s = np.concatenate([elapsed_s[:-1][silent], elapsed_s[1:][silent]])
    return within(shores_s, elapsed_s, PAUSE_MARGIN_S)


def silences(signals: Signals) -> NDArray[np.bool_]:
    """Tell which steps from sample to sample no pause of the timer explains.

    Parameters
    ----------
    signals : Signals
        The run.

    Returns
    -------
    array of bool, shape (n - 1,)
        Whether the step is a silence, and outlasts the pauses in it by 10 s; one of
        hours is a clock that was set.
    """
    silent = is_silence(signals.step_s)
    silent &= ~(signals.step_s > MAX_SILENCE_S)
    if len(signals.pauses[0]) and silent.any():
        paused_s = np.diff(paused_until(signals.elapsed_s, signals.pauses))
        silent &= signals.step_s - paused_s > MAX_SAMPLE_GAP_S
    return silent
