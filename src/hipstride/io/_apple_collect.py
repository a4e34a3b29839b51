"""Which records of an Apple Health export lie within which workouts.

Records stand before the workouts in the file, grouped by their kind, and most of them
are of days without a run. So the spans of the workouts come first; then each piece of
the file is searched for records of the kinds that matter, and those of a piece are held
against all spans at once. Where there are more than can be held, the later workouts
have to wait for the next pass over the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hipstride.io._apple_records import (
    Kind,
    RawKind,
    Record,
    Records,
    kind_of,
    raw_records,
)
from hipstride.io._apple_scan import CHUNK_BYTES, OpenStream, Pieces, whole_tags
from hipstride.io._apple_workouts import Workout
from hipstride.io._xml_elements import Spans
from hipstride.io._xml_scan import PADDING
from hipstride.io._xml_times import NAT_US, instants

__all__ = ["MAX_HELD", "collect"]

# 80 MB. An hour of a watch's running has about 8000 records.
MAX_HELD = 5_000_000

_MAX_LENGTH_S = 2**16 - 1
_MAX_KINDS = 2**16
_US = 1_000_000
# A record may have begun before the workout; one of more than an hour tells nothing.
_LEAD_S = 3600
# For lexsort, the first one last.
_ORDER = ("value", "length", "start", "kind")


@dataclass(slots=True)
class _Collector:
    """Where the records of some workouts are gathered.

    A class because it holds what one pass over the file learns on the way, and how
    many of the workouts it still has room for.
    """

    workouts: list[Workout]
    max_held: int
    held: list[bytearray] = field(default_factory=list)
    is_full: bool = False
    n_unread: int = 0
    kinds: dict[Kind, int] = field(default_factory=dict)
    codes: dict[RawKind, int] = field(default_factory=dict)
    n_held: int = 0

    def __post_init__(self) -> None:
        self.held = [bytearray() for _ in self.workouts]

    def take_all(self, text: bytes) -> None:
        """Take the records out of a piece of text that has whole tags only."""
        found = raw_records(text)
        if not found:
            return
        types, sources, units, starts, ends, values = zip(*found, strict=True)
        start_s, end_s = _seconds(starts), _seconds(ends)
        value = _numbers(values)
        codes = np.array(list(map(self._code, types, sources, units)))
        is_read = (start_s != NAT_US) & (end_s >= start_s) & np.isfinite(value)
        self.n_unread += int(np.count_nonzero(~is_read))
        is_read &= codes < _MAX_KINDS
        order = np.flatnonzero(is_read)
        order = order[np.argsort(start_s[order], kind="stable")]
        self._deal_out(start_s[order], end_s[order], codes[order], value[order])

    def _code(self, kind: bytes, source: bytes, unit: bytes) -> int:
        """Give the number of the kind of a record; each is resolved once."""
        of = kind, source, unit
        code = self.codes.get(of)
        if code is None:
            code = self.kinds.setdefault(kind_of(*of), len(self.kinds))
            self.codes[of] = code
        return code

    def _deal_out(
        self,
        start_s: NDArray[np.int64],
        end_s: NDArray[np.int64],
        codes: NDArray[np.int64],
        value: NDArray[np.float64],
    ) -> None:
        """Give each workout the records that touch its span."""
        workouts = self.workouts[: len(self.held)]
        begins = np.array([workout.start_s for workout in workouts])
        stops = np.array([workout.end_s for workout in workouts])
        low = np.searchsorted(start_s, begins - _LEAD_S)
        high = np.searchsorted(start_s, stops, side="right")
        for number in np.flatnonzero(low < high).tolist():
            near = slice(low[number], high[number])
            rows = np.flatnonzero(end_s[near] >= begins[number]) + low[number]
            records = np.empty(len(rows), Record)
            records["start"] = start_s[rows] - begins[number]
            records["length"] = np.minimum(end_s[rows] - start_s[rows], _MAX_LENGTH_S)
            records["kind"] = codes[rows]
            records["value"] = value[rows]
            self._hold(number, records)

    def _hold(self, number: int, records: NDArray[np.void]) -> None:
        while self.n_held + len(records) > self.max_held and len(self.held) > 1:
            # The later half of the workouts is left to the next pass.
            del self.held[(len(self.held) + 1) // 2 :]
            self.n_held = sum(map(len, self.held)) // Record.itemsize
        if number >= len(self.held):
            return
        room = self.max_held - self.n_held
        self.is_full |= len(records) > room
        self.held[number] += records[:room].tobytes()
        self.n_held += len(records[:room])


def collect(
    open_stream: OpenStream,
    workouts: Sequence[Workout],
    *,
    max_held: int = MAX_HELD,
    chunk_bytes: int = CHUNK_BYTES,
) -> Iterator[tuple[Workout, Records]]:
    """Gather the records of workouts, in as many passes over the file as are needed.

    Parameters
    ----------
    open_stream : callable
        Opens the file anew.
    workouts : sequence of Workout
        In order of their start.
    max_held : int
        How many records may be in memory.
    chunk_bytes : int
        How much to read at once.

    Yields
    ------
    workout : Workout
        Each of them, in order.
    records : Records
        Its records.
    """
    left = list(workouts)
    while left:
        collector = _Collector(left, max_held)
        for text in whole_tags(iter(Pieces(open_stream, chunk_bytes))):
            collector.take_all(text)
        kinds = sorted(collector.kinds)
        # Kinds are numbered as they come; the order of the alphabet is always the same.
        rank = np.argsort([collector.kinds[kind] for kind in kinds]).astype(np.uint16)
        for workout, held in zip(left, collector.held, strict=False):
            rows = _in_order(np.frombuffer(held, Record), rank)
            yield (
                workout,
                Records(rows, kinds, collector.is_full, collector.n_unread),
            )
        left = left[len(collector.held) :]


def _in_order(rows: NDArray[np.void], rank: NDArray[np.uint16]) -> NDArray[np.void]:
    rows = rows.copy()
    rows["kind"] = rank[rows["kind"]]
    rows = rows[np.lexsort([rows[name] for name in _ORDER])]
    is_first = np.ones(len(rows), dtype=bool)
    is_first[1:] = rows[1:] != rows[:-1]
    return np.asarray(rows[is_first])


def _seconds(dates: Sequence[bytes]) -> NDArray[np.int64]:
    """Read dates as whole seconds since 1970, UTC; `NAT_US` for what is none."""
    length = np.array(list(map(len, dates)))
    stop = np.cumsum(length)
    text = b"".join(dates) + PADDING
    spans = Spans(text, np.arange(len(dates)), stop - length, stop)
    us = instants(spans).us
    return np.where(us == NAT_US, NAT_US, us // _US)


def _numbers(texts: Sequence[bytes]) -> NDArray[np.float64]:
    try:
        return np.array(list(map(float, texts)))
    except ValueError:
        return np.array(list(map(_number, texts)))


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
