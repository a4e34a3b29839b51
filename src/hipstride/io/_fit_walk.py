"""Walk through the messages of a FIT file, and sort them by their definitions.

A FIT file has no index: where a message begins is known only from the sizes of all
before it. A step from message to message is one look at the header byte and one
addition. Watches, however, write long stretches of one message, or of two to eight in
turn; there the next hundred headers are compared at once through a strided slice, and
the walk stays exact, since each message proves where its follower begins.

Source: FIT protocol, "Record Format" and "Record Header Byte".
"""

from __future__ import annotations

from itertools import pairwise, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.io._fit_layout import Layout, layout_of

__all__ = ["Walker"]

# Messages that are walked singly before a period is looked for, at first and at most.
_LOOK = 24
_MAX_LOOK = 1536
_MAX_PERIOD = 8
# Singly found offsets wait in a list; a longer list would cost 36 bytes a message.
_FLUSH = 65_536

# Real files have up to 60 definitions; each costs as much as a thousand messages.
_MAX_DEFINITIONS = 2048
_MAX_DEFINITION_BYTES = 2**18

# Header byte: bit 7 a message with its time in the header, bit 6 a definition.
_SHORT = 0x80
_DEFINITION = 0x40
_DEVELOPER = 0x20
# Only so many local types fit into the two bits of a short header.
_N_SHORT_TYPES = 4


class _Block(NamedTuple):
    """Messages of one definition at equal distances."""

    layout: int
    first: int
    stride: int
    n: int


class _Define(NamedTuple):
    """From the `place`-th of the loose messages on, `local` follows `layout`."""

    place: int
    local: int
    layout: int


