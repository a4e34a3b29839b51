"""Kilometres or miles? Told by the header, or by what a runner can do."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hipstride.errors import ReadError
from hipstride.io._csv_vendors import Layout
from hipstride.io._open import RawFile
from hipstride.units import METRES_PER_KILOMETRE, METRES_PER_MILE

__all__ = ["metres_of"]

Floats = NDArray[np.float64]


_METRES = {
    "km": METRES_PER_KILOMETRE,
    "mi": METRES_PER_MILE,
    "m": 1.0,
    "yd": 0.9144,
    "min_km": METRES_PER_KILOMETRE,
    "min_mi": METRES_PER_MILE,
}
# Distance told by steps must fit one of the units to within this factor (log scale).
_TOLERANCE = 0.15
# No one holds this over a whole run: the world record of the 10 km is 6.35 m/s.
_FASTEST_MPS = 6.4


def metres_of(
    raw: RawFile, layout: Layout, values: Mapping[str, Floats], notes: list[str]
) -> Floats:
    """Give the distance in metres: the header's unit, or what physics leaves open."""
    distance = values["distance_m"]
    if layout.fields["distance_m"].is_stated:
        return distance
    unit = layout.units.get("distance_m", "")
    if unit in _METRES:
        return distance * _METRES[unit]
    unit, why = _unit_by_physics(distance, layout, values)
    if unit:
        notes.append(f"the distance names no unit; it was taken as {unit}, since {why}")
        return distance * _METRES[unit]
    name = raw.name
    raise ReadError(
        name,
        "a distance without a unit, which may be kilometres or miles",
        "a unit in the header, or cadence and stride length to tell it by",
        "write 'Distance km' or 'Distance mi' into the header, or say it: "
        "columns={'distance_m': ('Distance', 1000.0)}, 1609.344 for miles",
    )


def _unit_by_physics(
    distance: Floats, layout: Layout, values: Mapping[str, Floats]
) -> tuple[str, str]:
    duration_s = values["duration_s"]
    pace_unit = layout.units.get("pace", "")
    if pace_unit in {"min_km", "min_mi"} and "pace" in values:
        metres = _METRES[pace_unit] * duration_s / values["pace"]
        unit = _fitting(metres / distance)
        if unit:
            return unit, "it fits time and pace"
    if {"cadence_spm", "device_step_length_m"} <= values.keys():
        steps = values["cadence_spm"] / 60 * duration_s
        unit = _fitting(values["device_step_length_m"] * steps / distance)
        if unit:
            return unit, "it fits cadence and step length"
    total_s = float(np.nansum(np.where(np.isfinite(distance), duration_s, np.nan)))
    if float(np.nansum(distance)) * METRES_PER_MILE > _FASTEST_MPS * total_s > 0:
        return "km", "in miles it would beat the world record"
    return "", ""


def _fitting(metres_per_unit: Floats) -> str:
    """Name the unit that a ratio fits; empty where none does."""
    known = metres_per_unit[np.isfinite(metres_per_unit) & (metres_per_unit > 0)]
    if not len(known):
        return ""
    middle = float(np.median(known))
    for unit in ("km", "mi", "m"):
        if abs(np.log(middle / _METRES[unit])) < _TOLERANCE:
            return unit
    return ""
