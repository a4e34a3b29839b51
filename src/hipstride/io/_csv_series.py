"""CSV files of one row per moment: Stryd, RunScribe, and any with a mapping."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import ReadError
from hipstride.io._csv_checks import check_columns, check_units, leave_zeros_missing
from hipstride.io._csv_mapping import Field
from hipstride.io._csv_plausible import check_clock, check_ranges, check_step
from hipstride.io._csv_start import SAY_WHEN, Start, stated_start
from hipstride.io._csv_values import Cells
from hipstride.io._csv_vendors import Layout
from hipstride.io._geo import SPEED_WINDOW_S, speed_from_distance
from hipstride.io._open import RawFile
from hipstride.tables import LAPS, PAUSES, SAMPLES, Recording
from hipstride.units import METRES_PER_KILOMETRE, SECONDS_PER_MINUTE

__all__ = ["series_recording"]

Floats = NDArray[np.float64]

_WANTED = "a CSV file of a run, with a header"


# A moment further than this from the middle of a run is a clock's mistake.
_MAX_ASTRAY = np.timedelta64(100, "h")
# Both are one step once halved; kept beside the derived one, never merged.
_STEP_FACTORS = {"step_length_m": 1.0, "stride_length_m": 0.5}


def series_recording(
    raw: RawFile,
    cells: Cells,
    layout: Layout,
    started_at: str | datetime | pd.Timestamp | None,
    sport: str,
    date_format: str | None,
) -> Recording:
    """Make a recording of one row per moment."""
    elapsed_s, start = _clock(raw.name, cells, layout, started_at, date_format)
    check_clock(raw.name, elapsed_s)
    notes = [*layout.notes, *start.notes]
    is_timed = np.isfinite(elapsed_s)
    if not is_timed.any():
        raise ReadError(raw.name, "no row with a time", _WANTED, "export it again")
    if not is_timed.all():
        notes.append(
            f"{np.count_nonzero(~is_timed)} rows have no time and were dropped"
        )
    rows = np.flatnonzero(is_timed)
    if (np.diff(elapsed_s[rows]) < 0).any():
        notes.append("time goes back; the rows were put in order of time")
        rows = rows[np.argsort(elapsed_s[rows], kind="stable")]
    elapsed_s = elapsed_s[rows]
    values = {
        ours: column[rows] for ours, column in _numbers(cells, layout, notes).items()
    }
    pauses = _pauses(elapsed_s, values.pop("is_active", None))
    _use_twins(values, layout, notes)
    _convert(values)
    notes += leave_zeros_missing(values)
    values = {n: column for n, column in values.items() if np.isfinite(column).any()}
    if "speed_mps" not in values and "distance_m" in values:
        part = np.zeros(len(elapsed_s), dtype=np.int64)
        values["speed_mps"] = speed_from_distance(elapsed_s, values["distance_m"], part)
        notes.append(
            "speed was derived from distance and time, as the mean over "
            f"{SPEED_WINDOW_S:g} s around each point"
        )
    check_units(raw.name, elapsed_s, values, sport)
    notes += _checked(values, layout, sport)
    notes += check_ranges(raw.name, values, is_vendors=bool(layout.device))
    check_step(raw.name, values, sport)
    since_us = np.round(elapsed_s * 1e6).astype("timedelta64[us]")
    moments = start.at.tz_localize(None).to_datetime64() + since_us
    time = pd.DatetimeIndex(moments).as_unit("us").tz_localize("UTC")
    samples = pd.DataFrame({"time": time, "elapsed_s": elapsed_s, **values})
    return Recording(
        run_id=raw.run_id,
        source=raw.name,
        format="csv",
        sport=sport,
        sub_sport="",
        device=layout.device,
        started_at=start.at,
        utc_offset=start.utc_offset,
        samples=SAMPLES.order(samples),
        laps=LAPS.empty(),
        notes=tuple(dict.fromkeys([*notes, *cells.notes])),
        pauses=pauses,
    )


def _clock(
    name: str,
    cells: Cells,
    layout: Layout,
    started_at: str | datetime | pd.Timestamp | None,
    date_format: str | None,
) -> tuple[Floats, Start]:
    """Give the seconds since the start, and the start."""
    if "time" in layout.fields:
        times, offset = cells.instants(layout.fields["time"].index, date_format)
        known = times[~np.isnat(times)]
        if not len(known):
            raise ReadError(name, "no row with a time", _WANTED, SAY_WHEN)
        middle = np.sort(known)[len(known) // 2]
        is_astray = np.abs(times - middle) > _MAX_ASTRAY
        if is_astray.any():
            cells.notes.append(
                f"{np.count_nonzero(is_astray)} rows more than 100 hours from the rest "
                "have no time that can be used"
            )
            times = np.where(is_astray, np.datetime64("NaT"), times)
            known = times[~np.isnat(times)]
        since = (times - known.min()) / np.timedelta64(1, "us") / 1e6
        since = np.where(np.isnat(times), np.nan, since)
        at = pd.Timestamp(known.min()).tz_localize("UTC").as_unit("us")
        return since, Start(at, pd.Timedelta(offset) if offset else None)
    if "elapsed_s" not in layout.fields:
        raise ReadError(
            name,
            "a mapping without a time",
            "a column for 'time' (instants) or 'elapsed_s' (seconds from the start)",
            "add it to columns=",
        )
    one = layout.fields["elapsed_s"]
    start = stated_start(name, started_at, "seconds from the start without a date")
    return cells.durations(one.index, one.factor), start


def _numbers(cells: Cells, layout: Layout, notes: list[str]) -> dict[str, Floats]:
    """Read every column but the clock; a device's own that is text is left out."""
    values: dict[str, Floats] = {}
    left: list[str] = []
    for ours, one in layout.fields.items():
        if ours in {"time", "elapsed_s"}:
            continue
        try:
            values[ours] = cells.numbers(one.index, one.factor)
        except ReadError:
            if not ours.startswith("dev_") or one.is_stated:
                raise
            left.append(ours.removeprefix("dev_"))
    if left:
        notes.append(f"columns without numbers were not read: {', '.join(left)}")
    return values


