"""Whose CSV is it, and which of its columns is which of ours.

Stryd's PowerCenter and RunScribe's dashboard write one row per moment; Garmin Connect
writes one per lap or per activity. Any other file is read by the mapping that the
caller gives, or by our own names in its header.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from hipstride.errors import UnknownFormatError
from hipstride.io._csv_mapping import HOUSE_NAMES, ColumnMap, Field, given_fields
from hipstride.io._csv_text import TextTable, key
from hipstride.io._journal_rows import listed

__all__ = ["Layout", "layout_of", "unit_behind"]

Kind = Literal["series", "laps", "activities"]

_MM, _CM, _MS = 0.001, 0.01, 0.001


@dataclass(frozen=True)
class Layout:
    """What a file is and where it keeps what."""

    kind: Kind
    fields: Mapping[str, Field]
    device: str = ""
    notes: tuple[str, ...] = ()
    # The units that headers name, by our name of the column.
    units: Mapping[str, str] = field(default_factory=dict)
    # Its step length is half of the file's own stride.
    has_strides: bool = False
    # Where to look when one of our columns holds nothing but zeros.
    twins: Mapping[str, str] = field(default_factory=dict)


# Our column: their header, as `key` writes it, and the factor.
_STRYD: dict[str, tuple[str, float]] = {
    "time": ("timestamp", 1.0),
    "cadence_spm": ("cadence_spm", 1.0),
    "heart_rate_bpm": ("heart_rate_bpm", 1.0),
    "ground_contact_s": ("ground_time_ms", _MS),
    "vertical_oscillation_m": ("vertical_oscillation_cm", _CM),
}
# Columns of which the pod's own is better than the watch's, where it holds anything.
_STRYD_TWINS = {
    "speed_mps": ("stryd_speed_m_s", "watch_speed_m_s"),
    "distance_m": ("stryd_distance_meters", "watch_distance_meters"),
    "altitude_m": ("watch_elevation_m", "stryd_elevation_m"),
}
_RUNSCRIBE: dict[str, tuple[str, float]] = {
    "time": ("datetime", 1.0),
    "elapsed_s": ("time_s", 1.0),
    "distance_m": ("active_dist_km", 1000.0),
    "cadence_spm": ("step_rate_steps_min", 1.0),
    # A stride is two steps.
    "device_step_length_m": ("stride_length_cm", _CM / 2),
    "ground_contact_s": ("contact_time_ms", _MS),
    "pace_min_per_km": ("stride_pace_min_km", 1.0),
    "is_active": ("active_status", 1.0),
}
_RUNSCRIBE_SKIPPED = {"time_h_m_s", "active_time_s", "pause_time_s"}
# Garmin Connect: the start of the header; behind it may stand a unit.
_GARMIN: dict[str, tuple[str, float]] = {
    "cadence_spm": ("avg_run_cadence", 1.0),
    "heart_rate_bpm": ("avg_hr", 1.0),
    "ground_contact_s": ("avg_ground_contact_time", _MS),
    # What Garmin's screens call a stride is a step.
    "device_step_length_m": ("avg_stride_length", 1.0),
    "vertical_oscillation_m": ("avg_vertical_oscillation", _CM),
    "vertical_ratio_pct": ("avg_vertical_ratio", 1.0),
    "power_w": ("avg_power", 1.0),
    "distance_m": ("distance", 1.0),
    "pace": ("avg_pace", 1.0),
}
_LAPS = {"lap": ("laps", 1.0), "duration_s": ("time", 1.0)}
_ACTIVITIES = {
    "sport": ("activity_type", 1.0),
    "time": ("date", 1.0),
    "title": ("title", 1.0),
    "elapsed_s": ("elapsed_time", 1.0),
}
_UNITS = {
    "",
    "km",
    "mi",
    "m",
    "yd",
    "min_km",
    "min_mi",
    "spm",
    "bpm",
    "ms",
    "cm",
    "%",
    "w",
}


def layout_of(table: TextTable, columns: ColumnMap | None) -> Layout:
    """Tell whose file it is, and where it keeps what.

    Parameters
    ----------
    table : TextTable
        The file.
    columns : mapping, optional
        The caller's own mapping; it comes before what the header says.

    Returns
    -------
    Layout
        Kind of rows and fields by our names.

    Raises
    ------
    UnknownFormatError
        If nobody's header is found and no mapping is given.
    ReadError
        If the mapping names a column that is not ours, or not the file's.
    """
    given = given_fields(table, columns or {})
    keys: dict[str, int] = {}
    for index, cell in enumerate(table.header):
        keys.setdefault(key(cell), index)
    if {"timestamp", "stryd_speed_m_s"} <= keys.keys() or (
        {"timestamp", "power_w_kg"} <= keys.keys()
    ):
        return _stryd(keys, given)
    if {"step_rate_steps_min", "stride_length_cm"} <= keys.keys():
        return _runscribe(keys, given)
    if "laps" in keys and _garmin("distance", keys) and "time" in keys:
        fields = _plain(_LAPS, keys) | _garmin_fields(keys) | given
        return Layout("laps", fields, units=_units(keys))
    if {"activity_type", "date"} <= keys.keys() and _garmin("distance", keys):
        timer = "time" if "time" in keys else "activity_time"
        own = _ACTIVITIES | {"duration_s": (timer, 1.0)}
        fields = _plain(own, keys) | _garmin_fields(keys) | given
        return Layout("activities", fields, units=_units(keys))
    fields = {
        name: Field(keys[name])
        for name in keys
        if name in HOUSE_NAMES or name.startswith("dev_")
    } | given
    if not given and not {"time", "elapsed_s"} & fields.keys():
        raise UnknownFormatError(
            table.name,
            f"a CSV with columns {listed(table.header)}",
            "one of Stryd, RunScribe or Garmin Connect, or our own names",
            "say which column is which: columns={'elapsed_s': 'Seconds', "
            "'cadence_spm': ('RunCad', 2.0)}",
        )
    used = {one.index for one in fields.values()}
    unused = [cell for i, cell in enumerate(table.header) if i not in used]
    notes = (f"columns {listed(unused)} were not asked for",) if unused else ()
    return Layout("series", fields, notes=notes)


def unit_behind(cell: str, base: str) -> str | None:
    r"""Give the unit behind the start of a header, or None for another column.

    Garmin Connect wrote ``Distance`` once, then ``Distancekm``, now ``Distance\nkm``.

    Examples
    --------
    >>> [unit_behind(cell, "distance") for cell in ("distance", "distancemi", "time")]
    ['', 'mi', None]
    >>> unit_behind("avg_pace_min_km", "avg_pace"), unit_behind("avg_hr", "avg")
    ('min_km', None)
    """
    if not cell.startswith(base):
        return None
    unit = cell.removeprefix(base).strip("_")
    return unit if unit in _UNITS else None


def _plain(
    names: Mapping[str, tuple[str, float]], keys: Mapping[str, int]
) -> dict[str, Field]:
    return {
        ours: Field(keys[theirs], factor)
        for ours, (theirs, factor) in names.items()
        if theirs in keys
    }


def _others(keys: Mapping[str, int], fields: Mapping[str, Field]) -> dict[str, Field]:
    """Keep what else the device measures, under its own name."""
    used = {one.index for one in fields.values()}
    return {
        f"dev_{name.replace('%', 'pct')}": Field(index)
        for name, index in keys.items()
        if name and index not in used
    }


def _stryd(keys: Mapping[str, int], given: dict[str, Field]) -> Layout:
    fields = _plain(_STRYD, keys)
    twins: dict[str, str] = {}
    for ours, names in _STRYD_TWINS.items():
        present = [name for name in names if name in keys]
        if present:
            fields[ours] = Field(keys[present[0]])
        if len(present) > 1:
            twins[ours] = f"dev_{present[1]}"
    fields |= given
    fields |= _others(keys, fields)
    return Layout("series", fields, device="Stryd", twins=twins)


def _runscribe(keys: Mapping[str, int], given: dict[str, Field]) -> Layout:
    fields = _plain(_RUNSCRIBE, keys) | given
    others = {
        name: one
        for name, one in _others(keys, fields).items()
        if name.removeprefix("dev_") not in _RUNSCRIBE_SKIPPED
    }
    note = "RunScribe's stride is two steps; half of it was taken as the step"
    return Layout(
        "series",
        {**fields, **others},
        device="RunScribe",
        notes=(note,),
        has_strides=fields["device_step_length_m"].factor == _CM / 2,
    )


def _garmin(base: str, keys: Mapping[str, int]) -> tuple[int, str] | None:
    """Find a column of Garmin Connect and its unit."""
    for name, index in keys.items():
        unit = unit_behind(name, base)
        if unit is not None:
            return index, unit
    return None


def _garmin_fields(keys: Mapping[str, int]) -> dict[str, Field]:
    fields = {}
    for ours, (base, factor) in _GARMIN.items():
        found = _garmin(base, keys)
        if found is not None:
            fields[ours] = Field(found[0], factor)
    return fields


def _units(keys: Mapping[str, int]) -> dict[str, str]:
    found = {ours: _garmin(base, keys) for ours, (base, _) in _GARMIN.items()}
    return {ours: unit[1] for ours, unit in found.items() if unit is not None}
