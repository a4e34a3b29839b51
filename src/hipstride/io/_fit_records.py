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

__all__ = ["Records", "read_records"]

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


class Records(NamedTuple):
    """All records of a file that have a time, in the order of time."""

    # Seconds since 1970, rising.
    times: NDArray[np.float64]
    offsets: NDArray[np.int64]
    names: list[str]
    # One row for each name.
    block: NDArray[np.float64]
    notes: list[str]

    def column(self, name: str) -> NDArray[np.float64] | None:
        """Give one column, or None where no record has it."""
        if name not in self.names:
            return None
        values: NDArray[np.float64] = self.block[self.names.index(name)]
        return values


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
        return Records(none, none.astype(np.int64), [], np.empty((0, 0)), notes)
    names, block = _columns(table, tables.part_starts, notes)
    times = tables.times(table) + FIT_EPOCH_S
    offsets = table.offsets
    is_timed = ~np.isnan(times)
    if not is_timed.all():
        lost = int(len(times) - is_timed.sum())
        notes.append(f"{lost} of {len(times)} records have no time and were left out.")
        times, offsets, block = times[is_timed], offsets[is_timed], block[:, is_timed]
    if len(times) and times[0] - FIT_EPOCH_S < _MIN_DATE:
        notes.append("The device's clock was not set: the dates are not true.")
    steps = np.diff(times)
    if n_back := int((steps < 0).sum()):
        notes.append(
            f"Time goes back {n_back} times; the samples were put in order of time."
        )
        order = np.argsort(times, kind="stable")
        times, offsets, block = times[order], offsets[order], block[:, order]
        steps = np.diff(times)
    if n_same := int((steps == 0).sum()):
        notes.append(f"{n_same} samples have the same time as the one before; kept.")
    return Records(times, offsets, names, block, notes)


def _columns(
    table: Table, part_starts: list[int], notes: list[str]
) -> tuple[list[str], NDArray[np.float64]]:
    """Decode, convert and name; leave out what has no value."""
    rows = _decoded(table, part_starts, notes)
    found: dict[str, NDArray[np.float64]] = {}
    for house, (names, divisor) in _SOURCES.items():
        known = [rows.pop(name) for name in names if name in rows]
        if known:
            values = known[0]
            for second in known[1:]:
                np.copyto(values, second, where=np.isnan(values))
            if divisor != 1:
                values /= divisor
            found[house] = values
    found |= rows
    return list(found), np.stack(list(found.values())) if found else _nothing(table)


def _decoded(
    table: Table, part_starts: list[int], notes: list[str]
) -> dict[str, NDArray[np.float64]]:
    """Decode the fields that are wanted and have a value, by their FIT names."""
    kinds = table.kinds
    wanted = [name for names, _ in _SOURCES.values() for name in names if name in kinds]
    own = sorted((name for name in kinds if name.startswith(_OWN)), key=_place)
    numbers = tuple(name for name in wanted + own if kinds[name] == "number")
    rows = dict(zip(numbers, table.block(numbers), strict=True))
    for name in wanted:
        if kinds[name] == "numbers":
            rows[name] = table.arrays(name)[:, 0]
            notes.append(f"The field {name} holds several numbers; the first was used.")
    if "compressed_speed_distance" in kinds:
        packed = expand(table, {}, part_starts)
        rows = packed | rows
    others = [name for name in own if kinds[name] != "number"]
    if others:
        shown = ", ".join(others[:_MAX_NAMED]) + " …" * (len(others) > _MAX_NAMED)
        notes.append(f"Fields that are no single number were left out: {shown}.")
    return {name: values for name, values in rows.items() if not _is_void(values)}


def _nothing(table: Table) -> NDArray[np.float64]:
    return np.empty((0, len(table)))


def _place(name: str) -> tuple[bool, int, str]:
    """Sort unknown fields by number, developers' behind them by name."""
    number = name.removeprefix("unknown_")
    return not number.isdecimal(), int(number) if number.isdecimal() else 0, name


def _is_void(values: NDArray[np.float64]) -> bool:
    """Tell whether there is no value at all."""
    return not len(values) or bool(np.isnan(values[0]) and np.isnan(values).all())
