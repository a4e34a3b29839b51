"""Write a table as a file that any program reads: CSV, or Parquet.

CSV is for the eye and for spreadsheets; Parquet keeps the types, and is a tenth of the
size and of the time. A file appears whole or not at all.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, TextIO, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import HipstrideError
from hipstride.tables import Table

__all__ = ["write_table"]

_ENDS = (".csv", ".parquet")
_Unit = Literal["s", "ms", "us", "ns"]


def write_table(
    frame: pd.DataFrame,
    target: str | os.PathLike[str] | TextIO,
    table: Table | None = None,
) -> Path | None:
    """Write a table as CSV or Parquet, by the end of the name.

    In CSV days are ISO dates, instants are ISO with a Z behind, numbers have as many
    digits as it takes to read the same number back, flags are ``true`` and ``false``,
    and what is missing is empty. The index is not written.

    Parameters
    ----------
    frame : DataFrame
        The table.
    target : str, path or text stream
        A ``.csv`` or ``.parquet`` file, which is written anew where it exists; or a
        stream such as ``sys.stdout``, which gets CSV.
    table : Table, optional
        What it is: its columns are checked and put in order, others behind them.

    Returns
    -------
    Path or None
        The file; None for a stream.

    Raises
    ------
    HipstrideError
        If the name ends otherwise, the place cannot be written, a value does not fit
        the format, or Parquet is wanted and pyarrow is not installed.
    TableError
        If a column holds another kind of value than the table says.

    Examples
    --------
    >>> import sys
    >>> moments = pd.to_datetime(["2026-09-01T06:00:00Z", None])
    >>> table = pd.DataFrame({"started_at": moments, "is_treadmill": [True, False]})
    >>> write_table(table, sys.stdout)
    started_at,is_treadmill
    2026-09-01T06:00:00Z,true
    ,false
    """
    if table is not None:
        known = [name for name in table.names if name in frame.columns]
        if known:
            table.check(frame[known], *known)
        frame = table.order(frame)
    if not isinstance(target, (str, os.PathLike)):
        # What the stream cannot spell becomes "?", in place of no table at all.
        encoding = getattr(target, "encoding", None) or "utf-8"
        target.write(_csv(frame).encode(encoding, "replace").decode(encoding))
        return None
    path = Path(target)
    end = path.suffix.lower()
    if end not in _ENDS:
        msg = (
            f"{path}: found the end {path.suffix or 'of a name without a dot'!r}; "
            f"expected {' or '.join(_ENDS)}; give the file a name that ends so"
        )
        raise HipstrideError(msg)
    if end == ".parquet":
        _require_pyarrow(path)
    _write_whole(path, frame)
    return path


def _write_whole(path: Path, frame: pd.DataFrame) -> None:
    """Write beside the place first, so that a crash leaves the old file or the new."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            if path.suffix.lower() == ".csv":
                # A name from the disk may hold half a character, which no file can.
                beside.write_bytes(_csv(frame).encode("utf-8", "replace"))
            else:
                _write_parquet(path, beside, frame)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        msg = (
            f"{path}: found a place that cannot be written "
            f"({error.strerror or error}); expected a file in a folder of yours; "
            "choose another, or make the folder first"
        )
        raise HipstrideError(msg) from None


def _require_pyarrow(path: Path) -> None:
    try:
        import pyarrow  # noqa: F401, ICN001, PLC0415 - optional, and slow to load
    except ImportError:
        msg = (
            f"{path}: Parquet needs pyarrow, which is not installed; run "
            'pip install "hipstride[parquet]", or write .csv'
        )
        raise HipstrideError(msg) from None


def _write_parquet(path: Path, beside: Path, frame: pd.DataFrame) -> None:
    try:
        with beside.open("wb") as stream:
            frame.to_parquet(stream, engine="pyarrow", index=False)
    except (TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        msg = (
            f"{path}: found values that Parquet cannot hold ({reason}); expected one "
            "kind of value in each column, under a name of its own; write .csv"
        )
        raise HipstrideError(msg) from None


def _csv(frame: pd.DataFrame) -> str:
    columns = [_as_text(frame.iloc[:, i]) for i in range(frame.shape[1])]
    text = pd.concat(columns, axis=1) if columns else frame
    return text.to_csv(index=False, lineterminator="\n")


def _as_text(values: pd.Series) -> pd.Series:
    """Spell out what pandas would write in its own way."""
    dtype = values.dtype
    if isinstance(dtype, pd.DatetimeTZDtype):
        moments = values.dt.tz_convert("UTC").dt.tz_localize(None)
        return _iso(moments, _moment_unit(moments), "Z")
    if pd.api.types.is_datetime64_dtype(dtype):
        is_day = bool((values.dt.normalize() == values)[values.notna()].all())
        return _iso(values, "D" if is_day else _moment_unit(values), "")
    if pd.api.types.is_bool_dtype(dtype):
        return values.map({True: "true", False: "false"})
    if pd.api.types.is_object_dtype(dtype):
        spelt = [
            str(value).lower() if isinstance(value, (bool, np.bool_)) else value
            for value in values
        ]
        # Left to itself pandas makes text of it, and stumbles over half a character.
        return pd.Series(spelt, index=values.index, name=values.name, dtype=object)
    return values


def _moment_unit(values: pd.Series) -> _Unit:
    """Give the coarsest unit that loses nothing of any of the moments."""
    present = values.dropna()
    units: tuple[_Unit, ...] = get_args(_Unit)
    return next(
        (unit for unit in units[:-1] if (present.dt.floor(unit) == present).all()),
        units[-1],
    )


def _iso(values: pd.Series, unit: _Unit | Literal["D"], behind: str) -> pd.Series:
    moments: NDArray[np.datetime64] = values.to_numpy()
    spelt = np.datetime_as_string(moments, unit=unit, casting="unsafe")
    text = pd.Series(spelt, index=values.index, name=values.name, dtype="str")
    return (text + behind).where(values.notna())
