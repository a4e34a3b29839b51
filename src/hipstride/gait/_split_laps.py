"""The watch's own laps on the running timer, and what is odd about them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.gait._split_ground import Ground
from hipstride.gait._split_means import covered_at
from hipstride.gait.signals import Signals
from hipstride.gait.timer import column
from hipstride.tables import LAPS, Recording
from hipstride.units import format_duration

__all__ = ["Laps", "laps_of"]

Floats = NDArray[np.float64]

# A lap begins in the second in which the last one ends.
MAX_APART_S = 2.0
# Two counts of one distance are the same within these.
MAX_ASTRAY_M = 20.0
MAX_ASTRAY_SHARE = 0.05
# Laps of one length within this were cut by the watch itself.
_SAME_LENGTH = 0.01


class Laps(NamedTuple):
    """Where on the timer each lap begins and ends, and how long it is."""

    begins_s: Floats
    ends_s: Floats
    distance_m: Floats
    is_whole: NDArray[np.bool_]
    notes: list[str]


def laps_of(recording: Recording, signals: Signals, ground: Ground) -> Laps:
    """Lay the laps of a run over its timer.

    Parameters
    ----------
    recording : Recording
        A run with laps.
    signals : Signals
        Its signals.
    ground : Ground
        Its ground.

    Returns
    -------
    Laps
        With the watch's own durations and distances; a distance that is missing is
        that of the samples, and a note says so.
    """
    laps = recording.laps
    LAPS.check(laps)
    elapsed_s = (
        (laps["started_at"] - recording.started_at)
        .dt.total_seconds()
        .to_numpy(np.float64)
    )
    lasted_s = np.nan_to_num(column(laps, "duration_s"))
    begins_s = np.interp(elapsed_s, ground.elapsed_s, ground.timer_s)
    # A lap begins where the one before ends, but for the rounding of its time.
    joined_s = begins_s[:-1] + lasted_s[:-1]
    close = np.abs(begins_s[1:] - joined_s) <= MAX_APART_S
    begins_s[1:] = np.where(close, joined_s, begins_s[1:])
    ends_s = begins_s + lasted_s
    own_m = column(laps, "distance_m")
    sampled_m = covered_at(ground, ends_s) - covered_at(ground, begins_s)
    has_own = np.isfinite(own_m) & ((own_m > 0) | ~(sampled_m > MAX_ASTRAY_M))
    distance_m = np.where(has_own, own_m, sampled_m)
    # Two laps share what lies between the later start and the earlier end.
    shared_s = np.minimum(ends_s[:-1], ends_s[1:]) - np.maximum(
        begins_s[:-1], begins_s[1:]
    )
    notes = [
        _oddities(*of_lap, ground.total_s)
        for of_lap in zip(
            np.append(-shared_s, np.nan),
            own_m,
            sampled_m,
            has_own,
            ends_s,
            strict=True,
        )
    ]
    left_m = ground.total_m - float(np.nansum(distance_m))
    if abs(left_m) > max(MAX_ASTRAY_M, _SAME_LENGTH * ground.total_m):
        told = f"the laps add up to {np.nansum(distance_m):,.0f} m"
        told += f" of the run's {ground.total_m:,.0f} m"
        notes[-1] = ", ".join(filter(None, [notes[-1], told]))
    return Laps(begins_s, ends_s, distance_m, _are_whole(distance_m), notes)


def _oddities(
    gap_s: float,
    own_m: float,
    sampled_m: float,
    has_own: np.bool_,
    end_s: float,
    total_s: float,
) -> str:
    words = []
    if gap_s < -MAX_APART_S:
        words.append(f"overlaps the next lap by {format_duration(-gap_s)}")
    if gap_s > MAX_APART_S:
        words.append(f"{format_duration(gap_s)} before the next lap are in none")
    if end_s > total_s + MAX_APART_S:
        words.append(f"lasts {format_duration(end_s - total_s)} longer than the run")
    if not has_own and np.isfinite(sampled_m):
        words.append("without a distance, so that of the samples")
    astray_m = abs(own_m - sampled_m)
    if has_own and astray_m > max(MAX_ASTRAY_M, MAX_ASTRAY_SHARE * own_m):
        words.append(f"the samples tell {sampled_m:,.0f} m")
    return ", ".join(words)


def _are_whole(distance_m: Floats) -> NDArray[np.bool_]:
    """Tell a last lap that is what remained of laps of one length."""
    is_whole = np.ones(len(distance_m), dtype=np.bool_)
    others = distance_m[:-1]
    if len(others) and others.min() > 0:
        is_even = others.max() <= (1 + _SAME_LENGTH) * others.min()
        is_whole[-1] = not (is_even and distance_m[-1] < 0.99 * others.min())
    return is_whole