def _use_twins(values: dict[str, Floats], layout: Layout, notes: list[str]) -> None:
    """Take the watch's column where the pod's holds nothing but zeros."""
    for ours, twin in layout.twins.items():
        if ours not in values or layout.fields[ours].is_stated:
            continue
        own = values[ours]
        if np.any(own[np.isfinite(own)] != 0):
            continue
        if twin in values:
            values[ours] = values.pop(twin)
            notes.append(f"{ours} of the pod is zero throughout; the watch's was taken")


def _convert(values: dict[str, Floats]) -> None:
    """Bring pace to speed, and any step or stride to the device's step length."""
    pace = values.pop("pace_min_per_km", None)
    if pace is not None and "speed_mps" not in values:
        is_pace = np.isfinite(pace) & (pace > 0)
        slow = np.where(is_pace, pace, np.nan)
        values["speed_mps"] = METRES_PER_KILOMETRE / (SECONDS_PER_MINUTE * slow)
    for ours, factor in _STEP_FACTORS.items():
        if ours in values:
            values["device_step_length_m"] = factor * values.pop(ours)


def _checked(values: dict[str, Floats], layout: Layout, sport: str) -> list[str]:
    """Check cadence and step length, unless the caller has given their factor."""
    cadence = layout.fields.get("cadence_spm", Field(0))
    has_factor = cadence.is_stated and cadence.factor != 1.0
    kept = values.get("cadence_spm")
    notes = check_columns(
        values,
        sport,
        # A header of our own or of a vendor names the unit; a mapping does not.
        is_cadence_stated=has_factor or not cadence.is_stated,
        is_step_stated=any(
            layout.fields[ours].is_stated
            for ours in ("device_step_length_m", *_STEP_FACTORS)
            if ours in layout.fields
        ),
        is_step_halved=layout.has_strides or "stride_length_m" in layout.fields,
    )
    if has_factor and kept is not None:
        values["cadence_spm"] = kept
        notes = [note for note in notes if not note.startswith("cadence")]
    return notes


def _pauses(elapsed_s: Floats, is_active: Floats | None) -> pd.DataFrame:
    """Find the spans that end in rows of the status 0."""
    if is_active is None or len(elapsed_s) < 2:  # noqa: PLR2004 - a span has two ends
        return PAUSES.empty()
    is_paused = np.concatenate([[False], is_active[1:] == 0, [False]])
    edges = np.diff(is_paused.astype(np.int8))
    first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    duration_s = elapsed_s[last] - elapsed_s[first]
    if not len(first):
        return PAUSES.empty()
    return pd.DataFrame({"elapsed_s": elapsed_s[first], "duration_s": duration_s})
