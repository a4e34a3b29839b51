"""Between tables and SQLite: each kind of column, there and back.

SQLite knows no instants, days or truth values. Here, and nowhere else, they become
what it knows: microseconds since 1970, ``2026-09-01``, 0 and 1; missing is NULL.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hipstride.tables import RUNS, WINDOWS, Table

__all__ = [
    "frame_of",
    "insert",
    "pack_windows",
    "plain_values",
    "row_from_json",
    "row_to_json",
    "unpack_windows",
]

Value = str | float | int | None
_WINDOW_COLUMNS = tuple(name for name in WINDOWS.names if name != "run_id")


def plain_values(table: Table, frame: pd.DataFrame) -> list[tuple[Value, ...]]:
    """Turn a frame into rows that SQLite takes, in the order of the table's columns.

    Columns that the frame lacks are NULL.
    """
    columns = [
        _plain(table, name, frame[name]) if name in frame else [None] * len(frame)
        for name in table.names
    ]
    return list(zip(*columns, strict=True))


def _plain(table: Table, name: str, values: pd.Series) -> list[Value]:
    missing = values.isna().to_numpy()
    found: Sequence[Value]
    match table[name].kind:
        case "instant":
            found = values.dt.tz_localize(None).to_numpy("M8[us]").astype("i8").tolist()
        case "day":
            found = np.datetime_as_string(values.to_numpy("M8[D]")).tolist()
        case "bool" | "int":
            found = [
                0 if gone else int(v) for v, gone in zip(values, missing, strict=True)
            ]
        case "float":
            found = values.to_numpy(np.float64).tolist()
        case _:
            found = values.astype("object").tolist()
    return [None if gone else v for v, gone in zip(found, missing, strict=True)]


def frame_of(
    table: Table, rows: Sequence[Sequence[Any]], *, index: pd.Index | None = None
) -> pd.DataFrame:
    """Turn rows as `plain_values` made them into a frame again.

    Parameters
    ----------
    table : Table
        What they are rows of; all its columns, in order.
    rows : sequence
        Rows of SQLite.
    index : Index, optional
        The index of the frame.

    Returns
    -------
    DataFrame
        With the dtypes that the table asks for; a bool column with gaps is False there.
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(table.names)
    return pd.DataFrame(
        {
            name: _column(table, name, values)
            for name, values in zip(table.names, columns, strict=True)
        }
    ).set_axis(pd.RangeIndex(len(rows)) if index is None else index)


def _column(table: Table, name: str, values: Sequence[Any]) -> pd.Series:
    match table[name].kind:
        case "instant":
            us = [
                np.datetime64("NaT") if v is None else np.datetime64(v, "us")
                for v in values
            ]
            return pd.Series(np.array(us, "M8[us]")).dt.tz_localize("UTC")
        case "day":
            days = ["NaT" if v is None else v for v in values]
            return pd.Series(np.array(days, "M8[D]").astype("M8[us]"))
        case "bool":
            return pd.Series([bool(v) for v in values], dtype="bool")
        case "int":
            return pd.Series(list(values), dtype="int64")
        case "float":
            return pd.Series(np.array(values, dtype=np.float64))
        case _:
            return pd.Series([np.nan if v is None else v for v in values], dtype="str")


def insert(
    connection: sqlite3.Connection,
    name: str,
    rows: Iterable[Sequence[Value | bytes]],
    n_columns: int,
) -> None:
    """Write rows into a table of the database; one of the same key is replaced."""
    marks = ", ".join("?" * n_columns)
    connection.executemany(f"INSERT OR REPLACE INTO {name} VALUES ({marks})", rows)  # noqa: S608 - our own names


def row_to_json(row: Mapping[str, object]) -> str:
    """Write a row of `RUNS` as text that gives back every bit of it.

    Examples
    --------
    >>> row = {"run_id": "a", "distance_m": 0.1, "moving_s": math.nan}
    >>> row_to_json(row)
    '{"run_id": "a", "distance_m": 0.1, "moving_s": null}'
    """
    return json.dumps(
        {name: _json(value) for name, value in row.items()}, ensure_ascii=False
    )


def _json(value: object) -> object:
    if isinstance(value, pd.Timestamp):
        # `asm8` counts in the unit of the instant, whatever that is.
        return int(value.asm8.astype("M8[us]").astype("i8"))
    if value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, np.generic):
        return _json(value.item())
    return value


def row_from_json(texts: Sequence[str]) -> pd.DataFrame:
    """Read what `row_to_json` wrote of many runs, as a `RUNS` table."""
    rows = [json.loads(text) for text in texts]
    # A row that outlived its original may be of an earlier version, with fewer columns.
    names = [name for name in RUNS.names if any(name in row for row in rows)]
    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        if RUNS[name].kind == "day":
            us = [
                np.datetime64("NaT") if v is None else np.datetime64(v, "us")
                for v in values
            ]
            columns[name] = pd.Series(np.array(us, "M8[us]"))
        else:
            columns[name] = _column(RUNS, name, values)
    return pd.DataFrame(columns)


def pack_windows(windows: pd.DataFrame) -> bytes:
    """Write the half minutes of one run as columns of doubles.

    A row of SQLite for each would take five times the room and twenty times as long
    to read.
    """
    rows = [windows[name].to_numpy("<f8") for name in _WINDOW_COLUMNS]
    return np.vstack(rows).astype("<f8").tobytes()


def unpack_windows(run_ids: Sequence[str], stored: Sequence[bytes]) -> pd.DataFrame:
    """Read what `pack_windows` wrote of many runs, as one `WINDOWS` table."""
    width = len(_WINDOW_COLUMNS)
    blocks = [np.frombuffer(one, "<f8").reshape(width, -1) for one in stored]
    if not blocks:
        return WINDOWS.empty(*WINDOWS.names)
    counts = [block.shape[1] for block in blocks]
    values = np.concatenate(blocks, axis=1)
    columns: dict[str, Any] = {
        "run_id": pd.Series(
            np.repeat(np.array(run_ids, dtype=object), counts), dtype="str"
        )
    }
    columns |= dict(zip(_WINDOW_COLUMNS, values, strict=True))
    return WINDOWS.order(pd.DataFrame(columns))
