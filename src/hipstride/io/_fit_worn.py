"""What worn sensors add: Stryd's and RunScribe's fields in the house's columns.

Such a field fills a column only where the watch itself has nothing for it, in the unit
that the file states, and only if the result is plausible.

Source: developer field descriptions of real Stryd and RunScribe files.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hipstride.io._fit_columns import Description
from hipstride.io._fit_records import NEVER_NOUGHT
from hipstride.tables import SAMPLES

__all__ = ["fill_from_worn"]

# Numbers of the record message's fields that a developer's field may stand for.
_BY_NATIVE = {
    3: "heart_rate_bpm",
    4: "cadence",
    5: "distance_m",
    6: "speed_mps",
    7: "power_w",
    39: "vertical_oscillation_m",
    41: "ground_contact_s",
    73: "speed_mps",
    83: "vertical_ratio_pct",
    84: "ground_contact_balance_pct",
    85: "device_step_length_m",
}
_BY_NAME = {
    "dev_power": "power_w",
    "dev_rp_power": "power_w",
    "dev_rs_power": "power_w",
    "dev_cadence": "cadence",
    "dev_ground_time": "ground_contact_s",
    "dev_vertical_oscillation": "vertical_oscillation_m",
    "dev_speed": "speed_mps",
    "dev_distance": "distance_m",
}
# One sensor a foot: the mean of both is the house's column.
_PAIRS = {
    ("dev_rs_contacttime_l", "dev_rs_contacttime_r"): "ground_contact_s",
    ("dev_rs_contact_time_l", "dev_rs_contact_time_r"): "ground_contact_s",
}
# What to divide by for the house's unit; no unit stated is the FIT field's own.
_UNITS: Mapping[str, Mapping[str, float]] = {
    "power_w": {"": 1, "w": 1, "watts": 1, "watt": 1},
    "cadence": {"": 1, "rpm": 1, "spm": 1, "steps/min": 1, "strides/min": 1},
    "heart_rate_bpm": {"": 1, "bpm": 1},
    "ground_contact_s": {
        "": 1000,
        "ms": 1000,
        "milliseconds": 1000,
        "msec": 1000,
        "s": 1,
        "seconds": 1,
    },
    "vertical_oscillation_m": {
        "": 1000,
        "mm": 1000,
        "millimeters": 1000,
        "cm": 100,
        "centimeters": 100,
        "m": 1,
        "meters": 1,
    },
    "device_step_length_m": {
        "": 1000,
        "mm": 1000,
        "millimeters": 1000,
        "cm": 100,
        "centimeters": 100,
        "m": 1,
        "meters": 1,
    },
    "speed_mps": {
        "": 1,
        "m/s": 1,
        "mps": 1,
        "meters/second": 1,
        "km/h": 3.6,
        "kph": 3.6,
    },
    "distance_m": {"": 1, "m": 1, "meters": 1, "km": 0.001, "kilometers": 0.001},
    "vertical_ratio_pct": {"": 1, "%": 1, "percent": 1},
    "ground_contact_balance_pct": {"": 1, "%": 1, "percent": 1},
}


def fill_from_worn(
    columns: dict[str, NDArray[np.float64]], developer: Mapping[str, Description]
) -> list[str]:
    """Add house columns that only a developer's field has.

    Parameters
    ----------
    columns : dict
        Columns by house name, developers' among them; filled in place.
    developer : mapping
        What the file says about developers' fields.

    Returns
    -------
    list of str
        What was filled or refused, one sentence each.
    """
    notes: list[str] = []
    for name, description in developer.items():
        house = _BY_NATIVE.get(description.native) or _BY_NAME.get(name)
        if house is not None and name in columns:
            _fill(columns, house, columns[name], description, name, notes)
    for (left, right), house in _PAIRS.items():
        if left in columns and right in columns:
            both = (columns[left] + columns[right]) / 2
            _fill(columns, house, both, developer[left], f"{left} and {right}", notes)
    return notes


def _fill(
    columns: dict[str, NDArray[np.float64]],
    house: str,
    raw: NDArray[np.float64],
    description: Description,
    name: str,
    notes: list[str],
) -> None:
    if house in columns:
        return
    divisor = _UNITS[house].get(description.units.strip().lower())
    if divisor is None:
        notes.append(
            f"{name} is in {description.units!r}, which is not known for {house}; "
            "not used for it."
        )
        return
    values = raw / divisor
    if house in NEVER_NOUGHT:
        values[values == 0] = np.nan
    moving = values[values > 0]
    if not len(moving):
        return
    column = SAMPLES["cadence_spm" if house == "cadence" else house]
    low, high = column.low or 0.0, column.high or np.inf
    middle = float(np.median(moving))
    if not low <= middle <= high:
        notes.append(
            f"{name} is not plausible as {house} (median {middle:g}); not used."
        )
        return
    columns[house] = values
    notes.append(f"{house} is filled from the developer field {name}.")
