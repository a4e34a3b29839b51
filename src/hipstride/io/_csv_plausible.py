"""Refuse what a CSV can only hold in another unit, before it becomes a wrong number.

A CSV names no units, or names them wrongly. A step of 109 m, a speed of 10.8 m/s or
a clock that begins in 1970 is no measurement; the message says which factor fits.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hipstride.errors import ReadError
from hipstride.tables import SAMPLES
from hipstride.units import SECONDS_PER_MINUTE

__all__ = ["check_clock", "check_ranges", "check_step"]

Floats = NDArray[np.float64]

_FACTORS = (0.001, 0.01, 0.1, 10.0, 100.0, 1000.0)
# Distances of a file of seconds in metres begin at 0; only its ends could tell.
_NOT_BY_RANGE = {"elapsed_s", "distance_m"}
_OF_THE_STRIDE = {"speed_mps", "cadence_spm", "device_step_length_m"}
# Longer than any run, and shorter than since 1970.
_LONGEST_S = 360_000.0
_FARTHEST_APART_S = 100.0
_MIN_ROWS = 20
# Sprinters reach 2.4 m at 10 m/s; nobody holds it as the middle of a run.
_STEP_M = (0.3, 2.2)
_SPEED_UNITS = {1 / 3.6: "km/h", 0.44704: "mph"}
_NEAR = 0.05
_MIN_SPEED_MPS = 0.5
_MIN_CADENCE_SPM = 60.0


def check_clock(name: str, elapsed_s: Floats) -> None:
    """Refuse seconds that cannot be those since the start.

    Raises
    ------
    ReadError
        If they begin before the start, last for days, or do not run.

    Examples
    --------
    >>> check_clock("a.csv", np.array([0.0, 1.0, 2.0]))
    >>> check_clock("a.csv", 1.7e9 + np.arange(3.0))
    Traceback (most recent call last):
    ...
    hipstride.errors.ReadError: a.csv: found a time of 1700000002 s since the start; \
expected at most 360000 s; map it as 'time' if it counts since 1970, or give the \
factor to seconds: 0.001 for milliseconds
    """
    known = elapsed_s[np.isfinite(elapsed_s)]
    if not len(known):
        return
    to_seconds = "give the factor to seconds: 0.001 for milliseconds"
    if known.min() < 0:
        found = f"a time of {known.min():.10g} s, before the start"
        raise ReadError(name, found, "seconds from 0 on", "begin the column at 0")
    if known.max() > _LONGEST_S:
        raise ReadError(
            name,
            f"a time of {known.max():.10g} s since the start",
            f"at most {_LONGEST_S:g} s",
            f"map it as 'time' if it counts since 1970, or {to_seconds}",
        )
    if len(known) < _MIN_ROWS:
        return
    if not np.ptp(known):
        raise ReadError(
            name,
            f"the same time in all {len(known)} rows",
            "a time that runs on",
            "export it again; a spreadsheet may have rounded it",
        )
    apart_s = float(np.median(np.diff(np.sort(known))))
    if apart_s > _FARTHEST_APART_S:
        raise ReadError(
            name,
            f"rows that lie {apart_s:g} s apart",
            f"rows of a few seconds, at most {_FARTHEST_APART_S:g}",
            to_seconds,
        )


def check_ranges(
    name: str,
    values: dict[str, Floats],
    *,
    least: int = _MIN_ROWS,
    is_vendors: bool = False,
) -> list[str]:
    """Refuse a column whose middle lies outside of what the table calls plausible.

    Zeros do not count: many devices write them where they measured nothing.

    Parameters
    ----------
    name : str
        The file, for messages.
    values : dict of str to array
        Columns by our names; changed in place, where one is left out.
    least : int
        A column of fewer values is not judged.
    is_vendors : bool
        The units are those of a known vendor: then no factor can help, and only what
        the stride is made of is refused; another column is left out.

    Returns
    -------
    list of str
        What was left out, for the notes.

    Raises
    ------
    ReadError
        If so; with the power of ten that would bring it there.

    Examples
    --------
    >>> check_ranges("a.csv", {"device_step_length_m": np.full(60, 109.0)})
    Traceback (most recent call last):
    ...
    hipstride.errors.ReadError: a.csv: found a median of 109 in device_step_length_m; \
expected 0.2 to 2.5 m; give the factor: columns={'device_step_length_m': \
(<its header>, 0.01)}
    """
    notes: list[str] = []
    for ours in SAMPLES.names:
        if ours in _NOT_BY_RANGE or ours not in values:
            continue
        column = SAMPLES[ours]
        known = values[ours][np.isfinite(values[ours]) & (values[ours] != 0)]
        if column.low is None or column.high is None or len(known) < least:
            continue
        middle = float(np.median(known))
        if column.low <= middle <= column.high:
            continue
        range_ = f"{column.low:g} to {column.high:g} {column.unit}".rstrip()
        if is_vendors and ours not in _OF_THE_STRIDE:
            notes.append(f"{ours} was left out: its median is {middle:g}, not {range_}")
            del values[ours]
            continue
        fitting = [f for f in _FACTORS if column.low <= f * middle <= column.high]
        raise ReadError(
            name,
            f"a median of {middle:g} in {ours}",
            range_,
            f"give the factor: columns={{'{ours}': (<its header>, {fitting[0]:g})}}"
            if fitting and column.unit in {"m", "s"}
            else "mend the column, or leave it out of the file",
        )
    return notes


def check_step(name: str, values: Mapping[str, Floats], sport: str) -> None:
    """Refuse a speed and a cadence that together are no runner's.

    Raises
    ------
    ReadError
        If the middle step would be shorter or longer than any runner's.

    Examples
    --------
    >>> columns = {"speed_mps": np.full(9, 7.2), "cadence_spm": np.full(9, 165.0)}
    >>> check_step("a.csv", columns, "running")
    Traceback (most recent call last):
    ...
    hipstride.errors.ReadError: a.csv: found speed and cadence that mean steps of \
2.62 m; expected 0.3 to 2.2 m; give the factors: for the speed 0.2778 from km/h and \
0.447 from mph, for the cadence 2 from one foot
    """
    if sport != "running" or not {"speed_mps", "cadence_spm"} <= values.keys():
        return
    speed, cadence = values["speed_mps"], values["cadence_spm"]
    is_used = (speed >= _MIN_SPEED_MPS) & (cadence >= _MIN_CADENCE_SPM)
    if not is_used.any():
        return
    step_m = float(np.median(SECONDS_PER_MINUTE * speed[is_used] / cadence[is_used]))
    low, high = _STEP_M
    if not low <= step_m <= high:
        raise ReadError(
            name,
            f"speed and cadence that mean steps of {step_m:.2f} m",
            f"{low:g} to {high:g} m",
            "give the factors: for the speed 0.2778 from km/h and 0.447 from mph, for "
            "the cadence 2 from one foot",
        )
    device_m = values.get("device_step_length_m", np.full(len(speed), np.nan))[is_used]
    device_m = device_m[device_m > 0]
    if not len(device_m):
        return
    for factor, unit in _SPEED_UNITS.items():
        if abs(float(np.median(device_m)) / step_m / factor - 1) < _NEAR:
            raise ReadError(
                name,
                f"steps of {np.median(device_m):.2f} m beside speed and cadence that "
                f"mean {step_m:.2f} m, as they do where the speed is in {unit}",
                "one length",
                f"give the factor to m/s: {factor:.4g} for {unit}",
            )
