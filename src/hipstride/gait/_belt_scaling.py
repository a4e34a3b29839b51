"""How a typed belt distance is laid over samples and laps."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite, nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.gait._split_ground import END_SLACK_S, Ground, ground_of, ordered_signals
from hipstride.gait.steps import foot_pod_speed
from hipstride.gait.timer import column, sample_durations
from hipstride.tables import Recording

__all__ = [
    "TYPED",
    "TYPED_SPLITS",
    "belt_ground",
    "covered_at",
    "rescaled",
    "watch_distance_m",
]

Floats = NDArray[np.float64]

# What the notes begin with.
TYPED = "distance typed by the runner"
TYPED_SPLITS = "belt splits typed by the runner"
_WATCH_SHAPE = (
    "the belt tells the mean speed and step length: how they vary within the run is "
    "still the watch's guess"
)
_SHAPE_NOTES = {
    "distance": _WATCH_SHAPE,
    "speed": _WATCH_SHAPE,
    "pod": "the belt tells the mean speed and step length, the foot pod how they vary",
    "none": (
        "the file has neither distance nor speed: the belt's distance is spread evenly "
        "over the time"
    ),
}
# Speed and distance of real files agree to 2 %; beyond this each is scaled by itself.
MAX_SPEED_ASTRAY = 0.03
MIN_SPEED_SHARE = 0.95
# Laps that add up to one of the totals but for this are all of the run.
MAX_LAPS_ASTRAY = 0.01


def belt_ground(recording: Recording) -> Ground:
    """Tell how far the runner was when; evenly over the time where nothing tells it.

    Raises
    ------
    TableError
        If the run does not last.
    """
    ground = ground_of(recording, ordered_signals(recording))
    if not ground.total_s > 0:
        msg = (
            f"{recording.source}: found no time in its samples; expected a run that "
            "lasts, to spread the belt distance over"
        )
        raise TableError(msg)
    if ground.covered_m[-1] > 0:
        return ground
    # Nothing tells fast from slow.
    return ground._replace(
        covered_m=ground.timer_s, total_m=ground.total_s, source="none"
    )


def watch_distance_m(recording: Recording, ground: Ground) -> float:
    """Give what the device had counted; NaN where it counted none."""
    if isfinite(recording.watch_distance_m):
        return recording.watch_distance_m
    if recording.distance_m > 0:
        return float(recording.distance_m)
    return nan if ground.source == "none" else ground.total_m


def covered_at(ground: Ground, moments_s: Floats) -> Floats:
    """Tell how far the runner was at moments of the timer."""
    timer_s, covered_m = ground.timer_s, ground.covered_m
    if ground.total_s - timer_s[-1] > END_SLACK_S:
        timer_s = np.append(timer_s, ground.total_s)
        covered_m = np.append(covered_m, max(ground.total_m, covered_m[-1]))
    return np.interp(moments_s, timer_s, covered_m)


def rescaled(
    recording: Recording,
    ground: Ground,
    ends_s: Floats,
    typed_m: Floats,
    how: str,
) -> Recording:
    """Lay the typed pieces over the run, and say so in its notes.

    Parameters
    ----------
    recording : Recording
        The run.
    ground : Ground
        Its ground, as `belt_ground` gives it.
    ends_s : array, shape (k + 1,)
        Where on the timer the pieces begin and end [s].
    typed_m : array, shape (k,)
        How long they are [m].
    how : str
        The note.

    Returns
    -------
    Recording
        The run with every piece as long as it was typed.
    """
    old_m = covered_at(ground, ends_s)
    new_m = np.append(0.0, np.cumsum(typed_m))
    factors = typed_m / np.diff(old_m)
    total_m = float(new_m[-1])
    samples = recording.samples
    timer_s = np.interp(column(samples, "elapsed_s"), ground.elapsed_s, ground.timer_s)
    if ground.source == "distance":
        raw_m = (column(samples, "distance_m") - ground.start_m) * ground.scale
        # A leap past the end of the timer is its end.
        distance_m = np.interp(raw_m, old_m, new_m)
        distance_m = np.where(np.isfinite(raw_m), distance_m, np.nan)
    else:
        distance_m = np.interp(covered_at(ground, timer_s), old_m, new_m)
    piece = np.clip(np.searchsorted(ends_s, timer_s, side="right") - 1, 0, None)
    factor = factors[np.minimum(piece, len(factors) - 1)]
    changed = {"distance_m": distance_m}
    if ground.source == "none":
        changed["speed_mps"] = factor
    else:
        speed_factor = factor / _speed_astray(samples, recording, ground)
        pod = foot_pod_speed(samples) if ground.source == "pod" else None
        own = {"speed_mps": pod or "speed_mps", "step_length_m": "step_length_m"}
        own["stride_length_m"] = "stride_length_m"
        for name, of in own.items():
            if of in samples.columns:
                changed[name] = column(samples, of) * speed_factor
    kept = [
        note for note in recording.notes if not note.startswith((TYPED, TYPED_SPLITS))
    ]
    # Once rescaled, a run no longer tells what its shape was made of.
    if not isfinite(recording.belt_distance_m):
        kept.append(_SHAPE_NOTES[ground.source])
    return replace(
        recording,
        samples=samples.assign(**changed),
        laps=_rescaled_laps(recording, ground, old_m, new_m),
        notes=(*kept, how),
        distance_m=total_m,
        belt_distance_m=total_m,
        watch_distance_m=watch_distance_m(recording, ground),
    )


def _speed_astray(samples: pd.DataFrame, recording: Recording, ground: Ground) -> float:
    """Give the ground by the speed over that by the distance; 1 where they agree."""
    if ground.source != "distance" or "speed_mps" not in samples.columns:
        return 1.0
    speed_mps = column(samples, "speed_mps")
    lasts_s = sample_durations(samples, recording.pauses)
    known = np.isfinite(speed_mps)
    if not lasts_s[known].sum() > MIN_SPEED_SHARE * lasts_s.sum():
        return 1.0
    ratio = float((speed_mps * lasts_s)[known].sum() / ground.covered_m[-1])
    return ratio if ratio > 0 and abs(ratio - 1.0) > MAX_SPEED_ASTRAY else 1.0


def _rescaled_laps(
    recording: Recording, ground: Ground, old_m: Floats, new_m: Floats
) -> pd.DataFrame:
    """Give the laps their share of the typed distance."""
    laps = recording.laps
    if "distance_m" not in laps.columns or not len(laps):
        return laps
    lap_m = column(laps, "distance_m")
    ends_m = np.append(0.0, np.cumsum(np.nan_to_num(lap_m)))
    own_m = float(old_m[-1])
    totals_m = [one for one in (own_m, recording.distance_m) if one > 0]
    total_m = min(totals_m, key=lambda one: abs(one - ends_m[-1]))
    if ground.source == "none":
        # Nothing tells how far they are wrong but their own sum.
        total_m = own_m = float(ends_m[-1])
        old_m = old_m / old_m[-1] * own_m
    if not total_m > 0 or abs(ends_m[-1] - total_m) > MAX_LAPS_ASTRAY * total_m:
        return laps.assign(distance_m=lap_m * (new_m[-1] / old_m[-1]))
    scaled_m = np.diff(np.interp(ends_m * (own_m / ends_m[-1]), old_m, new_m))
    return laps.assign(distance_m=np.where(np.isfinite(lap_m), scaled_m, np.nan))
