"""Do both engines read the same from a file? A second opinion, column by column.

FIT is read by our columns and by fitparse, GPX by our columns and by gpxpy. From the
decoded values on both go one way, so a difference is one of decoding.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import ReadError
from hipstride.io._formats import Engine, format_of, recordings_of
from hipstride.io._open import RawFile, Source, load
from hipstride.tables import Recording

__all__ = ["TOLERANCES", "compare_engines"]

# Differences up to these are of rounding, in the column's own unit. A thousandth of
# what a device resolves: FIT keeps a position to 8e-8 degrees, a distance to 1 cm.
TOLERANCES = {
    "time": 1e-6,
    "started_at": 1e-6,
    "latitude_deg": 1e-10,
    "longitude_deg": 1e-10,
    "distance_m": 1e-5,
}
_TOLERANCE = 1e-6
# Seconds since here keep their microseconds in a float; since 1970 they would not.
_NEAR = pd.Timestamp("2020-01-01", tz="UTC")
_OTHER: dict[str, Engine] = {"fit": "fitparse", "gpx": "gpxpy"}
_TABLES = ("samples", "laps", "pauses")
_COLUMNS = {
    "column": "str",
    "n": "int64",
    "n_differ": "int64",
    "largest_difference": "float64",
    "tolerance": "float64",
    "verdict": "str",
}


def compare_engines(source: Source, *, name: str | None = None) -> pd.DataFrame:
    """Read a file with both engines and hold what they give side by side.

    Parameters
    ----------
    source : str, path or bytes
        The file.
    name : str, optional
        What to call it in messages.

    Returns
    -------
    DataFrame
        One row per column of samples, laps and pauses over all sessions of the file:
        ``column``, ``n`` (values), ``n_differ`` (by more than ``tolerance``, or missing
        in one of the two), ``largest_difference`` in the column's unit and ``verdict``
        (``agree`` or ``differ``). Where there is nothing to compare, one row for the
        ``file`` whose verdict says why: the format has one engine, or one refuses.

    Raises
    ------
    ReadError
        If both engines refuse the file, or it has no second engine and ours refuses.

    Examples
    --------
    >>> point = '<trkpt lat="0" lon="0.{0}"><time>2026-09-01T06:00:0{0}Z</time></trkpt>'
    >>> points = "".join(point.format(s) for s in range(10))
    >>> gpx = f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>"
    >>> compare_engines(gpx.encode())["verdict"].unique().tolist()
    ['agree']
    """
    raw = load(source, name=name)
    kind = format_of(raw)
    other = _OTHER.get(kind)
    if other is None:
        count = len(recordings_of(raw, kind, None))
        verdict = f"one engine only: {kind.upper()} has no other"
        return _one_row("file", count, 0, verdict)
    ours, our_refusal = _read(raw, kind, "columnar")
    theirs, their_refusal = _read(raw, kind, other)
    if our_refusal is not None:
        if their_refusal is not None:
            raise our_refusal
        verdict = f"ours refuses, {other} reads: {our_refusal}"
        return _one_row("file", len(theirs), len(theirs), verdict)
    if their_refusal is not None:
        verdict = f"{other} refuses, ours reads: {their_refusal}"
        return _one_row("file", len(ours), len(ours), verdict)
    if len(ours) != len(theirs):
        verdict = f"differ: {len(ours)} sessions, {other} has {len(theirs)}"
        return _one_row("sessions", len(ours), abs(len(ours) - len(theirs)), verdict)
    return _compared(ours, theirs, other)


def _read(
    raw: RawFile, kind: str, engine: Engine
) -> tuple[list[Recording], ReadError | None]:
    try:
        return recordings_of(raw, "fit" if kind == "fit" else "gpx", engine), None
    except ReadError as error:
        return [], error


def _compared(
    ours: list[Recording], theirs: list[Recording], other: str
) -> pd.DataFrame:
    """Add up the differences of every column over the sessions."""
    counts: dict[str, tuple[int, int, float]] = {}
    lacks: dict[str, str] = {}
    uneven: list[pd.DataFrame] = []
    for one, two in zip(ours, theirs, strict=True):
        for table in _TABLES:
            left, right = getattr(one, table), getattr(two, table)
            if len(left) != len(right):
                verdict = f"differ: {len(left)} rows, {other} has {len(right)}"
                gap = abs(len(left) - len(right))
                uneven.append(_one_row(table, len(left), gap, verdict))
                continue
            for column in dict.fromkeys([*left.columns, *right.columns]):
                label = column if table == "samples" else f"{table}.{column}"
                if column not in right.columns:
                    lacks[label] = f"differ: {other} has no such column"
                elif column not in left.columns:
                    lacks[label] = f"differ: only {other} has this column"
                n, n_differ, largest = counts.get(label, (0, 0, 0.0))
                found, widest = _differences(left, right, column)
                largest = float(np.fmax(largest, widest))
                counts[label] = (n + len(left), n_differ + found, largest)
    rows = [
        (
            label,
            n,
            n_differ,
            largest,
            _tolerance(label),
            lacks.get(label, _verdict(n_differ)),
        )
        for label, (n, n_differ, largest) in counts.items()
    ]
    compared = pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)
    return pd.concat([*uneven, compared], ignore_index=True)


def _verdict(n_differ: int) -> str:
    return "differ" if n_differ else "agree"


def _differences(
    left: pd.DataFrame, right: pd.DataFrame, column: str
) -> tuple[int, float]:
    """Count the values that differ, and give the largest difference."""
    if column not in left.columns or column not in right.columns:
        only = left if column in left.columns else right
        return int(only[column].notna().sum()), float("nan")
    one, two = _numbers(left[column]), _numbers(right[column])
    gap = np.abs(one - two)
    is_off = (gap > _tolerance(column)) | (np.isnan(one) != np.isnan(two))
    known = gap[np.isfinite(gap)]
    return int(np.count_nonzero(is_off)), float(known.max()) if len(known) else 0.0


def _numbers(values: pd.Series) -> NDArray[np.float64]:
    """Bring a column to numbers; instants to seconds since a day near enough."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        seconds = (values - _NEAR).dt.total_seconds()
        return np.asarray(seconds, dtype=np.float64)
    return np.asarray(values, dtype=np.float64)


def _tolerance(label: str) -> float:
    return TOLERANCES.get(label.rpartition(".")[2], _TOLERANCE)


def _one_row(column: str, n: int, n_differ: int, verdict: str) -> pd.DataFrame:
    row = (column, n, n_differ, float("nan"), float("nan"), verdict)
    return pd.DataFrame([row], columns=list(_COLUMNS)).astype(_COLUMNS)
