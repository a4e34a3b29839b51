"""CSV files of runs: Stryd, RunScribe, Garmin Connect, and any other with a mapping.

Nothing in a CSV says what it is, so the header is matched with what vendors write, and
what the header leaves open (one foot or both, step or stride, kilometres or miles) is
decided by physics and noted, or refused with the remedy.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import ReadError
from hipstride.io._csv_checks import check_columns, check_units, leave_zeros_missing
from hipstride.io._csv_summaries import Start, activity_recordings, lap_recording
from hipstride.io._csv_text import text_table
from hipstride.io._csv_values import Cells
from hipstride.io._csv_vendors import ColumnMap, Field, Layout, layout_of
from hipstride.io._geo import SPEED_WINDOW_S, speed_from_distance
from hipstride.io._open import RawFile, Source, load
from hipstride.tables import LAPS, PAUSES, SAMPLES, Recording
from hipstride.units import METRES_PER_KILOMETRE, SECONDS_PER_MINUTE

__all__ = ["ColumnMap", "read_stride_csv"]

Floats = NDArray[np.float64]

_WANTED = "a CSV file of a run, with a header"
_SAY_WHEN = "say when it started: started_at='2026-12-31 18:30'"
# Both are one step once halved; kept beside the derived one, never merged.
_STEP_FACTORS = {"step_length_m": 1.0, "stride_length_m": 0.5}


def read_stride_csv(
    source: Source,
    *,
    columns: ColumnMap | None = None,
    name: str | None = None,
    started_at: str | datetime | pd.Timestamp | None = None,
    sport: str = "running",
    date_format: str | None = None,
) -> list[Recording]:
    r"""Read a CSV file of one run, of its laps, or of many runs.

    Known without a word are Stryd's PowerCenter, RunScribe's dashboard, the laps and
    the list of activities of Garmin Connect, and files with our own column names. Any
    other is read by `columns`.

    Parameters
    ----------
    source : str, path or bytes
        The file; UTF-8, UTF-16 or Latin-1, any delimiter, decimal point or comma.
    columns : mapping, optional
        Our column name to theirs, or to theirs and a factor:
        ``{"time": "Zeit", "cadence_spm": ("RunCad", 2.0)}``. It comes before what a
        known header says.
    name : str, optional
        What to call the file in messages and in ``Recording.source``.
    started_at : str or datetime, optional
        When the run began, for files that count seconds or laps from the start.
    sport : str
        What a file of one run is of, since CSV files do not say.
    date_format : str, optional
        A `datetime.strptime` pattern for the days, where they can be read in two ways.

    Returns
    -------
    list of Recording
        One, or one for each run of a list of activities. A table of laps or activities
        has one sample per lap or run, and says so in its notes.

    Raises
    ------
    ReadError
        If a column cannot be read, the start or a unit is not known, or the mapping
        names what does not exist.
    UnknownFormatError
        If the header is nobody's and no mapping is given.

    Examples
    --------
    >>> rows = b"Zeit;Tempo;RunCad\n0;3,0;80\n1;3,1;81\n2;3,1;81\n"
    >>> [run] = read_stride_csv(
    ...     rows,
    ...     columns={
    ...         "elapsed_s": "Zeit",
    ...         "speed_mps": "Tempo",
    ...         "cadence_spm": ("RunCad", 2.0),
    ...     },
    ...     started_at="2026-09-01 07:30",
    ...     name="easy.csv",
    ... )
    >>> run.samples[["elapsed_s", "speed_mps", "cadence_spm"]]
       elapsed_s  speed_mps  cadence_spm
    0        0.0        3.0        160.0
    1        1.0        3.1        162.0
    2        2.0        3.1        162.0
    """
    raw = load(source, name=name)
    table = text_table(raw, wanted=_WANTED)
    layout = layout_of(table, columns)
    too_long = [row for row, cells in table.rows if len(cells) > len(table.header)]
    if too_long:
        raise ReadError(
            raw.name,
            f"more cells than the header has in row {too_long[0]}",
            f"{len(table.header)} cells",
            f"put quotes around a cell that holds the delimiter {table.delimiter!r}",
        )
    if not table.rows:
        raise ReadError(raw.name, "a header and no row", _WANTED, "export it again")
    cells = Cells.of(
        table, [one.index for ours, one in layout.fields.items() if ours != "title"]
    )
    if layout.kind == "activities":
        return activity_recordings(raw, cells, layout, date_format)
    if layout.kind == "laps":
        start = _stated_start(raw.name, started_at, "a table of laps without a date")
        return [lap_recording(raw, cells, layout, start, sport)]
    return [_series(raw, cells, layout, started_at, sport, date_format)]


def _series(
    raw: RawFile,
    cells: Cells,
    layout: Layout,
    started_at: str | datetime | pd.Timestamp | None,
    sport: str,
    date_format: str | None,
) -> Recording:
    """Make a recording of one row per moment."""
    elapsed_s, start = _clock(raw.name, cells, layout, started_at, date_format)
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
            raise ReadError(name, "no row with a time", _WANTED, _SAY_WHEN)
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
    start = _stated_start(name, started_at, "seconds from the start without a date")
    return cells.durations(one.index, one.factor), start


def _stated_start(
    name: str, started_at: str | datetime | pd.Timestamp | None, found: str
) -> Start:
    if started_at is None:
        raise ReadError(name, found, "the start of the run", _SAY_WHEN)
    at = pd.to_datetime(started_at, errors="coerce")
    if pd.isna(at):
        expected = "a time such as 2026-12-31 18:30"
        raise ReadError(name, f"started_at={started_at!r}", expected, "mend it")
    if at.tzinfo is None:
        note = "started_at has no zone and was taken as UTC"
        return Start(at.tz_localize("UTC").as_unit("us"), None, (note,))
    offset = at.utcoffset()
    zone = pd.Timedelta(offset) if offset else None
    return Start(at.tz_convert("UTC").as_unit("us"), zone)


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
