"""Which row of an account's list is about which run.

The name of a watch's file is not the number of the activity, so where the list does not
name the file, the start decides: two devices of one runner do not start two runs within
two minutes of each other and of about the same length.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.tables import ACTIVITIES

__all__ = ["link_activities"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MAX_GAP_S = 120.0
# A list counts pauses in or out; beyond both of these it is of something else.
_MAX_SHARE = 0.5
_MAX_DIFFERENCE_S = 300.0
# A file of the same name from elsewhere is not of the same day.
_MAX_FILE_GAP_S = 86_400.0
# So many starts around that of a run are looked at; a thousand rows of one instant are
# a broken list, and would else take a thousand times as long.
_LOOKED_AT = 32
# Paths that are longer than any export's are compared by their last parts.
_MAX_PARTS = 16


def link_activities(
    starts: pd.Series,
    files: pd.Series,
    durations_s: pd.Series,
    activities: pd.DataFrame,
) -> Ints:
    """Give each run the row of its activity.

    Parameters
    ----------
    starts : Series of instant
        When each run, or session of a multisport event, began.
    files : Series of str
        Where each was found; may be empty.
    durations_s : Series of float
        How long each lasts; may be NaN [s].
    activities : DataFrame
        An `ACTIVITIES` table.

    Returns
    -------
    array of int, shape (n,)
        The place of the row in `activities`, or -1. No row is given twice.

    Notes
    -----
    1. A run whose path ends with the ``file`` of an activity, gzipped or not, is that
       activity. Of several sessions of one file the one that starts nearest is.
    2. Of the others, those that start within two minutes are paired, the nearest first,
       unless their durations differ by more than half and by more than five minutes.
       At one gap, parts come before a multisport event as a whole, then what is nearer
       in duration, then what comes first in the tables.

    Examples
    --------
    >>> starts = pd.Series(pd.to_datetime(["2026-09-01 07:00:20"], utc=True))
    >>> activities = pd.DataFrame(
    ...     {
    ...         "started_at": pd.to_datetime(
    ...             ["2026-09-01 06:00", "2026-09-01 07:00"], utc=True
    ...         ),
    ...         "duration_s": [1800.0, 1800.0],
    ...     }
    ... )
    >>> link_activities(starts, pd.Series([""]), pd.Series([1790.0]), activities)
    array([1])
    """
    ACTIVITIES.check(activities, "started_at")
    rows = np.full(len(starts), -1, dtype=np.int64)
    if not len(starts) or activities.empty:
        return rows
    run_s, run_length_s = _seconds(starts), _floats(durations_s)
    row_s = _seconds(activities["started_at"])
    row_length_s = (
        _floats(activities["duration_s"])
        if "duration_s" in activities
        else np.full(len(row_s), np.nan)
    )
    is_whole = (
        (activities["sport"] == "multisport").to_numpy(dtype=bool, na_value=False)
        if "sport" in activities
        else np.zeros(len(row_s), dtype=bool)
    )
    if "file" in activities:
        pairs = np.array(list(_named(files, activities["file"])), dtype=np.int64)
        pairs = pairs.reshape(-1, 2)
        gap_s = np.abs(run_s[pairs[:, 0]] - row_s[pairs[:, 1]])
        order = np.lexsort((*pairs.T[::-1], gap_s))
        # A start that is not known speaks against nothing.
        fits = ~(gap_s > _MAX_FILE_GAP_S)
        _pair(pairs[order[fits[order]]], rows)
    pairs = _near(run_s, row_s, rows)
    gap_s = np.abs(run_s[pairs[:, 0]] - row_s[pairs[:, 1]])
    one, other = run_length_s[pairs[:, 0]], row_length_s[pairs[:, 1]]
    differ_s = np.abs(one - other)
    # Where one of them is not known, nothing speaks against it.
    is_other = (differ_s > _MAX_DIFFERENCE_S) & (
        differ_s > _MAX_SHARE * np.fmax(one, other)
    )
    fits = (gap_s <= _MAX_GAP_S) & ~is_other
    order = np.lexsort((*pairs.T[::-1], differ_s, is_whole[pairs[:, 1]], gap_s))
    _pair(pairs[order[fits[order]]], rows)
    return rows


def _seconds(instants: pd.Series) -> Floats:
    """Give instants as seconds since 1970; NaN for none."""
    known = instants.dt.tz_convert("UTC").dt.tz_localize(None)
    microseconds = known.to_numpy("datetime64[us]")
    seconds = microseconds.astype(np.int64) / 1e6
    return np.where(np.isnat(microseconds), np.nan, seconds)


def _floats(values: pd.Series) -> Floats:
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def _parts(path: object) -> tuple[str, ...]:
    """Give the folders and the name of a path in lower case, without .gz."""
    if not isinstance(path, str):
        return ()
    plain = path.replace("\\", "/").lower().removesuffix(".gz")
    return tuple(part for part in plain.split("/") if part)[-_MAX_PARTS:]


def _named(files: pd.Series, named: pd.Series) -> Iterator[tuple[int, int]]:
    """Give the pairs of run and row where the run's path ends with the row's file."""
    by_end: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, path in enumerate(named.tolist()):
        if parts := _parts(path):
            by_end[parts].append(row)
    for run, path in enumerate(files.tolist()):
        parts = _parts(path)
        for start in range(len(parts)):
            for row in by_end.get(parts[start:], [])[:_LOOKED_AT]:
                yield run, row


def _near(run_s: Floats, row_s: Floats, rows: Ints) -> Ints:
    """Give the pairs of what is free on both sides and starts about together."""
    free = np.ones(len(row_s), dtype=bool)
    free[rows[rows >= 0]] = False
    row_order = np.flatnonzero(free & np.isfinite(row_s))
    row_order = row_order[np.argsort(row_s[row_order], kind="stable")]
    runs = np.flatnonzero((rows < 0) & np.isfinite(run_s))
    first = np.searchsorted(row_s[row_order], run_s[runs] - _MAX_GAP_S, "left")
    last = np.searchsorted(row_s[row_order], run_s[runs] + _MAX_GAP_S, "right")
    at = np.searchsorted(row_s[row_order], run_s[runs], "left")
    first = np.maximum(first, at - _LOOKED_AT)
    counts = np.maximum(np.minimum(last, at + _LOOKED_AT) - first, 0)
    run_of = np.repeat(runs, counts)
    within = np.arange(len(run_of)) - np.repeat(np.cumsum(counts) - counts, counts)
    row_of = row_order[np.repeat(first, counts) + within]
    return np.column_stack([run_of, row_of]).astype(np.int64)


def _pair(pairs: Ints, rows: Ints) -> None:
    """Take pairs in their order, each run and each row once."""
    taken = set(rows[rows >= 0].tolist())
    for run, row in pairs.tolist():
        if rows[run] < 0 and row not in taken:
            rows[run] = row
            taken.add(row)