class Walker:
    """What is known while a file is walked.

    A class, since the walk, the definitions and the blocks share this state at every
    step; passing eight lists through each function would hide the walk.
    """

    def __init__(self, data: bytes, most: int) -> None:
        self.data = data
        self.most = most
        self.n_found = 0
        self.layouts: list[Layout] = []
        self.has_compressed_times = False
        # By header byte: the size of its messages, 0 where undefined.
        self.sizes = [0] * 256
        # By local message type: the layout.
        self.layout_at = [0] * 16
        self.index_of: dict[bytes, int] = {}
        self.n_definition_bytes = 0
        self.defines: list[_Define] = []
        self.blocks: list[_Block] = []
        self.loose: list[int] = []
        self.flushed: list[NDArray[np.int64]] = []
        self.n_flushed = 0

    def begin(self) -> None:
        """Begin a FIT file of the chain: local message types do not outlive it."""
        self.sizes[:] = repeat(0, 256)

    def walk(self, position: int, end: int) -> int:
        """Walk the messages up to `end`; give where the last whole one ends."""
        data, sizes, loose = self.data, self.sizes, self.loose
        append = loose.append
        look = _LOOK
        while position < end and self.n_found < self.most:
            begun = len(loose)
            try:
                for _ in repeat(None, look):
                    size = sizes[data[position]]
                    if not size:
                        break
                    append(position)
                    position += size
            except IndexError:
                size = 1
            is_over = position > end
            while position > end:
                # Cut messages, and what lies behind the end and was taken for some.
                position = loose.pop()
            self.n_found += len(loose) - begun
            if is_over:
                break
            if not size and position < end:
                if not (after := self._define(position, end)):
                    break
                position = after
            elif position < end:
                recent = bytes([data[at] for at in loose[-_LOOK:]])
                begun = self.n_found
                position = self._walk_blocks(position, end, recent)
                is_worth = self.n_found - begun > 2 * _LOOK
                look = _LOOK if is_worth else min(2 * look, _MAX_LOOK)
            if len(loose) > _FLUSH:
                self.flushed.append(np.array(loose, np.int64))
                self.n_flushed += len(loose)
                loose.clear()
        return position

    def _define(self, position: int, end: int) -> int:
        """Take up the definition at `position`; give where it ends, 0 if it is none."""
        data, sizes = self.data, self.sizes
        header = data[position]
        first = position + 2
        stop = first + 4
        # Bit 7 or no bit 6: a data message, but of a type that nothing defined.
        if header & 0xC0 != _DEFINITION or stop > end or data[first] > 1:
            return 0
        stop += 3 * data[stop - 1]
        if header & _DEVELOPER:
            if stop >= end:
                return 0
            stop += 1 + 3 * data[stop]
        if stop > end:
            return 0
        definition = data[first:stop]
        index = self.index_of.get(definition)
        if index is None:
            if self._is_full():
                return 0
            index = self.index_of[definition] = len(self.layouts)
            self.layouts.append(layout_of(definition))
            self.n_definition_bytes += len(definition)
        local = header & 0x0F
        place = self.n_flushed + len(self.loose)
        self.defines.append(_Define(place, local, index))
        size = self.layouts[index].size
        # Bits 4 and 5 of a data message's header mean nothing.
        for value in (local, local + 0x10, local + 0x20, local + 0x30):
            sizes[value] = size
        self.layout_at[local] = index
        if local < _N_SHORT_TYPES:
            # Two bits for the type, five for the time.
            first = _SHORT + 0x20 * local
            sizes[first : first + 0x20] = [size] * 0x20
        return stop

    def _walk_blocks(self, position: int, end: int, recent: bytes) -> int:
        """Walk on for as long as the headers repeat as the last few did."""
        for period in range(1, _MAX_PERIOD + 1):
            if recent[period:] == recent[:-period]:
                break
        else:
            return position
        data = self.data
        heads = recent[-period:]
        starts = [0]
        for head in heads:
            starts.append(starts[-1] + self.sizes[head])
        stride = starts.pop()
        chunk = 2 * _LOOK
        while chunk := min(chunk, (end - position) // stride):
            stop = position + chunk * stride
            n_same = chunk * period
            for turn, start in enumerate(starts):
                column = data[position + start : stop : stride]
                run = chunk - len(column.lstrip(heads[turn : turn + 1]))
                n_same = min(n_same, run * period + turn)
            turns, extra = divmod(n_same, period)
            for turn, start in enumerate(starts):
                if count := turns + (turn < extra):
                    head = heads[turn]
                    local = (head >> 5) & 3 if head >= _SHORT else head & 0x0F
                    index = self.layout_at[local]
                    self.blocks.append(_Block(index, position + start, stride, count))
            self.n_found += n_same
            position += turns * stride + starts[extra]
            if n_same < chunk * period or self.n_found >= self.most:
                break
            chunk *= 4
        return position

    def _is_full(self) -> bool:
        is_many = len(self.layouts) >= _MAX_DEFINITIONS
        return is_many or self.n_definition_bytes > _MAX_DEFINITION_BYTES

    def what_stopped(self, position: int, end: int) -> str:
        """Say why the walk ended early."""
        lost = f"the last {end - position} bytes were not read."
        header = self.data[position]
        if self.n_found >= self.most:
            return f"The file holds more than {self.most} messages: {lost}"
        if self.sizes[header]:
            return f"The file breaks off in the message at byte {position}: {lost}"
        if header & 0xC0 == _DEFINITION:
            if self._is_full():
                n_kept = len(self.layouts)
                return (
                    f"The file holds more than {n_kept} different definitions: {lost}"
                )
            return f"The definition at byte {position} is damaged or breaks off: {lost}"
        return (
            f"The message at byte {position} is of a type that nothing defines: {lost}"
        )

    def sort(self) -> list[NDArray[np.int64]]:
        """Put the offsets that were found into one rising row for each layout."""
        loose = np.concatenate([*self.flushed, np.array(self.loose, np.int64)])
        self.flushed.clear()
        self.loose.clear()
        index = self._layouts_at(loose)
        by_layout = loose[np.argsort(index, kind="stable")]
        counts = np.bincount(index, minlength=len(self.layouts))
        ends = np.cumsum(counts).tolist()
        offsets = [by_layout[a:b] for a, b in pairwise([0, *ends])]
        of_layout: dict[int, list[_Block]] = {}
        for block in self.blocks:
            of_layout.setdefault(block.layout, []).append(block)
        for layout, blocks in of_layout.items():
            rows = [
                np.arange(first, first + stride * n, stride)
                for _, first, stride, n in blocks
            ]
            merged = np.concatenate([offsets[layout], *rows])
            if len(merged) > len(rows[0]):
                # Rows that rise already: to merge them takes a tenth of sorting anew.
                merged.sort(kind="stable")
            offsets[layout] = merged
        return offsets

    def _layouts_at(self, offsets: NDArray[np.int64]) -> NDArray[np.unsignedinteger]:
        """Give the layout that each message found singly follows."""
        heads = np.frombuffer(self.data, np.uint8)[offsets]
        is_short = heads >= _SHORT
        self.has_compressed_times = bool(is_short.any())
        local = heads & 0x0F
        if self.has_compressed_times:
            local = np.where(is_short, (heads >> 5) & 3, local)
        # Sorting 16-bit numbers takes a tenth of the time.
        code = np.uint16 if len(self.layouts) < 2**16 else np.uint32
        index: NDArray[np.unsignedinteger] = np.empty(len(offsets), code)
        layout_of = np.zeros(16, code)
        begun = 0
        for place, number, layout in self.defines:
            if place > begun:
                index[begun:place] = layout_of[local[begun:place]]
                begun = place
            layout_of[number] = layout
        index[begun:] = layout_of[local[begun:]]
        return index
