"""What the export of a Strava account says of its activities: ``activities.csv``.

It holds the names and notes, the effort that the runner put in, and which file is which
activity. Its dates are UTC in the language of the account; so are its headers. The list
of Garmin Connect is called Activities.csv too; `hipstride.io.stride_csv` reads that.
"""

from __future__ import annotations

import re
from math import isfinite, nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import ReadError
from hipstride.io._account_rows import Activity, activities_of, clean_text
from hipstride.io._csv_numbers import decimal_sign, number
from hipstride.io._csv_text import TextTable, text_table
from hipstride.io._journal_rows import listed, warn
from hipstride.io._open import RawFile, Source, load
from hipstride.io._strava_columns import StravaColumns, columns_of, file_column
from hipstride.io._strava_dates import started_ms
from hipstride.io._strava_words import strava_sport

__all__ = ["is_strava_activities", "read_strava_activities"]

_WANTED = "the activities.csv of a Strava export"
_REMEDY = "ask Strava for the export again"
_NAME = re.compile(r"activities[^/\\]*\.csv(\.gz)?$", re.IGNORECASE)
_ID = re.compile(r"\d{1,20}", re.ASCII)
_ON_FOOT = frozenset({"running", "walking", "hiking"})
_MIN_RPE, _MAX_RPE = 1.0, 10.0
# From a crawl to a fast ride: in metres a list moves so, in kilometres none does.
_SLOWEST_MPS, _FASTEST_MPS = 0.1, 30.0


def is_strava_activities(head: bytes, name: str = "") -> bool:
    """Tell whether a file is Strava's list of activities.

    Parameters
    ----------
    head : bytes
        The file or its first part.
    name : str
        Its name, which decides where the header is in a language that is not known.

    Returns
    -------
    bool
        True where the header is Strava's, or a column holds the paths of its files.

    Examples
    --------
    >>> is_strava_activities(b"Activity ID,Activity Date,Activity Name,Filename")
    True
    >>> is_strava_activities(b"Activity Type,Date,Favorite,Title", "Activities.csv")
    False
    """
    # Half a row behind the last line's end is none.
    whole = head[: head.rfind(b"\n") + 1] or head
    if whole.count(b'"') % 2:
        whole += b'"\n'
    try:
        table = text_table(RawFile(name, b"", whole), is_head=True)
    except ReadError:
        return False
    if columns_of(table).is_known:
        return True
    if file_column(table) is None:
        return False
    has_ids = all(_ID.fullmatch(cells[0]) for _, cells in table.rows[:-1])
    return has_ids or _NAME.search(name) is not None


