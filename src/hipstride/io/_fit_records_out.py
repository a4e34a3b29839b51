"""The record messages of a FIT file: a table of samples as one structured array."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.io._fit_pack import (
    FLOAT32,
    definition,
    dtype_of,
    local_type,
    message,
    profile,
    quantised,
)
from hipstride.units import DEGREES_PER_SEMICIRCLE, STEPS_PER_STRIDE

__all__ = ["EPOCH", "describe_developer_fields", "records"]

# FIT counts seconds from here.
EPOCH = pd.Timestamp("1989-12-31", tz="UTC")
_MILLI = 1000.0
# Column, field of the record message, what brings the column to the profile's unit.
_RECORD_FIELDS = (
    ("latitude_deg", "position_lat", 1 / DEGREES_PER_SEMICIRCLE),
    ("longitude_deg", "position_long", 1 / DEGREES_PER_SEMICIRCLE),
    ("distance_m", "distance", 1.0),
    ("speed_mps", "enhanced_speed", 1.0),
    ("altitude_m", "enhanced_altitude", 1.0),
    ("heart_rate_bpm", "heart_rate", 1.0),
    ("vertical_oscillation_m", "vertical_oscillation", _MILLI),
    ("ground_contact_s", "stance_time", _MILLI),
    ("ground_contact_balance_pct", "stance_time_balance", 1.0),
    ("vertical_ratio_pct", "vertical_ratio", 1.0),
    ("device_step_length_m", "step_length", _MILLI),
    ("power_w", "power", 1.0),
    ("temperature_degc", "temperature", 1.0),
)


def records(
    samples: pd.DataFrame, developer_fields: Mapping[str, tuple[str, str]]
) -> tuple[bytes, NDArray[np.void]]:
    """Give the definition of the record message, and all records as one array."""
    fields = profile("record")
    columns: dict[str, NDArray[np.generic]] = {}
    used = [fields["timestamp"]]
    times = samples["time"].dt.tz_convert(None).to_numpy("datetime64[us]")
    since = (times - np.datetime64(EPOCH.tz_localize(None), "us")).astype(np.float64)
    columns["timestamp"] = quantised(fields["timestamp"], since / 1e6, "time")
    for column, name, factor in _RECORD_FIELDS:
        if column in samples.columns and samples[column].notna().any():
            field = fields[name]
            used.append(field)
            values = samples[column].to_numpy(np.float64) * factor
            columns[name] = quantised(field, values, column)
    if "cadence_spm" in samples.columns and samples["cadence_spm"].notna().any():
        used += [fields["cadence"], fields["fractional_cadence"]]
        columns |= _cadence(samples["cadence_spm"].to_numpy(np.float64))
    dtype = [("header", "u1"), *((each.name, dtype_of(each)) for each in used)]
    dtype += [(name, "<f4") for name in developer_fields]
    rows = np.empty(len(samples), dtype)
    rows["header"] = local_type("record")
    for name, raw in columns.items():
        rows[name] = raw
    for name in developer_fields:
        values = samples[name].to_numpy(np.float32)
        bits = np.where(np.isfinite(values), values.view("<u4"), 0xFFFFFFFF)
        rows[name] = bits.astype("<u4").view("<f4")
    developer = [(number, 4, 0) for number in range(len(developer_fields))]
    sizes = [(each, np.dtype(dtype_of(each)).itemsize) for each in used]
    return definition("record", sizes, developer), rows


def _cadence(cadence_spm: NDArray[np.float64]) -> dict[str, NDArray[np.generic]]:
    """Split steps of both feet into whole strides and their fraction."""
    fields = profile("record")
    fraction = fields["fractional_cadence"]
    per_foot = np.rint(cadence_spm / STEPS_PER_STRIDE * fraction.scale) / fraction.scale
    whole = np.floor(per_foot)
    return {
        "cadence": quantised(fields["cadence"], whole, "cadence_spm"),
        "fractional_cadence": quantised(fraction, per_foot - whole, "cadence_spm"),
    }


def describe_developer_fields(names: Mapping[str, tuple[str, str]]) -> bytes:
    if not names:
        return b""
    pieces = [
        message(
            "developer_data_id",
            {"application_id": b"hipstride       ", "developer_data_index": 0},
        )
    ]
    pieces += [
        message(
            "field_description",
            {
                "developer_data_index": 0,
                "field_definition_number": number,
                "fit_base_type_id": FLOAT32,
                "field_name": name,
                "units": unit,
            },
        )
        for number, (name, unit) in enumerate(names.values())
    ]
    return b"".join(pieces)
