"""Garmin Connect's CSV of laps and of activities: one value per lap, or per run.

There are no seconds in these files, so there are no steady windows in what comes out:
distance and duration are good for the load, means for a first look.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import ReadError
from hipstride.io._csv_checks import check_columns
from hipstride.io._csv_distance import metres_of
from hipstride.io._csv_plausible import check_ranges, check_step
from hipstride.io._csv_start import Start
from hipstride.io._csv_values import Cells
from hipstride.io._csv_vendors import Layout
from hipstride.io._open import RawFile
from hipstride.io._sports import sport_of
from hipstride.tables import LAPS, SAMPLES, Recording

__all__ = ["activity_recordings", "lap_recording"]

Floats = NDArray[np.float64]

_MEANS = (
    "cadence_spm",
    "heart_rate_bpm",
    "ground_contact_s",
    "device_step_length_m",
    "vertical_oscillation_m",
    "vertical_ratio_pct",
    "power_w",
)


def lap_recording(
    raw: RawFile, cells: Cells, layout: Layout, start: Start, sport: str
) -> Recording:
    """Make one recording of a table of laps.

    Its samples stand at the start and at the end of every lap, and hold the lap's
    means; the row ``Summary`` is left out.

    Raises
    ------
    ReadError
        If the unit of the distance cannot be told, or there is no lap.
    """
    fields = layout.fields
    numbers = [text.strip() for text in cells.texts(fields["lap"].index)]
    is_lap = np.array([text.isdecimal() for text in numbers], dtype=bool)
    others = sorted(
        {t for t, lap in zip(numbers, is_lap, strict=True) if not lap} - {"Summary"}
    )
    if others:
        cells.notes.append(f"rows {', '.join(map(repr, others))} are no laps")
    cells = cells.only(is_lap)
    values = _values(cells, layout)
    has_time = np.isfinite(values["duration_s"])
    if not has_time.any():
        raise ReadError(
            raw.name, "no lap with a time", "one row per lap", "export it again"
        )
    values = {name: column[has_time] for name, column in values.items()}
    notes = [*layout.notes, *start.notes]
    values["distance_m"] = metres_of(raw, layout, values, notes)
    _add_speed(values)
    notes += cells.notes + check_columns(values, sport, is_cadence_stated=True)
    notes += check_ranges(raw.name, values, least=1, is_vendors=True)
    check_step(raw.name, values, sport)
    duration_s = values["duration_s"]
    ends_s = np.cumsum(duration_s)
    samples = _samples(start.at, ends_s, values)
    laps = pd.DataFrame(
        {
            "lap": np.arange(1, len(ends_s) + 1),
            "started_at": _instants(start.at, ends_s - duration_s),
            "duration_s": duration_s,
            "distance_m": values["distance_m"],
        }
    )
    notes.append(
        "a table of laps: one value per lap, which stands at its end; there are no "
        "seconds to find steady running in"
    )
    return _recording(raw, 1, sport, "", start, samples, laps, values, notes)


def activity_recordings(
    raw: RawFile, cells: Cells, layout: Layout, date_format: str | None
) -> list[Recording]:
    """Make one recording of every running row of a list of activities.

    Raises
    ------
    ReadError
        If no row is a run, or the unit of the distance cannot be told.
    """
    fields = layout.fields
    sports = [sport_of(text) for text in cells.texts(fields["sport"].index)]
    is_run = np.array([sport[0] == "running" for sport in sports], dtype=bool)
    if not is_run.any():
        found = sorted(set(cells.texts(fields["sport"].index)))
        raise ReadError(
            raw.name,
            f"activities of {', '.join(found) or 'no sport'}",
            "at least one of running",
            "export the list with your runs in it",
        )
    notes = list(layout.notes)
    if not is_run.all():
        notes.append(f"{np.count_nonzero(~is_run)} rows of other sports were left out")
    cells = cells.only(is_run)
    times, offset = cells.instants(fields["time"].index, date_format)
    values = _values(cells, layout)
    values["distance_m"] = metres_of(raw, layout, values, notes)
    _add_speed(values)
    notes += cells.notes + check_columns(values, "running", is_cadence_stated=True)
    notes += check_ranges(raw.name, values, least=1, is_vendors=True)
    check_step(raw.name, values, "running")
    notes.append(
        "a list of activities: one value per run; there are no seconds to find steady "
        "running in"
    )
    is_whole = ~np.isnat(times) & np.isfinite(values["duration_s"])
    if not is_whole.all():
        lost = np.count_nonzero(~is_whole)
        notes.append(f"{lost} runs have no start or no time and were left out")
    runs: list[Recording] = []
    for place, row in enumerate(np.flatnonzero(is_run).tolist()):
        if not is_whole[place]:
            continue
        at = pd.Timestamp(times[place]).tz_localize("UTC").as_unit("us")
        start = Start(at, pd.Timedelta(offset) if offset else None)
        own = {name: column[place : place + 1] for name, column in values.items()}
        wall_s = own.get("elapsed_s", own["duration_s"])
        lasted_s = np.fmax(wall_s, own["duration_s"])
        samples = _samples(at, lasted_s, own)
        laps = pd.DataFrame(
            {
                "lap": [1],
                "started_at": _instants(at, np.zeros(1)),
                "duration_s": own["duration_s"],
                "distance_m": own["distance_m"],
            }
        )
        sub_sport = sports[row][1]
        runs.append(
            _recording(
                raw, place + 1, "running", sub_sport, start, samples, laps, own, notes
            )
        )
    if not runs:
        raise ReadError(
            raw.name, "no run with a start and a time", "both", "export again"
        )
    return runs


def _values(cells: Cells, layout: Layout) -> dict[str, Floats]:
    """Read the numbers; zero where nothing was measured becomes missing."""
    values: dict[str, Floats] = {}
    for name, one in layout.fields.items():
        if name in {"lap", "sport", "time", "title"}:
            continue
        if name in {"duration_s", "elapsed_s", "pace"}:
            values[name] = cells.durations(one.index, one.factor)
        elif name in {*_MEANS, "distance_m"}:
            column = cells.numbers(one.index, one.factor)
            values[name] = np.where(column > 0, column, np.nan)
    return values


def _add_speed(values: dict[str, Floats]) -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        speed = values["distance_m"] / values["duration_s"]
    values["speed_mps"] = np.where(np.isfinite(speed), speed, np.nan)


def _instants(start: pd.Timestamp, since_s: Floats) -> pd.DatetimeIndex:
    us = np.round(since_s * 1e6).astype("timedelta64[us]")
    return (
        pd.DatetimeIndex(start.tz_localize(None).to_datetime64() + us)
        .as_unit("us")
        .tz_localize("UTC")
    )


def _samples(
    start: pd.Timestamp, ends_s: Floats, values: Mapping[str, Floats]
) -> pd.DataFrame:
    """Put one sample at the start and one at every end."""
    elapsed_s = np.concatenate([[0.0], ends_s])
    way_m = np.concatenate([[0.0], np.nancumsum(values["distance_m"])])
    columns = {
        "time": _instants(start, elapsed_s),
        "elapsed_s": elapsed_s,
        "distance_m": way_m,
    } | {
        name: np.concatenate([[np.nan], values[name]])
        for name in ("speed_mps", *_MEANS)
        if name in values and np.isfinite(values[name]).any()
    }
    return SAMPLES.order(pd.DataFrame(columns))


def _recording(
    raw: RawFile,
    number: int,
    sport: str,
    sub_sport: str,
    start: Start,
    samples: pd.DataFrame,
    laps: pd.DataFrame,
    values: Mapping[str, Floats],
    notes: list[str],
) -> Recording:
    return Recording(
        run_id=raw.run_id + (f"-{number}" if number > 1 else ""),
        source=raw.name,
        format="csv",
        sport=sport,
        sub_sport=sub_sport,
        device="Garmin",
        started_at=start.at,
        utc_offset=start.utc_offset,
        samples=samples,
        laps=LAPS.order(laps),
        notes=tuple(dict.fromkeys(notes)),
        distance_m=float(np.nansum(values["distance_m"])),
        timer_s=float(np.nansum(values["duration_s"])),
    )
