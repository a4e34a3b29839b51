"""What a cadence or a speed that disagrees with the others may be, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from hipstride.gait._scale_reference import CADENCE_ELASTICITY
from hipstride.units import METRES_PER_KILOMETRE, METRES_PER_MILE

__all__ = [
    "COUNTS_ONE_FOOT",
    "COUNTS_TWICE",
    "NO_STEPS",
    "Verdict",
    "verdict_of_cadence",
    "verdict_of_speed",
    "words",
]

COUNTS_ONE_FOOT = "counts one foot"
COUNTS_TWICE = "counts both feet twice"
NO_STEPS = "no steps of a run"

# Half and double, to within a fifth.
_NEAR_TWO = np.log(1.2)
# A run's own speed moves it so far from the exact ratio of two units.
_NEAR_UNIT = np.log(1.2)
# The cadence says that the speed is wrong where that is e² times as likely.
_MIN_LOG_ODDS = 2.0
_MILES = METRES_PER_MILE / METRES_PER_KILOMETRE
# By how much a speed is off, and what was mistaken for what.
_UNITS: Mapping[float, str] = {
    _MILES: "kilometres taken for miles",
    1 / _MILES: "miles taken for kilometres",
    3.6: "km/h taken for m/s",
    1 / 3.6: "m/s taken for km/h",
    3.6 / _MILES: "mph taken for m/s",
    _MILES / 3.6: "m/s taken for mph",
}


class Verdict(NamedTuple):
    """What is suspected, and the evidence in words."""

    suspected: str
    evidence: str


def verdict_of_cadence(off_log: float, limit: float, evidence: str) -> Verdict | None:
    """Say what a cadence is that is off by this much; None where it is not.

    Parameters
    ----------
    off_log : float
        Logarithm of the cadence over the expected one.
    limit : float
        Beyond which it is off at all.
    evidence : str
        The numbers, in words.

    Returns
    -------
    Verdict or None

    Examples
    --------
    >>> verdict_of_cadence(-0.69, 0.2, "82 where others take 164").suspected
    'counts one foot'
    >>> verdict_of_cadence(-0.29, 0.2, "123 where others take 164").suspected
    'cadence off by 0.75'
    >>> verdict_of_cadence(-0.05, 0.2, "156 where others take 164")
    """
    if abs(off_log) <= limit:
        return None
    if abs(off_log + np.log(2.0)) < _NEAR_TWO:
        return Verdict(COUNTS_ONE_FOOT, evidence)
    if abs(off_log - np.log(2.0)) < _NEAR_TWO:
        return Verdict(COUNTS_TWICE, evidence)
    return Verdict(f"cadence off by {np.exp(off_log):.2f}", evidence)


def verdict_of_speed(
    cadence_off_log: float,
    speed_off_log: float,
    limit: float,
    cadence_sd: float,
    evidence: str,
) -> Verdict | None:
    """Say what a speed is that is far from the usual; None where it may well be true.

    Parameters
    ----------
    cadence_off_log : float
        Logarithm of the cadence over the one expected at the stated speed.
    speed_off_log : float
        Logarithm of the speed over the usual one.
    limit : float
        Beyond which it is looked at.
    cadence_sd : float
        How far cadences differ at one speed, in logarithms.
    evidence : str
        The numbers, in words.

    Returns
    -------
    Verdict or None

    Notes
    -----
    At the usual speed the cadence would be off by ``cadence_off_log`` plus elasticity
    times ``speed_off_log``. If that is less, by odds of e² to 1 under a normal law, the
    legs ran at the usual speed and the number is another unit.

    Examples
    --------
    >>> mile = np.log(1.609)
    >>> verdict_of_speed(-0.14 * mile, mile, 0.35, 0.02, "4.83 m/s").suspected
    'speed off by 1.61'
    >>> verdict_of_speed(0.0, mile, 0.35, 0.02, "a race")
    """
    if abs(speed_off_log) <= limit:
        return None
    at_usual = cadence_off_log + CADENCE_ELASTICITY * speed_off_log
    log_odds = (cadence_off_log**2 - at_usual**2) / (2 * cadence_sd**2)
    if log_odds <= _MIN_LOG_ODDS:
        return None
    near = min(_UNITS, key=lambda ratio: abs(np.log(ratio) - speed_off_log))
    if abs(np.log(near) - speed_off_log) < _NEAR_UNIT:
        evidence += f": {_UNITS[near]}?"
    return Verdict(f"speed off by {np.exp(speed_off_log):.2f}", evidence)


def words(texts: Sequence[str | None]) -> pd.Series:
    """Make a column of words, None as missing."""
    return pd.Series(list(texts), dtype="str")
