"""From the record messages of a FIT file to the columns of a samples table.

One block of numbers for all records of the file, in SI units and under the house's
names; sessions are cut out of it later.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.io._fit_expand import expand
from hipstride.io._fit_profile import FIT_EPOCH_S
from hipstride.io._fit_tables import Table, Tables
from hipstride.units import DEGREES_PER_SEMICIRCLE

__all__ = ["NEVER_NOUGHT", "Records", "read_records"]

# The house's column: FIT fields, the better one first, and what to divide them by.
_SOURCES: Mapping[str, tuple[tuple[str, ...], float]] = {
    "distance_m": (("distance",), 1),
    "speed_mps": (("enhanced_speed", "speed"), 1),
    "cadence": (("cadence", "cadence256"), 1),
    "fractional_cadence": (("fractional_cadence",), 1),
    "device_step_length_m": (("step_length",), 1000),
    "heart_rate_bpm": (("heart_rate",), 1),
    "altitude_m": (("enhanced_altitude", "altitude"), 1),
    "latitude_deg": (("position_lat",), 1 / DEGREES_PER_SEMICIRCLE),
    "longitude_deg": (("position_long",), 1 / DEGREES_PER_SEMICIRCLE),
    "vertical_oscillation_m": (("vertical_oscillation",), 1000),
    "ground_contact_s": (("stance_time",), 1000),
    "ground_contact_balance_pct": (("stance_time_balance",), 1),
    "vertical_ratio_pct": (("vertical_ratio",), 1),
    "power_w": (("power",), 1),
    "temperature_degc": (("temperature",), 1),
}
_OWN = ("dev_", "unknown_")
# Below this a time counts from the device's start, not from 1989 (FIT profile).
_MIN_DATE = 0x10000000
_MAX_NAMED = 5
_LATITUDE, _LONGITUDE = "latitude_deg", "longitude_deg"
# A heart that does not beat, a step of no length: nothing was measured.
NEVER_NOUGHT = (
    "device_step_length_m",
    "heart_rate_bpm",
    "vertical_oscillation_m",
    "ground_contact_s",
    "ground_contact_balance_pct",
    "vertical_ratio_pct",
)


class Records(NamedTuple):
    """All records of a file that have a time, in the order of time."""

    # Seconds since 1970, rising.
    times: NDArray[np.float64]
    offsets: NDArray[np.int64]
    columns: dict[str, NDArray[np.float64]]
    notes: list[str]


def read_records(tables: Tables) -> Records:
    """Turn record messages into columns.

    Parameters
    ----------
    tables : Tables
        The file's messages.

    Returns
    -------
    Records
        Only columns of which some record has a value. Cadence is as in the file:
        ``cadence`` and ``fractional_cadence``.
    """
    notes: list[str] = []
    table = tables.get("record")
    if table is None:
        none = np.empty(0)
        return Records(none, none.astype(np.int64), {}, notes)
    stamps, columns = _columns(table, tables.part_starts, notes)
    times = tables.times(table, stamps) + FIT_EPOCH_S
    offsets = table.offsets
    is_timed = ~np.isnan(times)
    if not is_timed.all():
        lost = int(len(times) - is_timed.sum())
        notes.append(f"{lost} of {len(times)} records have no time and were left out.")
        times, offsets = times[is_timed], offsets[is_timed]
        columns = {name: values[is_timed] for name, values in columns.items()}
    if len(times) and times[0] - FIT_EPOCH_S < _MIN_DATE:
        notes.append("The device's clock was not set: the dates are not true.")
    steps = np.diff(times)
    if not len(steps) or steps.min() > 0:
        return Records(times, offsets, columns, notes)
    if n_back := int((steps < 0).sum()):
        notes.append(
            f"Time goes back {n_back} times; the samples were put in order of time."
        )
        order = np.argsort(times, kind="stable")
        times, offsets = times[order], offsets[order]
        columns = {name: values[order] for name, values in columns.items()}
        steps = np.diff(times)
    if n_same := int((steps == 0).sum()):
        notes.append(f"{n_same} samples have the same time as the one before; kept.")
    return Records(times, offsets, columns, notes)


def _columns(
    table: Table, part_starts: list[int], notes: list[str]
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """Decode, convert and name; leave out what has no value. Timestamps go first."""
    kinds = table.kinds
    own = sorted((name for name in kinds if name.startswith(_OWN)), key=_place)
    # The better field of each column, and those that only the file names.
    best = [
        next((name for name in names if name in kinds), "")
        for names, _ in _SOURCES.values()
    ]
    numbers = tuple(name for name in best + own if kinds.get(name) == "number")
    stamps, *values = table.block(("timestamp", *numbers))
    rows = dict(zip(numbers, values, strict=True))
    if "compressed_speed_distance" in kinds:
        rows |= expand(table, rows, part_starts)
    found: dict[str, NDArray[np.float64]] = {}
    for house, (names, divisor) in _SOURCES.items():
        known = _first_known(table, names, rows, notes)
        if known is not None:
            found[house] = known / divisor if divisor != 1 else known
    _drop_noughts(found, notes)
    for name in own:
        if name in rows and not _is_void(rows[name]):
            found[name] = rows[name]
    others = [name for name in own if kinds[name] != "number"]
    if others:
        shown = ", ".join(others[:_MAX_NAMED]) + " …" * (len(others) > _MAX_NAMED)
        notes.append(f"Fields that are no single number were left out: {shown}.")
    return stamps, found


def _drop_noughts(columns: dict[str, NDArray[np.float64]], notes: list[str]) -> None:
    """Take a nought for a gap where no body and no place has one."""
    gaps = {
        name: columns[name] == 0
        for name in NEVER_NOUGHT
        if name in columns and not columns[name].all()
    }
    places = [columns[name] for name in (_LATITUDE, _LONGITUDE) if name in columns]
    if len(places) > 1 and not (places[0].all() or places[1].all()):
        # Devices without a fix write a place in the Gulf of Guinea.
        no_fix = (columns[_LATITUDE] == 0) & (columns[_LONGITUDE] == 0)
        gaps |= {_LATITUDE: no_fix, _LONGITUDE: no_fix}
    found = {name: int(gap.sum()) for name, gap in gaps.items() if gap.any()}
    for name in found:
        columns[name] = np.where(gaps[name], np.nan, columns[name])
    if found:
        listed = ", ".join(f"{name} ({count})" for name, count in found.items())
        notes.append(f"Values of 0 were taken for missing: {listed}.")


def _first_known(
    table: Table,
    names: tuple[str, ...],
    rows: dict[str, NDArray[np.float64]],
    notes: list[str],
) -> NDArray[np.float64] | None:
    """Take the first field that has a value, and fill its gaps from the next."""
    values: NDArray[np.float64] | None = None
    for name in names:
        more = rows.get(name)
        if more is None:
            more = _late(table, name, notes)
        if more is None or _is_void(more):
            continue
        values = more if values is None else np.where(np.isnan(values), more, values)
        if name == names[-1] or not np.isnan(values).any():
            break
    return values


def _late(table: Table, name: str, notes: list[str]) -> NDArray[np.float64] | None:
    """Decode a field that is a list, or the second choice for a column."""
    kind = table.kinds.get(name)
    if kind == "number":
        values: NDArray[np.float64] = table.block((name,))[0]
        return values
    if kind == "numbers":
        notes.append(f"The field {name} holds several numbers; the first was used.")
        return table.arrays(name)[:, 0]
    return None


def _place(name: str) -> tuple[bool, int, str]:
    """Sort unknown fields by number, developers' behind them by name."""
    number = name.removeprefix("unknown_")
    return not number.isdecimal(), int(number) if number.isdecimal() else 0, name


def _is_void(values: NDArray[np.float64]) -> bool:
    """Tell whether there is no value at all."""
    return not len(values) or bool(np.isnan(values[0]) and np.isnan(values).all())
