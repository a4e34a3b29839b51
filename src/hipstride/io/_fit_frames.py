"""The messages of a FIT file as DataFrames, for those who want more than runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import isnan

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from hipstride.io._fit_events import column_index, instants
from hipstride.io._fit_expand import expand
from hipstride.io._fit_profile import (
    FIT_EPOCH_S,
    enum_words,
    field_meanings,
    is_code,
    message_number,
)
from hipstride.io._fit_tables import Table, Tables

__all__ = ["frames"]

# What pandas calls "str", made once.
_TEXT = pd.StringDtype(na_value=np.nan)


def frames(
    tables: Tables, names: Sequence[str] | None = None
) -> dict[str, pd.DataFrame]:
    """Make a DataFrame of each message type.

    Parameters
    ----------
    tables : Tables
        The file's messages.
    names : sequence of str, optional
        Only these message types; all where not given.

    Returns
    -------
    dict
        By message type; one row is one message. Numbers are scaled to the profile's
        units, codes are words, times are instants, several numbers are tuples.
    """
    found = {}
    for name in names if names is not None else tables:
        table = tables.get(name)
        if table is not None:
            found[name] = _frame(tables, table)
    return found


def _frame(tables: Tables, table: Table) -> pd.DataFrame:
    kinds = table.kinds
    special = _special_types(table.name)
    numbers = tuple(name for name, kind in kinds.items() if kind == "number")
    block = table.block(numbers)
    known = dict(zip(numbers, block, strict=True))
    known |= expand(table, known, tables.part_starts)
    times = tables.times(table, known.get("timestamp"))
    if "timestamp" in known or not np.isnan(times).all():
        known["timestamp"] = times
    plain = tuple(name for name in known if name not in special)
    values = np.empty((len(plain), len(table)))
    for row, name in zip(values, plain, strict=True):
        row[:] = known[name]
    frame = pd.DataFrame(values.T, columns=column_index(plain), copy=False)
    firsts: dict[str, pd.Index | ExtensionArray] = {
        name: _special(type_name, known[name])
        for name, type_name in special.items()
        if name in known
    }
    lasts: dict[str, list[tuple[float, ...]] | ExtensionArray] = {}
    for name, kind in kinds.items():
        if kind == "text":
            lasts[name] = pd.array(table.texts(name), dtype=_TEXT)
        elif kind != "number":
            lasts[name] = list(map(tuple, table.arrays(name).tolist()))
    # Columns that are set one by one cost several times as much.
    parts = [pd.DataFrame(part, copy=False) for part in (firsts, lasts) if part]
    parts.insert(bool(firsts), frame)
    return pd.concat(parts, axis=1) if len(parts) > 1 else frame


@cache
def _special_types(message: str) -> Mapping[str, str]:
    """Give the types of the fields that are times or codes."""
    return {
        meaning.name: meaning.type_name
        for meaning in field_meanings(message_number(message)).values()
        if meaning.type_name == "date_time" or is_code(meaning.type_name)
    }


def _special(type_name: str, values: NDArray[np.float64]) -> pd.Index | ExtensionArray:
    if type_name == "date_time":
        return instants(values + FIT_EPOCH_S)
    words = enum_words(type_name)
    codes = values.tolist()
    found = {
        code: words.get(int(code), str(int(code)))
        for code in {*codes}
        if not isnan(code)
    }
    return pd.array([found.get(code) for code in codes], dtype=_TEXT)
