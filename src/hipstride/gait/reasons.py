"""Why a second of a run is not used: the words, and which of them comes first.

A runner who sees that a third of a run is left out wants to know what happened, and
somebody who looks into a file wants to see it second by second. So each sample carries
one word: the first of these that fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["MEANINGS", "REASONS", "Reason", "first_of", "words_of"]


class Reason(IntEnum):
    """The reasons in their order, as the numbers in which they are reckoned with."""

    NONE = 0
    PAUSED = 1
    CLOCK_JUMP = 2
    SPEED_JUMP = 3
    STANDING = 4
    WALKING = 5
    CADENCE_OF_ONE_FOOT = 6
    NO_CADENCE = 7
    TUNNEL = 8
    NO_SPEED = 9
    GPS_DRIFT = 10
    LOST_SIGNAL = 11
    LOCKED = 12
    FIRST_MINUTES = 13
    NEAR_A_STOP = 14
    STEEP = 15
    IMPLAUSIBLE_STEP = 16


# In the words that ``unusable_because`` holds; the numbers stand in docs/cleaning.md.
MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "paused": "the timer stood",
        "clock jump": "the moment is missing, goes back, or leaps by hours",
        "speed jump": "a speed, a change of speed or a leap over ground that no runner "
        "makes, or too many of them around",
        "standing": "no speed and no cadence of a run",
        "walking": "moving at a cadence (without one, a speed) below that of a run",
        "cadence of one foot": "half of the run's own cadence at that kind of speed",
        "no cadence": "cadence missing, 0 or far too low at the speed of a run",
        "tunnel": "the position was lost or stood still, and the speed was made up",
        "no speed": "speed missing, or below 1 m/s at the cadence of a run",
        "GPS drift": "the position wanders without a step, or speed and distance "
        "tell different stories",
        "lost signal": "beside a silence of the recording",
        "cadence locked to heart rate": "both the same number for a minute or more",
        "first minutes": "gait and GPS are still settling",
        "near a stop": "speed is smoothed over a pause or a stop",
        "steep": "the ground, and not the runner, makes the step",
        "implausible step": "speed and cadence do not make a step of a runner",
    }
)
REASONS: tuple[str, ...] = tuple(MEANINGS)
# Shared by all runs: to make it again takes longer than all the rest of a column.
_WORDS = pd.CategoricalDtype(list(REASONS), ordered=True)


def first_of(found: Mapping[Reason, NDArray[np.bool_]], size: int) -> NDArray[np.uint8]:
    """Give each sample the first reason that fits.

    Parameters
    ----------
    found : mapping
        Where each reason fits, arrays of shape (size,).
    size : int
        How many samples there are.

    Returns
    -------
    array of uint8, shape (size,)
        A `Reason` each; 0 where none fits.

    Examples
    --------
    >>> steep, early = np.array([True, False, True]), np.array([True, False, False])
    >>> first_of({Reason.STEEP: steep, Reason.FIRST_MINUTES: early}, 3).tolist()
    [13, 0, 15]
    """
    reason = np.zeros(size, dtype=np.uint8)
    for one in sorted(found, reverse=True):
        reason[found[one]] = one
    return reason


def words_of(reason: NDArray[np.uint8]) -> pd.Categorical:
    """Give the words of reasons, missing where there is none.

    Examples
    --------
    >>> list(words_of(np.array([0, 15], dtype=np.uint8)))
    [nan, 'steep']
    """
    return pd.Categorical.from_codes(reason.astype(np.int8) - 1, dtype=_WORDS)
