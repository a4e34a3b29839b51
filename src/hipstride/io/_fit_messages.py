"""All messages of a FIT file by type, and when each was written.

Most messages carry their time. Some watches save three bytes: the header byte of a
message then holds the low five bits of its time, and the rest is that of the message
before it, whatever its type.

Source: FIT protocol, "Compressed Timestamp Header".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hipstride.io._fit_columns import Description, columns_of
from hipstride.io._fit_decode import Group, MessageTable
from hipstride.io._fit_developer import describe, split_by_description
from hipstride.io._fit_profile import message_name, message_number
from hipstride.io._fit_scan import Scan
from hipstride.io._fit_tables import Table

__all__ = ["Messages"]

_SHORT = 0x80
_LOW_FIVE_BITS = 31


class Messages:
    """All messages of a file by type.

    A class, because the times of short headers run through all types.
    """

    def __init__(self, scan: Scan, source: str = "") -> None:
        self._source = source
        self.scan = scan
        self.descriptions = describe(scan)
        layouts: dict[int, list[int]] = {}
        for i, layout in enumerate(scan.layouts):
            if len(scan.offsets[i]):
                layouts.setdefault(layout.message, []).append(i)
        self._layouts = layouts
        self._tables: dict[int, MessageTable] = {}

    def __contains__(self, name: str) -> bool:
        return message_number(name) in self._layouts

    def __iter__(self) -> Iterator[str]:
        return map(message_name, self._layouts)

    def __getitem__(self, name: str) -> MessageTable:
        number = message_number(name)
        table = self._tables.get(number)
        if table is None:
            table = self._tables[number] = self._table(number)
        return table

    def get(self, name: str) -> MessageTable | None:
        """Give the messages of a type, or None if there are none."""
        return self[name] if message_number(name) in self._layouts else None

    @property
    def developer(self) -> Mapping[str, Description]:
        """What is said about developers' fields, by column; the last word counts."""
        return {
            description.name: description
            for described in self.descriptions.values()
            for description in described.descriptions
            if description is not None
        }

    @property
    def part_starts(self) -> list[int]:
        """Where each FIT file of the chain begins."""
        return [part.start for part in self.scan.parts]

    @property
    def faults(self) -> list[str]:
        """What is wrong with the file."""
        return self.scan.faults

    def times(
        self, table: Table, stamps: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Give when each message was written [s since the FIT epoch]."""
        times = table.block(("timestamp",))[0] if stamps is None else stamps
        if self.scan.has_compressed_times:
            offsets, short_times = self._short_times
            at = np.minimum(np.searchsorted(offsets, table.offsets), len(offsets) - 1)
            is_short = (offsets[at] == table.offsets) & np.isnan(times)
            times = times.copy()
            times[is_short] = short_times[at[is_short]]
        return times

    @cached_property
    def _short_times(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give the offsets and times of all messages whose time is in the header."""
        heads = np.frombuffer(self.scan.data, np.uint8)
        offsets = np.concatenate(self.scan.offsets)
        short = np.sort(offsets[heads[offsets] >= _SHORT])
        known_at, known = [short], [np.full(len(short), np.nan)]
        for name in self:
            if "timestamp" in (table := self[name]).names:
                known_at.append(table.offsets)
                known.append(table.floats("timestamp"))
        at, times = np.concatenate(known_at), np.concatenate(known)
        # A message with a short header may have the field too: the field counts.
        rising = np.lexsort((np.isnan(times), at))
        at, times = at[rising], times[rising]
        is_first = np.diff(at, prepend=-1) > 0
        at, times = at[is_first], times[is_first]
        is_known = ~np.isnan(times)
        is_short = np.isin(at, short)
        used = is_known | is_short
        at, times, is_known = at[used], times[used], is_known[used]
        return at, _roll(at, times, is_known, heads, self.part_starts)

    def _table(self, number: int) -> MessageTable:
        groups = []
        for i in self._layouts[number]:
            layout, offsets = self.scan.layouts[i], self.scan.offsets[i]
            if layout.developer_fields:
                pieces = split_by_description(layout, offsets, self.descriptions)
                groups += [Group(columns, rows) for columns, rows in pieces]
            else:
                groups.append(Group(columns_of(layout), offsets))
        return MessageTable(self.scan.data, number, groups, self._source)


def _roll(
    at: NDArray[np.int64],
    times: NDArray[np.float64],
    is_known: NDArray[np.bool_],
    heads: NDArray[np.uint8],
    part_starts: Sequence[int],
) -> NDArray[np.float64]:
    """Count the short times on from the last whole one; NaN before the first."""
    low = np.where(is_known, times, heads[at]).astype(np.int64) & _LOW_FIVE_BITS
    steps = np.diff(low, prepend=0) & _LOW_FIVE_BITS
    passed = np.cumsum(np.where(is_known, 0, steps))
    # For each message the last one before it that has a whole time.
    last = np.maximum.accumulate(np.where(is_known, np.arange(len(at)), -1))
    part = np.searchsorted(part_starts, at, side="right")
    is_anchored = (last >= 0) & (part[last] == part)
    return np.where(is_anchored, times[last] + passed - passed[last], np.nan)
