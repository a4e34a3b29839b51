"""From the records of a workout to samples: one row a second where anything is known.

Apple records no seconds but spans: a speed of three seconds, the steps of a minute. A
quantity stands for its span; a count is spread over it. Phone and watch count the same
steps, so each quantity is taken from one source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.io._apple_records import Records
from hipstride.io._apple_workouts import LENGTHS_M, Workout
from hipstride.io._geo import speed_from_distance

__all__ = ["Floats", "Quantities", "quantities_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# A quantity stands for its span and for so long behind it, until the next: the watch
# writes one every 2 to 5 s and its dates have no fractions.
HOLD_S = 5
# Over such a gap between two counts nothing was counted, over a longer nobody looked.
_MAX_COUNT_GAP_S = 10
# A count of more than two minutes says nothing of a moment.
_MAX_COUNT_S = 120
# Dates are whole seconds: over 30 s a rate is at most 3 % off.
RATE_WINDOW_S = 30.0

_NEVER = 2**40

_SPEEDS_MPS = {
    "m/s": 1.0,
    "km/hr": 1 / 3.6,
    "km/h": 1 / 3.6,
    "mi/hr": 0.44704,
    "mph": 0.44704,
    "ft/s": 0.3048,
    "m/min": 1 / 60,
}
# Apple's quantity: our column, and what one of each unit is in ours.
_LEVELS: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "RunningSpeed": ("speed_mps", _SPEEDS_MPS),
    "RunningStrideLength": ("length_m", LENGTHS_M),
    "RunningPower": ("power_w", {"W": 1.0, "kW": 1000.0}),
    "RunningGroundContactTime": ("ground_contact_s", {"ms": 0.001, "s": 1.0}),
    "RunningVerticalOscillation": ("vertical_oscillation_m", LENGTHS_M),
    "HeartRate": ("heart_rate_bpm", {"count/min": 1.0, "count/s": 60.0}),
}
_COUNTS: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "StepCount": ("steps", {"count": 1.0}),
    "DistanceWalkingRunning": ("distance_m", LENGTHS_M),
}
_ALL = {**_LEVELS, **_COUNTS}


class Quantities(NamedTuple):
    """What the records tell, second by second from the start to the end.

    `columns` has our names, with ``length_m`` for Apple's stride length, whatever it
    is of; NaN where nothing is known. `counted_mps` is the speed by ``distance_m``.
    """

    columns: dict[str, Floats]
    counted_mps: Floats | None
    notes: tuple[str, ...]


class _Spans(NamedTuple):
    start: Ints
    end: Ints
    value: Floats


def quantities_of(workout: Workout, records: Records, part: Ints) -> Quantities:
    """Lay the records of a workout out over its seconds.

    Parameters
    ----------
    workout : Workout
        The workout.
    records : Records
        Its records.
    part : array of int
        For each second, how many pauses have begun; counts are not averaged over them.

    Returns
    -------
    Quantities
        The columns that hold anything.
    """
    n = len(part)
    columns: dict[str, Floats] = {}
    notes: list[str] = []
    counted_mps = None
    for quantity, (name, units) in _ALL.items():
        chosen = _chosen(quantity, workout.source, records, notes)
        spans = _spans(records, chosen, units, notes)
        if not len(spans.start):
            continue
        if quantity in _LEVELS:
            columns[name] = _held(spans, n)
            continue
        total = _counted(spans, n, quantity, notes)
        if total is None:
            continue
        rate = speed_from_distance(
            np.arange(n, dtype=np.float64), total, part, window_s=RATE_WINDOW_S
        )
        if quantity == "StepCount":
            columns["cadence_spm"] = 60 * rate
        else:
            columns["distance_m"], counted_mps = total, rate
    known = {key: one for key, one in columns.items() if np.isfinite(one).any()}
    return Quantities(known, counted_mps, tuple(notes))


def _chosen(
    quantity: str, own: str, records: Records, notes: list[str]
) -> Sequence[int]:
    """Choose the source of a quantity: the workout's own, or who recorded most."""
    numbers = [n for n, kind in enumerate(records.kinds) if kind.type == quantity]
    found: Counter[str] = Counter()
    for number in numbers:
        count = int(np.count_nonzero(records.rows["kind"] == number))
        if count:
            found[records.kinds[number].source] += count
    if not found:
        return ()
    # Of equals the first by name, so that it is always the same one.
    best = own if own in found else max(sorted(found), key=found.__getitem__)
    if len(found) > 1:
        notes.append(
            f"{quantity} was recorded by {len(found)} sources; that of {best!r} was "
            "used"
        )
    return [n for n in numbers if records.kinds[n].source == best]


def _spans(
    records: Records,
    numbers: Sequence[int],
    units: Mapping[str, float],
    notes: list[str],
) -> _Spans:
    """Take out the records of some kinds, in order of time and in our unit."""
    factor = np.full(len(records.kinds), np.nan)
    for number in numbers:
        kind = records.kinds[number]
        if kind.unit in units:
            factor[number] = units[kind.unit]
        elif _is_there(records, number):
            notes.append(f"{kind.type} in the unit {kind.unit!r} was not read")
    rows = records.rows
    rows = rows[np.isfinite(factor[rows["kind"]])] if len(rows) else rows
    rows = rows[np.argsort(rows["start"], kind="stable")]
    start = rows["start"].astype(np.int64)
    return _Spans(
        start,
        start + rows["length"],
        rows["value"] * (factor[rows["kind"]] if len(rows) else 1.0),
    )


def _is_there(records: Records, number: int) -> bool:
    return bool((records.rows["kind"] == number).any())


def _held(spans: _Spans, n: int) -> Floats:
    """Give each second the value that was recorded last, while it stands."""
    second = np.arange(n)
    row = np.searchsorted(spans.start, second, side="right") - 1
    stands = np.maximum(spans.end, spans.start + 1) + HOLD_S
    is_known = (row >= 0) & (second < stands[row])
    return np.where(is_known, spans.value[row], np.nan)


def _counted(spans: _Spans, n: int, quantity: str, notes: list[str]) -> Floats | None:
    """Give each second what was counted up to it."""
    is_short = spans.end - spans.start <= _MAX_COUNT_S
    if not is_short.all():
        notes.append(
            f"{np.count_nonzero(~is_short)} counts of {quantity} over more than "
            f"{_MAX_COUNT_S} s were not used"
        )
    start, end, value = (one[is_short] for one in spans)
    if not len(start):
        return None
    # Spans of one source overlap by the rounding of their dates only.
    end = np.maximum.accumulate(np.maximum(end, start + 1))
    start = np.maximum(start, np.concatenate([start[:1], end[:-1]]))
    end = np.maximum(end, start)
    total = np.concatenate([[0.0], np.cumsum(value)])
    at = np.stack([start, end], axis=1).ravel()
    so_far = np.stack([total[:-1], total[1:]], axis=1).ravel()
    second = np.arange(n)
    known = np.interp(second, at, so_far)
    row = np.searchsorted(start, second, side="right") - 1
    next_start = np.append(start, _NEVER)[row + 1]
    is_bridged = next_start - end[row] <= _MAX_COUNT_GAP_S
    is_known = (row >= 0) & ((second <= end[row]) | is_bridged)
    known = np.where(is_known, known, np.nan)
    return known - np.nanmin(known) if is_known.any() else None
