"""A distance read off a treadmill and typed in, which the watch could only guess.

Indoors a watch makes speed out of arm swing and cadence, so its distance is off by 5 to
20 % and its step length is no measurement. The belt's own distance makes the mean speed
and the mean step length of a run, or of each of its splits, measured ones. How they
vary within it is still the watch's guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.gait._belt_pieces import BeltSplit, factor_doubt, piece_ends
from hipstride.gait._belt_scaling import (
    TYPED,
    TYPED_SPLITS,
    belt_ground,
    covered_at,
    rescaled,
    watch_distance_m,
)
from hipstride.tables import Recording
from hipstride.units import METRES_PER_KILOMETRE, METRES_PER_MILE

__all__ = ["BeltSplit", "with_belt_distance", "with_belt_splits"]

Floats = NDArray[np.float64]

# A watch is off by a fifth at worst; twice or half is a mile taken for a kilometre
# (1.61), or the distance of another run.
FACTOR_RANGE = (0.5, 2.0)
# More pieces than this are told by the smallest and the largest factor.
_MAX_TOLD = 6
_SAME = 1e-12
_NEAR_A_MILE = 0.05


def with_belt_distance(recording: Recording, distance_m: float) -> Recording:
    """Rescale a run so that its total is the distance that the runner typed in.

    Parameters
    ----------
    recording : Recording
        One run. One that was rescaled before is rescaled anew; the same distance again
        changes nothing.
    distance_m : float
        The distance on the treadmill's display [m].

    Returns
    -------
    Recording
        With distances, speeds and step lengths of samples and laps rescaled,
        ``distance_m`` and ``belt_distance_m`` the typed one and ``watch_distance_m``
        the device's. Time, cadence, heart rate, and the device's own step length are as
        they were. Two notes say what was done.

    Raises
    ------
    TableError
        If the distance is none, or less than half or more than twice the device's.

    Notes
    -----
    A file without distance and speed has the distance spread evenly over its time.
    Where a treadmill run has the speed of a foot pod beside the watch's, the pod's is
    rescaled, and distances are made of it.

    Examples
    --------
    >>> import pandas as pd
    >>> samples = pd.DataFrame({"elapsed_s": [0.0, 1.0, 2.0], "speed_mps": 3.0})
    >>> samples["distance_m"] = [0.0, 3.0, 6.0]
    >>> run = Recording(
    ...     run_id="a",
    ...     source="a.fit",
    ...     format="fit",
    ...     sport="running",
    ...     sub_sport="treadmill",
    ...     device="",
    ...     started_at=pd.Timestamp("2026-09-01 06:00", tz="UTC"),
    ...     utc_offset=None,
    ...     samples=samples,
    ...     laps=pd.DataFrame(),
    ... )
    >>> typed = with_belt_distance(run, 6.3)
    >>> typed.samples["distance_m"].round(9).tolist(), typed.distance_m
    ([0.0, 3.15, 6.3], 6.3)
    """
    _check_distance(distance_m)
    if recording.belt_distance_m == recording.distance_m == distance_m:
        return recording
    ground = belt_ground(recording)
    watch_m = watch_distance_m(recording, ground)
    _check_factor(distance_m, watch_m, "the run")
    how = (
        f"{TYPED}: {distance_m:,.0f} m instead of the watch's {watch_m:,.0f} m "
        f"(× {distance_m / watch_m:.3f}{_unit_doubt(distance_m / watch_m)})"
        if watch_m > 0
        else f"{TYPED}: {distance_m:,.0f} m, the file had none"
    )
    ends_s = np.array([0.0, ground.total_s])
    return rescaled(recording, ground, ends_s, np.array([distance_m]), how)


def with_belt_splits(recording: Recording, splits: Sequence[BeltSplit]) -> Recording:
    """Rescale a run piece by piece, so that each has the distance typed for it.

    Parameters
    ----------
    recording : Recording
        One run.
    splits : sequence of BeltSplit
        All pieces of the run, in order. The last may do without a time.

    Returns
    -------
    Recording
        As `with_belt_distance` gives it, the total being the sum.

    Raises
    ------
    TableError
        If a distance or a time is none, the pieces are longer or shorter than the run
        by more than 10 s (or 1 % of it), times are missing and the watch has not as
        many laps, or a distance is less than half or more than twice what the device
        counted for that piece.

    Examples
    --------
    >>> import pandas as pd
    >>> samples = pd.DataFrame({"elapsed_s": np.arange(121.0), "speed_mps": 3.0})
    >>> run = Recording(
    ...     run_id="a",
    ...     source="a.fit",
    ...     format="fit",
    ...     sport="running",
    ...     sub_sport="treadmill",
    ...     device="",
    ...     started_at=pd.Timestamp("2026-09-01 06:00", tz="UTC"),
    ...     utc_offset=None,
    ...     samples=samples,
    ...     laps=pd.DataFrame(),
    ... )
    >>> typed = with_belt_splits(run, [BeltSplit(180, 60), BeltSplit(210, 60)])
    >>> typed.samples["distance_m"][[0, 60, 120]].tolist()
    [0.0, 180.0, 390.0]
    """
    if not splits:
        msg = "belt splits: found none; expected at least one distance"
        raise TableError(msg)
    for one in splits:
        _check_distance(one.distance_m)
    ground = belt_ground(recording)
    ends_s = piece_ends(recording, ground, splits)
    typed_m = np.array([one.distance_m for one in splits], dtype=np.float64)
    old_m = np.diff(covered_at(ground, ends_s))
    if (np.abs(old_m / typed_m - 1.0) < _SAME).all() and isfinite(
        recording.belt_distance_m
    ):
        return recording
    if ground.source != "none":
        for number, (new, old) in enumerate(zip(typed_m, old_m, strict=True), start=1):
            _check_factor(float(new), float(old), f"split {number}")
    how = f"{TYPED_SPLITS}: {_told(typed_m, old_m)}"
    if ground.source != "none":
        how += factor_doubt(typed_m / old_m)
    return rescaled(recording, ground, ends_s, typed_m, how)


def _unit_doubt(factor: float) -> str:
    """Ask whether the unit is right where the ratio is that of a mile and a km."""
    miles = METRES_PER_MILE / METRES_PER_KILOMETRE
    near = min(abs(factor / miles - 1.0), abs(factor * miles - 1.0))
    if near > _NEAR_A_MILE:
        return ""
    return ", the ratio of a mile and a kilometre: is its unit right?"


def _check_distance(distance_m: float) -> None:
    if not 0 < distance_m < float("inf"):
        msg = (
            f"belt distance: found {distance_m:g} m; expected one above 0; type what "
            "the treadmill's display showed, with its unit"
        )
        raise TableError(msg)


def _check_factor(new_m: float, watch_m: float, what: str) -> None:
    low, high = FACTOR_RANGE
    if watch_m > 0 and low <= new_m / watch_m <= high:
        return
    if watch_m > 0:
        msg = (
            f"belt distance of {what}: found {new_m:,.0f} m, {new_m / watch_m:.2f} "
            f"times the watch's {watch_m:,.0f} m; expected {low:g} to {high:g} times; "
            "were miles and kilometres confused?"
        )
        raise TableError(msg)
    if watch_m == 0:
        msg = (
            f"belt distance of {what}: found {new_m:,.0f} m where the watch counted "
            "none; expected a piece in which the runner ran; check its time"
        )
        raise TableError(msg)


def _told(typed_m: Floats, old_m: Floats) -> str:
    factors = typed_m / old_m
    typed = ", ".join(f"{one:,.0f} m" for one in typed_m)
    if len(typed_m) <= _MAX_TOLD:
        return (
            f"{typed} instead of {', '.join(f'{one:,.0f} m' for one in old_m)} "
            f"(× {', '.join(f'{one:.3f}' for one in factors)})"
        )
    return (
        f"{typed_m.sum():,.0f} m in {len(typed_m)} splits instead of "
        f"{old_m.sum():,.0f} m (× {factors.min():.3f} to {factors.max():.3f})"
    )
