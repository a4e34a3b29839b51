"""Blank, in the bytes of a FIT file, what tells who and where the runner is.

Messages of one definition are gathered into rows, so that a field is one stride away;
what goes is overwritten with the value that its type has for "none", times are moved,
and the rows are put back where they lay. Sizes, places and definitions stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hipstride.io._fit_columns import Description
from hipstride.io._fit_developer import Described, Key, describe
from hipstride.io._fit_layout import Field, Layout
from hipstride.io._fit_profile import message_name
from hipstride.io._fit_safe_rules import Treatment, developer_treatment, treatment
from hipstride.io._fit_scan import Scan

__all__ = ["Tally", "blank"]

# How many values were blanked, for which reason and in which message; of developers'
# fields, in which field.
Tally = Counter[tuple[Treatment, str]]

# Counts below it are seconds since the device was switched on, not a date (FIT
# profile, date_time).
_FIRST_DATE = 0x10000000
# Sizes that NumPy compares at once.
_WORDS = frozenset({1, 2, 4, 8})


def blank(data: bytearray, scan: Scan, shift_s: int) -> Tally:
    """Blank what is not to be shown, in place, and move the times.

    Parameters
    ----------
    data : bytearray
        A copy of the file's bytes.
    scan : Scan
        What was found in them.
    shift_s : int
        How far to move the times [s].

    Returns
    -------
    Counter
        How many values went or moved, by reason and message.
    """
    tally: Tally = Counter()
    described = describe(scan)
    for layout, offsets in zip(scan.layouts, scan.offsets, strict=True):
        if len(offsets):
            # Messages do not overlap, so that no row is written twice.
            shape = (len(data) - layout.size + 1,)
            every = np.ndarray(shape, f"V{layout.size}", data, 0, (1,))
            rows = every[offsets]
            _blank_fields(rows, layout, shift_s, tally)
            if layout.developer_fields:
                _blank_developer_fields(rows, layout, offsets, described, tally)
            every[offsets] = rows
    return tally


@lru_cache(4096)
def _treatments(layout: Layout) -> tuple[tuple[Field, Treatment], ...]:
    """Give the fields of a definition that do not stay as they are."""
    treated = ((each, treatment(layout.message, each)) for each in layout.fields)
    return tuple((each, how) for each, how in treated if how != "keep")


def _blank_fields(
    rows: NDArray[np.void], layout: Layout, shift_s: int, tally: Tally
) -> None:
    name = message_name(layout.message)
    for each, how in _treatments(layout):
        if how == "trim":
            _trim(rows, each)
        elif how != "move":
            _overwrite(rows, each, layout, tally, (how, name))
        elif shift_s:
            _move(rows, each, layout, shift_s, tally)


def _blank_developer_fields(
    rows: NDArray[np.void],
    layout: Layout,
    offsets: NDArray[np.int64],
    described: Mapping[Key, Described],
    tally: Tally,
) -> None:
    for each in layout.developer_fields:
        one = described.get((each.developer, each.number))
        for piece, said in _pieces(rows, offsets, one):
            how, known = developer_treatment(layout.message, each, said)
            if how != "keep":
                name = said.name if said else "fields without a description"
                _overwrite(piece, known, layout, tally, (how, name))


def _pieces(
    rows: NDArray[np.void], offsets: NDArray[np.int64], described: Described | None
) -> Iterator[tuple[NDArray[np.void], Description | None]]:
    """Split rows where what is said about a field changes."""
    starts = described.starts if described else []
    cuts = [0, *np.searchsorted(offsets, starts).tolist(), len(rows)]
    said = [None, *(described.descriptions if described else [])]
    for first, last, description in zip(cuts[:-1], cuts[1:], said, strict=True):
        if first < last:
            yield rows[first:last], description


def _overwrite(
    rows: NDArray[np.void],
    field: Field,
    layout: Layout,
    tally: Tally,
    reason: tuple[Treatment, str],
) -> None:
    none = _none(field, layout.order)
    stride = (layout.size,)
    if field.size in _WORDS:
        word = f"u{field.size}"
        values = np.ndarray(rows.shape, word, rows, field.offset, stride)
        is_told = values != np.frombuffer(none, word)[0]
    else:
        values = np.ndarray(
            (len(rows), field.size), "u1", rows, field.offset, (layout.size, 1)
        )
        is_told = (values != np.frombuffer(none, "u1")).any(axis=1)
    if n_told := int(np.count_nonzero(is_told)):
        values[:] = np.frombuffer(none, values.dtype)
        tally[reason] += n_told


def _none(field: Field, order: str) -> bytes:
    """Give the bytes that stand for "none" in a field."""
    base = field.base
    if field.kind == "text":
        return bytes(field.size)
    if base.sentinel is None:
        # Of the floats FIT takes the NaN whose bits are all set.
        return b"\xff" * field.size
    one = np.array(base.sentinel, order + base.code).tobytes()
    return one * (field.size // base.size)


def _move(
    rows: NDArray[np.void], field: Field, layout: Layout, shift_s: int, tally: Tally
) -> None:
    """Move dates; seconds since the device was switched on tell none and stay."""
    code = layout.order + field.base.code
    width = field.base.size
    values = np.ndarray(
        (len(rows), field.length), code, rows, field.offset, (layout.size, width)
    )
    none = field.base.sentinel
    last = np.iinfo(code).max - 1
    raw = values.astype(np.int64)
    is_date = (raw >= _FIRST_DATE) & (raw != none)
    moved = raw + shift_s
    fits = (moved >= _FIRST_DATE) & (moved <= last)
    values[is_date & fits] = moved[is_date & fits]
    values[is_date & ~fits] = none
    name = message_name(layout.message)
    tally["move", name] += int(np.count_nonzero(is_date & fits))
    tally["form", name] += int(np.count_nonzero(is_date & ~fits))


def _trim(rows: NDArray[np.void], field: Field) -> None:
    """Clear what lies behind the end of a text: what the memory held before."""
    size = rows.dtype.itemsize
    letters = np.ndarray((len(rows), field.size), "u1", rows, field.offset, (size, 1))
    letters[np.logical_or.accumulate(letters == 0, axis=1)] = 0