def read_strava_activities(source: Source, *, name: str | None = None) -> pd.DataFrame:
    r"""Read the list of activities of a Strava account's export.

    Parameters
    ----------
    source : str, path or bytes
        The ``activities.csv``, in the language of the account.
    name : str, optional
        What to call the file in messages and in the column ``source``.

    Returns
    -------
    DataFrame
        An `ACTIVITIES` table with all its columns, by start. ``file`` is the path
        within the export, empty for what was typed in. The private note stands under
        the description. ``shoe`` is the gear of what was done on foot. Strava does not
        tell the runner's clock nor how it felt.

    Raises
    ------
    ReadError
        If it is no such list, or none of its dates can be read.

    Warns
    -----
    DataQualityWarning
        For rows without a date that can be read, which are left out, and for columns
        that were told by their place or left out.

    Examples
    --------
    >>> rows = '''Activity ID,Activity Date,Activity Name,Activity Type,Filename
    ... 7,"May 23, 2023, 12:40:57 PM",Easy,Run,activities/7.fit.gz'''
    >>> read_strava_activities(rows.encode())[["started_at", "name", "file"]]
                     started_at  name                 file
    0 2023-05-23 12:40:57+00:00  Easy  activities/7.fit.gz
    """
    raw = load(source, name=name)
    table = text_table(raw, wanted=_WANTED)
    columns = columns_of(table)
    if not columns.is_known and file_column(table) is None and table.rows:
        raise ReadError(
            raw.name, f"a CSV with columns {listed(table.header)}", _WANTED, _REMEDY
        )
    notes = list(table.notes)
    rows = [cells for _, cells in table.rows]
    starts, problem = started_ms(
        [columns.text(cells, "date") for cells in rows],
        is_english=columns.is_english,
    )
    undated = starts.count(None)
    if rows and undated == len(rows):
        found = problem or f"{columns.text(rows[0], 'date')[:40]!r}"
        raise ReadError(
            raw.name,
            f"no date that can be read, but {found}",
            "dates such as 'May 23, 2023, 12:40:57 PM'",
            "set the account's language to English and ask for the export again",
        )
    if undated:
        notes.append(f"{undated} rows without a date that can be read were left out")
    if columns.is_placed:
        notes.append("the header is not all understood; columns were told by place")
    duration_s = _numbers(table, columns, "elapsed", -1)
    first_s = _numbers(table, columns, "elapsed", 0)
    duration_s = np.where(np.isfinite(duration_s), duration_s, first_s)
    distance_m = _distance_m(table, columns, duration_s, notes)
    rpe = _numbers(table, columns, "rpe", 0)
    rpe = np.where((rpe >= _MIN_RPE) & (rpe <= _MAX_RPE), rpe, nan)
    activities = [
        _activity(columns, cells, start, *values)
        for cells, start, *values in zip(
            rows,
            starts,
            duration_s.tolist(),
            distance_m.tolist(),
            rpe.tolist(),
            strict=True,
        )
        if start is not None
    ]
    for note in notes:
        warn(raw.name, note)
    return activities_of(activities, raw.name)


def _activity(
    columns: StravaColumns,
    cells: tuple[str, ...],
    start_ms: int,
    duration_s: float,
    distance_m: float,
    rpe_0_10: float,
) -> Activity:
    # "Sport Type" tells a trail run from a run; older lists do not fill it.
    kinds = [strava_sport(columns.text(cells, one)) for one in ("sport", "type")]
    sport, sub_sport = next((kind for kind in kinds if kind[0]), ("", ""))
    words = [
        clean_text(columns.text(cells, one)) for one in ("description", "private_note")
    ]
    return Activity(
        start_ms,
        sport,
        sub_sport,
        duration_s=duration_s,
        distance_m=distance_m,
        rpe_0_10=rpe_0_10,
        name=clean_text(columns.text(cells, "name")),
        description="\n".join(filter(None, words)),
        file=clean_text(columns.text(cells, "file")),
        # The gear of a ride is a bike, and that of an unknown kind may be one.
        shoe=clean_text(columns.text(cells, "gear")) if sport in _ON_FOOT else "",
    )


def _numbers(
    table: TextTable, columns: StravaColumns, name: str, which: int
) -> NDArray[np.float64]:
    """Read a column; Strava writes some with the decimal sign of the language."""
    texts = [columns.text(cells, name, which) for _, cells in table.rows]
    decimal, _ = decimal_sign(texts, table.delimiter)
    read = [number(text, decimal) for text in texts]
    return np.array(
        [nan if value is None or value < 0 else value for value in read],
        dtype=np.float64,
    )


def _distance_m(
    table: TextTable,
    columns: StravaColumns,
    duration_s: NDArray[np.float64],
    notes: list[str],
) -> NDArray[np.float64]:
    """Read the distance that is in metres: the second, where there are two."""
    distance = _numbers(table, columns, "distance", -1)
    is_used = (distance > 0) & (duration_s > 0)
    if not is_used.any():
        return distance
    speed_mps = float(np.median(distance[is_used] / duration_s[is_used]))
    if isfinite(speed_mps) and _SLOWEST_MPS <= speed_mps <= _FASTEST_MPS:
        return distance
    notes.append("the distances may be kilometres or miles and were left out")
    return np.full(len(distance), nan)
