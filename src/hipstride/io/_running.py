"""Is a recording that states no sport a run? Told by how it moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.tables import Recording

__all__ = ["judged"]

# A runner's middle speed and cadence. Below 1.7 m/s people walk; 6.5 m/s is 2:34 a
# kilometre. Nobody pedals or walks at 140 to 220 a minute for long.
_SPEED_MPS = (1.7, 6.5)
_CADENCE_SPM = (140.0, 220.0)
# Without a cadence a slow rider passes for a runner, but for the speed downhill.
_SPEED_ALONE_MPS = (2.0, 4.5)
_FASTEST_MPS = 6.5
_MOVING_MPS = 0.7
_MIN_SAMPLES = 20


def judged(recording: Recording) -> Recording:
    """Call a recording without a stated sport a run where it moves like a runner.

    Parameters
    ----------
    recording : Recording
        Any.

    Returns
    -------
    Recording
        The same, or one of the sport ``running`` with a note that says by what.

    Examples
    --------
    >>> from hipstride.tables import LAPS
    >>> samples = pd.DataFrame({"speed_mps": [3.0] * 60, "cadence_spm": [165.0] * 60})
    >>> at = pd.Timestamp("2026-09-01", tz="UTC")
    >>> walk = Recording("a", "a", "gpx", "", "", "", at, None, samples, LAPS.empty())
    >>> judged(walk).notes
    ('the file states no sport; speed (3.0 m/s) and cadence (165) are of running',)
    """
    if recording.sport:
        return recording
    speed_mps = _values(recording.samples, "speed_mps")
    is_moving = speed_mps >= _MOVING_MPS
    if np.count_nonzero(is_moving) < _MIN_SAMPLES:
        return recording
    middle_mps = float(np.median(speed_mps[is_moving]))
    cadence_spm = _values(recording.samples, "cadence_spm")[is_moving]
    cadence_spm = cadence_spm[np.isfinite(cadence_spm) & (cadence_spm > 0)]
    if len(cadence_spm) >= _MIN_SAMPLES:
        middle_spm = float(np.median(cadence_spm))
        is_run = _within(middle_mps, _SPEED_MPS) and _within(middle_spm, _CADENCE_SPM)
        by = f"speed ({middle_mps:.1f} m/s) and cadence ({middle_spm:.0f}) are"
    else:
        fastest_mps = float(np.percentile(speed_mps[is_moving], 95))
        is_slow = fastest_mps <= _FASTEST_MPS
        is_run = is_slow and _within(middle_mps, _SPEED_ALONE_MPS)
        by = f"it has no cadence, but the speed ({middle_mps:.1f} m/s) is"
    if not is_run:
        return recording
    note = f"the file states no sport; {by} of running"
    return replace(recording, sport="running", notes=(*recording.notes, note))


def _values(samples: pd.DataFrame, name: str) -> NDArray[np.float64]:
    if name not in samples.columns:
        return np.full(len(samples), np.nan)
    return samples[name].to_numpy(dtype=np.float64)


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]
