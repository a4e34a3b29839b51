"""The messages of a FIT file as columns.

A `MessageTable` holds all messages of one type. Nothing is decoded before it is
asked for; then a column is made in one go for all messages: gather their bytes, view
the field through a stride, turn the type's gap value into NaN, apply scale and offset.

Source: FIT protocol; the meanings come from `_fit_profile`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hipstride.errors import FitError
from hipstride.io._fit_columns import Column, Columns, Plan
from hipstride.io._fit_layout import Kind, wider
from hipstride.io._fit_profile import message_name

__all__ = ["Group", "MessageTable"]

# Fewer messages than this are unpacked one by one, which is faster than NumPy.
_FEW = 8
# A message takes at least as many bytes as it has values, so that only a file of ever
# new definitions comes near these.
_MAX_CELLS = 4_000_000
_MAX_CELLS_PER_BYTE = 2


class MessageTable:
    """All messages of one type, in the order of the file, as columns made on demand.

    A class rather than a DataFrame, since most columns of most messages are never
    looked at.
    """

    def __init__(
        self, data: bytes, number: int, groups: Sequence[Group], source: str = ""
    ) -> None:
        self.number = number
        self.name = message_name(number)
        self._data = data
        # What the file is called, for errors.
        self._source = source
        self._groups = groups
        self.offsets = groups[0].offsets
        if len(groups) > 1:
            offsets = np.concatenate([group.offsets for group in groups])
            order = np.argsort(offsets, kind="stable")
            ranks = np.empty(len(order), np.intp)
            ranks[order] = np.arange(len(order))
            self.offsets = offsets[order]
            ends = np.cumsum([len(group.offsets) for group in groups])
            for group, end in zip(groups, ends.tolist(), strict=True):
                group.place(ranks[end - len(group.offsets) : end])

    def __len__(self) -> int:
        return len(self.offsets)

    @property
    def names(self) -> tuple[str, ...]:
        """All fields that any of the messages has."""
        return tuple(self.kinds)

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """What each field is; where definitions differ, what holds all of it."""
        if len(self._groups) == 1:
            return self._groups[0].columns.kinds
        found: dict[str, Kind] = {}
        for group in self._groups:
            for name, kind in group.columns.kinds.items():
                found[name] = wider(kind, found.get(name, kind))
        return found

    @property
    def misfits(self) -> int:
        """How many fields have a size that does not fit their type."""
        return sum(group.columns.layout.misfits for group in self._groups)

    def type_name(self, name: str) -> str:
        """Give the profile's type of a field, whose codes `enum_words` explains."""
        for group in self._groups:
            if name in group.columns.by_name:
                return group.columns.by_name[name].type_name
        return ""

    def block(self, names: tuple[str, ...]) -> NDArray[np.float64]:
        """Decode single numbers, shape (names, messages); NaN where there is none."""
        if len(self._groups) == 1:
            plan = self._groups[0].columns.plan(names)
            if len(plan.present) == len(names):
                return self._groups[0].numbers(self._data, plan)
        plans = [group.columns.plan(names) for group in self._groups]
        if not any(plan.present for plan in plans):
            # Nothing to decode, and nothing to lay out in memory either.
            return np.broadcast_to(np.nan, (len(names), len(self)))
        cells = len(names) * len(self)
        if cells > max(_MAX_CELLS, _MAX_CELLS_PER_BYTE * len(self._data)):
            found = f"{len(self)} {self.name} messages with {len(names)} fields in all"
            expected = f"at most {_MAX_CELLS} values"
            remedy = "the file is damaged or made to harm; export it again"
            offset = int(self.offsets[0])
            raise FitError(self._source, found, expected, remedy, offset=offset)
        block = np.empty((len(names), len(self)))
        for group, plan in zip(self._groups, plans, strict=True):
            values = group.numbers(self._data, plan) if plan.present else ()
            for row, one in zip(plan.present, values, strict=True):
                block[row, group.at] = one
            for row in plan.absent:
                block[row, group.at] = np.nan
        return block

    def floats(self, name: str) -> NDArray[np.float64]:
        """Decode one number a message; NaN where it is not given."""
        numbers: NDArray[np.float64] = self.block((name,))[0]
        return numbers

    def arrays(self, name: str) -> NDArray[np.float64]:
        """Decode a field of several numbers, shape (messages, most numbers)."""
        found = [
            (group, column)
            for group in self._groups
            if (column := group.columns.by_name.get(name)) and column.kind != "text"
        ]
        width = max((column.length for _, column in found), default=0)
        block = np.full((len(self), width), np.nan)
        for group, column in found:
            raw = group.view(self._data, column)
            values = raw.astype(np.float64)
            if column.sentinel is not None:
                gap = raw == column.sentinel
                if column.kind == "bytes":
                    # 0xFF is a good byte: only bytes that are all 0xFF are a gap.
                    gap = np.broadcast_to(gap.all(axis=1, keepdims=True), gap.shape)
                values[gap] = np.nan
            block[group.at, : column.length] = values / column.scale - column.shift
        return block

    def texts(self, name: str) -> list[str]:
        """Decode one text a message; empty where it is not given."""
        texts = np.full(len(self), "", object)
        for group in self._groups:
            column = group.columns.by_name.get(name)
            if column is not None and column.kind == "text":
                raw = group.view(self._data, column)[:, 0].tolist()
                texts[group.at] = [
                    text.split(b"\0", 1)[0].decode("utf-8", "replace") for text in raw
                ]
        return list(texts)


