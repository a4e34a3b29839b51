"""What no runner has: impossible values, wrong units, ratings off the scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray
from hipstride.tables import OBSERVATIONS
from hipstride.units import SECONDS_PER_MINUTE

__all__ = ["check_scale", "check_units", "implausible"]

# Far outside of what legs do, so that only a wrong unit is met.
_CADENCE_SPM = (60.0, 300.0)


def check_units(speed_mps: FloatArray, step_length_m: FloatArray) -> None:
    """Refuse speed and step length that no pair of legs can bring together."""
    known = np.isfinite(speed_mps) & np.isfinite(step_length_m)
    known &= (speed_mps > 0) & (step_length_m > 0)
    if not known.any():
        return
    steps_per_s = float(np.median(speed_mps[known] / step_length_m[known]))
    cadence_spm = SECONDS_PER_MINUTE * steps_per_s
    low, high = _CADENCE_SPM
    if cadence_spm < low or cadence_spm > high:
        msg = (
            "observations: mean_speed_mps over mean_step_length_m gives "
            f"{cadence_spm:.3g} steps/min; expected {low:g} to {high:g}; give speed in "
            "m/s (not km/h, not min/km) and the length of one step in m"
        )
        raise TableError(msg)


def implausible(values: FloatArray, name: str) -> NDArray[np.bool_]:
    """Find values that no runner has, such as a speed in the wrong unit."""
    column = OBSERVATIONS[name]
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    return np.asarray((values < low) | (values > high))


def check_scale(values: FloatArray, name: str) -> None:
    """Refuse ratings outside of 0 to 10."""
    bad = values[(values < 0) | (values > 10)]  # noqa: PLR2004 - the 0-10 scale
    if len(bad):
        msg = (
            f"observations: column {name!r} holds {bad[0]:g} and {len(bad) - 1} "
            "more outside of 0-10; expected ratings from 0 to 10; mend the diary"
        )
        raise TableError(msg)
