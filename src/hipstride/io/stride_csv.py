"""CSV files of runs: Stryd, RunScribe, Garmin Connect, and any other with a mapping.

Nothing in a CSV says what it is, so the header is matched with what vendors write, and
what the header leaves open (one foot or both, step or stride, kilometres or miles) is
decided by physics and noted, or refused with the remedy.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pandas as pd

from hipstride.errors import ReadError
from hipstride.io._csv_mapping import ColumnMap
from hipstride.io._csv_series import series_recording
from hipstride.io._csv_start import stated_start
from hipstride.io._csv_summaries import activity_recordings, lap_recording
from hipstride.io._csv_text import text_table
from hipstride.io._csv_values import Cells
from hipstride.io._csv_vendors import layout_of
from hipstride.io._open import Source, load
from hipstride.tables import Recording

__all__ = ["ColumnMap", "read_stride_csv"]

_WANTED = "a CSV file of a run, with a header"


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
    if table.is_cut and table.rows:
        row = table.rows[-1][0]
        note = f"the last row, {row}, breaks off and was left out"
        table = replace(table, rows=table.rows[:-1], notes=(*table.notes, note))
    if not table.rows:
        raise ReadError(raw.name, "a header and no row", _WANTED, "export it again")
    cells = Cells.of(
        table, [one.index for ours, one in layout.fields.items() if ours != "title"]
    )
    if layout.kind == "activities":
        return activity_recordings(raw, cells, layout, date_format)
    if layout.kind == "laps":
        start = stated_start(raw.name, started_at, "a table of laps without a date")
        return [lap_recording(raw, cells, layout, start, sport)]
    return [series_recording(raw, cells, layout, started_at, sport, date_format)]