class Group:
    """Messages of one type that follow one definition.

    A class, since the gathered bytes are kept for the next column.
    """

    def __init__(self, columns: Columns, offsets: NDArray[np.int64]) -> None:
        self.columns = columns
        self.offsets = offsets
        # Which rows of the table these are.
        self.at: slice | NDArray[np.intp] = slice(None)
        self._rows: NDArray[np.void] | None = None

    def place(self, rows: NDArray[np.intp]) -> None:
        """Say which rows of the table these messages are."""
        first, last = int(rows[0]), int(rows[-1])
        is_run = last - first + 1 == len(rows)
        self.at = slice(first, last + 1) if is_run else rows

    def view(self, data: bytes, column: Column) -> NDArray[np.generic]:
        """Give the raw values of a field, shape (messages, count)."""
        size = self.columns.layout.size
        rows = self._gathered(data)
        code = f"S{column.size}" if column.kind == "text" else column.code
        length = 1 if column.kind == "text" else column.length
        width = column.size // length
        return np.ndarray(
            (len(self.offsets), length), code, rows, column.offset, (size, width)
        )

    def _gathered(self, data: bytes) -> NDArray[np.void]:
        """Bring the messages together, so that a field is one stride away."""
        if self._rows is None:
            size = self.columns.layout.size
            every = np.ndarray((len(data) - size + 1,), f"V{size}", data, 0, (1,))
            self._rows = every[self.offsets]
        return self._rows

    def numbers(self, data: bytes, plan: Plan) -> NDArray[np.float64]:
        """Decode the columns of a plan, shape (columns, messages)."""
        if len(self.offsets) <= _FEW:
            unpack = plan.struct.unpack_from
            rows = [unpack(data, at) for at in self.offsets.tolist()]
            block = np.array(rows, np.float64).T[plan.order]
        else:
            count = len(self.offsets)
            stride = (self.columns.layout.size,)
            gathered = self._gathered(data)
            block = np.empty((len(plan.columns), count))
            for row, column in zip(block, plan.columns, strict=True):
                row[:] = np.ndarray(count, column.code, gathered, column.offset, stride)
        np.copyto(block, np.nan, where=block == plan.sentinels)
        for at, scale, shift in plan.scaled:
            row = block[at]
            row /= scale
            if shift:
                row -= shift
        return block
